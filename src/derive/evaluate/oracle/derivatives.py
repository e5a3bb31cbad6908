"""Derivatives that are not carried out: coefficients of power series, to order two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sympy import Expr

from derive.evaluate.refusals import NotExact, Undecidable
from derive.evaluate.rings import EXACT, FLOAT, Series
from derive.expr import nodes

if TYPE_CHECKING:
    from derive.evaluate.oracle.evaluator import Env, Evaluator, Moves, Rule


def _diff(ev: Evaluator, e: nodes.Diff, env: Env) -> Any:
    """A derivative that is not carried out, by power series: order one, or two for a Diff of a Diff."""
    first = (e.wrt.tensor, ev.places(e.wrt.indices, env))
    if not isinstance(e.body, nodes.Diff):
        return _coefficient(ev, e.body, env, {first: 1}, 1)
    second = (e.body.wrt.tensor, ev.places(e.body.wrt.indices, env))
    square = _coefficient(ev, e.body.body, env, {first: 1}, 2)
    if first == second:
        return 2 * square
    both = _coefficient(ev, e.body.body, env, {first: 1, second: 1}, 2)
    return both - square - _coefficient(ev, e.body.body, env, {second: 1}, 2)


def _coefficient(ev: Evaluator, e: Expr, env: Env, moved: Moves, order: int) -> Any:
    """The coefficient of t^order of `e` where the entries in `moved` are moved by t."""
    if ev.moved or isinstance(ev.ring, Series):
        raise Undecidable("a derivative within a derivative that is not of the form d(d(f)/dx)/dy")
    if ev.ring is EXACT:
        raise NotExact("a derivative that is not carried out")
    ring = Series(getattr(ev.ring, "prec", 96), order + 1)
    inner = ev.along(moved, ring)
    with ring.session():
        inner.prepare(e)
        value = inner(e, env)[order]
    return float(value) if ev.ring is FLOAT else value


RULES: dict[type, Rule] = {nodes.Diff: _diff}
