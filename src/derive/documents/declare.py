"""Declarations out of the note's own mathematics: sets, signs, ranges, sums to one, symmetry."""

from __future__ import annotations

from dataclasses import dataclass

from derive.documents import syntax as s
from derive.documents.enumerations import Enumeration, declare_all, enumeration
from derive.documents.names import items, letter_of, listed, strip, superscript, word_of
from derive.documents.parser import parse
from derive.documents.rows import Part
from derive.documents.table import DIMENSION, Range, Symbol, Table, Tokens
from derive.documents.tokens import Token
from derive.documents.trouble import Unreadable

ORDER = {"<": 1, "\\le": 1, ">": -1, "\\ge": -1}


@dataclass(frozen=True)
class Named:
    """A name on the left of a declaration: W^{(l)}, x_n, \\beta_1, a^{(0)}."""

    name: str
    lead: tuple[str, ...] = ()
    letter: str = ""
    explicit: bool = False


def bare_name(tokens: Tokens, table: Table) -> Named | None:
    """The name, if the tokens are a single one with scripts that belong to it."""
    tokens = strip(_without_words(tokens))
    if not tokens or len(tokens) > 16:
        return None
    try:
        tree = parse(tokens)
    except Unreadable:
        return None
    if isinstance(tree, s.Name):
        return Named(tree.name)
    if isinstance(tree, s.Special) and tree.name in ("ones", "zeros"):
        return Named(tree.name)
    if not isinstance(tree, s.Script) or not isinstance(tree.base, s.Name):
        return None
    if tree.primes:
        return _primed(tree.base.name, tree, table)
    sup = superscript(tree.sup)
    if sup.acts or sup.transposed or sup.inverse:
        return None
    base = f"{tree.base.name}_{sup.name}" if sup.name else tree.base.name
    if sup.layer:
        return _layered(base, tree.sub, sup.layer, table)
    return _subscripted(base, tree.sub, table) if tree.sub else Named(base)


def _without_words(tokens: Tokens) -> Tokens:
    """The tokens without the words between them; those within braces, as in L_{\\text{NCE}}, are kept."""
    out: list[Token] = []
    depth = 0
    for t in tokens:
        depth += t.is_("{") - t.is_("}")
        if t.kind != "text" or depth:
            out.append(t)
    return tuple(out)


def _primed(base: str, tree: s.Script, table: Table) -> Named | None:
    """w' of a declared vector or number is another one: a row would not stand alone. X' of a matrix is its transpose."""
    symbol = table.symbols.get(base)
    if tree.primes > 1 or tree.sub or tree.sup or symbol is None or len(symbol.dims) > 1 or symbol.lead:
        return None
    return Named(f"{base}prime") if base not in table.definitions and base not in table.functions else None


def _layered(base: str, sub: Tokens, layer: Tokens, table: Table) -> Named | None:
    entries: tuple[str, ...] = ()
    if sub and not any(t.kind in ("word", "text") for t in sub):
        named = _subscripted(base, sub, table)  # z^{(l)}_j, x^{(n)}_d: entries at a layer, or of a sample
        if not named.lead:
            return None
        entries, sub = named.lead, ()
    name = f"{base}_{word_of(sub)}" if sub else base
    letter = letter_of(layer)
    if letter in table.depths:
        return Named(name, letter=letter or "", explicit=True) if not entries else None
    if letter and (letter in table.steps or name in table.layered):
        return Named(name, letter=letter) if not entries else None
    if letter:
        return Named(name, lead=(letter, *entries))
    if len(layer) == 1 and layer[0].kind == "num":
        return Named(f"{name}^({layer[0].text})", lead=entries)
    return None


def _subscripted(base: str, sub: Tokens, table: Table) -> Named:
    parts = items(sub)
    letters = tuple(letter_of(p) or "" for p in parts)
    if len(parts) == 1 and letters[0] in table.steps:
        return Named(base, letter=letters[0])
    indices = all(x and (x in table.ranges or x in table.indices or (len(x) == 1 and x in "ijklmn")) for x in letters)
    if indices and not any(t.kind in ("word", "text") for t in sub):
        return Named(base, lead=letters)
    return Named(f"{base}_{word_of(sub)}")


# -- sets --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Domain:
    """What a set says of its elements."""

    dims: tuple[Tokens, ...] = ()
    properties: frozenset[str] = frozenset()
    low: s.Node | None = None
    high: s.Node | None = None
    row: bool = False
    range: Range | None = None


