r"""A bar behind a term evaluates it: `\frac{dJ}{dw}\Big|_{w=0}` as `\left.\frac{dJ}{dw}\right|_{w=0}`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from derive.documents.source.tokens import Token, group_end

RELATIONS = frozenset(
    ("=", "<", ">", "\\le", "\\ge", "\\ne", "\\approx", "\\coloneq", "\\to", "\\propto", "\\Rightarrow")
)
ENDS = RELATIONS | {",", ";", "&", "\\\\", ":"}
OPENING, CLOSING = ("open", "nullopen", "begin"), ("close", "nullclose", "end")
NAMES = ("letter", "word", "cmd")
BIG = ("\\sum", "\\prod", "\\max", "\\min", "\\lim", "\\int")
MOST = 40  # bars of one formula


def evaluated(tokens: list[Token]) -> list[Token]:
    """The tokens with an invisible bracket before each term that a single bar with an equation below stands behind.

    What stands before the term must not mention a name of the equation: whether `w \\frac{dJ}{dw} |_{w=0}` takes its
    first factor at zero as well is not said.
    """
    terms: dict[int, int] = {}  # where one begins -> its bar
    conditions = {n: found for n in range(1, len(tokens)) if (found := _condition(tokens, n)) is not None}
    for n, condition in conditions.items() if len(conditions) <= MOST else ():
        side = _side(tokens, n, conditions)
        if side is None:
            continue
        first = _term(tokens, side, n, conditions)
        letters = {t.text for t in condition if t.kind in NAMES}
        taken = {k for start, bar in terms.items() for k in range(start, group_end(tokens, bar + 2))}
        before = [t for k, t in enumerate(tokens[side:first], side) if k not in taken]
        whole = not any(t.is_(*BIG) for t in tokens[first:n])  # else the letter of a sum would be free behind the bar
        if first < n and whole and not any(t.kind in NAMES and t.text in letters for t in before):
            terms[first] = n
    closing = set(terms.values())
    out: list[Token] = []
    for n, t in enumerate(tokens):
        if n in terms:
            out.append(Token("nullopen", ".", t.start, t.start))
        out.append(replace(t, kind="close") if n in closing else t)
    return out


def _condition(tokens: Sequence[Token], n: int) -> Sequence[Token] | None:
    """The equation below a bar that closes nothing; None of a bar with a bound above, or without an equation."""
    bar = tokens[n]
    if bar.text != "|" or bar.kind not in ("bar", "close") or n + 2 >= len(tokens):
        return None
    if not (tokens[n + 1].is_("_") and tokens[n + 2].is_("{")) or (bar.kind == "close" and _closes(tokens, n)):
        return None
    end = group_end(tokens, n + 2)
    inside = tokens[n + 3 : end - 1]
    bounded = end < len(tokens) and tokens[end].is_("^")
    return inside if len(inside) > 2 and any(t.is_("=") for t in inside) and not bounded else None


def _closes(tokens: Sequence[Token], n: int) -> bool:
    """Whether the closing bar at n has an opening one."""
    stack: list[Token] = []
    for t in tokens[:n]:
        if t.kind in ("open", "nullopen"):
            stack.append(t)
        elif t.kind in ("close", "nullclose") and stack:
            stack.pop()
    return bool(stack) and (stack[-1].kind == "nullopen" or stack[-1].text == "|")


def _side(tokens: Sequence[Token], n: int, conditions: Collection[int]) -> int | None:
    """Where the side of an equation, or the bracket, begins that the bar at n stands in; None within two bars."""
    depth, bars = 0, 0
    for k in range(n - 1, -1, -1):
        t = tokens[k]
        depth += _step(t)
        if depth < 0 or (depth == 0 and str(t) in ENDS):
            return None if bars % 2 else k + 1
        bars += depth == 0 and t.kind in ("bar", "bars") and k not in conditions
    return None if bars % 2 else 0


def _term(tokens: Sequence[Token], side: int, n: int, conditions: Collection[int]) -> int:
    """Where the term before the bar begins: at its first derivative if it has one."""
    depth, first = 0, n
    for k in range(n - 1, side - 1, -1):
        depth += _step(tokens[k])
        if depth == 0 and tokens[k].is_("+", "-"):
            break
        if depth == 0 and k < n and k in conditions:
            first = group_end(tokens, k + 2)
            break
        first = k
    return next((k for k in range(first, n) if _is_derivative(tokens, k)), first)


def _step(t: Token) -> int:
    """How a token changes the depth of brackets, read backwards."""
    return (t.kind in CLOSING or t.is_("}")) - (t.kind in OPENING or t.is_("{"))


def _is_derivative(tokens: Sequence[Token], k: int) -> bool:
    if tokens[k].kind in ("letter", "word") and k + 1 < len(tokens) and tokens[k + 1].is_("'"):
        return True
    above = tokens[k + 2 : k + 3] if tokens[k].is_("\\frac") and tokens[k + 1].is_("{") else []
    return tokens[k].is_("\\nabla") or any(t.is_("\\partial") or t.text == "d" for t in above)
