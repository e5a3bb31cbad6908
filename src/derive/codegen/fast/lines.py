"""Lines of generated source that are too long, broken where a careful author breaks them."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from derive.codegen.layout import INDENT, WIDTH, expression, filled, laid, paragraph, statement_text

FEW = 4  # names on the left of a line that is broken on its right


def tupled(names: Sequence[str]) -> str:
    return f"({', '.join(names)}{',' * (len(names) == 1)})"


def unpacked(names: Sequence[str], value: str) -> list[str]:
    """The line that gives these names to the entries of a value."""
    return [f"{', '.join(names)}{',' * (len(names) == 1)} = {value}"] if names else []


def broken(line: str) -> str:
    """The line, over several lines if it is too long for one."""
    if len(line) <= WIDTH or "\n" in line:
        return line
    text = line.lstrip()
    indent = line[: len(line) - len(text)]
    if text.startswith("#"):
        return paragraph(text, indent, "#     ")
    if text.startswith("from "):
        head, _, names = text.partition(" import ")
        return f"{indent}{head} import (\n{filled(names.split(', '), indent + INDENT)}\n{indent})"
    if text.startswith("def "):
        name, _, arguments = text.removesuffix("):").partition("(")
        return f"{indent}{name}(\n{filled(arguments.split(', '), indent + INDENT)}\n{indent}):"
    if text.startswith("for "):
        names, _, source = text.removeprefix("for ").partition(" in ")
        return f"{indent}for (\n{filled(names.split(', '), indent + INDENT)}\n{indent}) in {source}"
    (node,) = ast.parse(text).body
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple) and len(node.targets[0].elts) > FEW:
        names = map(expression, node.targets[0].elts)
        return f"{indent}(\n{filled(names, indent + INDENT)}\n{indent}) = {expression(node.value)}"
    if isinstance(node, ast.Expr):
        return indent + laid(node.value, len(indent), indent)
    return statement_text(node, indent)
