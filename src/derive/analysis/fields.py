"""The facts of a function as plain data, for JSON: numbers as text, so that none is rounded."""

from __future__ import annotations

from typing import Any

from sympy import Expr

from derive.analysis.bounds import bound_of
from derive.analysis.decimals import decimal, digits
from derive.analysis.extremes import Extreme
from derive.analysis.facts import Course, Facts, parity
from derive.analysis.outputs import in_output
from derive.analysis.points import Number


def fields(f: Facts) -> dict[str, Any]:
    """range, limits, parity, slope, slope_bound, slope_in_output, kinks, jumps; null is what is not known."""
    bound, found = bound_of(f), in_output(f)
    return {
        "function": str(f.function),
        "parity": parity(f.function),
        "value": _course(f.value),
        "slope": _course(f.slope),
        "slope_bound": {
            "kind": bound.kind,
            "value": _number(bound.value, bound.kind),
            "least": _number(bound.least, bound.kind),
            "attained": bound.attained,
        },
        "slope_in_output": None if found is None else str(found.slope),
        "kinks": [dict(zip(("at", "left", "right"), map(_written, kink), strict=True)) for kink in f.kinks],
        "jumps": [str(at) for at in f.jumps],
    }


def _course(course: Course) -> dict[str, Any]:
    low, high = course.least(), course.greatest()
    limits = {name: course.limit(way) for name, way in (("-oo", -1), ("oo", 1))}
    return {
        "infimum": _extreme(low),
        "supremum": _extreme(high),
        "limits": {name: None if found is None else str(found) for name, found in limits.items()},
    }


def _extreme(e: Extreme | None) -> dict[str, Any] | None:
    if e is None:
        return None
    exact = None if e.exact is None else str(e.exact)
    between = None if exact is not None else [decimal(e.low), decimal(e.high)]
    return {"exact": exact, "between": between, "attained": e.attained}


def _written(x: Number) -> str:
    return digits(x) if x.exact is None else str(x.exact)


def _number(e: Expr | None, kind: str) -> str | None:
    return None if e is None else decimal(e) if kind == "enclosed" else str(e)
