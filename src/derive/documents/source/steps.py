"""One step of a recursion: where nothing runs over t, the t of x_t and h_{t-1} is a label of the new and the old."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from derive.documents.source.rows import Piece, relations
from derive.documents.source.tokens import Token

Subscript = tuple[Token | None, list[Token]]
"""What carries a subscript, None for a bracket, and the tokens of the subscript."""


def single_steps(formulas: list[list[Token]], presumed: bool = False) -> frozenset[str]:
    """The letters t that stand only in x_t and h_{t-1}, where each h_{t-1} is declared: one step, not a recursion.

    `presumed`: h_{t-1} need not be declared, since one step is what is looked at.
    """
    formulas = [tokens for tokens in formulas if not _is_mention(tokens)]
    found = [(base, sub) for tokens in formulas for base, sub in subscripts(tokens) if base is not None]
    letters = frozenset(sub[0].text for _, sub in found if sub and _is_previous(_first(sub), sub[0].text))
    return frozenset(t for t in letters if _is_single(t, formulas, found, presumed))


def _is_mention(tokens: list[Token]) -> bool:
    """At step $t$, after step $t - 1$."""
    return bool(tokens) and _is_step(tokens, tokens[0].text)


def _is_single(t: str, formulas: list[list[Token]], found: Sequence[Subscript], presumed: bool) -> bool:
    mine = [(b.text, sub) for b, sub in found if b is not None and any(u.text == t for u in _flat(sub))]
    everywhere = sum(u.text == t and u.kind == "letter" for tokens in formulas for u in tokens)
    if len(mine) != everywhere or not all(_is_step(_first(sub), t) for _, sub in mine):
        return False
    names = {name for name, _ in mine}
    if any(base is not None and base.text in names and sub[0].kind == "num" for base, sub in found if sub):
        return False
    before = {name for name, sub in mine if _is_previous(_first(sub), t)}
    return presumed or before <= set(_declared_before(t, formulas))


def _first(sub: list[Token]) -> list[Token]:
    """The t - 1 of h_{t-1,j}."""
    return sub[: next((n for n, u in enumerate(sub) if u.is_(",")), len(sub))]


def _is_step(sub: list[Token], t: str) -> bool:
    return (len(sub) == 1 and sub[0].text == t) or _is_previous(sub, t)


def _flat(sub: list[Token]) -> list[Token]:
    """A subscript without those in it: the t of \\delta_{c_t} is that of c_t."""
    out: list[Token] = []
    n = 0
    while n < len(sub):
        if not sub[n].is_("_"):
            out.append(sub[n])
        elif n + 1 < len(sub):
            n = _end(sub, n + 1) if sub[n + 1].is_("{") else n + 1
        n += 1
    return out


def _declared_before(t: str, formulas: list[list[Token]]) -> Iterator[str]:
    """h and c of h_{t-1}, c_{t-1} \\in \\mathbb R^H: the sign is that of the whole list."""
    listed: list[str] = []
    for part in map(relations, formulas):
        names = [b.text for b, sub in subscripts(part.sides[0]) if b is not None and _is_previous(sub, t)]
        if [str(r) for r in part.relations] == ["\\in"]:
            yield from (*listed, *names)
        listed = [] if part.relations else [*listed, *names]


def _is_previous(sub: list[Token], t: str) -> bool:
    return len(sub) == 3 and sub[0].kind == "letter" and sub[0].text == t and str(sub[1]) == "-" and sub[2].text == "1"


def subscripts(tokens: list[Token]) -> Iterator[Subscript]:
    """What carries a subscript, and the subscript, of all that do."""
    for n, t in enumerate(tokens[:-1]):
        if not t.is_("_"):
            continue
        before = n - 1
        while before > 0 and tokens[before].is_("}"):
            before -= 1  # \mathbf{h}_t
        base = tokens[before] if n and tokens[before].kind in ("letter", "cmd", "word") else None
        yield base, tokens[n + 2 : _end(tokens, n + 1)] if tokens[n + 1].is_("{") else [tokens[n + 1]]


def _end(tokens: list[Token], start: int) -> int:
    """The brace that closes the one at `start`."""
    depth = 0
    for n in range(start, len(tokens)):
        depth += tokens[n].is_("{") - tokens[n].is_("}")
        if depth == 0:
            return n
    return len(tokens)


def labelled(tokens: list[Token], steps: frozenset[str]) -> list[Token]:
    """x_t and h_{t-1} with words for subscripts."""
    out: list[Token] = []
    n = 0
    while n < len(tokens):
        t = tokens[n]
        if t.kind == "letter" and t.text in steps:
            last = tokens[n + 2] if _is_previous(tokens[n : n + 3], t.text) else t
            out.append(Token("word", t.text if last is t else f"{t.text}-1", t.start, last.end))
            n += 1 if last is t else 3
        else:
            out.append(t)
            n += 1
    return out


def lowered(tokens: list[Token]) -> list[Token]:
    """x^{(t)}, h^{(t-1)} and h^{<t-1>} as x_t and h_{t-1}: steps above, where a name has nothing below."""
    out: list[Token] = []
    n = 0
    while n < len(tokens):
        t, stop = tokens[n], _end(tokens, n + 1) if n + 1 < len(tokens) and tokens[n + 1].is_("{") else 0
        inside = tokens[n + 3 : stop - 1]
        step = bool(inside) and _is_step(inside, inside[0].text)
        bracketed = stop > n + 3 and tokens[n + 2].kind == "open" and tokens[stop - 1].kind == "close"
        if t.is_("^") and bracketed and step and inside[0].kind == "letter":
            out += [replace(t, text="_"), tokens[n + 1], *inside, tokens[stop]]
            n = stop + 1
        else:
            out.append(t)
            n += 1
    return out


def with_previous(pieces: list[Piece], steps: frozenset[str], wanted: set[tuple[str, str]]) -> list[Piece]:
    """The pieces of a formula, with h_{t-1} \\in \\mathbb R^H behind h_t \\in \\mathbb R^H for each (h, t) wanted."""
    out: list[Piece] = []
    listed: list[list[Token]] = []
    for piece in pieces:
        out.append(piece)
        part = relations(piece.tokens)
        listed.append(part.sides[0])
        if [str(r) for r in part.relations] == ["\\in"]:
            of = [part.relations[0], *part.sides[1]]
            earlier = [e for head in listed if (e := _before(head, steps, wanted)) is not None]
            out += [Piece([*head, *of], row=piece.row, closed_by=",") for head in earlier]
        if part.relations:
            listed = []
    return out


def _before(head: list[Token], steps: frozenset[str], wanted: set[tuple[str, str]]) -> list[Token] | None:
    """h_{t-1} for h_t."""
    own = list(subscripts(head))
    if len(own) != 1 or own[0][0] is None or len(sub := own[0][1]) != 1 or sub[0].text not in steps:
        return None
    if (own[0][0].text, sub[0].text) not in wanted:
        return None
    at = next(n for n, u in enumerate(head) if u is sub[0])
    return [*head[:at], *_previous(sub[0], braced=head[at - 1].is_("{")), *head[at + 1 :]]


def _previous(t: Token, braced: bool) -> list[Token]:
    """t - 1, in the place of t."""
    inside = [t, replace(t, kind="sym", text="-"), replace(t, kind="num", text="1")]
    return inside if braced else [replace(t, kind="sym", text="{"), *inside, replace(t, kind="sym", text="}")]


def undeclared(formulas: list[list[Token]], steps: frozenset[str]) -> set[tuple[str, str]]:
    """(h, t) of each h_{t-1} that stands somewhere and is declared nowhere."""
    used = {
        (base.text, sub[0].text)
        for tokens in formulas
        for base, sub in subscripts(tokens)
        if base is not None and sub and sub[0].text in steps and _is_previous(_first(sub), sub[0].text)
    }
    declared = {(name, t) for t in steps for name in _declared_before(t, formulas)}
    return used - declared
