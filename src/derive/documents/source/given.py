"""Numbers that a note gives one by one, `$x_1 = 1$, $x_2 = -1$`, and takes for an array further down, as in x_k."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from derive.documents.source.rows import EQUALS, relations
from derive.documents.source.tokens import Token, group_end
from derive.documents.source.uses import Use, is_letter, is_transpose, only, uses

Values = tuple[tuple[Token, ...], ...]
NUMERIC = ("\\frac", "\\cdot", "-", "+", "/", "{", "}")


@dataclass
class _List:
    """What is known of one name so far."""

    values: list[tuple[Token, ...]] = field(default_factory=list)
    indexed: bool = False  # x_k stands somewhere
    other: bool = False  # it is something else, too


def given(formulas: Sequence[list[Token]]) -> dict[str, Values]:
    """The arrays whose entries from 1 on are numbers, in order and each once, before anything else is said of them.

    Further down, x_k is an entry of such an array; nothing declares it, gives it anew, or sums it up to a size.
    """
    found: dict[str, _List] = defaultdict(_List)
    for tokens in formulas:
        if (own := _entry(tokens)) is not None and not found[own[0]].indexed:
            name, number, value = own
            found[name].other |= number != len(found[name].values) + 1
            found[name].values.append(value)
            continue
        head = next((x.at for x in uses(relations(tokens).sides[0]) if x.first == 0), None)
        of_any_size = _sums_to_a_size(tokens)
        for x in uses(tokens):
            letters = any(map(is_letter, x.sub))
            found[x.name].indexed |= letters
            found[x.name].other |= not found[x.name].values or not _is_member(x) or (letters and of_any_size)
            found[x.name].other |= head == x.at and len(relations(tokens).relations) > 0 and _is_alone(tokens)
    lists = {n: tuple(x.values) for n, x in found.items() if x.indexed and not x.other}
    return {n: values for n, values in lists.items() if len(values) > 1}


def _entry(tokens: list[Token]) -> tuple[str, int, tuple[Token, ...]] | None:
    """x, 2 and -1 of `x_2 = -1`."""
    part = relations(tokens)
    if len(part.relations) != 1 or str(part.relations[0]) not in EQUALS:
        return None
    x, value = only(part.sides[0]), tuple(part.sides[1])
    if x is None or not _is_member(x) or x.sup or any(map(is_letter, x.sub)):
        return None
    numeric = all(t.kind == "num" or t.is_(*NUMERIC) for t in value) and any(t.kind == "num" for t in value)
    return (x.name, int(x.sub[0].text), value) if numeric else None


def _is_member(x: Use) -> bool:
    """Whether it is one entry, or a power of one: x_2, x_k^2, x_{i+k-1}."""
    one = len(x.sub) == 1 and (x.sub[0].text.isdigit() or is_letter(x.sub[0]))
    computed = any(map(is_letter, x.sub)) and all(t.kind == "num" or is_letter(t) or t.is_("+", "-") for t in x.sub)
    raised = any(is_transpose(t) or t.kind == "open" for t in x.sup)
    return x.plain and (one or computed) and not raised and " " not in x.name


def _is_alone(tokens: list[Token]) -> bool:
    """Whether the left side is one name with scripts: an equation may say there what it is."""
    return only(relations(tokens).sides[0]) is not None


def _sums_to_a_size(tokens: list[Token]) -> bool:
    """Whether a sum ends at a letter, or a list goes on with dots."""
    for n, t in enumerate(tokens):
        if t.is_("\\dots"):
            return True
        if not t.is_("\\sum", "\\prod"):
            continue
        n += 1
        while n + 1 < len(tokens) and tokens[n].is_("_", "^"):
            end = group_end(tokens, n + 1) if tokens[n + 1].is_("{") else n + 2
            if tokens[n].is_("^") and any(map(is_letter, tokens[n + 1 : end])):
                return True
            n = end
    return False
