"""The sets of declarations: R^n, {0,1}, (0, 1), {1, ..., K}, positive definite matrices."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from derive.documents.declarations.bounds import ends
from derive.documents.names.scripts import letter_of, listed, strip
from derive.documents.names.symbols import Range, Tokens
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse
from derive.documents.trouble import Unreadable

WHOLE = {
    "N": "positive", "N+": "positive", "N>0": "positive", "Z>0": "positive",
    "N0": "nonnegative", "N\\ge0": "nonnegative", "Z\\ge0": "nonnegative", "Z+": "nonnegative",
}  # fmt: skip
"""The signs of whole numbers, by their set and its subscript."""


@dataclass(frozen=True)
class Domain:
    """What a set says of its elements."""

    dims: tuple[Tokens, ...] = ()
    properties: frozenset[str] = frozenset()
    low: s.Node | None = None
    high: s.Node | None = None
    row: bool = False
    range: Range | None = None
    values: tuple[Fraction, ...] = ()  # of a finite set, in order
    classes: Tokens = ()  # K of {1, ..., K}


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
        dims[1:] if row else dims,
        found.properties,
        found.low,
        found.high,
        row,
        found.range if not dims else None,
        found.values,
        found.range.high if found.range is not None and found.range.low == 1 and letter_of(found.range.high) else (),
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
        found = frozenset(positive[key] for key in (signs.replace(" ", ""),) if key in positive)
        return Domain(properties=found) if found or not sub else _bounded(sub, found)
    if letter in ("N", "Z"):
        sign = WHOLE.get(letter + signs.replace(" ", ""))
        whole = frozenset(("integer", sign) if sign else ("integer",))
        return Domain(properties=whole) if sign or not sub else _bounded(sub, whole)
    if letter == "S":
        return Domain(properties=frozenset(("symmetric", "positive_definite") if "+" in signs else ("symmetric",)))
    if letter == "Delta":
        return Domain(properties=frozenset(("sum_to_one", "nonnegative")))
    raise Unreadable(base[0].start, " ".join(map(str, base)), r"a set such as \mathbb R^n, \{0,1\} or (0,1)")


def _bounded(sub: Tokens, said: frozenset[str]) -> Domain:
    """What the subscripts of R_-, R_{<0}, R_{\\ne 0}, R_{\\ge 1} and Z_{\\ge 2} say."""
    relation, end = str(sub[0]), tuple(sub[1:])
    if relation == "-" and (not end or [str(t) for t in end] == ["-"]):
        relation, end = "<" if end else "\\le", (replace(sub[0], kind="num", text="0"),)
    number = _number(end) if end else None
    if relation == "\\ne" and number == 0:
        return Domain(properties=said | {"nonzero"})
    if number is None or relation not in ("<", ">", "\\le", "\\ge"):
        raise Unreadable(sub[0].start, "".join(map(str, sub)), "a sign or a bound for the numbers of the set")
    if "integer" in said and number.denominator == 1:
        number += {"<": -1, ">": 1}.get(relation, 0)
        end = (replace(sub[0], kind="num", text=str(abs(number))),)
        end = (replace(sub[0], kind="sym", text="-"), *end) if number < 0 else end
    below = relation in ("<", "\\le")
    if not below and number >= 1:
        said |= {"positive"}
    elif number == 0 and relation == "<":
        said |= {"nonzero"}
    said |= ends(closed_low=relation == "\\ge", closed_high=relation == "\\le")
    return Domain(properties=said, low=None if below else parse(end), high=parse(end) if below else None)


def _bracketed(base: Tokens) -> Domain:
    """{0,1}, {-1,1}, {1,...,K}, (0,1), [a,b], (0, \\infty)."""
    inner = listed(base[1:-1])
    texts = ["".join(t.text for t in i) for i in inner]
    if base[0].text == "{":
        values = _values(inner)
        if any(t in ("dots",) for t in texts):
            _in_steps_of_one(inner, base[0].start)
            low = int(texts[0]) if texts[0].isdigit() else 1
            sign = ("positive",) if low >= 1 else ("nonnegative",)
            last = int(texts[-1]) if texts[-1].isdigit() and len(texts[-1]) < 3 else None  # {0, 1, 2, ...} has none
            counted = tuple(map(Fraction, range(low, last + 1))) if last is not None else ()
            return Domain(properties=frozenset(("integer", *sign)), range=Range(low, inner[-1]), values=counted)
        if set(texts) == {"0", "1"}:
            return Domain(properties=frozenset(("binary",)))
        if set(texts) <= {"-1", "1", "+1", "pm1"}:
            return Domain(properties=frozenset(("sign",)))
        if len(values) > 1:
            counted = values[0] in (0, 1) and all(b - a == 1 for a, b in pairwise(values))  # {1, 2, 3}
            return Domain(
                properties=_signs(values), range=Range(int(values[0]), inner[-1]) if counted else None, values=values
            )
        raise Unreadable(base[0].start, "a set of other values", r"numbers, or \{1,\dots,K\}")
    if len(inner) == 1 and base[0].text == "[":
        return Domain(range=Range(1, inner[0]))
    if len(inner) != 2:
        raise Unreadable(base[0].start, "this set", "an interval (a, b)")
    attained = ends(closed_low=base[0].text == "[", closed_high=base[-1].text in ("[", "]"))
    if texts == ["0", "1"]:
        return Domain(properties=attained | {"unit_interval"})
    low = None if "infty" in texts[0] else parse(inner[0])
    high = None if "infty" in texts[1] else parse(inner[1])
    if texts[0] == "0" and high is None:
        return Domain(properties=frozenset(("positive" if base[0].text == "(" else "nonnegative",)))
    return Domain(properties=attained, low=low, high=high)


def _in_steps_of_one(items: list[Tokens], at: int) -> None:
    """Raises Unreadable for {2, 4, \\dots, 20}, {1, 1/2, 1/4, \\dots} and {-2, \\dots, 2}."""
    first = [_number(i) for i in items[: next(n for n, i in enumerate(items) if any(t.is_("\\dots") for t in i))]]
    numbers = [x for x in first if x is not None]
    even = all(b - a == 1 for a, b in pairwise(numbers)) and all(x >= 0 and x.denominator == 1 for x in numbers)
    if not first or not even:
        raise Unreadable(at, "a set whose numbers go in other steps than 1, 2, 3", r"numbers, or \{1,\dots,K\}")


MOST = 8  # numbers of a set that are kept apart


def _values(items: list[Tokens]) -> tuple[Fraction, ...]:
    """The numbers that the items are, in order; none where one of them is no number."""
    found = [_number(i) for i in items]
    return tuple(sorted({x for x in found if x is not None})) if None not in found else ()


def _number(tokens: Tokens) -> Fraction | None:
    """2, -1, 0.5, 1/2, \\frac{1}{2}."""
    texts = [t.text for t in tokens if not t.is_("{", "}")]
    sign = -1 if texts[:1] == ["-"] else 1
    texts = texts[1:] if texts[:1] in (["-"], ["+"]) else texts
    if texts[:1] == ["frac"] and len(texts) == 2 and len(texts[1]) == 2:
        texts = ["frac", *texts[1]]  # \\frac12
    if texts[:1] == ["frac"] and len(texts) == 3:
        texts = [texts[1], "/", texts[2]]
    plain = (
        len(texts) in (1, 3) and all(x.replace(".", "", 1).isdigit() for x in texts[::2]) and texts[1:2] in ([], ["/"])
    )
    if not plain or (len(texts) == 3 and not float(texts[2])):
        return None
    return sign * Fraction(texts[0]) / Fraction(texts[2] if len(texts) == 3 else 1)


def _signs(values: tuple[Fraction, ...]) -> frozenset[str]:
    """What all of the numbers are."""
    said = {
        "integer": all(x.denominator == 1 for x in values),
        "positive": values[0] > 0,
        "nonnegative": values[0] == 0,
        "nonzero": 0 not in values and values[0] < 0,
    }
    return frozenset(name for name, holds in said.items() if holds)
