"""The derivative rules, one record each. What is printed as a step is what was applied.

`apply(e, d)` gives the derivative of the node `e`, where `d(u)` is the derivative of a subterm `u`: carried out
when a derivative is computed, left as `Diff(u, x)` when one step of a derivation is shown.

Rules for scalar functions are rows of `FUNCTIONS`: the slope in each argument. Rules for nodes are functions below.
Derivatives at kinks follow the conventions step(0) = 0 and sign(0) = 0; at ties of a maximum they are undefined.
"""

from __future__ import annotations

from collections.abc import Callable

from sympy import Abs, Add, Expr, Mul, Pow, S, cos, cosh, erf, exp, log, pi, sign, sin, sinh, sqrt, tan, tanh
from sympy.functions.elementary.hyperbolic import asinh, atanh
from sympy.functions.elementary.trigonometric import atan

from derive.expr import (
    Delta,
    Det,
    Diff,
    Elem,
    Inverse,
    LayerSum,
    LogDet,
    LogSumExp,
    Max_,
    Prod_,
    Sum_,
    Unknown,
    Where,
    Winner,
    fresh,
    maximum,
    minimum,
    open_binder,
    relu,
    rename,
    sigmoid,
    softplus,
    step,
    sum_over,
    tensors,
)
from derive.expr.record import Record

Derivative = Callable[[Expr], Expr]


class Rule(Record):
    """A derivative rule: its permanent name, what it says in words, and how it acts on a node."""

    name: str
    reason: str
    apply: Callable[[Expr, Derivative], Expr]
    trivial: bool = False  # folded away in `key` steps


def slopes(*partials: Callable[..., Expr]) -> Callable[[Expr, Derivative], Expr]:
    """The chain rule for a scalar function with these partial derivatives."""

    def apply(e: Expr, d: Derivative) -> Expr:
        inner = [d(u) for u in e.args]
        return Add(*(f(*e.args) * du for f, du in zip(partials, inner, strict=True) if du != 0))

    return apply


def _row(kind: type, *partials: Callable[..., Expr], words: str = "") -> tuple[type, Rule]:
    name = kind.__name__.lower().rstrip("_")
    return kind, Rule(f"d_{name}", words or f"derivative of {name}", slopes(*partials))


def _nothing(*_: Expr) -> Expr:
    return S.Zero


FUNCTIONS: dict[type, Rule] = dict(
    (
        _row(exp, lambda t: exp(t), words="derivative of the exponential"),
        _row(log, lambda t: 1 / t, words="derivative of the logarithm"),
        _row(sigmoid, lambda t: sigmoid(t) * (1 - sigmoid(t)), words="derivative of the logistic function"),
        _row(tanh, lambda t: 1 - tanh(t) ** 2, words="derivative of tanh"),
        _row(softplus, lambda t: sigmoid(t), words="derivative of softplus"),
        _row(relu, lambda t: step(t), words="derivative of ReLU off its kink"),
        _row(step, _nothing, words="a step is constant off its jump"),
        _row(sign, _nothing, words="a sign is constant off its jump"),
        _row(Abs, lambda t: sign(t), words="derivative of the absolute value off its kink"),
        _row(Where, _nothing, lambda c, a, b: step(c), lambda c, a, b: 1 - step(c), words="derivative by cases"),
        _row(maximum, lambda a, b: step(a - b), lambda a, b: 1 - step(a - b), words="derivative of a maximum"),
        _row(minimum, lambda a, b: 1 - step(a - b), lambda a, b: step(a - b), words="derivative of a minimum"),
        _row(sin, lambda t: cos(t)),
        _row(cos, lambda t: -sin(t)),
        _row(tan, lambda t: 1 + tan(t) ** 2),
        _row(sinh, lambda t: cosh(t)),
        _row(cosh, lambda t: sinh(t)),
        _row(atan, lambda t: 1 / (1 + t**2)),
        _row(asinh, lambda t: 1 / sqrt(1 + t**2)),
        _row(atanh, lambda t: 1 / (1 - t**2)),
        _row(erf, lambda t: 2 * exp(-(t**2)) / sqrt(pi), words="derivative of the error function"),
    )
)


def d_where(e: Expr, d: Derivative) -> Expr:
    """By cases; kept as cases, which read better than products with steps."""
    c, a, b = e.args
    return Where(c, d(a), d(b))


def d_add(e: Expr, d: Derivative) -> Expr:
    return Add(*map(d, e.args))


def d_mul(e: Expr, d: Derivative) -> Expr:
    terms = []
    for n, f in enumerate(e.args):
        df = d(f)
        if df != 0:
            terms.append(Mul(*e.args[:n], df, *e.args[n + 1 :]))
    return Add(*terms)


def d_pow(e: Expr, d: Derivative) -> Expr:
    base, power = e.args
    dbase, dpower = d(base), d(power)
    out = power * Pow(base, power - 1) * dbase if dbase != 0 else S.Zero
    return out + e * log(base) * dpower if dpower != 0 else out


def d_sum_over(e: Expr, d: Derivative) -> Expr:
    body, names = open_binder(e)
    return _sum(d(body), names)


