"""Names for what a derivative leaves behind: sigmoid for exp(t)/(1 + exp(t)), softmax for a quotient with a sum, tanh.

Each rewriting is an identity at all points; a derivation shows it as a step and proves it.
"""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Add, Expr, Mul, Pow, S, cosh, exp, sinh, tanh

from derive.expr import Index, LogSumExp, Sum_, free_indices, open_binder, rebuild, rename, sigmoid
from derive.expr.nodes import contains


def recognise(e: Expr) -> Expr:
    """`e` with logistic functions and softmaxes by name.

    >>> from derive.expr import Tensor
    >>> t = Tensor("t")()
    >>> recognise(exp(t) / (1 + exp(t)))
    sigmoid(t)
    """
    if not contains(e, exp) and not contains(e, cosh):
        return e
    if isinstance(e, (Mul, Pow)):  # a quotient as a whole, before its parts
        e = _softmax(_logistic(_tanh(e)))
    image = rebuild(e, recognise)
    return _total(image) if isinstance(image, Sum_) else image


def _factors(e: Expr) -> list[Expr]:
    return list(e.args) if isinstance(e, Mul) else [e]


def _tanh(e: Expr) -> Expr:
    """sinh(t) / cosh(t)."""
    parts = _factors(e)
    for part in parts:
        if isinstance(part, Pow) and isinstance(part.args[0], cosh) and part.args[1] == -1:
            t = part.args[0].args[0]
            if sinh(t) in parts:
                return Mul(*(p for p in parts if p not in (part, sinh(t))), tanh(t))
    return e


def _logistic(e: Expr) -> Expr:
    """(1 + exp(t))^-1 is sigmoid(-t); with a factor exp(t) it is sigmoid(t)."""
    parts = _factors(e)
    for n, part in enumerate(parts):
        t = _one_plus_exp(part)
        if t is None:
            continue
        power = -part.args[1]
        rest = parts[:n] + parts[n + 1 :]
        above = _take_exponential(rest, t, int(power))
        if above is None:
            return _logistic(Mul(*rest)) * sigmoid(-t) ** power
        upper, rest = above
        return _logistic(Mul(*rest)) * sigmoid(t) ** upper * sigmoid(-t) ** (power - upper)
    return e


def _one_plus_exp(e: Expr) -> Expr | None:
    """t, for a negative whole power of 1 + exp(t)."""
    if not (isinstance(e, Pow) and e.args[1].is_Integer and e.args[1].is_negative and isinstance(e.args[0], Add)):
        return None
    one, other = e.args[0].as_coeff_Add()
    return other.args[0] if one == 1 and isinstance(other, exp) else None


def _take_exponential(parts: list[Expr], t: Expr, most: int) -> tuple[int, list[Expr]] | None:
    """How many factors exp(t), at most `most`, stand among the parts; and the parts without them."""
    for n, part in enumerate(parts):
        if isinstance(part, exp):
            ratio = part.args[0] / t
            if ratio.is_Integer and 1 <= ratio <= most:
                return int(ratio), parts[:n] + parts[n + 1 :]
            if isinstance(part.args[0], Add) and t in Add.make_args(part.args[0]):
                return 1, [*parts[:n], exp(part.args[0] - t), *parts[n + 1 :]]
    return None


def _softmax(e: Expr) -> Expr:
    """exp(u_k) over the sum of exp(u_l) is exp(u_k - LSE u); a sum alone below is exp(-LSE u)."""
    parts = _factors(e)
    for n, part in enumerate(parts):
        if not (isinstance(part, Pow) and part.args[1] == -1 and isinstance(part.args[0], Sum_)):
            continue
        body, names = open_binder(part.args[0])
        if not isinstance(body, exp):
            continue
        lse = LogSumExp(body.args[0], *names)
        for m, above in enumerate(parts):
            if isinstance(above, exp) and any(rename(body, at) == above for at in _assignments(above, names)):
                rest = [p for k, p in enumerate(parts) if k not in (n, m)]
                return _softmax(Mul(*rest)) * exp(above.args[0] - lse)
    return e


def _total(e: Expr) -> Expr:
    """A softmax sums to one."""
    body, names = open_binder(e)
    if not isinstance(body, exp):
        return e
    for term in Add.make_args(body.args[0]):
        lse = -term
        if isinstance(lse, LogSumExp) and LogSumExp(body.args[0] + lse, *names) == lse:
            return S.One
    return e


def _assignments(e: Expr, names: tuple[Index, ...]) -> Iterator[dict[Index, Expr]]:
    """Ways to read one bound index as a free index of `e`."""
    if len(names) == 1:
        for index in sorted(free_indices(e), key=lambda i: i.name):
            if index.dim == names[0].dim:
                yield {names[0]: index}
