"""Writers of whole pages: one format a file."""

from __future__ import annotations

from typing import Any

from derive.derivation import Derivation


def render(page: Derivation, format: str, **options: Any) -> str:
    """The page in this format: text, latex, markdown, html or json."""
    from importlib import import_module

    from derive.notation.document.conventions import explained

    page = explained(page, notation=options.get("notation", "matrix"), steps=options.get("steps", "key"))
    return import_module(f"derive.notation.document.{format}").document(page, **options)
