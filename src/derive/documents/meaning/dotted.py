r"""Products with dots, over layers: W^{(L)} W^{(L-1)} \cdots W^{(1)}, at a depth that is a number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from derive.documents.names.scope import same
from derive.documents.names.scripts import superscript
from derive.documents.names.sizes import step_of
from derive.documents.names.symbols import Tokens
from derive.documents.source.tokens import Token
from derive.documents.syntax import tree as s
from derive.documents.trouble import Unreadable

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context

PERIODS = (1, 2, 3)  # factors for each layer
Factor = tuple[str, s.Node]


def has_dots(node: s.Juxtaposed) -> bool:
    return any(_is_dots(f) for f in node.factors)


def written_out(node: s.Juxtaposed, c: Context) -> s.Juxtaposed:
    """The product with the factors that the dots stand for. Raises Unreadable where it is not clear which they are."""
    at = next(n for n, f in enumerate(node.factors) if _is_dots(f))
    before, after = node.factors[:at], node.factors[at + 1 :]
    for p in PERIODS:
        if p <= min(len(before), len(after)) and not any(map(_is_dots, after)):
            between = _between(before, after[:p], c)
            if between is not None:
                return s.Juxtaposed(node.at, (*before, *between, *after))
    raise Unreadable(node.factors[at][1].at, r"\dots", "factors around it that show how the layers go on")


def _between(before: tuple[Factor, ...], last: tuple[Factor, ...], c: Context) -> list[Factor] | None:
    """What stands between the end of `before` and `last`; None if these are not the same at two layers."""
    p = len(last)
    first = before[-p:]
    gap = _distance(first, last, c)
    layered = any(_layers(f, c) for _, f in before[-2 * p : -p])
    earlier = _distance(before[-2 * p : -p], first, c) if len(before) >= 2 * p and layered else None
    if gap is None or (layered and (earlier is None or abs(earlier) != 1)):
        return None  # D W D ... D W: there is more to a layer than this
    step = earlier or (1 if gap > 0 else -1)
    if gap * step < 1:
        return None
    return [(op, _at_layers(f, lambda n, k=k: n + step * k, c)) for k in range(1, abs(gap)) for op, f in first]


def _distance(a: tuple[Factor, ...], b: tuple[Factor, ...], c: Context) -> int | None:
    """By how many layers b lies above a, if they are the same but for that."""
    layers = [(_layers(x, c), _layers(y, c)) for (_, x), (_, y) in zip(a, b, strict=True)]
    gaps = {n - m for low, high in layers for m, n in zip(low, high, strict=False)}
    if len(gaps) != 1 or any(len(low) != len(high) or not low for low, high in layers):
        return None
    alike = all(same(_at_layers(x, _zero, c), _at_layers(y, _zero, c)) for (_, x), (_, y) in zip(a, b, strict=True))
    return gaps.pop() if alike else None


def _zero(_: int) -> int:
    return 0


def _layers(node: s.Node, c: Context) -> list[int]:
    found: list[int] = []
    _at_layers(node, lambda n: found.append(n) or n, c)  # type: ignore[func-returns-value]
    return found


def _at_layers(node: s.Node, moved: Callable[[int], int], c: Context) -> s.Node:
    """A factor with other layers: those in the superscripts, or in the subscripts, of its names."""
    if isinstance(node, s.Bracket):
        return replace(node, items=tuple(_at_layers(x, moved, c) for x in node.items))
    if not isinstance(node, s.Script):
        return node
    if not isinstance(node.base, s.Name):
        return replace(node, base=_at_layers(node.base, moved, c))
    layer = superscript(node.sup).layer
    if layer and (number := step_of(layer, c)) is not None:
        return replace(node, sup=_put(node.sup, layer, moved(number)))
    if not layer and node.sub and (number := step_of(node.sub, c)) is not None:
        return replace(node, sub=_put(node.sub, node.sub, moved(number)))
    return node


def _put(tokens: Tokens, old: Tokens, number: int) -> Tokens:
    """The tokens with a number for some of them, which stand side by side."""
    at = next(n for n, t in enumerate(tokens) if t is old[0])
    first, last = old[0], old[-1]
    return (*tokens[:at], Token("num", str(number), first.start, last.end), *tokens[at + len(old) :])


def _is_dots(f: Factor) -> bool:
    return isinstance(f[1], s.Special) and f[1].name == "dots"
