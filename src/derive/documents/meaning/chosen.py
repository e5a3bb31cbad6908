"""Numbers for the sizes of a formula whose indices are calculated with.

They are small, agree with what the note derives (m = n - k + 1), and are different where they can be.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import combinations, combinations_with_replacement, permutations, product

from derive.documents.meaning.context import Context
from derive.documents.names.mentions import mentioned, reachable_from
from derive.documents.names.sizes import number
from derive.documents.names.table import Table
from derive.documents.syntax import tree as s
from derive.documents.trouble import Unreadable

MAX_SIZES = 6
FEW_SIZES = 3  # can all be different at once
NUMBERS = range(2, 8)  # for sizes
SMALL = range(2, 6)  # where there are many of them
SETTINGS = 2  # of all sizes
MANY = len(NUMBERS)  # where an index is a number, so that sizes stand in formulas
UNCHOSEN = "sizes that cannot be chosen"
Env = dict[str, int]


def settings(trees: list[s.Node], table: Table, *, counting: bool, generic: bool) -> list[Env]:
    """Sizes that are different where they can be, the smallest first; then others.

    `counting`: sizes stand in the formulas as numbers. `generic`: of two sizes d and n, d + 1 is not n either, and each
    is once the larger one; with more of them the arrays would be too large.
    """
    behind = names_behind(trees, table)
    known = table.definitions.keys() | table.depths | table.fixed.keys()
    own = sorted(x for x in table.sizes if x in behind and x not in known)
    if len(own) > MAX_SIZES:
        raise Unreadable(trees[0].at, f"index arithmetic with {len(own)} sizes", f"at most {MAX_SIZES}")
    if len(own) > FEW_SIZES and not counting:
        return _apart(own, behind, table, trees[0].at)
    choices = (dict(zip(own, values, strict=True)) for values in permutations(NUMBERS, len(own)))
    found = [env for choice in choices if (env := _derived(choice, behind, table)) is not None]
    generic = generic and len(own) == 2
    found.sort(key=lambda env: (_near(env) if generic else len(env) - len(set(env.values())), sum(env.values())))
    if not found:
        raise Unreadable(trees[0].at, UNCHOSEN, "sizes that are numbers, or sums and products of others")
    first = found[0]
    if generic:
        x, y = own
        turned = [env for env in found[1:] if (env[x] < env[y]) != (first[x] < first[y])]
        others = [env for env in found[1:] if env[x] != first[x] and env not in turned]
        return [first, *turned[:1], *others[:1]]
    others = [env for env in found[1:] if all(env[x] != first[x] for x in own)]
    return [first, *others[: (MANY if counting else SETTINGS) - 1]]


def _near(env: Env) -> int:
    """How many of the sizes are equal, or next to each other."""
    return sum(abs(a - b) < 2 for a, b in combinations(env.values(), 2))


def _apart(own: list[str], behind: set[str], table: Table, at: int) -> list[Env]:
    """Several settings of many sizes, small ones: any two sizes differ in one of them, and each takes two values."""
    out: list[Env] = []
    alike: set[tuple[str, str]] | None = None  # (k, k) until k has another value
    for choice in sorted(product(SMALL, repeat=len(own)), key=sum):
        env = _derived(dict(zip(own, choice, strict=True)), behind, table)
        if env is None:
            continue
        pairs = set(combinations_with_replacement(sorted(env), 2)) if alike is None else alike
        still = {(x, y) for x, y in pairs if (x != y or not out or env[x] == out[0][x]) and env[x] == env[y]}
        if 2 * len(still) <= len(pairs):
            out, alike = [*out, env], still
        if not alike and out:
            break
    if not out:
        raise Unreadable(at, UNCHOSEN, "sizes that are numbers, or sums and products of others")
    return out


def names_behind(trees: list[s.Node], table: Table) -> set[str]:
    """All names that the trees rest on: through definitions, the sizes of arrays and the ranges of letters."""
    names = set().union(*(reachable_from(t, table) for t in trees))
    while True:
        symbols = [table.symbols[n] for n in names if n in table.symbols]
        ranges = [table.ranges[n].high for n in names if n in table.ranges]
        more = {t.text for tokens in (*(d for x in symbols for d in x.dims), *ranges) for t in tokens}
        more |= set().union(*(mentioned(table.definitions[n].rhs, table) for n in names if n in table.definitions))
        if more <= names:
            return names
        names |= more


def _derived(env: Env, behind: set[str], table: Table) -> Env | None:
    """With the sizes that are made of others; None where one of them, or the end of a range, is below two."""
    made = [x for x in table.sizes if x in behind and x in table.definitions and x not in table.fixed]
    ends = [r.high for x, r in table.ranges.items() if x in behind and r.high]
    try:
        env = _with_made(made, env, table)
        last = [number_of(Context(table).tree(h, 0), {**table.fixed, **env}, table) for h in ends]
    except Unreadable:
        return None
    least = 1 if table.fixed else 2
    return {**table.fixed, **env} if all(n >= least for n in (*env.values(), *last)) else None


def _with_made(made: list[str], env: Env, table: Table) -> Env:
    """With the sizes that are made of others: n = s(p - 1) + m, where p = qr."""
    for _ in made:
        for x in (x for x in made if x not in env):
            with suppress(Unreadable):
                env = {**env, x: number_of(table.definitions[x].rhs, {**table.fixed, **env}, table)}
    if not env.keys() >= set(made):
        raise Unreadable(0, UNCHOSEN, "sizes made of others")
    return env


def number_of(tree: s.Node, env: Env, table: Table) -> int:
    value = number(tree, Context(table, env), sizes=False)
    return int(value)