def domain(tokens: Tokens) -> Domain:
    """The domain that a set stands for. Raises Unreadable."""
    tokens = tuple(t for t in strip(tokens) if t.kind != "text")
    if not tokens:
        raise Unreadable(0, "nothing", "a set")
    n = _set_end(tokens)
    base, scripts = tokens[:n], tokens[n:]
    sub, sup = _scripts(scripts)
    dims = _dims(sup) if sup else ()
    found = _base_domain(base, sub)
    row = len(dims) == 2 and len(dims[0]) == 1 and dims[0][0].text == "1"
    if len(dims) == 2 and len(dims[1]) == 1 and dims[1][0].text == "1":
        dims = dims[:1]
    return Domain(
        dims[1:] if row else dims, found.properties, found.low, found.high, row, found.range if not dims else None
    )


def _set_end(tokens: Tokens) -> int:
    if tokens[0].kind == "open":
        depth = 0
        for n, t in enumerate(tokens):
            depth += (t.kind == "open") - (t.kind == "close")
            if depth == 0:
                return n + 1
        raise Unreadable(tokens[0].start, "a set that is never closed", "a closing bracket")
    if tokens[0].kind == "cmd" and tokens[0].text in ("mathbb", "mathbf", "mathcal"):
        return 4 if len(tokens) > 1 and tokens[1].is_("{") else 2
    return 1


def _scripts(tokens: Tokens) -> tuple[Tokens, Tokens]:
    sub: Tokens = ()
    sup: Tokens = ()
    n = 0
    while n < len(tokens):
        if not tokens[n].is_("^", "_"):
            raise Unreadable(tokens[n].start, str(tokens[n]), "the end of the set")
        which, n = tokens[n].text, n + 1
        stop = n + 1
        if n < len(tokens) and tokens[n].is_("{"):
            depth = 0
            for stop in range(n, len(tokens)):
                depth += tokens[stop].is_("{") - tokens[stop].is_("}")
                if depth == 0:
                    break
            stop += 1
        group = strip(tokens[n:stop])
        sub, sup = (group, sup) if which == "_" else (sub, group)
        n = stop
    return sub, sup


def _dims(tokens: Tokens) -> tuple[Tokens, ...]:
    out: list[Tokens] = [()]
    depth = 0
    for t in tokens:
        depth += (t.kind == "open" or t.is_("{")) - (t.kind == "close" or t.is_("}"))
        if depth == 0 and t.is_("\\times"):
            out.append(())
        else:
            out[-1] = (*out[-1], t)
    if not all(out):
        raise Unreadable(tokens[0].start, "a size that is missing", "sizes with \\times between them")
    return tuple(map(strip, out))


def _base_domain(base: Tokens, sub: Tokens) -> Domain:
    if base[0].kind == "open":
        return _bracketed(base)
    letter = next((t.text for t in base if t.kind == "letter" or t.text in ("R", "Delta")), "")
    signs = "".join(str(t) for t in sub)
    if letter == "R":
        positive = {"+": "nonnegative", "++": "positive", ">0": "positive", "\\ge0": "nonnegative"}
        found = positive.get(signs.replace(" ", ""))
        return Domain(properties=frozenset((found,)) if found else frozenset())
    if letter in ("N", "Z"):
        return Domain(properties=frozenset(("integer", "positive") if letter == "N" else ("integer",)))
    if letter == "S":
        return Domain(properties=frozenset(("symmetric", "positive_definite") if "+" in signs else ("symmetric",)))
    if letter == "Delta":
        return Domain(properties=frozenset(("sum_to_one", "nonnegative")))
    raise Unreadable(base[0].start, " ".join(map(str, base)), r"a set such as \mathbb R^n, \{0,1\} or (0,1)")


def _bracketed(base: Tokens) -> Domain:
    """{0,1}, {-1,1}, {1,...,K}, (0,1), [a,b], (0, \\infty)."""
    inner = listed(base[1:-1])
    texts = ["".join(t.text for t in i) for i in inner]
    if base[0].text == "{":
        if any(t in ("dots",) for t in texts):
            low = int(texts[0]) if texts[0].isdigit() else 1
            sign = ("positive",) if low >= 1 else ("nonnegative",)
            return Domain(properties=frozenset(("integer", *sign)), range=Range(low, inner[-1]))
        if set(texts) == {"0", "1"}:
            return Domain(properties=frozenset(("binary",)))
        if set(texts) <= {"-1", "1", "+1", "pm1"}:
            return Domain(properties=frozenset(("sign",)))
        raise Unreadable(base[0].start, "a set of other values", r"\{0,1\}, \{-1,1\} or \{1,\dots,K\}")
    if len(inner) == 1 and base[0].text == "[":
        return Domain(range=Range(1, inner[0]))
    if len(inner) != 2:
        raise Unreadable(base[0].start, "this set", "an interval (a, b)")
    if texts == ["0", "1"]:
        return Domain(properties=frozenset(("unit_interval",)))
    low = None if "infty" in texts[0] else parse(inner[0])
    high = None if "infty" in texts[1] else parse(inner[1])
    if texts[0] == "0" and high is None:
        return Domain(properties=frozenset(("positive" if base[0].text == "(" else "nonnegative",)))
    return Domain(low=low, high=high)


