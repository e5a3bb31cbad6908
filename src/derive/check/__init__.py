"""The checker: what each claim of a note is worth, why a wrong one is wrong, and reports of that.

`check_files` checks notes in processes of their own; `assert_gradient` and `assert_equal` hold hand-written NumPy
functions against what is derived. Loaded when first used.
"""

from __future__ import annotations

from typing import Any

_WHERE = {
    "assert_equal": "handwritten.functions",
    "assert_gradient": "handwritten.functions",
    "assert_gradients": "handwritten.functions",
    "check": "checked",
    "check_files": "run.runner",
    "check_text": "run.runner",
    "prove_formulas": "formulas",
}

__all__ = list(_WHERE)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'derive.check' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(f"derive.check.{_WHERE[name]}"), name)
