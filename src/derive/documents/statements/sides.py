"""A relation's two trees to two sides over common indices, at each layer or step that it speaks of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from derive.documents.meaning import generic, shifts
from derive.documents.model import Instance
from derive.documents.names.mentions import mentioned
from derive.documents.names.table import Table
from derive.documents.source.rows import Part
from derive.documents.statements.attempt import read_once
from derive.documents.statements.instances import environments, label
from derive.documents.statements.pair import UNRESTRICTED, Reading, Restrict
from derive.documents.syntax import tree as s
from derive.documents.syntax.tree import walk
from derive.documents.trouble import Blocks, Ordered, Unreadable


def read_pair(lhs: s.Node, rhs: s.Node, table: Table, restrict: Restrict = UNRESTRICTED) -> Reading:
    """The two sides of lhs = rhs. Raises Unreadable; shapes that cannot fit are told in `clash`."""
    trouble: Unreadable | None = None
    reading = Reading()
    try:
        reading = _with_domains(lhs, rhs, table, restrict)
    except Unreadable as error:
        trouble = error
    if (trouble is not None or reading.clash) and (names := generic.listed((lhs, rhs), table)):
        singly = generic.read_singly(names, table, lambda: _with_domains(lhs, rhs, table, restrict))
        if singly is not None:
            return singly
        if both := [x for x in names if generic.is_indexed(x, (lhs, rhs))]:
            found = f"{both[0]} with an index and without, which does not fit"
            trouble = trouble or Unreadable(lhs.at, found, "another letter for one of them, or for all")
    if trouble is not None:
        raise trouble
    return reading


def _with_domains(lhs: s.Node, rhs: s.Node, table: Table, restrict: Restrict) -> Reading:
    if table.domains:
        functions = {x for tree in (lhs, rhs) for x in (*mentioned(tree), *_below(tree))}
        if functions & table.domains.keys():
            with table.taking(functions):
                return _read(lhs, rhs, table, restrict)
    return _read(lhs, rhs, table, restrict)


def _below(tree: s.Node) -> Iterator[str]:
    """f of J_f(x)."""
    yield from (t.text for n in walk(tree) if isinstance(n, s.Script) for t in n.sub)


def _read(lhs: s.Node, rhs: s.Node, table: Table, restrict: Restrict) -> Reading:
    places = shifts.about(restrict.places, [lhs, rhs], table)
    if places or shifts.are_in([lhs, rhs], table):
        return _at_places(lhs, rhs, table, restrict, places)
    try:
        return _of_any_size(lhs, rhs, table, restrict)
    except Ordered as error:
        blocks = isinstance(error, Blocks)
        try:
            return _at_places(lhs, rhs, table, restrict, places, any_size=blocks)
        except Unreadable as other:  # otherwise it is the order that was not understood
            raise (other if blocks else error) from None


def _of_any_size(lhs: s.Node, rhs: s.Node, table: Table, restrict: Restrict) -> Reading:
    environment = environments([lhs, rhs], table)
    if environment == [table.fixed]:
        return read_once(lhs, rhs, table, environment[0], restrict)
    readings: list[tuple[str, Reading]] = []
    trouble: Unreadable | None = None
    for env in environment:
        try:
            readings.append((label(env), read_once(lhs, rhs, table, env, restrict)))
        except Unreadable as error:
            trouble = trouble or error
    if not readings:
        raise trouble or Unreadable(lhs.at, "no layer or step", "a range in which this holds")
    return _together(readings)


def _at_places(
    lhs: s.Node,
    rhs: s.Node,
    table: Table,
    restrict: Restrict,
    conditions: tuple[Part, ...],
    *,
    any_size: bool = False,
) -> Reading:
    """With numbers for sizes and indices; sizes that are found out meanwhile hold for these only."""
    readings: list[tuple[str, Reading]] = []
    trouble: Unreadable | None = None
    own = shifts.own_letters([lhs, rhs], table)
    for env in _places([lhs, rhs], table, conditions, any_size):
        kept = dict(table.solved)
        try:
            readings.append((label(env), read_once(lhs, rhs, table, env, restrict, own, placed=True)))
        except Unreadable as error:
            trouble = trouble or error
        finally:
            table.solved = kept
    if not readings:
        raise trouble or Unreadable(lhs.at, "no place", "ranges of the indices")
    return replace(_together(readings), gap=str(trouble) if trouble is not None else "")


def _places(trees: list[s.Node], table: Table, conditions: tuple[Part, ...], any_size: bool) -> list[dict[str, int]]:
    """Numbers for sizes and indices, at each layer or step that the trees speak of."""
    fixed, out = table.fixed, list[dict[str, int]]()
    try:
        steps = environments(trees, table)
        for env in steps:
            table.fixed = env
            out += shifts.environments(trees, table, conditions, generic=any_size and len(steps) == 1)
    finally:
        table.fixed = fixed
    return shifts.spread(out)


def _together(readings: list[tuple[str, Reading]]) -> Reading:
    last = readings[-1][1]
    shown = next((r for _, r in readings if r.clash), last)
    instances = tuple(Instance(name, r.sides, r.program) for name, r in readings if r.sides is not None)
    return replace(
        last, sides=shown.sides, program=shown.program, instances=instances, clash=shown.clash, gap="", notes=[]
    )
