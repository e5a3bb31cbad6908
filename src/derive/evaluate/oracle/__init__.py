"""The obvious slow evaluator: what an expression is worth at given entries, by its definition.

One row per node class in `RULES`; bound indices are looped over; nothing is simplified, vectorised or clever, so
that everything else can be tested against it. The number system is a `Ring`: floats, exact rationals, balls
(rigorous enclosures) or power series over balls (rigorous directional derivatives).

>>> from derive.expr import Index, Size, Tensor, sum_over
>>> N = Size("N"); i = Index("i", N); x = Tensor("x", (N,))
>>> evaluate(sum_over(x(i) ** 2, i), {x: [1, 2]}, {N: 2}, ring=EXACT)
Fraction(5, 1)
"""

from derive.evaluate.oracle.evaluator import Env, Evaluator, evaluate
from derive.evaluate.oracle.rules import RULES, rule_of
from derive.evaluate.rings import BALL, EXACT, FLOAT, SERIES, Ball, Series

__all__ = ["BALL", "EXACT", "FLOAT", "RULES", "SERIES", "Ball", "Env", "Evaluator", "Series", "evaluate", "rule_of"]
