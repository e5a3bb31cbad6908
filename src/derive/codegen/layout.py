"""Python text from syntax trees, as a careful author lays it out: brackets where they help, lines of bounded length.

`ast.unparse` drops the brackets of `(delta @ W) * slope`, and has no notion of a long line.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Callable, Iterable

WIDTH = 100
INDENT = "    "

COMPARISON, SUM, PRODUCT, MATMUL, SIGN, POWER, ATOM = range(7)
OPERATORS: dict[type, tuple[str, int]] = {
    ast.Add: (" + ", SUM),
    ast.Sub: (" - ", SUM),
    ast.Mult: (" * ", PRODUCT),
    ast.Div: (" / ", PRODUCT),
    ast.MatMult: (" @ ", MATMUL),
    ast.Pow: ("**", POWER),
}
COMPARISONS: dict[type, str] = {ast.Gt: " > ", ast.Lt: " < ", ast.Eq: " == "}


def expression(node: ast.expr) -> str:
    return WRITERS[type(node)](node)


def level(node: ast.expr) -> int:
    """How tightly the outermost operator binds."""
    if isinstance(node, ast.BinOp):
        return OPERATORS[type(node.op)][1]
    if isinstance(node, (ast.Compare, ast.IfExp, ast.Tuple)):
        return COMPARISON
    return SIGN if isinstance(node, ast.UnaryOp) else ATOM


def within(node: ast.expr, least: int) -> str:
    text = expression(node)
    return text if level(node) >= least else f"({text})"


def _operand(node: ast.expr, of: int, brackets: bool) -> str:
    """A product of matrices beside another product has brackets, though Python needs none."""
    return f"({expression(node)})" if brackets and level(node) == MATMUL else within(node, of)


def _binary(node: ast.BinOp) -> str:
    sign, own = OPERATORS[type(node.op)]
    if own == POWER:
        simple = all(isinstance(n, (ast.Name, ast.Constant, ast.Attribute)) for n in (node.left, node.right))
        return f"{within(node.left, ATOM)}{'**' if simple else ' ** '}{within(node.right, SIGN)}"
    beside = own == PRODUCT
    return _operand(node.left, own, beside) + sign + _operand(node.right, own + 1, beside)


def _call(node: ast.Call) -> str:
    return f"{within(node.func, ATOM)}({', '.join(arguments_of(node))})"


def arguments_of(node: ast.Call) -> list[str]:
    return [*map(_argument, node.args), *(f"{k.arg}={_argument(k.value)}" for k in node.keywords)]


def _argument(node: ast.expr) -> str:
    return f"({expression(node)})" if isinstance(node, ast.Tuple) else expression(node)


def _slice(node: ast.Slice) -> str:
    return ":".join("" if part is None else expression(part) for part in (node.lower, node.upper))


def _subscript(node: ast.Subscript) -> str:
    inside = expression(node.slice)
    return f"{within(node.value, ATOM)}[{inside}]"


def _tuple(node: ast.Tuple) -> str:
    return f"{_argument(node.elts[0])}," if len(node.elts) == 1 else ", ".join(map(_argument, node.elts))


WRITERS: dict[type, Callable[..., str]] = {
    ast.Name: lambda n: n.id,
    ast.Constant: lambda n: "..." if n.value is ... else repr(n.value).replace("'", '"'),
    ast.Attribute: lambda n: f"{within(n.value, ATOM)}.{n.attr}",
    ast.BinOp: _binary,
    ast.UnaryOp: lambda n: f"-{within(n.operand, MATMUL if isinstance(n.operand, ast.BinOp) else SIGN)}",
    ast.Compare: lambda n: within(n.left, SUM) + COMPARISONS[type(n.ops[0])] + within(n.comparators[0], SUM),
    ast.Call: _call,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.Tuple: _tuple,
    ast.IfExp: lambda n: f"{expression(n.body)} if {expression(n.test)} else {expression(n.orelse)}",
    ast.List: lambda n: f"[{', '.join(map(expression, n.elts))}]",
}


# --- statements, and lines that are too long


def statement_text(node: ast.stmt, indent: str = INDENT) -> str:
    """An assignment or a return; what is too long is broken at its outermost operators or arguments."""
    if isinstance(node, ast.Assign):
        head = f"{indent}{' = '.join(map(expression, node.targets))} = "
        return head + laid(node.value, len(head), indent)
    if isinstance(node, ast.Return) and node.value is not None:
        head = f"{indent}return "
        return head + laid(node.value, len(head), indent)
    return textwrap.indent(ast.unparse(node), indent)


def laid(node: ast.expr, column: int, indent: str, *, inside: bool = False, tail: int = 0) -> str:
    """The text of a node that begins at this column, with further lines at this indent.

    inside: whether brackets are open around it; tail: how many characters follow on its last line.
    """
    text = _argument(node) if inside else expression(node)
    if column + len(text) + tail <= WIDTH:
        return text
    if isinstance(node, ast.BinOp) and not isinstance(node.op, ast.Pow):
        return _rows(node, indent) if inside else _bracketed(node, indent)
    if isinstance(node, ast.BinOp):
        power = f" ** {within(node.right, SIGN)}"
        return _in_brackets(node.left, column, indent, level(node.left) < ATOM, tail + len(power)) + power
    if isinstance(node, ast.UnaryOp):
        least = MATMUL if isinstance(node.operand, ast.BinOp) else SIGN
        return "-" + _in_brackets(node.operand, column + 1, indent, level(node.operand) < least, tail)
    if isinstance(node, ast.Tuple):
        entries = list(map(_argument, node.elts))
        short = all(len(indent + INDENT + e) < WIDTH for e in entries)
        return f"(\n{filled(entries, indent + INDENT)}\n{indent})" if short else f"(\n{_entries(node, indent)}{indent})"
    if isinstance(node, ast.List):
        return f"[\n{_entries(node, indent)}{indent}]"
    if isinstance(node, ast.Call):
        return f"{expression(node.func)}(\n{_arguments(node, indent + INDENT)}\n{indent})"
    if isinstance(node, ast.Subscript):
        rest = f"[{expression(node.slice)}]"
        return _in_brackets(node.value, column, indent, level(node.value) < ATOM, tail + len(rest)) + rest
    return text


def _entries(node: ast.Tuple | ast.List, indent: str) -> str:
    """A line for each, or more where that is too long."""
    inner = indent + INDENT
    return "".join(f"{inner}{laid(e, len(inner), inner, inside=True, tail=1)},\n" for e in node.elts)


def _in_brackets(node: ast.expr, column: int, indent: str, needed: bool, tail: int) -> str:
    return _bracketed(node, indent) if needed else laid(node, column, indent, tail=tail)


def _bracketed(node: ast.expr, indent: str) -> str:
    inner = indent + INDENT
    return f"(\n{inner}{laid(node, len(inner), inner, inside=True)}\n{indent})"


def _rows(node: ast.BinOp, indent: str) -> str:
    """The terms of a sum, or the factors of a product, a line each."""
    own = OPERATORS[type(node.op)][1]
    operands: list[tuple[str, ast.expr, int]] = []
    left: ast.expr = node
    while isinstance(left, ast.BinOp) and OPERATORS[type(left.op)][1] == own:
        operands.append((OPERATORS[type(left.op)][0].lstrip(), left.right, own + 1))
        left = left.left
    rows = [("", left, own), *reversed(operands)]
    return f"\n{indent}".join(sign + _row(operand, sign, least, own, indent) for sign, operand, least in rows)


def _row(operand: ast.expr, sign: str, least: int, own: int, indent: str) -> str:
    text = _operand(operand, least, own == PRODUCT)
    if len(indent + sign + text) <= WIDTH:
        return text
    needed = text != expression(operand)
    return _in_brackets(operand, len(indent + sign), indent, needed, 0)


def _arguments(node: ast.Call, indent: str) -> str:
    """All on one line, or a line each."""
    line = indent + ", ".join(arguments_of(node))
    if len(line) <= WIDTH:
        return line
    named = [("", a) for a in node.args] + [(f"{k.arg}=", k.value) for k in node.keywords]
    return "\n".join(f"{indent}{name}{laid(a, len(indent + name), indent, inside=True, tail=1)}," for name, a in named)


def filled(entries: Iterable[str], indent: str) -> str:
    """Entries with commas, as many on a line as fit; a comma at the end."""
    lines, line = [], indent
    for entry in entries:
        piece = f"{entry},"
        if line.strip() and len(line) + 1 + len(piece) > WIDTH:
            lines.append(line)
            line = indent
        line += piece if not line.strip() else f" {piece}"
    return "\n".join([*lines, line])


def signature(name: str, arguments: Iterable[str]) -> str:
    """`def name(a, b):`, broken where it is long."""
    arguments = list(arguments)
    line = f"def {name}({', '.join(arguments)}):"
    return line if len(line) <= WIDTH else f"def {name}(\n{filled(arguments, INDENT)}\n):"


def paragraph(text: str, indent: str, hanging: str = "") -> str:
    """Words in lines of the page's width."""
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
