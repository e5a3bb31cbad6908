"""Determinant and inverse of small matrices over any ring of the oracle.

The determinant is expanded over sets of columns, without a division: it needs no pivot, so a ball that
contains zero (a singular matrix) is a value like any other. The inverse is the adjugate over the determinant.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from typing import Any

from derive.evaluate.rings import Ring

Matrix = list[list[Any]]


def determinant(rows: Matrix, ring: Ring) -> Any:
    """Sum over permutations, grouped by the set of columns that the first rows have used: n 2^n products."""
    n = len(rows)
    partial: dict[int, Any] = {0: ring.number(Fraction(1))}
    for k, row in enumerate(rows):
        grown: dict[int, Any] = {}
        for columns in combinations(range(n), k + 1):
            used = sum(1 << c for c in columns)
            total = None
            for place, c in enumerate(columns):
                term = row[c] * partial[used ^ (1 << c)]
                term = -term if (k - place) % 2 else term
                total = term if total is None else total + term
            grown[used] = total
        partial = grown
    return partial[(1 << n) - 1]


def inverse(rows: Matrix, ring: Ring) -> Matrix:
    """Adjugate over determinant; a singular matrix is outside the domain."""
    n = len(rows)
    scale = ring.divide(ring.number(Fraction(1)), determinant(rows, ring))

    def cofactor(i: int, j: int) -> Any:
        minor = [[x for c, x in enumerate(row) if c != j] for r, row in enumerate(rows) if r != i]
        value = determinant(minor, ring) * scale
        return -value if (i + j) % 2 else value

    return [[cofactor(j, i) for j in range(n)] for i in range(n)]
