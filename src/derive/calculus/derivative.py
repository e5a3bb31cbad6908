"""Derivatives of index expressions: `differentiate` carries them out, `expand_once` shows one rule at work."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Expr, S

from derive.calculus import rules
from derive.calculus.rules import Rule
from derive.errors import NotDifferentiable
from derive.expr import LAYER, Diff, Elem, LayerSum, rebuild, tensors
from derive.expr.nodes import contains


def rule_for(e: Expr) -> Rule:
    """The rule that differentiates this node.

    >>> from sympy import Symbol, exp
    >>> rule_for(exp(Symbol("t"))).name
    'd_exp'
    """
    rule = rules.RULES.get(type(e))
    if rule is None:
        raise NotDifferentiable(f"no derivative rule for {type(e).__name__}: add a row to calculus/rules.py")
    return rule


def differentiate(e: Expr, x: Elem) -> Expr:
    """The derivative of `e` in the element `x`, whose indices must not occur free in `e` unless that is meant.

    >>> from derive.expr import Index, Size, Tensor, sum_over
    >>> N = Size("N"); i, j = Index("i", N), Index("j", N); x = Tensor("x", (N,))
    >>> differentiate(sum_over(x(i)**2, i), x(j))
    2*x[j]
    """

    _refuse_other_layers(e, x)

    def d(u: Expr) -> Expr:
        if x.tensor not in tensors(u):
            return S.Zero
        if isinstance(u, Elem):
            return rules.d_elem(u, x)
        return rule_for(u).apply(u, d)

    return d(e)


def _refuse_other_layers(e: Expr, x: Elem) -> None:
    """A sum over layers is differentiated in the tensor of layer l: W^(l) stands for the term of each layer.

    A layer above all that are summed over is fine too: no term is that of W^(L) in a sum up to L - 1.
    """
    if x.tensor.layer not in (None, LAYER) and any(
        (high - x.tensor.layer).is_negative is not True for high in _tops(e)
    ):
        raise NotDifferentiable(f"the derivative of a sum over layers in {x.tensor}: expected layer {LAYER}")


def _tops(e: Expr) -> Iterator[Expr]:
    """The last layers of the sums over layers in `e`."""
    if isinstance(e, LayerSum):
        yield e.args[3]
    elif contains(e, LayerSum):
        for a in e.args:
            yield from _tops(a)


def expand_once(e: Expr) -> tuple[Expr, Rule | None]:
    """Apply one rule to the outermost, first `Diff` in `e`; the rule is None when there is none left."""
    used: list[Rule] = []

    def unevaluated(x: Elem):
        def d(u: Expr) -> Expr:
            if x.tensor not in tensors(u):
                return S.Zero
            return rules.d_elem(u, x) if isinstance(u, Elem) else Diff(u, x)

        return d

    def go(u: Expr) -> Expr:
        if used or not contains(u, Diff):
            return u
        if isinstance(u, Diff) and not isinstance(u.body, Elem) and u.wrt.tensor in tensors(u.body):
            rule = rules.shown_rule(u.body, u.wrt) or rule_for(u.body)
            used.append(rule)
            return rule.apply(u.body, unevaluated(u.wrt))
        return rebuild(u, go)

    out = go(e)
    return out, used[0] if used else None
