"""Comparing two sides at one place: exact first, then balls of rising precision."""

from __future__ import annotations

from fractions import Fraction as Q

from sympy import S, exp, log

from derive.expr import Index, Let, Program, Size, Tensor, sum_over
from derive.verify.place import ENTRIES, Claim, Place, ball_texts, rational_texts

N, D = Size("N"), Size("D")
n, d = Index("n", N), Index("d", D)
t, x, A = Tensor("t"), Tensor("x", (D,)), Tensor("A", (N, D))
T = t()


def compare(left, right, value=Q(1, 3)):
    return Place(Claim(left, right), {}, {t: value}).compare({})


def test_exact_arithmetic_goes_first():
    outcome = compare(T**2, T / 3 + S(1) / 10**50)
    assert (outcome.kind, outcome.why) == ("different", "exact arithmetic")
    assert compare(T**2, T / 3).kind == "equal"


def test_balls_where_there_is_no_exact_value():
    assert compare(exp(2 * T), exp(T) ** 2 * (1 + S(1) / 10**33)).kind == "different"
    outcome = compare(exp(exp(T)), exp(exp(T)) - exp(-120))
    assert (outcome.kind, outcome.why) == ("equal", "")  # they agree to more than 30 digits
    outcome = compare((1 + exp(-120)) ** 2 - 1, exp(-120))
    assert (outcome.kind, outcome.why) == ("different", "balls of 256 bits")
    assert compare(exp(2 * T + 0), exp(T) * exp(T - 1) * S.Exp1).kind == "equal"
    assert compare(log(-T), T).kind == "outside"


def test_what_a_claim_rests_on():
    z, unused = Tensor("z", (N,)), Tensor("unused", (N,))
    program = Program((Let(z(n), sum_over(A(n, d) * x(d), d)), Let(unused(n), Tensor("b", (N,))(n))))
    claim = Claim(z(n), S.Zero, program)
    assert claim.inputs() == (A, x)
    assert claim.closure() == (A, x, z)
    assert claim.inputs(given=frozenset({z})) == (z,)
    assert claim.sizes(0).keys() == {N, D}


def test_entries_are_few_and_include_the_diagonal():
    e, f = Index("e", D), Index("f", D)
    square = Tensor("S", (D, D, D))
    place = Place(Claim(square(d, e, f), S.Zero), {D: 6}, {})
    entries = place.entries()
    assert len(entries) <= ENTRIES
    assert any(len(set(at.values())) == 1 for at in entries)
    assert len(Place(Claim(x(d), S.Zero), {D: 6}, {}).entries()) == 6


def test_numbers_are_shown_with_the_digits_it_takes():
    from flint import arb

    assert rational_texts(Q(1, 3), Q(2)) == ("1/3", "2")
    left, right = rational_texts(Q(1) + Q(1, 10**30), Q(1))
    assert left != right
    assert ball_texts(arb(0, 1e-30), arb(1))[0] == "0"
