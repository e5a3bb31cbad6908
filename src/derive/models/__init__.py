"""Models of one's own, composed in Python or written in a note, and the page that is derived from them."""

from derive.models.build import Model
from derive.models.pages import Page, page

__all__ = ["Model", "Page", "page"]
