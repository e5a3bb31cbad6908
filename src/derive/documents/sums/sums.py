"""Sums, products, maxima and means over index letters; limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sympy import Add, Expr, Integer, Mul, Pow

from derive.documents.meaning.values import Value, add, is_unknown, make, moved, same, scalar
from derive.documents.names.counting import count, number_up_to
from derive.documents.names.scripts import items, letter_of, strip
from derive.documents.names.sets import set_under
from derive.documents.names.sizes import step_of
from derive.documents.names.symbols import Tokens
from derive.documents.source.rows import relations
from derive.documents.sums import chances, intervals, minima, ordered, pairs, subsets
from derive.documents.syntax import tree as s
from derive.documents.syntax.tree import walk
from derive.documents.trouble import Clash, Ordered, Unify, Unreadable
from derive.expr import Delta, Index, Max_, Prod_, Size, free_indices, rename, sum_over

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context

MAX_TERMS = 200  # of a sum with numbers as bounds
MAX_MEMBERS = 20  # names x_0, ..., x_19 that are looked for
MAX_ALL_TERMS = 1_000  # of all such sums of a statement, one within another


def big(node: s.Big, c: Context) -> Value:
    if node.kind == "lim":
        from derive.documents.sums.limits import limit

        return limit(node, c)
    if chances.is_over_chance(node, c) and (found := chances.mean(node, c)) is not None:
        return found
    if node.kind in ("min", "max") and (interval := intervals.interval_under(node, c.table)) is not None:
        return intervals.over_interval(interval, node, c)
    if (places := ordered.places(node, c)) is not None:
        return _written_out(node, places, c)
    if (pair := pairs.pair_of(node, c)) is not None:
        return pairs.over(pair, node, c)
    if node.kind in ("min", "max") and (letter := minima.number_under(node.sub)) is not None:
        return minima.over(letter, node, c)
    if (found := set_under(node.sub)) is not None:
        return subsets.over(*found, node, c)
    letters = _letters(node, c)
    low, high = _bounds(node, c)
    numbers = _numbers(node, letters, low, high, c)
    if numbers is not None:
        return _written_out(node, [{letters[0]: n} for n in numbers], c)
    return _symbolic(node, letters, low, high, c)


def _letters(node: s.Big, c: Context) -> list[str]:
    """The letters that a sum binds: i, i=1, i,j, 1 \\le i \\le n, j \\ne k."""
    sub = strip(_without_condition(node.sub)[0])
    if not sub and node.kind == "E" and (drawn := _drawn(node.body, c)):
        return drawn
    if not sub:
        raise Unreadable(node.at, f"a {node.kind} without an index", "an index below the sign")
    chain = relations(list(sub))
    if chain.relations and str(chain.relations[0]) in ("=", "\\in", "\\ne", "\\sim"):
        named = chain.sides[0]
    elif len(chain.relations) == 2 and all(str(r) in ("\\le", "<") for r in chain.relations):
        named = chain.sides[1]
    elif chain.relations:
        raise Unreadable(node.at, "a condition under the sign", "an index, as in \\sum_{i=1}^n")
    else:
        named = chain.sides[0]
    letters = [_letter(i) for i in items(tuple(named))]
    if not letters or None in letters:
        raise Unreadable(sub[0].start, " ".join(map(str, sub)), "index letters")
    return letters


def _drawn(body: s.Node, c: Context) -> list[str]:
    """The indices in an expectation that the note draws uniformly, where nothing else says what they are."""
    inside = {t.text for n in walk(body) if isinstance(n, s.Script) for t in n.sub}
    return [x for x in c.table.drawn if x in inside and x not in c.letters and x not in c.env]


def _without_condition(sub: Tokens) -> tuple[Tokens, Tokens]:
    """The index and the condition of \\sum_{n : y_n = 1}."""
    sub = strip(sub)
    for n, t in enumerate(sub):
        if t.is_(":") or (t.kind == "bar" and n > 0):
            return sub[:n], sub[n + 1 :]
    return sub, ()


def _letter(tokens: Tokens) -> str | None:
    tokens = strip(tokens)
    if len(tokens) > 1 and all(t.is_("'") for t in tokens[1:]) and tokens[0].kind == "letter":
        return tokens[0].text + "'" * (len(tokens) - 1)
    return letter_of(tokens)


def _bounds(node: s.Big, c: Context) -> tuple[Tokens, Tokens]:
    """The tokens of the first and the last value; empty where they are not given."""
    chain = relations(list(_without_condition(node.sub)[0]))
    if not node.sub:
        return (), strip(node.sup)  # of drawn indices
    if not all(chain.sides):
        raise Unreadable(node.at, f"a {node.kind} whose bound is missing", "an index and its bound, as in i=1")
    if len(chain.relations) == 2:
        return tuple(chain.sides[0]), tuple(chain.sides[2])
    if len(chain.relations) == 1 and str(chain.relations[0]) == "=":
        return tuple(chain.sides[1]), strip(node.sup)
    if len(chain.relations) == 1 and str(chain.relations[0]) == "\\in":
        return _set_bounds(tuple(chain.sides[1]))
    return (), strip(node.sup)


def _set_bounds(tokens: Tokens) -> tuple[Tokens, Tokens]:
    """i \\in \\{1, \\dots, n\\}, i \\in [n]."""
    inner = tokens[1:-1] if tokens and tokens[0].kind == "open" else ()
    parts = items(inner) if inner else []
    if len(parts) == 3 and parts[1] and parts[1][0].is_("\\dots"):
        return parts[0], parts[2]
    if len(parts) == 1 and tokens[0].text == "[":
        return (), parts[0]
    at = tokens[0].start if tokens else 0
    raise Unreadable(at, "a set under the sign", r"a range such as i=1 to n")


def _numbers(node: s.Big, letters: list[str], low: Tokens, high: Tokens, c: Context) -> range | None:
    """The values, where both bounds have numbers and the upper bound is none of a size; or those of x_1, x_2, x_3."""
    if len(letters) == 1 and not low and not high:
        return _members(node.body, letters[0], c)
    if len(letters) != 1 or not low or not high:
        return None
    first, last = step_of(low, c), step_of(high, c)
    if first is None or last is None:
        return None
    if last - first > MAX_TERMS:
        if first == 1 and _picks_entries(letters[0], node.body):
            return None  # over an axis of that many entries, as \sum_{i=1}^{4096} x_i
        raise Unreadable(node.at, f"a sum of {last - first + 1} terms", f"at most {MAX_TERMS} terms")
    return range(first, last + 1)


def _picks_entries(letter: str, body: s.Node) -> bool:
    """Whether something in a sum has the letter as an index."""
    return any(isinstance(n, s.Script) and any(t.text == letter for t in n.sub) for n in walk(body))


def _members(body: s.Node, letter: str, c: Context) -> range | None:
    """The numbers k of the x_k that the note has one by one, and no x; None where a name is an array."""
    scripts = [n for n in walk(body) if isinstance(n, s.Script) and isinstance(n.base, s.Name)]
    names = {n.base.name for n in scripts if letter_of(n.sub) == letter}
    if not names or any(c.table.known(x) for x in names):
        return None
    found = {tuple(k for k in range(MAX_MEMBERS) if c.table.known(f"{x}_{k}")) for x in names}
    numbers = next(iter(found)) if len(found) == 1 else ()
    return range(numbers[0], numbers[-1] + 1) if len(numbers) > 1 and _in_a_row(numbers) else None


def _in_a_row(numbers: tuple[int, ...]) -> bool:
    return numbers[0] in (0, 1) and numbers[-1] - numbers[0] == len(numbers) - 1


def _written_out(node: s.Big, places: list[dict[str, int]], c: Context) -> Value:
    from derive.documents.meaning.lower import lower

    values: list[Value] = []
    c.terms += len(places)
    if c.terms > MAX_ALL_TERMS:
        raise Unreadable(node.at, f"more than {MAX_ALL_TERMS} terms in all", "a shorter sum")
    for place in places:
        own = {x: scalar(Integer(n)) for x, n in place.items() if c.table.known(x)}  # and not what the note calls so
        with c.numbered(place), c.bind(own):
            values.append(lower(node.body, c))
    if not values:
        return scalar(Integer(node.kind == "prod"))
    return _combined(node, values)


def _combined(node: s.Big, values: list[Value]) -> Value:
    from functools import reduce

    from derive.documents.meaning.values import entrywise, hadamard
    from derive.expr import maximum, minimum

    if node.kind == "prod":
        return reduce(lambda a, b: hadamard(a, b, node.at), values)
    if node.kind in ("max", "min"):
        f = maximum if node.kind == "max" else minimum
        return reduce(lambda a, b: entrywise(f, node.kind, node.at, a, b), values)
    total = add([(1, v) for v in values], node.at)
    return total if node.kind == "sum" else Value(total.expr / len(values), total.axes)


def _symbolic(node: s.Big, letters: list[str], low: Tokens, high: Tokens, c: Context) -> Value:
    from derive.documents.meaning.lower import lower

    origin = _origin(node.body, letters, low, c)
    first = _first(low, origin, node, c) - origin
    bound = {x: Index(f"{x}${node.at}", _dimension(x, node, high, origin, c)) for x in letters}
    condition = _without_condition(node.sub)[1]
    with c.bound(bound):
        c.firsts |= dict.fromkeys(letters, 0) if not origin else {}
        try:
            body = lower(node.body, c)
        except Clash as clash:
            other = Unreadable(node.at, str(clash), "the size of an array")
            raise (_bound_by(high, clash, c) if origin else other) from None
        if condition:
            body = _conditioned(node, body, condition, c)
        body = moved(body, 60)
    for x, index in bound.items():
        _require_size(x, index, node, c)
    excluded = _excluded(node, bound, c)
    body = _weighted(node, body, bound, c)
    value = REDUCE[node.kind](body, tuple(bound.values()), node)
    if excluded is not None or first > 0:
        value = _without(node, value, body, bound, excluded, first)
    return make(value, *body.axes)


def _bound_by(high: Tokens, clash: Clash, c: Context) -> Clash | Unreadable:
    """A bound such as n - 1 or another index runs over a part of the range; only a size of the note is a wrong one."""
    layered = len(high) > 2 and high[1].is_("_") and len(items(high)) == 1
    letter = high[0].text if layered else letter_of(high)  # n of n_{l+1}
    table = c.table
    sizes = {t.text for symbol in table.symbols.values() for dim in symbol.dims for t in dim}
    sizes |= {
        x for r in table.ranges.values() if (x := letter_of(r.high)) and x not in table.indices | table.ranges.keys()
    }
    number = len(high) == 1 and high[0].kind == "num" and (step_of(high, c) or 0) <= MAX_TERMS
    if not high or letter in sizes or (letter and letter.isupper()) or number:
        return clash
    shown = " ".join(map(str, high))
    return Ordered(high[0].start, f"a sum up to {shown}, which is a part of the range", "the size of an array")


def _weighted(node: s.Big, body: Value, bound: dict[str, Index], c: Context) -> Value:
    """The terms of E_{k ~ p}, each with its probability."""
    from derive.documents.meaning.lower import lower

    chain = relations(list(strip(node.sub)))
    if node.kind != "E" or not chain.relations or str(chain.relations[0]) != "\\sim":
        return body
    p = lower(c.tree(tuple(chain.sides[1]), node.at), c)
    if p.rank != 1 or len(bound) != 1:
        raise Unreadable(
            node.at, "an expectation under this", "a vector of probabilities, one for each value of the index"
        )
    (k,) = bound.values()
    same(k.dim, p.axes[0].dim)
    return Value(body.expr * rename(p.expr, {p.axes[0]: k}) * k.dim, body.axes)  # the mean divides by the size


def _conditioned(node: s.Big, body: Value, condition: Tokens, c: Context) -> Value:
    """The terms for which the condition holds."""
    from derive.documents.meaning.cases import chosen

    if node.kind != "sum":
        raise Unreadable(node.at, f"a {node.kind} with a condition", "a sum")
    return chosen(condition, body, scalar(Integer(0)), node.at, c)


def _dimension(x: str, node: s.Big, high: Tokens, origin: int, c: Context) -> Expr:
    if high:
        return c.dimension(high if origin else number_up_to(high))
    return c.resolved(Size(f"?{x}${node.at}{c.suffix()}"))


def _require_size(x: str, index: Index, node: s.Big, c: Context) -> None:
    """A sum without bounds runs over the dimension of its index; failing that, over the range of its letter."""
    if not is_unknown(index.dim):
        return
    found = c.table.ranges.get(x)
    if found is not None and found.high:
        raise Unify(index.dim, c.dimension(count(found)))
    if not str(index.dim).startswith(f"?{x}$"):
        return  # it is the size of an array that is not declared
    raise Unreadable(node.at, f"a sum over {x}, whose range is not known", f"bounds, or an array with the index {x}")


def _excluded(node: s.Big, bound: dict[str, Index], c: Context) -> Expr | None:
    """1 where the index is the k of \\sum_{j \\ne k}, or the class y_i, else 0."""
    from derive.documents.meaning.classes import is_class, is_label
    from derive.documents.meaning.entries import position

    chain = relations(list(_without_condition(node.sub)[0]))
    if not chain.relations or str(chain.relations[0]) != "\\ne":
        return None
    (index,) = bound.values()
    out = tuple(chain.sides[1])
    return is_class(out, index, node.at, c) if is_label(out, c) else Delta(index, position(out, index.dim, node.at, c))


def _origin(body: s.Node, letters: list[str], low: Tokens, c: Context) -> int:
    """What the letters begin with: 0 below the sign, or at arrays that begin so."""
    at_arrays = {n.base.name for n in walk(body) if isinstance(n, s.Script) and isinstance(n.base, s.Name)
                 and any(letter_of(i) in letters for i in items(n.sub))}  # fmt: skip
    return (
        0 if "".join(t.text for t in strip(low)) == "0" or at_arrays & (c.table.from_zero | c.table.intercepts) else 1
    )


def _first(low: Tokens, origin: int, node: s.Big, c: Context) -> int:
    if not low:
        return origin
    first = step_of(low, c)
    if first is None:
        raise Ordered(low[0].start, "this lower bound", f"{origin}, or a small whole number above it")
    if first < origin:
        raise Unreadable(low[0].start, "this lower bound", f"{origin}, or a small whole number above it")
    return first


def _without(node: s.Big, value: Expr, body: Value, bound: dict[str, Index], excluded: Expr | None, first: int) -> Expr:
    """A sum without some terms: all terms less those. The largest but one: with it, some term below all others."""
    if node.kind not in ("sum", "max", "min") or len(bound) != 1 or first > 20:
        raise Ordered(node.at, f"a {node.kind} over a part of the range", "a sum over a single index")
    (index,) = bound.values()
    left_out = [excluded] if excluded is not None else [Delta(index, Integer(k)) for k in range(first)]
    if node.kind == "sum":
        return Add(value, *(-sum_over(body.expr * out, index) for out in left_out))
    if len(left_out) > 1 or index.dim == 1:
        raise Ordered(node.at, f"a {node.kind} without several terms", "one term that is left out")
    if index not in free_indices(body.expr):
        return value
    sign = 1 if node.kind == "max" else -1
    least, is_out = -Max_(-sign * body.expr, index), left_out[0]
    return sign * Max_(sign * body.expr * (1 - is_out) + (least - 1) * is_out, index)


def _sum(body: Value, names: tuple[Index, ...], node: s.Big) -> Expr:
    return sum_over(body.expr, *names)


def _prod(body: Value, names: tuple[Index, ...], node: s.Big) -> Expr:
    used = [i for i in names if i in free_indices(body.expr)]
    return Pow(Prod_(body.expr, *used), Mul(*(i.dim for i in names if i not in used)))


def _mean(body: Value, names: tuple[Index, ...], node: s.Big) -> Expr:
    return sum_over(body.expr, *names) / Mul(*(i.dim for i in names))


def _max(body: Value, names: tuple[Index, ...], node: s.Big) -> Expr:
    return Max_(body.expr, *(i for i in names if i in free_indices(body.expr)))


def _min(body: Value, names: tuple[Index, ...], node: s.Big) -> Expr:
    return -Max_(-body.expr, *(i for i in names if i in free_indices(body.expr)))


REDUCE = {"sum": _sum, "prod": _prod, "E": _mean, "max": _max, "min": _min}