def _runs(letter: str, table: Table) -> bool:
    """Whether the letter is one that runs over a range, of a sum or of steps."""
    return letter in table.indices or letter in table.steps or _is_index(letter)


def membership(names: list[Tokens], tokens: Tokens, table: Table) -> list[str]:
    """`w, v \\in \\mathbb R^D`: declare the names. Raises Unreadable; [] where a side is no name."""
    if (numbered := enumeration(names)) is not None:
        return [_all_of(numbered, domain(tokens), table)]
    found = [bare_name(n, table) for n in names]
    if any(f is None for f in found):
        return []
    of = domain(tokens)
    for f in found:
        assert f is not None
        if of.range is not None and not of.dims and _runs(f.name, table):
            table.ranges[f.name] = of.range
            continue
        if of.range is not None and not of.dims and f.name in table.subscripts:
            table.ranges[f.name] = of.range
            table.labels.add(f.name)
            continue
        if "integer" in of.properties and "positive" in of.properties and f.name in table.sizes and not of.dims:
            continue
        before = table.symbols.get(f.name)
        same_shape = before is not None and texts(before.dims) == texts(of.dims)
        kept = before.properties if before is not None and same_shape and before.letter == f.letter else frozenset()
        table.declare(Symbol(f.name, of.dims, f.lead, of.row, of.properties | kept, of.low, of.high, f.letter))
        if f.letter:
            table.steps.add(f.letter)
    for dim in of.dims:
        _sizes(dim, table)
    return [f.name for f in found if f is not None]


def _all_of(numbered: Enumeration, of: Domain, table: Table) -> str:
    """x_1, \\dots, x_N \\in \\mathbb R^D: an array with N in front."""
    for dim in (numbered.last, *of.dims):
        _sizes(dim, table)
    return declare_all(numbered, Symbol(numbered.name, of.dims, properties=of.properties), table)


def texts(dims: tuple[Tokens, ...]) -> list[str]:
    """Sizes as they are written."""
    return ["".join(t.text for t in d) for d in dims]


def _is_index(name: str) -> bool:
    return len(name) == 1 and name in "ijklmn"


def _sizes(dim: Tokens, table: Table) -> None:
    for n, t in enumerate(dim):
        behind = n + 1 < len(dim) and dim[n + 1].is_("_")
        inside = n > 0 and (dim[n - 1].is_("_") or dim[n - 1].is_("{"))
        if t.kind in ("letter", "cmd") and t.text.isalpha() and not behind and not inside:
            table.sizes.setdefault(t.text, DIMENSION)


# -- signs, bounds, ranges ---------------------------------------------------------------------------------------
def comparison(part: Part, table: Table) -> Symbol | None:
    """`\\lambda > 0`, `0 < a < 1`, `r \\ne 0`, `x > c`: what it says of the one bare name in it, if there is one."""
    sides = [tuple(x) for x in part.sides]
    relations = [str(r) for r in part.relations]
    if relations == ["\\ne"]:
        name = bare_name(sides[0], table)
        zero = "".join(t.text for t in sides[1]) == "0"
        return Symbol(name.name, properties=frozenset(("nonzero",))) if name and zero else None
    if not all(r in ORDER for r in relations) or len({ORDER[r] for r in relations}) != 1:
        return None
    if ORDER[relations[0]] < 0:
        sides, relations = sides[::-1], [_flip(r) for r in relations[::-1]]
    if len(sides) == 2 and (inner := _within_bars(sides[0])) and _subject(inner, table):  # |x| < c: -c < x < c
        minus = Token("sym", "-", sides[1][0].start, sides[1][0].start) if sides[1] else None
        named = bare_name(inner, table)
        if named is None or minus is None or _is_array(named.name, table):
            return None
        return _bounded(named.name, (minus, *sides[1]), sides[1], relations[0])
    which = [n for n, x in enumerate(sides) if _subject(x, table)]
    if len(which) != 1 and not (len(sides) == 2 and len(which) == 2):
        return None
    n = which[0]
    named = bare_name(sides[n], table)
    if named is None:
        return None
    low = sides[n - 1] if n > 0 else ()
    high = sides[n + 1] if n + 1 < len(sides) else ()
    return _bounded(named.name, low, high, relations[n - 1] if n > 0 else "<")


