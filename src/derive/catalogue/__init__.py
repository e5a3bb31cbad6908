"""The catalogue: one page a file. A page states the forward model, the loss and the prose."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from derive.catalogue.options import PageOptions
    from derive.derivation import Derivation

PAGES = ("mlp", "linear", "logistic", "softmax", "svm", "neuron", "layer", "collapse")
"""Each is a module of `pages` with a function of the same name."""


def build(name: str, options: PageOptions) -> Derivation:
    """Derive the page of that name; nothing is verified yet."""
    from importlib import import_module

    return getattr(import_module(f"derive.catalogue.pages.{name}"), name)(options)
