"""Vectorised evaluation over an array namespace: NumPy, autograd.numpy, JAX or PyTorch.

Every subexpression is an array with one axis for each of its free indices, in a fixed order of all indices;
operands are aligned by inserting axes of length one, so broadcasting does the rest. A sum of products is one einsum;
no intermediate with the axes of all factors arises. The namespace is handed in and nothing is imported: with
autograd.numpy the result can be differentiated, which is how the witness works.
"""

from derive.evaluate.arrays.evaluator import Arrays, compute, run
from derive.evaluate.arrays.rules import RULES

__all__ = ["RULES", "Arrays", "compute", "run"]
