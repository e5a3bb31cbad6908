"""Functions of one number examined: range, limits, slope, and its bound, each proved, enclosed, or called unknown."""

from derive.analysis.bounds import Bound, slope_bound
from derive.analysis.facts import Facts, facts, parity

__all__ = ["Bound", "Facts", "facts", "parity", "slope_bound"]
