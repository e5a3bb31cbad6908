"""Lists of tokens looked at before they are parsed: items, rows, differential signs, orders."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derive.documents.source.tokens import Token
from derive.documents.syntax import tree as s
from derive.documents.trouble import Unreadable


def has_transpose(node: s.Node) -> bool:
    """v^T, which makes a quadratic form with what follows."""
    return isinstance(node, s.Script) and bool(node.sup) and is_transpose(node.sup[-1])


def is_constant(node: s.Node) -> bool:
    if isinstance(node, s.Fraction):
        return is_constant(node.top) and is_constant(node.bottom)
    return isinstance(node, s.Num)


def is_sign(t: Token, kind: str) -> bool:
    return t.is_("\\partial") if kind == "partial" else t.kind == "letter" and t.text == "d"


def differential_sign(tokens: tuple[Token, ...]) -> str | None:
    if not tokens:
        return None
    return next((kind for kind in ("partial", "d") if is_sign(tokens[0], kind)), None)


def order_of(tokens: Sequence[Token]) -> tuple[int, tuple[Token, ...]]:
    """The order behind a differential sign, and what follows it."""
    tokens = tuple(tokens)
    if not tokens or not tokens[0].is_("^"):
        return 1, tokens
    if len(tokens) > 1 and tokens[1].kind == "num":
        digits, behind = tokens[1].text, tokens[2:]
    elif len(tokens) > 3 and tokens[1].is_("{") and tokens[2].kind == "num":
        digits, behind = tokens[2].text, tokens[4:]
    else:
        raise Unreadable(tokens[0].start, "a derivative of unknown order", "a whole number")
    if not digits.isdigit() or not 1 <= int(digits[:3]) <= 4:
        raise Unreadable(tokens[1].start, f"a derivative of order {digits}", "an order up to 4")
    return int(digits), behind


def repeated(node: s.Node) -> list[s.Variable]:
    """A variable with an order (x^2 twice), or a transposed one (w^T once)."""
    if isinstance(node, s.Script) and node.sup:
        sup = [t for t in node.sup if not t.is_("{", "}")]
        bare = s.Script(node.at, node.base, node.sub, (), node.primes) if node.sub or node.primes else node.base
        if len(sup) == 1 and sup[0].kind == "num" and sup[0].text in ("2", "3", "4"):
            return [s.Variable(node.at, bare)] * int(sup[0].text)
        if len(sup) == 1 and is_transpose(sup[0]):
            return [s.Variable(node.at, bare, True)]
        if len(sup) > 1 and is_transpose(sup[-1]):
            kept = s.Script(node.at, node.base, node.sub, tuple(node.sup[: node.sup.index(sup[-1])]), node.primes)
            return [s.Variable(node.at, kept, True)]
    return [s.Variable(node.at, node)]


def is_square(node: s.Node) -> bool:
    """sigma^2, of a name with or without an index."""
    named = isinstance(node, s.Script) and isinstance(node.base, s.Name) and not node.primes
    return named and [t.text for t in node.sup if not t.is_("{", "}")] == ["2"]


def opened(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """\\partial (v)^2 of (\\partial v)^2, below the line of a derivative."""
    signs = [t.kind in ("open", "close") for t in tokens]
    if len(tokens) < 5 or not signs[0] or differential_sign(tokens[1:]) is None or sum(signs) != 2:
        return tokens
    return (tokens[1], tokens[0], *tokens[2:])


def is_transpose(t: Token) -> bool:
    return t.is_("\\top", "\\intercal") or (t.kind in ("letter", "word") and t.text in ("T", "⊤"))


def unwrapped(tokens: list[Token]) -> list[Token]:
    """Without braces around all of it, which a macro puts around what it is given."""
    while len(tokens) > 1 and tokens[0].is_("{") and _closing(tokens) == len(tokens) - 1:
        tokens = tokens[1:-1]
    return tokens


def _closing(tokens: list[Token]) -> int:
    """Where the brace closes that the tokens begin with."""
    depth = 0
    for n, t in enumerate(tokens):
        depth += t.is_("{") - t.is_("}")
        if depth == 0:
            return n
    return -1


def compares(tokens: list[Token]) -> bool:
    """Whether a relation stands in the tokens, outside of brackets."""
    depth = 0
    for t in tokens:
        depth += (t.kind in ("open", "begin") or t.is_("{")) - (t.kind in ("close", "end") or t.is_("}"))
        if depth == 0 and t.is_("=", "<", ">", "\\le", "\\ge", "\\ne"):
            return True
    return False


def separated(tokens: list[Token], by: Callable[[Token], bool]) -> list[list[Token]]:
    """What stands between the tokens that separate, outside of brackets."""
    items: list[list[Token]] = [[]]
    depth = 0
    for t in tokens:
        depth += (t.kind in ("open", "begin") or t.is_("{")) - (t.kind in ("close", "end") or t.is_("}"))
        if depth == 0 and by(t):
            items.append([])
        else:
            items[-1].append(t)
    return items


def comma_separated(tokens: list[Token], kind: str) -> list[list[Token]]:
    """The items of a bracket; a single bar, as in KL(p || q), separates like a comma."""
    bars = [t for t in tokens if t.kind in ("bar", "bars")]
    single = bars if kind in "([<" and len(bars) == 1 else []

    def ends(t: Token) -> bool:
        return t.is_(",", ";") or t in single or (kind == "<" and t.kind == "bar")

    return [[t for t in item if not t.is_("\\quad", "\\qquad")] for item in separated(tokens, ends)]


def spaced_apart(tokens: list[Token]) -> list[list[Token]]:
    """What stands between spaces: [X \\; \\mathbf 1] has two columns of blocks."""
    items: list[list[Token]] = [[]]
    depth = 0
    for t in tokens:
        wide = t.is_("\\quad", "\\qquad")
        if depth == 0 and (wide or t.spaced) and items[-1]:
            items.append([])
        items[-1] += [] if wide else [t]
        depth += (t.kind in ("open", "begin") or t.is_("{")) - (t.kind in ("close", "end") or t.is_("}"))
    return items


def rows_of(tokens: list[Token]) -> list[list[list[Token]]]:
    rows: list[list[list[Token]]] = [[[]]]
    depth = 0
    for t in tokens:
        depth += (t.kind == "begin") - (t.kind == "end")
        if depth == 0 and t.is_("\\\\"):
            rows.append([[]])
        elif depth == 0 and t.is_("&"):
            rows[-1].append([])
        else:
            rows[-1][-1].append(t)
    return [row for row in rows if any(row)]


def condition_by_comma(cell: list[Token]) -> list[list[Token]]:
    """A row of cases without a column mark: value, condition."""
    for n, t in enumerate(cell):
        if t.kind == "text" or t.is_(",", "\\quad", "\\qquad"):
            return [cell[:n], cell[n:]]
    return [cell, []]
