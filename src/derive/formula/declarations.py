"""Declarations such as "X: N,D; y: N binary; b: scalar; S: n,n symmetric": names, sizes, properties."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from sympy import Expr, Integer

from derive.errors import FormulaError
from derive.expr.arrays import TensorExpr, tensor
from derive.expr.nodes import PROPERTIES, Size
from derive.formula.parser import is_nameable
from derive.formula.tokens import MAX_LENGTH
from derive.formula.vocabulary import FUNCTIONS, PREFIXES

MAX_AXES = 8
MAX_SIZE = 10**9

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
NUMBER = re.compile(r"[0-9]+")
WORD = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*|\S")
EXAMPLE = 'write "X: N,D; y: N binary; b: scalar"'

SYNONYMS: dict[str, tuple[str, ...]] = {
    **{p: (p,) for p in PROPERTIES},
    "binary": ("binary",),
    "full_rank": ("invertible",),
    "non_negative": ("nonnegative",),
    "nonsingular": ("invertible",),
    "one_hot": ("one_hot",),
    "onehot": ("one_hot",),
    "pd": ("positive_definite", "symmetric"),
    "pos_def": ("positive_definite", "symmetric"),
    "posdef": ("positive_definite", "symmetric"),
    "positive_definite": ("positive_definite", "symmetric"),
    "probability": ("unit_interval",),
    "real": (),
    "signs": ("sign",),
    "spd": ("positive_definite", "symmetric"),
    "sums_to_one": ("sum_to_one",),
    "sym": ("symmetric",),
}
SEMIDEFINITE = frozenset(("psd", "positive_semidefinite", "semidefinite"))
SCALAR = frozenset(("scalar", "number"))
SQUARE = frozenset(("symmetric", "positive_definite", "orthogonal", "invertible"))
ROWS = frozenset(("one_hot", "sum_to_one"))


@dataclass(frozen=True)
class Word:
    text: str
    offset: int


@dataclass(frozen=True)
class Declaration:
    name: Word
    dims: tuple[Word, ...]
    properties: frozenset[str]


def parse_where(text: str) -> dict[str, TensorExpr]:
    """The declared tensors by name.

    Entries are separated by `;` or line ends. Several names may share an entry: `u, v: D`. Sizes are names or whole
    numbers; `scalar`, or nothing, declares a number; properties follow the sizes. A positive definite matrix is
    symmetric. Raises FormulaError with the place.

    >>> parse_where("X: N,D; y: N binary")["X"].shape
    (N, D)
    """
    return Declarations(text).read()


class Declarations:
    def __init__(self, source: str) -> None:
        self.source = source

    def fail(self, message: str, offset: int, hint: str = "") -> FormulaError:
        return FormulaError(message, self.source, offset, hint=hint)

    def read(self) -> dict[str, TensorExpr]:
        if len(self.source) > MAX_LENGTH:
            message = f"the declarations have {len(self.source):,} characters; at most {MAX_LENGTH:,} are read"
            raise FormulaError(message, self.source[:100], 0)
        found: dict[str, TensorExpr] = {}
        sizes: dict[str, int] = {}
        for start, entry in self.entries():
            for declared in self.entry(entry, start):
                if declared.name.text in found:
                    raise self.fail(f"{declared.name.text} is declared twice", declared.name.offset)
                found[declared.name.text] = self.tensor(declared)
                sizes |= {d.text: d.offset for d in declared.dims if not NUMBER.fullmatch(d.text)}
        for name, offset in sizes.items():
            if name in found:
                raise self.fail(f"{name} is declared as a tensor and used as a size", offset, "rename one of them")
        return found

    def entries(self) -> Iterator[tuple[int, str]]:
        """The entries that are not blank, with their places."""
        for piece in re.finditer(r"[^;\n]+", self.source):
            if piece.group().strip():
                yield piece.start(), piece.group()

    def words(self, text: str, start: int) -> list[Word]:
        return [Word(m.group(), start + m.start()) for m in WORD.finditer(text)]

    def entry(self, text: str, start: int) -> Iterator[Declaration]:
        names, colon, facts = text.partition(":")
        first = start + len(text) - len(text.lstrip())
        if not colon:
            raise self.fail("a colon and the sizes are expected after the name", first, EXAMPLE)
        dims, properties = self.facts(self.words(facts, start + len(names) + 1))
        for name in self.names(self.words(names, start), first):
            yield Declaration(name, tuple(dims), frozenset(properties))

    def names(self, words: list[Word], first: int) -> list[Word]:
        if not words:
            raise self.fail("a name is expected before the colon", first, EXAMPLE)
        for n, word in enumerate(words):
            if n % 2 and word.text != ",":
                raise self.fail("a comma or a colon is expected after a name", word.offset, EXAMPLE)
            if n % 2 == 0:
                self.check_name(word)
        if len(words) % 2 == 0:
            raise self.fail("a name is expected after the comma", words[-1].offset, EXAMPLE)
        return words[::2]

    def check_name(self, word: Word) -> None:
        name = word.text
        if not NAME.fullmatch(name):
            raise self.fail(f"{name!r} is no name", word.offset, "a name is a letter, then letters, digits and _")
        if not is_nameable(name):
            raise self.fail(f"{name!r} is a keyword of Python and cannot be a name", word.offset)
        if name in FUNCTIONS or name in PREFIXES:
            raise self.fail(f"{name!r} is the name of a function or module", word.offset, f"write {name}_ or another")

    def facts(self, words: list[Word]) -> tuple[list[Word], set[str]]:
        """Sizes and properties: a word after a comma may be either, a word after a word must be a property."""
        dims: list[Word] = []
        properties: set[str] = set()
        words = self.without_brackets(words)
        separated, scalar = True, False
        for n, word in enumerate(words):
            if word.text == ",":
                if separated:
                    raise self.fail("a size is missing before the comma", word.offset, EXAMPLE)
                separated = True
                continue
            normal = word.text.lower().replace("-", "_")
            if normal in SYNONYMS:
                properties |= set(SYNONYMS[normal])
            elif normal in SCALAR and not dims and not scalar:
                scalar = True
            elif separated and not scalar:
                dims.append(self.dim(word, words[n + 1 : n + 2]))
            else:
                raise self.unknown_property(word, normal)
            separated = False
        if separated and words:
            raise self.fail("a size is missing after the comma", words[-1].offset, EXAMPLE)
        self.check(dims, properties)
        return dims, properties

    def without_brackets(self, words: list[Word]) -> list[Word]:
        """(N, D) is read like N, D."""
        if words and words[0].text in "([":
            closer = {"(": ")", "[": "]"}[words[0].text]
            closing = next((n for n, w in enumerate(words) if w.text == closer), None)
            if closing is None:
                raise self.fail(f"the bracket {words[0].text!r} is never closed", words[0].offset)
            inner = words[1:closing]
            if inner and inner[-1].text == ",":
                inner.pop()
            return inner + words[closing + 1 :]
        return words

    def dim(self, word: Word, following: list[Word]) -> Word:
        text = word.text
        if NUMBER.fullmatch(text):
            if len(text) > 10 or not 1 <= int(text) <= MAX_SIZE:
                raise self.fail(f"a size is between 1 and {MAX_SIZE:,}; {text[:20]} found", word.offset)
            return word
        if following and following[0].text in "+-*/^.":
            raise self.fail("a size is a name or a whole number, not a formula", following[0].offset)
        if not NAME.fullmatch(text):
            hint = "a size is a name such as N or a whole number; sizes are separated by commas"
            raise self.fail(f"{text!r} is no size", word.offset, hint)
        if text.lower() in SEMIDEFINITE or (
            len(text) > 3 and get_close_matches(text.lower(), SYNONYMS, n=1, cutoff=0.8)
        ):
            raise self.unknown_property(word, text.lower())
        if keyword.iskeyword(text):
            raise self.fail(f"{text!r} is a keyword of Python and cannot be a size", word.offset)
        if text in FUNCTIONS or text in PREFIXES:
            raise self.fail(f"{text!r} is the name of a function or module, not a size", word.offset)
        return word

    def unknown_property(self, word: Word, normal: str) -> FormulaError:
        if normal in SEMIDEFINITE:
            hint = "only positive_definite is known; declare symmetric, or positive_definite if it is invertible"
            return self.fail(f"unknown property {word.text!r}", word.offset, hint)
        close = get_close_matches(normal, SYNONYMS, n=1) if len(normal) > 2 else ()
        guess = f"did you mean {close[0]}? " if close else "sizes are separated by commas; "
        return self.fail(
            f"unknown property {word.text!r}", word.offset, f"{guess}known are {', '.join(sorted(PROPERTIES))}"
        )

    def check(self, dims: list[Word], properties: set[str]) -> None:
        """Properties of matrices need square matrices, properties of rows need rows."""
        if len(dims) > MAX_AXES:
            raise self.fail(f"more than {MAX_AXES} sizes", dims[MAX_AXES].offset)
        place = dims[0].offset if dims else 0
        sizes = [d.text for d in dims]
        if properties & SQUARE and (len(sizes) != 2 or sizes[0] != sizes[1]):
            name = min(properties & SQUARE)
            message = f"only a square matrix can be {name}; the sizes are ({', '.join(sizes)})"
            raise self.fail(message, place, "declare two equal sizes: n,n")
        if properties & ROWS and not dims:
            raise self.fail(f"a scalar cannot be {min(properties & ROWS)}", place)

    def tensor(self, declared: Declaration) -> TensorExpr:
        sizes: list[Expr] = [Integer(d.text) if NUMBER.fullmatch(d.text) else Size(d.text) for d in declared.dims]
        return tensor(declared.name.text, *sizes, properties=sorted(declared.properties))