def _sum(body: Expr, names: tuple) -> Expr:
    return body if body == 0 else sum_over(body, *names)


def d_prod_over(e: Expr, d: Derivative) -> Expr:
    body, names = open_binder(e)
    return e * _sum(d(body) / body, names)


def d_logsumexp(e: Expr, d: Derivative) -> Expr:
    body, names = open_binder(e)
    return _sum(exp(body - e) * d(body), names)


def d_max_over(e: Expr, d: Derivative) -> Expr:
    body, names = open_binder(e)
    if len(names) == 1:
        inner = fresh(names[0].dim)
        winner = Winner(rename(body, {names[0]: inner}), inner, names[0])
        return _sum(winner * d(body), names)
    # a maximum over several indices: the entry wins if it reaches the maximum
    return _sum((1 - step(e - body)) * d(body), names)


def d_inverse(e: Expr, d: Derivative) -> Expr:
    """d(A^-1) = -A^-1 dA A^-1."""
    body, (a, b) = open_binder(e)
    i, j = e.slots
    left, right = (Inverse(*_fresh_body(e), *slots) for slots in ((i, a), (b, j)))
    return -_sum(left * d(body) * right, (a, b))


def d_logdet(e: Expr, d: Derivative) -> Expr:
    """d log|det A| = tr(A^-1 dA)."""
    body, (a, b) = open_binder(e)
    return _sum(Inverse(*_fresh_body(e), b, a) * d(body), (a, b))


def d_det(e: Expr, d: Derivative) -> Expr:
    """d det A = det A tr(A^-1 dA), for invertible A (Jacobi's formula)."""
    return e * d_logdet(e, d)


def _fresh_body(e: Expr) -> tuple:
    body, names = open_binder(e)
    return (body, *names)


def d_unknown(e: Expr, d: Derivative) -> Expr:
    name, order, t = e.args
    return Unknown(name, order + 1, t) * d(t)


def d_layer_sum(e: Expr, d: Derivative) -> Expr:
    """In W^(l) only the term of layer l changes."""
    return d(e.args[0])


def d_winner(e: Expr, d: Derivative) -> Expr:
    return S.Zero


NODES: dict[type, Rule] = {
    Add: Rule("d_add", "derivative of a sum", d_add, trivial=True),
    Mul: Rule("d_mul", "product rule", d_mul, trivial=True),
    Pow: Rule("d_pow", "power rule", d_pow),
    Where: Rule("d_where", "derivative by cases, off the kink", d_where),
    Sum_: Rule("d_sum_over", "derivative under the sum", d_sum_over, trivial=True),
    Prod_: Rule("d_prod_over", "logarithmic derivative of a product", d_prod_over),
    LogSumExp: Rule("d_logsumexp", "derivative of log-sum-exp", d_logsumexp),
    Max_: Rule("d_max_over", "a maximum routes its derivative to the winner", d_max_over),
    LayerSum: Rule("d_layer_sum", "only the term of layer l depends on it", d_layer_sum),
    Winner: Rule("d_winner", "the winner does not change off ties", d_winner),
    Inverse: Rule("d_inverse", "derivative of the inverse", d_inverse),
    LogDet: Rule("d_logdet", "derivative of the log-determinant", d_logdet),
    Det: Rule("d_det", "Jacobi's formula", d_det),
    Unknown: Rule("d_unknown", "chain rule for an unspecified function", d_unknown),
}

RULES: dict[type, Rule] = FUNCTIONS | NODES


def d_quotient(e: Expr, d: Derivative) -> Expr:
    """d(u/v) = (v du - u dv)/v^2."""
    above, below = _fraction(e)
    return (below * d(above) - above * d(below)) / below**2


def _fraction(e: Expr) -> tuple[Expr, Expr]:
    """Numerator and denominator as they are written."""
    below = [f for f in e.args if isinstance(f, Pow) and f.exp.is_negative]
    above = [f for f in e.args if f not in below]
    return Mul(*above), Mul(*(Pow(f.base, -f.exp) for f in below))


QUOTIENT = Rule("d_quotient", "quotient rule", d_quotient, trivial=True)
MULTIPLE = Rule("d_multiple", "a constant factor", d_mul, trivial=True)


def shown_rule(e: Expr, x: Elem) -> Rule | None:
    """The rule by which one step is shown, where it is not the one by which derivatives are computed."""
    if not isinstance(e, Mul):
        return None
    if sum(x.tensor in tensors(f) for f in e.args) == 1:
        return MULTIPLE
    return QUOTIENT if all(x.tensor in tensors(part) for part in _fraction(e)) else None


def d_elem(e: Elem, x: Elem) -> Expr:
    """Entries of a tensor are independent: the derivative of T_ij in T_ab is delta_ia delta_jb."""
    return Mul(*(Delta(i, a) for i, a in zip(e.indices, x.indices, strict=True)))


ELEM = Rule("d_elem", "entries are independent", lambda e, d: e, trivial=True)

__all__ = ["ELEM", "FUNCTIONS", "NODES", "RULES", "Diff", "Rule", "d_elem", "shown_rule"]
