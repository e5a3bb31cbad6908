"""Forms as text in a style: one rule a form."""

from derive.notation.writer import functions, leaves, matrices, products, sums
from derive.notation.writer.dispatch import RULES, write

__all__ = ["RULES", "write"]

RULES.update(leaves.RULES | sums.RULES | products.RULES | functions.RULES | matrices.RULES)
