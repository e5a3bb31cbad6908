"""The letters of a formula with what is set around them: style, accent, subscript, superscript."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from derive.documents.source.tokens import UNICODE, Token, group_end

GREEK = frozenset(x for c, x in UNICODE.items() if c.isalpha() and len(x) > 1 and x.isalpha()) | frozenset(
    ("varepsilon", "vartheta", "varphi", "varrho", "Xi", "Pi", "iota", "upsilon")
)
ACCENTS = frozenset(("hat", "bar", "tilde", "dot", "check", "mathcal"))
ANY = "_any"  # behind the name of a list that stands for one more of it: `meaning.generic`
EACH = "_each"  # behind a name that stands for something else without its index
MADE_UP = re.compile(rf"(?P<name>\b[A-Za-z]\w*?)(?:{ANY}|{EACH})(?![A-Za-z])(?P<next>,(?=\w))?")
STYLES = frozenset(("mathbf", "mathrm", "mathsf", "mathbb"))


def one_more(name: str) -> str:
    """What one more of a list is called."""
    return f"{name}{ANY}"


def as_noted(text: str) -> str:
    """Names that the reader made up, as notes have them; where a note has both, they stay apart.

    >>> as_noted("x_any,i = 2 w_i"), as_noted("x_any = x")
    ('x_i = 2 w_i', 'x_any = x')
    """

    def shown(m: re.Match[str]) -> str:
        name = m["name"]
        both = re.search(rf"\b{name}(?!{ANY}|{EACH})(?![A-Za-z])", text) is not None
        return m[0] if both else f"{name}_" if m["next"] else name

    return MADE_UP.sub(shown, text)


@dataclass(frozen=True)
class Use:
    """A letter at `at`; its scripts are tokens[scripts:end]. `name` has its accents, but not whether it is bold."""

    name: str
    first: int  # where its style begins
    at: int
    scripts: int
    end: int
    sub: tuple[Token, ...] = ()
    sup: tuple[Token, ...] = ()
    plain: bool = True  # no primes, and no second subscript

    @property
    def index(self) -> Token | None:
        """The one letter or number of the superscript, a transpose behind it left aside."""
        sup = self.sup[:-1] if len(self.sup) == 2 and is_transpose(self.sup[1]) else self.sup
        one = sup[0] if len(sup) == 1 and self.plain and not is_transpose(sup[0]) else None
        return one if one is not None and (is_letter(one) or one.kind == "num") else None


def uses(tokens: Sequence[Token]) -> Iterator[Use]:
    """All letters, those within scripts included; blackboard letters are none."""
    for n, t in enumerate(tokens):
        if not is_letter(t):
            continue
        accents, first, scripts = [], n, n + 1
        while first and (braced := _braced(tokens, first, scripts)) is not None:
            first, scripts = braced
            if tokens[first].text in ACCENTS | STYLES:
                accents.append(tokens[first].text)
        if "mathbb" not in accents:
            name = " ".join([*(a for a in accents if a in ACCENTS), t.text])
            yield _scripted(name, first, n, scripts, tokens)


def _braced(tokens: Sequence[Token], first: int, end: int) -> tuple[int, int] | None:
    """Where a style or an accent before these tokens begins, and where its braces end."""
    before = tokens[first - 1]
    if before.kind == "cmd" and before.text in ACCENTS | STYLES:
        return first - 1, end
    closed = before.is_("{") and end < len(tokens) and tokens[end].is_("}")
    if closed and first > 1 and tokens[first - 2].kind == "cmd" and tokens[first - 2].text in ACCENTS | STYLES:
        return first - 2, end + 1
    return None


def _scripted(name: str, first: int, at: int, scripts: int, tokens: Sequence[Token]) -> Use:
    n, found = scripts, {"_": (), "^": ()}
    while n + 1 < len(tokens) and tokens[n].is_("_", "^") and not found[tokens[n].text]:
        braced = tokens[n + 1].is_("{")
        end = group_end(tokens, n + 1) if braced else n + 2
        found[tokens[n].text] = tuple(tokens[n + 2 : end - 1] if braced else tokens[n + 1 : end])
        n = end
    plain = n >= len(tokens) or not tokens[n].is_("_", "^", "'")
    return Use(name, first, at, scripts, n, found["_"], found["^"], plain)


def only(tokens: Sequence[Token]) -> Use | None:
    """The one name with scripts that the tokens are."""
    return next((x for x in uses(tokens) if x.first == 0 and x.end == len(tokens)), None)


def called(tokens: Sequence[Token]) -> Use | None:
    """The one name with scripts that the tokens are, a bracket with its arguments left aside: J of J(\\theta)."""
    x = next((x for x in uses(tokens) if x.first == 0), None)
    return x if x is not None and argument_end(tokens, x.end) == len(tokens) else None


def argument_end(tokens: Sequence[Token], n: int) -> int:
    """The place behind a bracket that begins at n, which is n where none does."""
    depth = 0
    for k in range(n, len(tokens)):
        depth += (tokens[k].kind == "open") - (tokens[k].kind == "close")
        if depth <= 0:
            return k + 1 if k > n else n
    return n


def added_up(side: Sequence[Token]) -> Iterator[tuple[str, Use]]:
    """The letter of a sum and the name that is all of its term: n and E_n of \\frac1N \\sum_n E_n."""
    found = list(uses(side))
    for n, t in enumerate(side[:-2]):
        if not t.is_("\\sum") or not side[n + 1].is_("_"):
            continue
        letter = next((u for u in side[n + 2 : n + 4] if not u.is_("{")), None)
        behind = n + 1
        while behind + 1 < len(side) and side[behind].is_("_", "^"):
            behind = group_end(side, behind + 1) if side[behind + 1].is_("{") else behind + 2
        ends = ((x, argument_end(side, x.end)) for x in found if x.first == behind)
        whole = (x for x, end in ends if end == len(side) or side[end].is_("+", "-"))
        if letter is not None and (x := next(whole, None)) is not None:
            yield letter.text, x


def each(tokens: list[Token], names: frozenset[str], tells: Callable[[Use], bool]) -> list[Token]:
    """A name of their own for the members of something that stands alone, too: L_n beside L, x^{(i)} beside x."""
    at = {x.at for x in uses(tokens) if x.name in names and tells(x)} if names else ()
    return [replace(t, kind="letter", text=f"{t.text}{EACH}") if n in at else t for n, t in enumerate(tokens)]


def is_letter(t: Token) -> bool:
    return t.kind == "letter" or (t.kind == "cmd" and t.text in GREEK)


def is_transpose(t: Token) -> bool:
    return t.is_("\\top") or t.text == "T"
