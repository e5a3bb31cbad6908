"""The concrete layers and steps at which a claim about any layer or any step is read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from derive.documents.names.mentions import mentioned, reachable_from
from derive.documents.names.scripts import letter_of
from derive.documents.names.table import Table
from derive.documents.syntax.tree import Node

DEPTHS = (3, 4)
STEPS = 4
LATER = 8  # a step at which a bound is looked at, too
MAX_INSTANCES = 16

Env = dict[str, int]


def environments(trees: list[Node], table: Table) -> list[Env]:
    """Numbers for the layer and step letters that the trees mention; [{}] where there are none."""
    used = set().union(*(reachable_from(t, table) for t in trees)) if trees else set()
    direct = set().union(*(_letters(t) for t in trees)) if trees else set()
    depths = sorted((used & table.depths) - set(table.fixed))
    letters = sorted(
        x
        for x in (direct & table.steps) - table.depths - set(table.fixed)
        if x not in table.symbols or x in table.ranges or table.symbols[x].section != table.section
    )
    if letters:
        highs = {letter_of(table.ranges[x].high) for x in letters if x in table.ranges and table.ranges[x].high}
        depths = sorted({*depths, *(h for h in highs if h in table.depths and h not in table.fixed)})
    out = list(_all(depths, letters, table))
    return out[:: max(1, len(out) // MAX_INSTANCES)] if len(out) > MAX_INSTANCES else out


def _letters(tree: Node) -> set[str]:
    return mentioned(tree)


def _all(depths: list[str], letters: list[str], table: Table) -> Iterator[Env]:
    for values in product(DEPTHS, repeat=len(depths)):
        env = {**table.fixed, **dict(zip(depths, values, strict=True))}
        for steps in product(*(_range(x, env, table) for x in letters)):
            yield {**env, **dict(zip(letters, steps, strict=True))}


def _range(letter: str, env: Env, table: Table) -> list[int]:
    found = table.ranges.get(letter)
    if found is None:
        later = [LATER] if table.far and not env else []
        return [*range(1, max(env.values(), default=STEPS) + 1), *later]
    high = letter_of(found.high) if found.high else None
    if high in env:
        return list(range(found.low, env[high] + (0 if found.strict else 1)))
    if len(found.high) == 1 and found.high[0].text.isdigit():
        return list(range(found.low, min(int(found.high[0].text), found.low + STEPS) + (0 if found.strict else 1)))
    if len(found.high) == 3 and found.high[0].text in env and found.high[2].text.isdigit():
        top = env[found.high[0].text] + int(found.high[2].text) * (-1 if found.high[1].text == "-" else 1)
        return list(range(found.low, top + 1))
    return [*range(found.low, found.low + STEPS), *([LATER] if table.far and not env and not found.high else [])]


def label(env: Env) -> str:
    return ", ".join(f"{k} = {v}" for k, v in env.items())
