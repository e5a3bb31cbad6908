"""Nodes whose value depends on how a comparison comes out: kinks, cases, the larger and the largest.

Which way each comparison went is recorded, for whoever wants to know which branches a sample point has seen.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import sympy

from derive.evaluate.refusals import OutsideDomain, Undecidable
from derive.expr import functions as fn
from derive.expr import nodes

if TYPE_CHECKING:
    from derive.evaluate.oracle.evaluator import Env, Evaluator, Rule


def _abs(ev: Evaluator, e: Any, env: Env) -> Any:
    value = ev(e.args[0], env)
    sign = ev.sign(e, e.args[0], value, env)
    if sign is None:
        return ev.ring.larger(value, -value)
    return value if sign >= 0 else -value


def _sign(ev: Evaluator, e: Any, env: Env) -> Any:
    return ev.ring.number(Fraction(ev.decided(e, e.args[0], ev(e.args[0], env), env)))


def _step(ev: Evaluator, e: Any, env: Env) -> Any:
    return ev.ring.number(Fraction(int(ev.decided(e, e.args[0], ev(e.args[0], env), env) > 0)))


def _relu(ev: Evaluator, e: Any, env: Env) -> Any:
    return ev.larger(e, e.args[0], ev(e.args[0], env), ev.ring.number(Fraction(0)), env)


def _where(ev: Evaluator, e: Any, env: Env) -> Any:
    test, then, otherwise = e.args
    return ev(then if ev.decided(e, test, ev(test, env), env) > 0 else otherwise, env)


def _maximum(ev: Evaluator, e: Any, env: Env) -> Any:
    a, b = e.args
    return ev.larger(e, a - b, ev(a, env), ev(b, env), env)


def _minimum(ev: Evaluator, e: Any, env: Env) -> Any:
    a, b = e.args
    return -ev.larger(e, b - a, -ev(a, env), -ev(b, env), env)


def _max(ev: Evaluator, e: nodes.Max_, env: Env) -> Any:
    """The maximum, comparison by comparison; recorded is 1: the first wins, -1: another does, 0: a tie at the top."""
    environments = list(ev.over(e.bound, env))
    best, outcome = ev(e.body, environments[0]), 1
    for inner in environments[1:]:
        value = ev(e.body, inner)
        sign = ev.ring.sign(value - best)
        if sign is None:
            best, outcome = ev.ring.larger(best, value), None
        elif sign > 0:
            best, outcome = value, -1
        elif sign == 0:
            outcome = 0
    if outcome is not None and ev.record is not None:
        ev.record(e, outcome, env)
    return best


def _winner(ev: Evaluator, e: nodes.Winner, env: Env) -> Any:
    (slot,) = ev.places(e.slots, env)
    values = [ev(e.body, inner) for inner in ev.over(e.bound, env)]
    signs = [[ev.ring.sign(a - b) for n, b in enumerate(values) if n != m] for m, a in enumerate(values)]
    winner = next((m for m, row in enumerate(signs) if all(s == 1 for s in row)), None)
    if winner is None:
        if any(None in row for row in signs):
            raise Undecidable("the largest value cannot be told at this point")
        raise OutsideDomain("two values tie for the maximum: no winner is defined")
    if ev.record is not None:
        ev.record(e, 1 if winner == 0 else -1, env)
    return ev.ring.number(Fraction(int(winner == slot)))


RULES: dict[type, Rule] = {
    sympy.Abs: _abs,
    sympy.sign: _sign,
    fn.step: _step,
    fn.relu: _relu,
    fn.Where: _where,
    fn.maximum: _maximum,
    fn.minimum: _minimum,
    nodes.Max_: _max,
    nodes.Winner: _winner,
}
