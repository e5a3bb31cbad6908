"""Proofs that a difference has a sign: term by term, over cases, or as a sum of squares.

The normal form is a polynomial over atoms. Where it is quadratic in an atom with a provably positive leading
coefficient, A a^2 + B a + C = A (a + B/(2A))^2 + (C - B^2/(4A)), and the rest has one atom fewer: this proves
p (1 - p) <= 1/4 and 2 a b <= a^2 + b^2 without any rule for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction

from sympy import Abs, Expr, Mul, S, log

from derive.expr import Let, Program, Sum_, Tensor, contains, maximum, minimum, open_binder, sigmoid, softplus, unfold
from derive.expr.nodes import Diff, tensors
from derive.expr.program import from_the_top, substitute
from derive.prove.ledger import Exhausted, Ledger, Undefined, working
from derive.prove.normal import normal
from derive.prove.polynomial import Number, Poly, constant, mul, scale, sub
from derive.prove.positivity import nonnegative, positive, positive_atom
from derive.prove.powers import clear
from derive.prove.swell import swells
from derive.verify.verdict import Verdict

BUDGET = 40_000
MANY = 12  # names behind a difference that is too large when all are put in
CASES = 2  # numbers that are looked at with either sign
SIGNED = frozenset(("positive", "nonnegative", "unit_interval"))
DEPTH = 6  # atoms whose squares are completed, one after another


@dataclass
class Steps:
    """Those that are left to all attempts at one proof; each may take half of them."""

    left: int

    @contextmanager
    def half(self) -> Iterator[Ledger]:
        share = self.left // 2
        with working(share) as ledger:
            try:
                yield ledger
            finally:
                self.left -= share - max(0, ledger.left)


def proof_of_sign(gap: Expr, program: Program | None, strict: bool, budget: int = BUDGET) -> Verdict | None:
    """A proof that gap > 0 (or >= 0) wherever it is defined; None if none is found in so many steps.

    >>> from derive.expr import Tensor
    >>> p = Tensor("p")()
    >>> proof_of_sign(p**2 - p + 1, None, strict=True).kind
    'proved'
    """
    how = "positive" if strict else "not negative"
    steps = Steps(budget)
    for e in _stages(gap, program):
        used = _by_parts(e, strict, steps)
        if used is not None:
            return Verdict("proved", "normal form", f"the difference is {how}, term by term", tuple(sorted(used)))
    whole = unfold(gap, program) if program is not None else gap
    for t in _of_either_sign(whole):
        used = _in_each_case(t, whole, strict, steps)
        if used is not None:
            detail = f"the difference is {how} for {t.name} > 0, {t.name} < 0 and {t.name} = 0"
            return Verdict("proved", "normal form", detail, tuple(sorted(used)))
    return None


def _of_either_sign(gap: Expr) -> list[Tensor]:
    """The numbers whose absolute value is taken and whose sign is not known, where they are few."""
    if contains(gap, Diff):
        return []
    inside = frozenset[Tensor]().union(*(tensors(a) for a in gap.atoms(Abs)))
    found = [t for t in sorted(inside, key=str) if not (t.dims or t.properties & SIGNED)]
    return found if len(found) <= CASES else []


def _in_each_case(t: Tensor, gap: Expr, strict: bool, steps: Steps) -> set[str] | None:
    """What is used where the sign is proved with u, -u and 0 for t, u > 0."""
    u = Tensor(f"~{t.name}", (), None, (t.properties - {"nonzero"}) | {"positive"})
    out: set[str] = set()
    for value in (u(), -u(), S.Zero):
        used = _by_parts(substitute(gap, {t: Let(t(), value)}), strict, steps)
        if used is None:
            return None
        out |= {x for x in used if u.name not in x}
    return out


def _stages(gap: Expr, program: Program | None) -> list[Expr]:
    if program is None or contains(gap, Diff):
        return [gap]
    few = len(frozenset().union(*map(program.below, tensors(gap)))) < MANY
    whole = (unfold(gap, program),) if few else ()
    return list(dict.fromkeys((gap, *(e for (e,) in from_the_top((gap,), program, settled=True)), *whole)))


def _plainly(e: Expr, strict: bool) -> bool:
    """Whether the sign can be read off the expression as it is written: sums and products of what has one."""
    if e.is_positive if strict else e.is_nonnegative:
        return True
    if e.is_Add:
        signs = [_plainly(a, True) for a in e.args] if strict else [True]
        return any(signs) and all(_plainly(a, False) for a in e.args)
    if e.is_Mul:
        return all(_plainly(a, strict) for a in _upright(e.args))
    if isinstance(e, Sum_):
        return _plainly(e.body, strict)
    if isinstance(e, (minimum, maximum)):
        return (all if isinstance(e, minimum) else any)(_plainly(a, strict) for a in e.args)
    if e.is_Pow:
        base, n = e.args
        return bool(not strict and n.is_Integer and n % 2 == 0) or _plainly(base, strict)
    return False


def _upright(factors: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """The factors, with -log(sigmoid(x)) as the softplus(-x) that it is; the minus of a sum stands in its terms."""
    for n, f in enumerate(factors):
        if isinstance(f, Sum_) and (others := Mul(*factors[:n], *factors[n + 1 :])).is_negative:
            return (-others, -f.body)
        if isinstance(f, log) and isinstance(f.args[0], sigmoid):
            return (-Mul(*factors[:n], *factors[n + 1 :]), softplus(-f.args[0].args[0]))
    return factors


def _by_parts(e: Expr, strict: bool, steps: Steps) -> set[str] | None:
    """The same for a sum or product as it is written: normal forms multiply squares out."""
    used = set() if _plainly(e, strict) else _attempt(e, strict, steps)
    if used is None and e.is_Pow and e.args[1].is_Integer:
        return _by_parts(e.args[0], strict, steps)
    if used is not None or not (e.is_Add or e.is_Mul or isinstance(e, Sum_)):
        return used
    parts = (open_binder(e)[0],) if isinstance(e, Sum_) else e.args
    if e.is_Add and any(_plainly(-a, False) for a in parts):
        return None
    if strict and e.is_Add and not any(_by_parts(a, True, steps) is not None for a in parts):
        return None
    found = [_by_parts(a, strict and not e.is_Add, steps) for a in parts]
    return None if None in found else set().union(*found)


def _attempt(e: Expr, strict: bool, steps: Steps) -> set[str] | None:
    if swells(e):
        return None
    with steps.half() as ledger:
        try:
            p = normal(e)
            if _has_sign(p, strict) or _cleared(p, strict):
                return set(ledger.used)
        except (Exhausted, Undefined, RecursionError):
            return None
    return None


def _cleared(p: Poly, strict: bool) -> bool:
    numerator, denominator = clear(p)
    return bool(denominator) and all(map(positive_atom, denominator)) and _has_sign(numerator, strict)


def _has_sign(p: Poly, strict: bool, depth: int = DEPTH) -> bool:
    if (positive if strict else nonnegative)(p):
        return True
    if not depth:
        return False
    for a in _quadratic_atoms(p):
        rest = _square_completed(p, a)
        if rest is not None and (_has_sign(rest, strict, depth - 1) if rest else not strict):
            return True
    return False


def _quadratic_atoms(p: Poly) -> list[Expr]:
    """Atoms of which the highest power is the second, and no other but the first occurs."""
    exponents: dict[Expr, set[Number]] = {}
    for m in p:
        for a, e in m:
            exponents.setdefault(a, set()).add(e)
    return [a for a, es in exponents.items() if es <= {1, 2} and 2 in es]


def _square_completed(p: Poly, a: Expr) -> Poly | None:
    """C - B^2 / (4A) of p = A a^2 + B a + C, where A is a positive number."""
    parts: dict[Number, Poly] = {0: {}, 1: {}, 2: {}}
    for m, c in p.items():
        e = dict(m).get(a, 0)
        parts[e][frozenset((b, k) for b, k in m if b != a)] = c
    leading = constant(parts[2])
    if leading is None or leading <= 0:
        return None
    return sub(parts[0], scale(mul(parts[1], parts[1]), Fraction(1, 4) / leading))
