"""Names with scripts: which part is a name, which an index, a layer, a power or a transpose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from derive.documents.source.tokens import Token
from derive.documents.syntax import tree as s
from derive.documents.syntax.scan import is_transpose
from derive.documents.trouble import Unreadable

Tokens = tuple[Token, ...]
INDEX_LETTERS = frozenset("ijklmnpqrstdhuvace") | {"mu", "nu", "alpha", "beta"}
COMMON = frozenset("ijklmn")
ONE_SAMPLE = frozenset(("i", "n", "mu"))  # what numbers a sample
SHORT_GREEK = frozenset(("mu", "nu", "pi", "xi"))
NAME_WORDS = frozenset(
    ("new", "old", "opt", "ML", "MAP", "MLE", "out", "in", "ridge", "lasso", "test", "train", "max", "min", "ols",
     "ce", "reg", "LS", "prev", "next", "avg", "true", "pred", "post", "prior", "tot", "total", "OLS", "star")
)  # fmt: skip


def strip(tokens: Tokens) -> Tokens:
    """Without the braces around all of it."""
    while len(tokens) >= 2 and tokens[0].is_("{") and _closes(tokens) == len(tokens) - 1:
        tokens = tokens[1:-1]
    return tuple(t for t in tokens if not t.is_("\\quad"))


def _closes(tokens: Tokens) -> int:
    depth = 0
    for n, t in enumerate(tokens):
        depth += t.is_("{") - t.is_("}")
        if depth == 0:
            return n
    return -1


def items(tokens: Tokens) -> list[Tokens]:
    """The indices of a subscript: nj and n,j are two, n+1 is one."""
    tokens = strip(tokens)
    if any(t.is_(",") for t in tokens):
        return [strip(i) for i in _split(tokens) if i]
    dots = [n for n, t in enumerate(tokens) if t.is_("\\cdot", "\\bullet")]
    if any(t.is_("+", "-", "=") for t in tokens) or any(0 < n < len(tokens) - 1 for n in dots):
        return [tokens]
    out: list[Tokens] = []
    n = 0
    while n < len(tokens):
        start = n
        n = _atom(tokens, n)
        while n < len(tokens) and tokens[n].is_("_", "^", "'"):
            n = n + 1 if tokens[n].is_("'") else _atom(tokens, n + 1)
        out.append(tokens[start:n])
    return out


def all_items(tokens: Tokens) -> list[Tokens]:
    """The same, where no comma may stand without an index on both sides."""
    tokens = strip(tokens)
    if any(t.is_(",") for t in tokens) and not all(_split(tokens)):
        raise Unreadable(tokens[0].start, "a comma without an index beside it", "an index on both sides of it")
    return items(tokens)


def is_multiple(tokens: Tokens) -> bool:
    """2i, 3k: twice an index; 1k may only be the two indices of an entry."""
    tokens = strip(tokens)
    return len(tokens) == 2 and is_numeral(tokens[:1]) and int(tokens[0].text) > 1 and letter_of(tokens[1:]) is not None


def _atom(tokens: Tokens, n: int) -> int:
    """The place behind the atom that begins at n."""
    if n >= len(tokens):
        return n
    t = tokens[n]
    if t.kind == "cmd" and t.text in ("mathbf", "mathcal", "hat", "bar", "tilde", "mathrm", "mathbb"):
        return _atom(tokens, n + 1)
    if t.is_("{") or t.kind == "open":
        depth = 0
        for m in range(n, len(tokens)):
            u = tokens[m]
            depth += (u.is_("{") or u.kind == "open") - (u.is_("}") or u.kind == "close")
            if depth == 0:
                return m + 1
        return len(tokens)
    return n + 1


def listed(tokens: Tokens) -> list[Tokens]:
    """The items of a list: between its commas."""
    return [strip(i) for i in _split(tokens)]


def _split(tokens: Tokens) -> list[Tokens]:
    out: list[Tokens] = [()]
    depth = 0
    for t in tokens:
        depth += (t.is_("{") or t.kind == "open") - (t.is_("}") or t.kind == "close")
        if depth == 0 and t.is_(","):
            out.append(())
        else:
            out[-1] = (*out[-1], t)
    return out


def word_of(tokens: Tokens) -> str:
    """A script as a part of a name."""
    parts = [t.text for t in tokens if not (t.is_("{", "}", "\\mathbf", "\\mathrm", "\\mathcal") or t.is_("'"))]
    text = "".join(parts)
    if len(parts) == 2 and text in SHORT_GREEK:
        return ".".join(parts)  # the x and i of W_{xi} are no \\xi
    return {"*": "star", "\\star": "star"}.get(text, text.replace(" ", "")) or "star"


def letter_of(tokens: Tokens) -> str | None:
    """The letter, if the tokens are a single one."""
    tokens = strip(tokens)
    if len(tokens) == 1 and tokens[0].kind in ("letter", "cmd") and is_lettered(tokens[0].text):
        return tokens[0].text
    return None


def is_lettered(text: str) -> bool:
    """Whether this is a letter, or one with a label: y, and y_i of one sample."""
    name, _, label = text.partition("_")
    return name.isalpha() and (not label or label in ONE_SAMPLE)


def is_numeral(tokens: Tokens) -> bool:
    """e^2, where e is the error, is its square; e^{-t} is the exponential all the same."""
    return len(tokens) == 1 and tokens[0].kind == "num"


@dataclass(frozen=True)
class Superscript:
    """The parts of a superscript: a layer in brackets, a part of the name, and what acts on the value."""

    layer: Tokens = ()
    name: str = ""
    acts: Tokens = ()  # a power
    transposed: bool = False
    inverse: bool = False
    entrywise: bool = False


def superscript(tokens: Tokens, known: object = None) -> Superscript:
    """What a superscript says; `known(letter)` tells whether a letter has a value, so that it can be a power."""
    tokens = strip(tokens)
    layer: Tokens = ()
    if tokens and tokens[0].kind == "open" and tokens[0].text in "([<":
        stop = _atom(tokens, 0)
        if not _behind_layer(tokens[stop:], known):
            return Superscript(acts=tokens)  # e^{(a + b) c}, x^{(a + b)/2}: the bracket is a factor of an exponent
        layer, tokens = strip(tokens[1 : stop - 1]), tokens[stop:]
    if not tokens:
        return Superscript(layer)
    if len(tokens) == 1 and is_transpose(tokens[0]):
        return Superscript(layer, transposed=True)
    if len(tokens) == 2 and tokens[0].is_("-") and is_transpose(tokens[1]):
        return Superscript(layer, transposed=True, inverse=True)
    if tokens[0].is_("\\odot", "\\circ") and len(tokens) > 1:
        return Superscript(layer, acts=strip(tokens[1:]), entrywise=True)
    if len(tokens) == 1 and tokens[0].is_("*", "\\star", "\\dagger", "+", "-", "\\circ"):
        return Superscript(layer, name={"+": "plus", "-": "minus", "\\dagger": "dagger"}.get(str(tokens[0]), "star"))
    if len(tokens) in (2, 3) and len({str(t) for t in tokens}) == 1 and tokens[0].is_("+", "*", "\\star"):
        return Superscript(layer, name=len(tokens) * ("plus" if tokens[0].is_("+") else "star"))  # w^{++}: two steps
    if _is_word(tokens, known):
        return Superscript(layer, name=word_of(tokens))
    if is_transpose(tokens[-1]) and (own := superscript(tokens[:-1], known)).name and not own.transposed:
        return replace(own, layer=layer, transposed=True)  # w^{*\\top}
    return Superscript(layer, acts=tokens)


def _behind_layer(rest: Tokens, known: object) -> bool:
    """Whether this can stand behind a layer in brackets: nothing, a transpose, a whole power, a star, a word."""
    if not rest or is_transpose(rest[0]) or rest[0].is_("*", "\\star", "\\dagger", "+", "\\odot", "\\circ"):
        return len(rest) < 2 or rest[0].is_("\\odot", "\\circ")
    if rest[0].is_("-"):
        rest = rest[1:]
        return not rest or (len(rest) == 1 and (is_transpose(rest[0]) or rest[0].kind == "num"))
    return (len(rest) == 1 and rest[0].kind == "num") or _is_word(rest, known)


def _is_word(tokens: Tokens, known: object) -> bool:
    if any(t.kind in ("text", "word") for t in tokens):
        return len(tokens) == 1
    word = "".join(t.text for t in tokens)
    return all(t.kind == "letter" for t in tokens) and word in NAME_WORDS and len(tokens) > 1


def base_of(node: s.Node) -> s.Name | None:
    """The letter behind scripts."""
    while isinstance(node, s.Script) or (isinstance(node, s.Bracket) and node.kind == "{" and len(node.items) == 1):
        node = node.base if isinstance(node, s.Script) else node.items[0]
    return node if isinstance(node, s.Name) else None


def shift_letter(sub: Tokens) -> str | None:
    """t, if the subscript is t - 1 or t + 1."""
    sub = strip(sub)
    shifted = len(sub) == 3 and sub[1].is_("+", "-") and sub[2].kind == "num"
    return letter_of(sub[:1]) if shifted else None


def size_before(last: Tokens) -> Iterator[str]:
    """N of N - 1, the last number from 0 on."""
    last = strip(last)
    if len(last) == 3 and last[1].is_("-") and last[2].text == "1" and last[0].kind == "letter":
        yield last[0].text
