"""How many terms a sum without bounds has: N of `\\frac1N \\sum_n x_n`, and of `$N$ samples $x_n$`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from derive.documents.names.scripts import letter_of
from derive.documents.names.symbols import Range
from derive.documents.names.table import Table
from derive.documents.source.rows import relations
from derive.documents.source.tokens import Token
from derive.documents.syntax import tree as s
from derive.documents.syntax.scan import has_transpose
from derive.documents.syntax.tree import walk

TERMS = "it counts the terms of a sum"
USUAL = frozenset("nmNM")
SAMPLES = re.compile(
    r"\$\s*(?P<size>[A-Z]|[nm])\s*\$\s*(?:[^\W\d_]+\s+){0,3}?(?:samples?|points?|observations?|examples?|vectors?|numbers"
    r"|values|measurements|inputs|instances|images|pairs|Stichproben|Beispiele\w*|Punkte\w*|Vektoren|Beobachtungen|Zahlen"
    r"|Datenpunkte\w*|개의\s+(?:표본|벡터|샘플|데이터|점|수))\s*:?\s*"
    r"(?:\$|\\\()\s*\(?\s*(?:\\(?:math|bold|bm|bf)\w*\s*\{?)?\s*\\?[A-Za-z]+\s*\}?\s*"
    r"(?:_\s*\{?|\^\s*\{\s*\()\s*(?P<letter>[a-z])\s*[\s})]*(?:\\in\b|\$|\\\)|,|=)"
)
"""`We have $N$ samples $x_n`: n runs up to N."""

IDENTITY = re.compile(r"\bidentit(?:y|é|ät)\b|Einheitsmatrix|(?:단위|항등) ?행렬", re.IGNORECASE)
"""Where words speak of it, I is no number of terms."""


def look(trees: list[s.Node], text: str, table: Table) -> dict[str, str]:
    """Enter the ranges of index letters that the note tells so and in no other way.

    Returned are the letters that may be such a number, and about which nothing should be refuted for that.
    """
    found: dict[str, set[str]] = {}
    for size, letter in (*_means(trees), *((m["size"], m["letter"]) for m in SAMPLES.finditer(text))):
        if _is_open(size, table) and letter not in table.steps | table.ranges.keys():
            found.setdefault(letter, set()).add(size)
    doubts: dict[str, str] = {}
    for letter, sizes in found.items():
        if len(sizes) == 1 and all(x in USUAL or x == letter.upper() for x in sizes):
            _enter(letter, *sizes, table)
        else:
            doubts |= {x: f"{x} is what it seems to be" for x in sizes if x not in table.sizes}
    capitals = _capitals(trees, table)
    matrices = {name for name, x in table.symbols.items() if len(x.dims) == 2 and not x.lead}
    if IDENTITY.search(text) or any(_is_beside_matrix(n, matrices) for tree in trees for n in walk(tree)):
        capitals.pop("I", None)
    return doubts | capitals


def _is_beside_matrix(node: s.Node, matrices: set[str]) -> bool:
    """I of I - z z^T and of H + \\beta I, where H is declared a matrix: no number."""
    terms = [t for _, t in node.terms] if isinstance(node, s.Sum) else []
    others = [t for t in terms if not _ends_in_identity(t)]
    return len(others) < len(terms) and any(_is_outer(t) or _last(t) in matrices for t in others)


def _ends_in_identity(term: s.Node) -> bool:
    return _last(term) == "I"


def _last(term: s.Node) -> str:
    """The name that stands last in a product."""
    last = term.factors[-1][1] if isinstance(term, s.Juxtaposed) else term
    return last.name if isinstance(last, s.Name) else ""


def _is_outer(term: s.Node) -> bool:
    """z z^T, also with numbers in front of it."""
    last = term.factors[-2:] if isinstance(term, s.Juxtaposed) else ()
    pair = [f for _, f in last]
    return len(pair) == 2 and has_transpose(pair[1]) and not has_transpose(pair[0]) and not isinstance(pair[0], s.Num)


def _capitals(trees: list[s.Node], table: Table) -> dict[str, str]:
    """N, of which nothing is said, beside a sum over n of unknown range: it may be how many there are."""
    nodes = [n for tree in trees for n in walk(tree)]
    letters = {x for n in nodes if (x := _unbounded(n)) and x not in table.ranges}
    wanted = {x.upper() for x in letters} | ({"N", "n", "M", "m"} if letters else set())
    members = {id(n.base) for n in nodes if isinstance(n, s.Script) and n.sub}  # n_l is no n
    names = {n.name for n in nodes if isinstance(n, s.Name) and id(n) not in members} & wanted
    known = table.symbols.keys() | table.sizes.keys() | table.indices
    return {x: f"{x} is what it seems to be" for x in names - known}


def _is_open(size: str, table: Table) -> bool:
    """Whether the note says no more of the letter than that it is a whole number."""
    symbol = table.symbols.get(size)
    if size in table.depths | table.steps | table.indices | table.subscripts | table.equated:
        return False
    return symbol is None or ("integer" in symbol.properties and not (symbol.dims or symbol.lead or symbol.letter))


def _enter(letter: str, size: str, table: Table) -> None:
    at = table.first.get(size, 0)
    table.ranges[letter] = Range(1, (Token("letter", size, at, at + 1),))
    table.sizes.setdefault(size, TERMS)
    table.symbols.pop(size, None)
    table.counted.add(letter)
    table.touch()


def _means(trees: list[s.Node]) -> Iterator[tuple[str, str]]:
    """N and n, for each 1/N before or below a sum over n without bounds."""
    for n in (n for tree in trees for n in walk(tree)):
        if isinstance(n, s.Big) and isinstance(n.body, s.Juxtaposed):
            trees, sizes = [n], [x for op, f in n.body.factors if op == "/" for x in _below(op, f)]
        elif isinstance(n, s.Juxtaposed):
            trees = [x for _, x in n.factors]
            sizes = [x for op, f in n.factors for x in _below(op, f)]
        elif isinstance(n, s.Fraction):
            trees, sizes = [n.top], [x for x in (_number(n.bottom),) if x]
            trees += [x for _, x in n.top.factors] if isinstance(n.top, s.Juxtaposed) else []
        else:
            continue
        letters = [x for tree in trees if (x := _unbounded(tree))]
        if len(letters) == 1:
            yield from ((size, letters[0]) for size in sizes)


def _below(op: str, factor: s.Node) -> Iterator[str]:
    """N of 1/N, of / N and of N^{-1}."""
    bottom = factor.bottom if isinstance(factor, s.Fraction) else factor if op == "/" else None
    if isinstance(factor, s.Script) and "".join(t.text for t in factor.sup).strip("{}") == "-1" and not factor.sub:
        bottom = factor.base
    if bottom is not None and (found := _number(bottom)):
        yield found


def _number(bottom: s.Node) -> str:
    """N of N, 2N and N - 1."""
    if isinstance(bottom, s.Bracket) and len(bottom.items) == 1:
        return _number(bottom.items[0])
    parts = [x for _, x in bottom.factors] if isinstance(bottom, s.Juxtaposed) else [bottom]
    if isinstance(bottom, s.Sum) and len(bottom.terms) == 2 and isinstance(bottom.terms[1][1], s.Num):
        parts = [bottom.terms[0][1]]
    names = [x.name for x in parts if not isinstance(x, s.Num) and isinstance(x, s.Name)]
    others = [x for x in parts if not isinstance(x, (s.Num, s.Name))]
    return names[0] if len(names) == 1 and not others and len(names[0]) == 1 else ""


def _unbounded(tree: s.Node) -> str:
    """n of \\sum_n."""
    if not isinstance(tree, s.Big) or tree.kind != "sum" or tree.sup or not tree.sub:
        return ""
    chain = relations(list(tree.sub))
    return (letter_of(tree.sub) or "") if not chain.relations else ""
