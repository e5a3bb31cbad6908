"""Models of one's own, composed in Python or written in a note, and the page that is derived from them."""

from derive.models.build import Model
from derive.models.lectures import lecture
from derive.models.pages import Page, page
from derive.models.written import Written

__all__ = ["Model", "Page", "Written", "lecture", "page"]
