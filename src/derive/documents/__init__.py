"""Notes in Markdown, TeX and Jupyter: their formulas read as declarations, definitions and claims."""

from derive.documents.model import Diagnostic, Instance, Note, Place, Side, Statement
from derive.documents.reader import read, read_expression, read_file

__all__ = ["Diagnostic", "Instance", "Note", "Place", "Side", "Statement", "read", "read_expression", "read_file"]
