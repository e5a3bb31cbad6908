r"""The least and largest value of a quadratic over an interval: \min_{0 \le x \le 1} f(x), \max_{t \in [a, b]}."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sympy import Expr, S

from derive.documents.derivatives.derivatives import total
from derive.documents.functions.inserted import replaced
from derive.documents.meaning.lower import lower
from derive.documents.meaning.values import Value, scalar
from derive.documents.names.scripts import COMMON, letter_of, listed, strip
from derive.documents.names.symbols import Tokens
from derive.documents.names.table import Table
from derive.documents.source.rows import Part, relations
from derive.documents.sums.minima import is_nonnegative, is_straight
from derive.documents.syntax import tree as s
from derive.documents.syntax.tree import walk
from derive.documents.trouble import Clash, Unreadable
from derive.expr import Elem, Tensor, maximum, minimum, tensors

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context

EXPECTED = "a quadratic, or an end at which it is attained, over a closed interval whose ends are in order"


@dataclass(frozen=True)
class Interval:
    """A number between two ends, either of which may be absent; `closed` where the ends belong to it."""

    letter: str
    low: Tokens = ()
    high: Tokens = ()
    closed: bool = True


def interval_under(node: s.Big, table: Table) -> Interval | None:
    r"""The interval of `0 \le x \le 1`, `x \in [0, 1]`, `x \ge 0`; None where the letter is an index."""
    chain = relations(list(strip(node.sub)))
    words = [str(r) for r in chain.relations]
    if not all(chain.sides):
        return None
    found = _of_set(chain) if words == ["\\in"] else _of_order(chain, words)
    if found is None or _runs(found.letter, node.body, table):
        return None
    return found


def _of_set(chain: Part) -> Interval | None:
    letter, tokens = letter_of(tuple(chain.sides[0])), strip(tuple(chain.sides[1]))
    if letter is None or tokens[0].kind != "open" or tokens[-1].kind != "close" or tokens[0].text not in "([":
        return None
    ends = listed(tokens[1:-1])
    if len(ends) != 2 or not all(ends):
        return None
    low, high = (() if any(t.is_("\\infty") for t in x) else x for x in ends)
    closed = (not low or tokens[0].text == "[") and (not high or tokens[-1].text in ("[", "]"))
    return Interval(letter, low, high, closed)


def _of_order(chain: Part, words: list[str]) -> Interval | None:
    if not words or not (set(words) <= {"\\le", "<"} or set(words) <= {"\\ge", ">"}):
        return None
    sides = [tuple(x) for x in (chain.sides if words[0] in ("\\le", "<") else chain.sides[::-1])]
    closed = not set(words) & {"<", ">"}
    if len(sides) == 3 and (letter := letter_of(sides[1])) is not None:
        return Interval(letter, sides[0], sides[2], closed)
    if len(sides) != 2:
        return None
    a, b = map(letter_of, sides)
    if a is not None and b is None:
        return Interval(a, (), sides[1], closed)
    return Interval(b, sides[0], (), closed) if b is not None and a is None else None


def _runs(letter: str, body: s.Node, table: Table) -> bool:
    """Whether the letter is an index or a step: by custom, as the note says, or as the subscript of something."""
    if letter in table.symbols and not (table.symbols[letter].lead or table.symbols[letter].letter):
        return bool(table.symbols[letter].dims)
    if letter in COMMON or letter in table.subscripts | table.steps | table.ranges.keys() | table.sizes.keys():
        return True
    return any(isinstance(n, s.Script) and any(t.text == letter for t in n.sub) for n in walk(body))


def over_interval(found: Interval, node: s.Big, c: Context) -> Value:
    """The extremum of the body. Raises Unreadable where it is not certain, or need not be attained."""
    trouble = Unreadable(node.at, f"a {node.kind} over an interval", EXPECTED)
    if c.table.whole & {"", found.letter}:
        raise Unreadable(node.at, f"a {node.kind} over what may be whole numbers", "words that tell which numbers")
    if not found.closed:
        raise trouble
    t = Elem(Tensor(f"{found.letter}~{node.at}", ()))
    try:
        with c.bind({found.letter: Value(t)}):
            body = lower(node.body, c)
    except Clash:  # it may be an array
        raise trouble from None
    symbol = c.table.symbols.get(found.letter)
    if (symbol is None or symbol.ahead) and any(x.rank for x in tensors(body.expr)):
        raise trouble
    low, high = (_end(x, node.at, c) for x in (found.low, found.high))
    hidden = any(t.tensor in tensors(let.rhs) for let in c.program(body.expr))
    if body.axes or hidden or (low is None and high is None):
        raise trouble
    if low is not None and high is not None and not is_nonnegative(high - low, c):
        raise trouble
    slope = total(body.expr, t, c)
    curvature = total(slope, t, c)
    if t.tensor in tensors(curvature) or not is_straight(slope, curvature, t, c):
        raise trouble

    def at(place: Expr) -> Expr:
        return replaced(body.expr, {t.tensor: place})

    least = minimum if node.kind == "min" else maximum
    bent = curvature if node.kind == "min" else -curvature  # positive: it is attained where the slope vanishes
    if low is not None and high is not None and (bent == 0 or is_nonnegative(-bent, c)):
        return scalar(least(at(low), at(high)))
    if bent == 0 or not is_nonnegative(bent, c):
        raise trouble
    place = -replaced(slope, {t.tensor: S.Zero}) / curvature
    place = place if low is None else maximum(low, place)
    return scalar(at(place if high is None else minimum(high, place)))


def _end(tokens: Tokens, at: int, c: Context) -> Expr | None:
    if not tokens:
        return None
    value = lower(c.tree(tokens, at), c)
    if value.axes:
        raise Unreadable(at, "an array as the end of an interval", "a number")
    return value.expr
