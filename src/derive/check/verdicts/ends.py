"""Strict inequalities at the ends of closed intervals: p (1 - p) > 0 holds within [0, 1], and not at its ends.

Numbers are drawn from within an interval, and proofs rest on it, as an equation that holds there goes on to the ends
wherever both sides are defined. What is strict need not: it is judged again with the ends put in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

from sympy import Expr, Integer, nan, oo, zoo

from derive.check.verdicts.shapes import Pair
from derive.expr import Elem, Let, Program, Tensor, tensors, unfold
from derive.expr.symbols import ENDS
from derive.verify import Verdict
from derive.verify.counterexample import is_parameter
from derive.verify.place import Claim

MANY = 2  # names at whose ends a claim is judged together
Judge = Callable[[Pair, Program], Verdict]
Face = dict[Tensor, int]  # the end at which all entries of a name are


def up_to_the_ends(pair: Pair, program: Program, judge: Judge) -> Verdict:
    """The verdict within all intervals; undecided if the claim does not hold at an end that belongs to one."""
    within = judge(pair, program)
    closed = sorted((t for t in Claim(pair.left, pair.right, program).inputs() if t.properties & ENDS), key=str)
    if not within.established or not closed:
        return within
    if len(closed) > MANY:
        return Verdict("undecided", within.method, "it was not judged where several names are at the ends of intervals")
    proved = True
    for face in _faces(closed):
        there, lets = _at(face, pair, program)
        if not all(_has_value(e, lets) for e in (there.left, there.right)):
            continue
        found = judge(there, lets)
        if not found.established:
            ends = " and ".join(f"{name} = {value}" for name, value in _told(face, program))
            return Verdict("undecided", found.method, f"it holds within the intervals; not, or not for sure, at {ends}")
        proved = proved and found.kind == "proved" and not any(t.dims for t in face)  # of arrays, the corners
    return within if proved else Verdict("confirmed", within.method, "it holds within the intervals and at their ends")


def _faces(closed: list[Tensor]) -> Iterator[Face]:
    """Some of the names at an end, the others within their intervals."""
    ends = {"closed_low": 0, "closed_high": 1}
    choices = [(None, *(x for name, x in ends.items() if name in t.properties)) for t in closed]
    for chosen in product(*choices):
        if face := {t: end for t, end in zip(closed, chosen, strict=True) if end is not None}:
            yield face


def _at(face: Face, pair: Pair, program: Program) -> tuple[Pair, Program]:
    """The claim with the ends put in."""
    lets = tuple(Let(let.target, _put(let.rhs, face)) for let in program)
    return Pair(_put(pair.left, face), _put(pair.right, face), pair.axes), Program(lets)


def _put(e: Expr, face: Face) -> Expr:
    if isinstance(e, Elem) and e.tensor in face:
        return Integer(face[e.tensor])
    if not e.args or not tensors(e) & face.keys():
        return e
    return e.func(*(_put(a, face) for a in e.args))


def _has_value(e: Expr, program: Program) -> bool:
    return not unfold(e, program).has(nan, zoo, oo, -oo)


def _told(face: Face, program: Program) -> Iterator[tuple[str, str]]:
    """The ends by the names of the note: a name with bounds is written with a parameter, which is none of them."""
    for t, end in face.items():
        owner = next((let for let in program if t in tensors(let.rhs) and is_parameter(t, let.tensor)), None)
        yield (str(t), str(end)) if owner is None else (str(owner.tensor), str(_put(owner.rhs, face)))