def ordered(part: Part, table: Table) -> list[Symbol]:
    """`0 < a \\le b < 1` as a bound for each name: a between 0 and 1, then b between a and 1; [] for any other chain."""
    sides = [tuple(x) for x in part.sides]
    relations = [str(r) for r in part.relations]
    if len(sides) < 3 or not all(r in ORDER for r in relations) or len({ORDER[r] for r in relations}) != 1:
        return []
    if ORDER[relations[0]] < 0:
        sides, relations = sides[::-1], [_flip(r) for r in relations[::-1]]
    which = [n for n, x in enumerate(sides) if _subject(x, table)]
    if len(which) < 2 or which[-1] - which[0] != len(which) - 1 or which[0] > 1 or which[-1] < len(sides) - 2:
        return []
    top = sides[-1] if which[-1] < len(sides) - 1 else ()
    names = [bare_name(sides[n], table) for n in which]
    low = [(sides[n - 1], relations[n - 1]) if n else ((), "<") for n in which]
    found = [_bounded(x.name, below, top, r) for x, (below, r) in zip(names, low, strict=True) if x is not None]
    return [x for x in found if x is not None] if None not in found else []


def _flip(relation: str) -> str:
    return {"<": ">", ">": "<", "\\le": "\\ge", "\\ge": "\\le"}[relation]


def _is_array(name: str, table: Table) -> bool:
    known = table.symbols.get(name)
    return bool(known.dims if known is not None else table.ranks.get(name, 0))


def _within_bars(tokens: Tokens) -> Tokens:
    """x of |x|, or nothing."""
    bars = [n for n, t in enumerate(tokens) if t.kind == "bar" or t.is_("\\lvert", "\\rvert")]
    return tokens[1:-1] if len(tokens) > 2 and bars == [0, len(tokens) - 1] else ()


def _subject(tokens: Tokens, table: Table) -> bool:
    """A name that is no constant and has no definition."""
    named = bare_name(tokens, table)
    if named is None or named.name in table.definitions or named.name == "infty":
        return False
    return named.name not in ("pi", "e") or table.known(named.name) or bool(named.lead)


def _bounded(name: str, low: Tokens, high: Tokens, relation: str) -> Symbol | None:
    texts = ["".join(str(t) for t in x) for x in (low, high)]
    if texts[0] == "0" and not high:
        return Symbol(name, properties=frozenset(("positive" if relation in ("<", ">") else "nonnegative",)))
    if texts == ["0", "1"]:
        return Symbol(name, properties=frozenset(("unit_interval",)))
    try:
        lo = parse(low) if low and "\\infty" not in texts[0] else None
        hi = parse(high) if high and "\\infty" not in texts[1] else None
    except Unreadable:
        return None
    return Symbol(name, low=lo, high=hi)


def span(part: Part, table: Table) -> tuple[str, Range] | None:
    """`1 \\le l < L`, `n = 1, \\dots, N`, `t = 1, 2, 3, \\dots`, `t \\ge 1`: the range of an index letter."""
    sides = [tuple(x) for x in part.sides]
    relations = [str(r) for r in part.relations]
    if (
        relations == ["="]
        and any(t.is_("\\dots") for t in sides[1])
        and not any(t.kind in ("open", "word") for t in sides[1])
    ):
        letter = letter_of(sides[0])
        values = listed(sides[1])
        low = values[0][0].text if values and values[0] and values[0][0].kind == "num" else "1"
        high = () if not values or values[-1] == () or values[-1][0].is_("\\dots") else values[-1]
        if letter is None or not low.isdigit() or _numeric_list(values):
            return None
        return letter, Range(int(low), high)
    if relations == ["="] and (numbers := _counted(sides[1])):
        letter = letter_of(sides[0])
        return (letter, Range(numbers[0], listed(sides[1])[-1])) if letter and not table.known(letter) else None
    if len(relations) == 2 and all(r in ("\\le", "<") for r in relations):
        letter = letter_of(sides[1])
        first = sides[0][0].text if len(sides[0]) == 1 and sides[0][0].kind == "num" else ""
        if letter and first.isdigit() and (letter in table.steps or letter in table.indices or _is_index(letter)):
            if letter in table.symbols and letter not in table.steps:
                return None
            low = int(first) + (relations[0] == "<")
            return letter, Range(low, sides[2], relations[1] == "<")
    return None


def _counted(tokens: Tokens) -> list[int]:
    """1, 2, 3: whole numbers, one after the other."""
    values = listed(tokens)
    if len(values) < 2 or not all(len(v) == 1 and v[0].kind == "num" and v[0].text.isdigit() for v in values):
        return []
    numbers = [int(v[0].text) for v in values]
    return numbers if numbers == list(range(numbers[0], numbers[0] + len(numbers))) else []


def _numeric_list(values: list[Tokens]) -> bool:
    """0.1, 0.2, ...: a list of numbers that are no whole ones."""
    return any("." in t.text for v in values for t in v if t.kind == "num")


def comma(at: int) -> Token:
    return Token("sym", ",", at, at)
