"""Training of what was derived: data, generated gradients, generated updates, a report.

`train(TrainOptions(...))` is one run; `Files` says what to save and where to start from. Loaded when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from derive.train.options import TrainOptions
    from derive.train.report import Report
    from derive.train.run import Files, train

_WHERE = {"TrainOptions": "options", "Files": "run", "train": "run", "Report": "report"}

__all__ = ["Files", "Report", "TrainOptions", "train"]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'derive.train' has no attribute {name!r}")
    return getattr(import_module(f"derive.train.{_WHERE[name]}"), name)
