"""One layer looked at: where nothing runs over l, and some X^{(l-1)} is declared, the levels l - 1 and l are labels."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from derive.documents.source.rows import relations
from derive.documents.source.tokens import Token, group_end
from derive.documents.source.uses import only

BEFORE = {"-": "prev", "+": "next"}
STYLED = ("\\mathbf", "\\mathcal", "\\hat", "\\tilde", "\\bar")
ORDER = frozenset(("=", "<", "\\le", ">", "\\ge"))


@dataclass(frozen=True)
class Raised:
    """A name at a level: its letter at `base`, its superscript from `at` to `end`, of which `rest` is no level."""

    base: int
    at: int
    end: int
    letter: str
    sign: str  # of l - 1 and l + 1
    bracketed: bool
    rest: tuple[Token, ...] = ()


@dataclass(frozen=True)
class Levels:
    """The letter of the one layer, and the names that stand at two levels, or without one, too."""

    letter: str
    several: frozenset[str]

    def applied(self, tokens: list[Token]) -> list[Token]:
        """Names in place of names at levels: Q for Q^{(l)}; X_prev for X^{(l-1)} beside X^{(l)}."""
        out = list(tokens)
        for x in sorted(_raised(tokens), key=lambda x: -x.at):
            if x.letter != self.letter:
                continue
            if (start := _opened(tokens, x)) >= 0:  # (V^{(l)})^T is V^T, and no argument
                out[start], out[x.end] = (
                    replace(tokens[k], kind="sym", text=c) for k, c in ((start, "{"), (x.end, "}"))
                )
            if (last := out[x.at - 1]).text != "d":  # a long d would be upright
                out[x.at - 1] = replace(last, end=tokens[x.end - 1].end)
            out[x.at : x.end] = [tokens[x.at], *_braced(x.rest, tokens[x.at])] if x.rest else []
            base = out[x.base]
            if base.text in self.several:
                label = BEFORE[x.sign] if x.sign else "now"
                out[x.base] = replace(
                    base, kind="word" if base.kind == "word" else "letter", text=f"{base.text}_{label}"
                )
        return list(self._sizes(out))

    def _sizes(self, tokens: list[Token]) -> Iterator[Token]:
        """n_{l-1} with a word for its subscript."""
        ends = {at: (end, sign) for at, end, sign in _lowered(self.letter, tokens)}
        n = 0
        while n < len(tokens):
            end, sign = ends.get(n, (n + 1, None))
            yield tokens[n] if sign is None else replace(tokens[n], kind="word", text=BEFORE.get(sign, "now"))
            n = end


def _opened(tokens: list[Token], x: Raised) -> int:
    """The place of the bracket around the name alone, where that has a superscript; -1 where there is none."""
    behind = tokens[x.end : x.end + 2]
    if len(behind) < 2 or behind[0].kind != "close" or not behind[1].is_("^"):
        return -1
    n = x.base - 1
    while n > 0 and (tokens[n].is_("{") or tokens[n].is_(*STYLED)):
        n -= 1
    return n if n >= 0 and tokens[n].kind == "open" else -1


def one_layer(formulas: Sequence[list[list[Token]]]) -> Levels | None:
    """The layer that a note, its formulas in pieces, looks at; None where it speaks of several, or of none."""
    said = [tokens for pieces in formulas for tokens in pieces]
    found = [(x, tokens[x.base].text) for tokens in said for x in _raised(tokens)]
    for letter in sorted({x.letter for x, _ in found if x.sign}):
        levels = [(name, x.sign) for x, name in found if x.letter == letter]
        declared = {level for pieces in formulas for level in _declared(letter, pieces)}
        if _is_single(letter, levels, declared, said):
            return Levels(letter, _several(levels, said))
    return None


def _is_single(
    letter: str, levels: list[tuple[str, str]], declared: set[tuple[str, str]], said: list[list[Token]]
) -> bool:
    """Whether the letter stands above names only, and what stands at two levels is declared at the lower one."""
    everywhere = sum(t.text == letter for tokens in said if not _speaks_of(letter, tokens) for t in tokens)
    signs: dict[str, set[str]] = {}
    for name, sign in levels:
        signs.setdefault(name, set()).add(sign)
    lowered = sum(len(list(_lowered(letter, tokens))) for tokens in said if not _speaks_of(letter, tokens))
    if everywhere != len(levels) + lowered or not any(sign for _, sign in declared):
        return False
    perhaps = signs.keys() if letter.isupper() else {name for tokens in said for name in _unbracketed(letter, tokens)}
    if any(_is_elsewhere(letter, perhaps, tokens) for tokens in said):
        return False
    if letter.isupper():
        return True
    if any(len(at) > 1 and (name, _lowest(at)) not in declared for name, at in signs.items()):
        return False
    return not any(name in signs for tokens in said for name in _numbered(tokens))


def _lowered(letter: str, tokens: list[Token]) -> Iterator[tuple[int, int, str]]:
    """Where the letter, or what is one more or less, is all of a subscript; and its sign."""
    for n, t in enumerate(tokens):
        behind, braced = tokens[n + 1 : n + 4], n > 1 and tokens[n - 1].is_("{") and tokens[n - 2].is_("_")
        if t.text != letter or not (braced or (n and tokens[n - 1].is_("_"))):
            continue
        shifted = braced and len(behind) == 3 and behind[0].is_("+", "-") and behind[1].text == "1"
        last = behind[2] if shifted else behind[0] if behind else None
        if not braced or (last is not None and last.is_("}")):
            yield n, n + (3 if shifted else 1), behind[0].text if shifted else ""


def _unbracketed(letter: str, tokens: list[Token]) -> Iterator[str]:
    """A of A^{k-1}."""
    return (tokens[x.base].text for x in _raised(tokens) if x.letter == letter and not x.bracketed)


def _is_elsewhere(letter: str, names: Collection[str], tokens: list[Token]) -> bool:
    """Whether one of these names stands at another level, or without one, so that x^L and A^{k-1} may be powers."""
    own = {x.base for x in _raised(tokens) if x.letter == letter}
    return any(t.text in names and n not in own and not _is_under(tokens, n) for n, t in enumerate(tokens))


def _is_under(tokens: list[Token], n: int) -> bool:
    """The a of \\nabla_a."""
    start = n - 1 if n and tokens[n - 1].is_("{") else n
    return start > 1 and tokens[start - 1].is_("_") and tokens[start - 2].is_("\\nabla")


def _lowest(signs: set[str]) -> str:
    return next(sign for sign in ("-", "", "+") if sign in signs)


def _speaks_of(letter: str, tokens: list[Token]) -> bool:
    """`l`, `l - 1`, `1 \\le l \\le L`: formulas about the level itself."""
    part = relations(tokens)
    if part.relations and not all(str(r) in ORDER for r in part.relations):
        return False
    if any(t.is_("^", "_") or t.kind == "open" for t in tokens):
        return False
    sides = [
        [t for t in side if not (t.is_("+", "-", ",") or t.is_("\\dots") or t.kind == "num")] for side in part.sides
    ]
    alone = [side for side in sides if len(side) == 1 and side[0].text == letter]
    return len(alone) > 0 and all(len(side) < 2 for side in sides)


def _declared(letter: str, pieces: list[list[Token]]) -> Iterator[tuple[str, str]]:
    """X and the sign of X^{(l-1)} \\in \\mathbb R^{T \\times D}; and of the names before it in a list."""
    listed: list[tuple[str, str]] = []
    for part in map(relations, pieces):
        side = part.sides[0]
        alone = [x for x in _raised(side) if x.letter == letter and (only(side) or (x.base, x.end) == (0, len(side)))]
        listed += [(side[x.base].text, x.sign) for x in alone]
        if part.relations:
            yield from listed if str(part.relations[0]) == "\\in" else ()
            listed = []


def _several(levels: list[tuple[str, str]], said: list[list[Token]]) -> frozenset[str]:
    """The names at two levels, and those that stand without one somewhere."""
    raised = [{x.base for x in _raised(tokens)} for tokens in said]
    plain = {
        t.text
        for tokens, at in zip(said, raised, strict=True)
        for n, t in enumerate(tokens)
        if n not in at and not _is_lowered(tokens, n)
    }
    return frozenset(x for x, _ in levels if x in plain or len({sign for name, sign in levels if name == x}) > 1)


def _is_lowered(tokens: list[Token], n: int) -> bool:
    """Whether a token stands in a subscript: the Q of W_Q."""
    depth = 0
    for m in range(n - 1, -1, -1):
        depth += tokens[m].is_("}") - tokens[m].is_("{")
        if tokens[m].is_("_") and (m == n - 1 or depth < 0):
            return True
    return False


def _numbered(tokens: list[Token]) -> Iterator[str]:
    """a of a^{(1)}, of a^{(L)}, and of a^0, a^1 and a^L."""
    for n, t in enumerate(tokens):
        inner = _inner(tokens, n) if t.is_("^") else []
        several = len(inner) == 3 and inner[0].kind == "open" and (inner[1].kind == "num" or inner[1].text.isupper())
        if several or (len(inner) == 1 and inner[0].text in ("0", "1", "L")):
            base = _base(tokens, n - 1)
            yield from [tokens[base].text] if base >= 0 else []


def _raised(tokens: list[Token]) -> Iterator[Raised]:
    """The names of a formula that have l, l - 1 or l + 1 for a superscript, in brackets or without."""
    for n, t in enumerate(tokens):
        base = _base(tokens, n - 1) if t.is_("^") else -1
        inner = _inner(tokens, n) if base >= 0 else []
        bracketed = bool(inner) and inner[0].kind == "open"
        start = 1 if bracketed else 0
        stop = next((k for k, u in enumerate(inner) if u.kind == "close"), -1) if bracketed else len(inner)
        if not bracketed and inner and inner[-1].is_("\\top"):
            stop -= 1
        level, rest = inner[start:stop], inner[stop + bracketed :]
        if (
            not level
            or level[0].kind not in ("letter", "cmd")
            or not level[0].text.isalpha()
            or len(level) not in (1, 3)
        ):
            continue
        shifted = len(level) == 3 and level[1].is_("+", "-") and level[2].text == "1"
        if (len(level) == 1 or shifted) and level[0].text not in ("T", "top", "prime"):
            sign = level[1].text if shifted else ""
            yield Raised(base, n, n + 1 + _length(tokens, n), level[0].text, sign, bracketed, tuple(rest))


def _length(tokens: list[Token], n: int) -> int:
    return group_end(tokens, n + 1) - n - 1


def _inner(tokens: list[Token], n: int) -> list[Token]:
    """The superscript behind the sign at n, without its braces."""
    end = group_end(tokens, n + 1)
    braced = n + 1 < len(tokens) and tokens[n + 1].is_("{")
    return tokens[n + 2 : end - 1] if braced else tokens[n + 1 : n + 2]


def _base(tokens: list[Token], n: int) -> int:
    """The place of the letter before a superscript, behind its subscript and in its style; -1 where there is none."""
    n = _before_group(tokens, n) if n >= 0 and tokens[n].is_("}") else n
    if n > 0 and tokens[n].is_("{") and tokens[n - 1].is_("_"):
        n -= 2  # W_{Q}^{(l)}
        n = _before_group(tokens, n) if n >= 0 and tokens[n].is_("}") else n
    elif n > 1 and tokens[n - 1].is_("_"):
        n -= 2  # W_Q^{(l)}
    if 0 <= n < len(tokens) - 1 and tokens[n].is_("{") and not tokens[n + 1].is_("{"):
        n += 2 if tokens[n + 1].kind == "cmd" and tokens[n + 2 : n + 3] and tokens[n + 2].kind == "letter" else 1
    named = n >= 0 and (tokens[n].kind in ("letter", "word") or (tokens[n].kind == "cmd" and tokens[n].text.isalpha()))
    return n if named and not (n and tokens[n - 1].is_("\\mathbb")) else -1


def _before_group(tokens: list[Token], n: int) -> int:
    """The opening brace of the group that ends at n."""
    depth = 0
    for m in range(n, -1, -1):
        depth += tokens[m].is_("}") - tokens[m].is_("{")
        if depth == 0:
            return m
    return -1


def _braced(rest: tuple[Token, ...], sign: Token) -> list[Token]:
    return [replace(sign, text="{"), *rest, replace(sign, text="}")]
