"""dW as one name: where a note declares it, or says that it is a multiple of the derivative of J in W."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derive.documents.source.gradients import Gradients, base_letter, is_sign, name_end, text_of
from derive.documents.source.rows import EQUALS, relations
from derive.documents.source.tokens import Token, group_end

Formulas = Sequence[list[list[Token]]]


def named_gradients(formulas: Formulas, written_out: Gradients | None) -> frozenset[str]:
    """W, where dW is a name. `written_out`: what dV is short for, which then is no name."""
    declared = {x for pieces in formulas for x in _declared(pieces)}
    if any(_is_total(tokens, declared) for pieces in formulas for tokens in pieces):
        declared = set()  # dX is an increment of X
    found = declared | {x for pieces in formulas for x in _defined(pieces)}
    return frozenset(found - written_out.names) if written_out is not None else frozenset(found)


def as_names(tokens: list[Token], names: frozenset[str], below: frozenset[str]) -> list[Token]:
    """The tokens with one letter for each dW of `names`; and one word, where dW is the subscript of v_{dW}.

    `below`: the letters of such subscripts.
    """
    if not names and not below:
        return tokens
    out: list[Token] = []
    n = 0
    while n < len(tokens):
        end = _short_end(tokens, n)
        letter = base_letter(tokens[n + 1 : end]) if end is not None else ""
        if end is not None and letter in below and _is_subscript(tokens, n, end):
            out.append(Token("word", f"d{letter}", tokens[n].start, tokens[end - 1].end, tokens[n].spaced))
            n = end
        elif end is not None and letter in names and not _varies(tokens, n):
            out.append(Token("letter", f"d{letter}", tokens[n].start, tokens[end - 1].end, tokens[n].spaced))
            n = end
        else:
            out.append(tokens[n])
            n += 1
    return out


def subscripted(formulas: Formulas, named: frozenset[str], written_out: Gradients | None) -> frozenset[str]:
    """W of the subscript in v_{dW}, where dW is a name or is short for a derivative, and stands by itself, too."""
    if written_out is None:
        return named
    alone: set[str] = set()
    for tokens in (t for pieces in formulas for t in pieces):
        ends = ((n, _short_end(tokens, n)) for n in range(len(tokens)))
        alone |= {base_letter(tokens[n + 1 : end]) for n, end in ends if end and not _is_subscript(tokens, n, end)}
    return named | (written_out.names or frozenset(alone))


def _declared(pieces: list[list[Token]]) -> Iterator[str]:
    """W and b of `dW, db \\in \\mathbb R`: the sign is that of the whole list."""
    listed: list[str] = []
    for part in map(relations, pieces):
        letter = _short(part.sides[0])
        listed = [*listed, letter] if letter else []
        if [str(r) for r in part.relations] == ["\\in"]:
            yield from listed
        listed = [] if part.relations else listed


def _is_total(tokens: list[Token], declared: set[str]) -> bool:
    """`df = ... dX` and `d(X^2) = ... dX`, where dX is declared, and df is not."""
    part = relations(tokens)
    left = part.sides[0]
    if not declared or len(part.relations) != 1 or str(part.relations[0]) not in EQUALS or len(left) < 2:
        return False
    upright = left[0].end - left[0].start > 1
    close = is_sign(left[0], upright=False) and (upright or left[1].start == left[0].end)
    other = (left[1].kind == "open" or base_letter(left[1:]) not in declared) and not left[1].is_("_", "^")
    right = part.sides[1]
    ends = [(n, end) for n in range(len(right)) if (end := _short_end(right, n)) is not None]
    return close and other and any(base_letter(right[n + 1 : end]) in declared for n, end in ends)


def _defined(pieces: list[list[Token]]) -> Iterator[str]:
    """Z of `dZ = m \\partial J / \\partial Z` and of `dZ = \\nabla_Z J`: a formula with a derivative in Z itself."""
    for part in map(relations, pieces):
        letter = _short(part.sides[0], scripts=True)
        if letter and len(part.relations) == 1 and str(part.relations[0]) in EQUALS:
            variable = text_of([t for t in part.sides[0][1:] if not t.is_("{", "}")])
            if any(text_of(x) == variable for x in _variables(part.sides[1])):
                yield letter


def _variables(tokens: list[Token]) -> Iterator[list[Token]]:
    """What stands below \\partial in a fraction, or below \\nabla."""
    for n, t in enumerate(tokens[:-1]):
        if t.is_("\\frac"):
            top = group_end(tokens, n + 1)
            below = tokens[top + 1 : group_end(tokens, top) - 1] if top < len(tokens) and tokens[top].is_("{") else []
            if below and (below[0].is_("\\partial") or is_sign(below[0], upright=False)):
                yield _bare(below[1:])
        elif t.is_("\\nabla") and tokens[n + 1].is_("_"):
            yield _bare(tokens[n + 2 : group_end(tokens, n + 2)] if tokens[n + 2].is_("{") else tokens[n + 2 : n + 3])


def _bare(tokens: Sequence[Token]) -> list[Token]:
    return [t for t in tokens if not t.is_("{", "}")]


def _short(tokens: list[Token], *, scripts: bool = False) -> str:
    """W, if the tokens are dW; with `scripts`, dW^{[l]} as well."""
    end = _short_end(tokens, 0) if tokens else None
    if end is None:
        return ""
    whole = name_end(tokens, 1) if scripts else end
    return base_letter(tokens[1:end]) if whole == len(tokens) else ""


def _short_end(tokens: Sequence[Token], n: int) -> int | None:
    """The place behind dW without its scripts, where one begins at n."""
    if not is_sign(tokens[n], upright=False) or n + 1 >= len(tokens) or (n and tokens[n - 1].is_("_", "^")):
        return None
    upright = tokens[n].end - tokens[n].start > 1
    if not upright and tokens[n + 1].start != tokens[n].end:
        return None
    return name_end(tokens, n + 1, scripts=False)


def _is_subscript(tokens: Sequence[Token], n: int, end: int) -> bool:
    """Whether `_{dW}` is all there is below."""
    return n > 1 and tokens[n - 1].is_("{") and tokens[n - 2].is_("_") and end < len(tokens) and tokens[end].is_("}")


def _varies(tokens: Sequence[Token], n: int) -> bool:
    """Whether the d is one of d f / d W, or below an index."""
    if n and tokens[n - 1].is_("/"):
        return True
    opened = n - 1
    if opened < 0 or not tokens[opened].is_("{"):
        return False
    if opened and tokens[opened - 1].is_("\\frac"):  # the upper one: whether such a d stands below
        below = group_end(tokens, opened)
        return below + 1 < len(tokens) and tokens[below].is_("{") and is_sign(tokens[below + 1], upright=False)
    if opened and tokens[opened - 1].is_("}"):
        depth, m = 0, opened - 1
        while m >= 0:
            depth += tokens[m].is_("}") - tokens[m].is_("{")
            if depth == 0:
                break
            m -= 1
        return m > 0 and tokens[m - 1].is_("\\frac") and is_sign(tokens[m + 1], upright=False)
    return False
