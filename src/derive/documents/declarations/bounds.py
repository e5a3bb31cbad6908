"""Signs, bounds and ranges: \\lambda > 0, 0 < a < 1, |x| < c, n = 1, \\dots, N."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from derive.documents.names.bare import bare_name
from derive.documents.names.entries import is_numbered_entry
from derive.documents.names.scripts import letter_of, listed
from derive.documents.names.symbols import Range, Symbol, Tokens
from derive.documents.names.table import Table
from derive.documents.source.rows import Part
from derive.documents.source.tokens import Token
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse
from derive.documents.trouble import Unreadable
from derive.expr.symbols import ENDS, Tensor

ORDER = {"<": 1, "\\le": 1, ">": -1, "\\ge": -1}


def is_index(name: str) -> bool:
    return len(name) == 1 and name in "ijklmn"


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
        return bounded(named.name, (minus, *sides[1]), sides[1], (relations[0], relations[0]))
    which = [n for n, x in enumerate(sides) if _subject(x, table)]
    if len(which) > 2 or (len(which) == 2 and len(sides) == 3):
        which = [n for n in which if not _has_bounds(sides[n], table)]  # m <= a_i <= M, where m and M have theirs
    if len(which) != 1 and not (len(sides) == 2 and len(which) == 2):
        return None
    n = which[0]
    named = bare_name(sides[n], table)
    if named is None:
        return None
    low = sides[n - 1] if n > 0 else ()
    high = sides[n + 1] if n + 1 < len(sides) else ()
    return bounded(named.name, low, high, (relations[n - 1] if low else "<", relations[n] if high else "<"))


SIGNED = ENDS | {"positive", "nonnegative", "unit_interval"}


def exclude_each_other(a: Symbol, b: Symbol) -> bool:
    """Whether two bounds with numbers have no place, or one only, in common: x > 0, and then x < 0 or x <= 0."""
    (low, high), (from_, to) = _interval(a), _interval(b)
    return (high is not None and from_ is not None and high <= from_) or (
        low is not None and to is not None and to <= low
    )


def _interval(x: Symbol) -> tuple[Fraction | None, Fraction | None]:
    low, high = _plain(x.low), _plain(x.high)
    if x.properties & SIGNED:
        low = max(low or Fraction(0), Fraction(0))
    if "unit_interval" in x.properties:
        high = Fraction(1)
    return low, high


def _plain(tree: s.Node | None) -> Fraction | None:
    """The number that a bound is; None for any other."""
    sign = 1
    if isinstance(tree, s.Sum) and len(tree.terms) == 1:
        ((sign, tree),) = tree.terms
    return sign * Fraction(tree.text) if isinstance(tree, s.Num) else None


def is_outside(part: Part, table: Table) -> bool:
    """|x| > c, which is no interval: of a bare name, so that it says where something holds."""
    if [str(r) for r in part.relations] not in (["\\ge"], [">"]):
        return False
    inner = _within_bars(tuple(part.sides[0]))
    return bool(inner) and _subject(inner, table) and bare_name(inner, table) is not None


def decimals(part: Part, table: Table) -> Symbol | None:
    """`c = 3.14159\\dots`: a number between 3.14159 and 3.14160, of which no more is known."""
    if [str(r) for r in part.relations] != ["="] or len(part.sides[1]) != 2 or not part.sides[1][1].is_("\\dots"):
        return None
    number, named = part.sides[1][0], bare_name(tuple(part.sides[0]), table)
    whole, _, digits = number.text.partition(".")
    if number.kind != "num" or not digits or named is None or named.lead or named.name in table.definitions:
        return None
    before = table.symbols.get(named.name)
    if before is not None and not before.ahead:
        return None
    above = str(int(whole + digits) + 1).rjust(len(digits) + 1, "0")
    high = s.Num(number.start, f"{above[: -len(digits)]}.{above[-len(digits) :]}")
    return Symbol(named.name, low=s.Num(number.start, number.text), high=high)


def ordered(part: Part, table: Table) -> list[Symbol]:
    """`0 < a \\le b < 1` as a bound for each name: a in (0, 1), then b between a and 1; [] for any other chain."""
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
    last = relations[-1] if top else "<"
    found = [bounded(x.name, below, top, (r, last)) for x, (below, r) in zip(names, low, strict=True) if x is not None]
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
    if (
        named is None
        or named.name in table.definitions
        or named.name == "infty"
        or any(t.is_("+", "-") for t in tokens)
        or is_numbered_entry(tokens, table)
    ):
        return False  # u_{t+1} is a member of a family, x_1 an entry of x
    return named.name not in ("pi", "e") or table.known(named.name) or bool(named.lead)


def _has_bounds(tokens: Tokens, table: Table) -> bool:
    named = bare_name(tokens, table)
    symbol = table.symbols.get(named.name) if named is not None else None
    return symbol is not None and not symbol.ahead and bool(symbol.low or symbol.high or symbol.properties)


def bounded(name: str, low: Tokens, high: Tokens, relations: tuple[str, str]) -> Symbol | None:
    """A number between `low` and `high`, either of which may be absent; `relations`: < or <= at both."""
    texts = ["".join(str(t) for t in x) for x in (low, high)]
    strict = [r in ("<", ">") for r in relations]
    if texts[0] == "0" and not high:
        return Symbol(name, properties=frozenset(("positive" if strict[0] else "nonnegative",)))
    attained = ends(closed_low=bool(low) and not strict[0], closed_high=bool(high) and not strict[1])
    if texts == ["0", "1"]:
        return Symbol(name, properties=attained | {"unit_interval"})
    try:
        lo = parse(low) if low and "\\infty" not in texts[0] else None
        hi = parse(high) if high and "\\infty" not in texts[1] else None
    except Unreadable:
        return None
    return Symbol(name, properties=attained, low=lo, high=hi)


def narrowed(known: frozenset[str], found: frozenset[str]) -> frozenset[str]:
    """The properties of both: an end of (0, 1) belongs to it only if neither leaves it out.

    >>> sorted(narrowed(frozenset(("unit_interval", "closed_low", "closed_high")), frozenset(("unit_interval",))))
    ['unit_interval']
    """
    attained = (known | found) & ENDS
    for said in (known, found):
        if "unit_interval" in said:
            attained &= said
        elif "positive" in said:
            attained -= {"closed_low"}
    return (known | found) - ENDS | attained


def is_below_one(t: Tensor) -> bool:
    """Whether its numbers lie between 0 and 1, and none of them is 1."""
    return "unit_interval" in t.properties and "closed_high" not in t.properties


def ends(*, closed_low: bool, closed_high: bool) -> frozenset[str]:
    """The properties that say which ends of an interval belong to it."""
    return frozenset(n for n, holds in (("closed_low", closed_low), ("closed_high", closed_high)) if holds)


def span(part: Part, table: Table) -> tuple[str, Range] | None:
    """`1 \\le l < L`, `n = 1, \\dots, N`, `t = 1, 2, 3, \\dots`, `t \\ge 1`: the range of an index letter."""
    sides = [tuple(x) for x in part.sides]
    relations = [str(r) for r in part.relations]
    if (
        relations == ["="]
        and any(t.is_("\\dots") for t in sides[1])
        and not any(t.is_("+", "-") and u.is_("\\dots") for t, u in pairwise(sides[1]))  # a sum with dots
        and not any(t.kind in ("open", "word", "begin") for t in sides[1])
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
        subscript = letter in table.subscripts and not table.known(letter or "") and sides[2][0].kind != "num"
        custom = letter is not None and is_index(letter) and letter in table.subscripts
        whole = first == "1" and not table.known(letter or "") and letter_of(sides[2]) in table.sizes
        runs = letter in table.steps or letter in table.indices or custom or whole
        if letter and first.isdigit() and (runs or subscript):
            if letter in table.symbols and letter not in table.steps:
                return None
            low = int(first) + (relations[0] == "<")
            return letter, Range(low, sides[2], relations[1] == "<")
    return None


def one_sided(part: Part, table: Table) -> tuple[str, Range] | None:
    """`t \\le 3`, `2 < t`: the steps up to some number, or from one on."""
    relation, sides = "".join(map(str, part.relations)), [tuple(x) for x in part.sides]
    if relation not in ORDER:
        return None
    if letter_of(sides[0]) is None:
        relation, sides = _flip(relation), sides[::-1]
    letter, number = letter_of(sides[0]), "".join(t.text for t in sides[1])
    if letter not in table.stepping or letter in table.symbols or not number.isdigit() or len(number) > 3:
        return None
    known = table.ranges.get(letter)
    if known is None and table.depths:
        return None  # how many layers there are is said elsewhere
    if relation in (">", "\\ge"):
        high, strict = (known.high, known.strict) if known is not None else ((), False)
        return letter, Range(int(number) + (relation == ">"), high, strict)
    return letter, Range(0 if table.recursive & table.at_zero else 1, sides[1], relation == "<")


def since(part: Part, table: Table) -> tuple[str, int] | None:
    """`t \\ge 1`: the first step of a family."""
    if [str(r) for r in part.relations] != ["\\ge"]:
        return None
    letter, low = letter_of(tuple(part.sides[0])), "".join(t.text for t in part.sides[1])
    return (letter, int(low)) if letter in table.steps and low.isdigit() and len(low) < 5 else None


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
