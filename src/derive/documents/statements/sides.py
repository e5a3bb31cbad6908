"""A relation's two trees to two sides over common indices, at each layer or step that it speaks of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Protocol

from sympy import Add, Expr, S

from derive.documents.derivatives.operators import ROW
from derive.documents.functions.anyone import any_numbers, awaited_numbers
from derive.documents.functions.own import own_arguments, refuse_both
from derive.documents.meaning import generic, shifts
from derive.documents.meaning.context import Context, refuse_numbers
from derive.documents.meaning.lower import lower
from derive.documents.meaning.values import Value, is_unknown, show_shape
from derive.documents.model import Instance, Side
from derive.documents.names.hints import walk
from derive.documents.names.mentions import mentioned
from derive.documents.names.scripts import base_of, superscript
from derive.documents.names.table import Table
from derive.documents.source.rows import Part
from derive.documents.statements.instances import environments, label
from derive.documents.syntax import tree as s
from derive.documents.trouble import Blocks, Clash, Ordered, Settle, Unify, Unreadable
from derive.errors import DeriveError
from derive.evaluate.sampling import sizes_in
from derive.expr import Index, Program, Size, free_indices, rename

MAX_READINGS = 60  # of one statement, each with one more size known
AXES = "ijkmpqrsuv"
UNSIZED = ("?I@", "?ones@")


class Restrict(Protocol):
    """Conditions on a claim."""

    @property
    def places(self) -> tuple[Part, ...]: ...

    def __call__(self, pair: Pair, c: Context, /) -> Pair: ...


@dataclass(frozen=True)
class Unrestricted:
    """No condition."""

    places: tuple[Part, ...] = ()

    def __call__(self, pair: Pair, c: Context, /) -> Pair:
        return pair


@dataclass(frozen=True)
class Pair:
    """Both sides as values."""

    left: Value
    right: Value


@dataclass
class Reading:
    """What became of a relation."""

    sides: tuple[Side, Side] | None = None
    program: Program = field(default_factory=lambda: Program(()))
    instances: tuple[Instance, ...] = ()
    assumptions: tuple[str, ...] = ()
    clash: str = ""
    unbound: tuple[str, ...] = ()
    differential: bool = False
    undeclared: tuple[str, ...] = ()
    unspecified: tuple[str, ...] = ()
    gap: str = ""  # why it could not be read at some of the places
    unsized: tuple[str, ...] = ()  # I and 1, whose size neither the formula nor the note says
    notes: list[str] = field(default_factory=list)


def read_pair(lhs: s.Node, rhs: s.Node, table: Table, restrict: Restrict = Unrestricted()) -> Reading:
    """The two sides of lhs = rhs. Raises Unreadable; shapes that cannot fit are told in `clash`."""
    trouble: Unreadable | None = None
    reading = Reading()
    try:
        reading = _with_domains(lhs, rhs, table, restrict)
    except Unreadable as error:
        trouble = error
    if (trouble is not None or reading.clash) and (names := generic.listed((lhs, rhs), table)):
        found = generic.read_singly(names, table, lambda: _with_domains(lhs, rhs, table, restrict))
        if found is not None:
            return found
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
            return _at_places(lhs, rhs, table, restrict, places, generic=blocks)
        except Unreadable as other:  # otherwise it is the order that was not understood
            raise (other if blocks else error) from None


def _of_any_size(lhs: s.Node, rhs: s.Node, table: Table, restrict: Restrict) -> Reading:
    environment = environments([lhs, rhs], table)
    if environment == [table.fixed]:
        return _one(lhs, rhs, table, environment[0], restrict)
    readings: list[tuple[str, Reading]] = []
    trouble: Unreadable | None = None
    for env in environment:
        try:
            readings.append((label(env), _one(lhs, rhs, table, env, restrict)))
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
    generic: bool = False,
) -> Reading:
    """With numbers for sizes and indices; sizes that are found out meanwhile hold for these only."""
    readings: list[tuple[str, Reading]] = []
    trouble: Unreadable | None = None
    own = shifts.own_letters([lhs, rhs], table)
    for env in _places([lhs, rhs], table, conditions, generic):
        kept = dict(table.solved)
        try:
            readings.append((label(env), _one(lhs, rhs, table, env, restrict, own, placed=True)))
        except Unreadable as error:
            trouble = trouble or error
        finally:
            table.solved = kept
    if not readings:
        raise trouble or Unreadable(lhs.at, "no place", "ranges of the indices")
    return replace(_together(readings), gap=str(trouble) if trouble is not None else "")


def _places(trees: list[s.Node], table: Table, conditions: tuple[Part, ...], generic: bool) -> list[dict[str, int]]:
    """Numbers for sizes and indices, at each layer or step that the trees speak of."""
    fixed, out = table.fixed, list[dict[str, int]]()
    try:
        steps = environments(trees, table)
        for env in steps:
            table.fixed = env
            out += shifts.environments(trees, table, conditions, generic=generic and len(steps) == 1)
    finally:
        table.fixed = fixed
    return shifts.spread(out)


def _together(readings: list[tuple[str, Reading]]) -> Reading:
    first = readings[-1][1]
    clashing = next((r for _, r in readings if r.clash), None)
    instances = tuple(Instance(name, r.sides, r.program) for name, r in readings if r.sides is not None)
    out = clashing or first
    return Reading(
        out.sides,
        out.program,
        instances,
        first.assumptions,
        out.clash,
        first.unbound,
        first.differential,
        first.undeclared,
        first.unspecified,
        unsized=first.unsized,
    )


def _one(
    lhs: s.Node,
    rhs: s.Node,
    table: Table,
    env: dict[str, int],
    restrict: Restrict,
    own: frozenset[str] = frozenset(),
    *,
    placed: bool = False,
) -> Reading:
    local: dict[str, Expr] = {}
    numbers: dict[str, Value] = {}  # what the note says further down to be an array, as it does not fit here
    first: Reading | None = None
    whole = False  # arguments that the note does not declare are arrays: as one of several they do not fit
    for _ in range(MAX_READINGS):
        c = Context(table, env, own, placed=placed)
        c.whole_arrays = whole
        c.local = local
        c.scope = f"s{lhs.at}.{rhs.at}"
        try:
            with c.bind(numbers):
                reading = _attempt(lhs, rhs, c, restrict)
            if reading.clash and c.members and not whole:
                whole = True
            elif reading.clash and first is None and (numbers := awaited_numbers((lhs, rhs), table)):
                first = reading
            else:
                return first if first is not None and reading.clash else reading
        except Settle as found:
            local[found.unknown.name] = found.known
        except Unify as found:
            table.solved[found.unknown.name] = found.known
        except RecursionError:
            raise Unreadable(lhs.at, "a formula that is nested too deeply", "a flatter formula") from None
        except Unreadable:
            if first is None:
                raise
            return first
    raise Unreadable(lhs.at, "sizes that depend on each other", "declared shapes")


def _attempt(lhs: s.Node, rhs: s.Node, c: Context, restrict: Restrict) -> Reading:
    c.trees = (lhs, rhs)
    try:
        own = own_arguments((lhs, rhs), c) | any_numbers((lhs, rhs), c)
        with c.bind(own):
            pair = Pair(_side_value(lhs, rhs, c), _side_value(rhs, lhs, c))
    except Clash as error:
        return _clashing(str(error), c)
    except (Unreadable, Unify):
        raise
    except DeriveError as error:
        raise Unreadable(rhs.at, str(error), "an expression that has a value") from None
    try:
        pair = restrict(pair, c)
    except (Unreadable, Unify, Clash):
        raise
    except DeriveError as error:
        raise Unreadable(lhs.at, str(error), "a condition that can be put in") from None
    problem = _shape_problem(pair)
    if problem:
        _refuse_presumed(problem, c)
        _refuse_numbers_perhaps_arrays(problem, c)
    _settle(pair, c)
    refuse_numbers(Add(pair.left.expr, pair.right.expr, evaluate=False), lhs.at)
    left, right = _sides(pair, c)
    program = c.program(left.expr, right.expr)
    refuse_both(own, [left.expr, right.expr, *(let.rhs for let in program)], lhs.at)
    return Reading(
        (left, right),
        program,
        (),
        tuple(c.assumed),
        problem,
        _unbound(pair, c.table.labels),
        c.differential,
        tuple(c.used_undeclared),
        tuple(c.unspecified),
        unsized=_unsized(c),
    )


def _side_value(node: s.Node, other: s.Node, c: Context) -> Value:
    """The value of a side; it may be infinite where one of them is a limit."""
    from derive.documents.sums.limits import infinity, limit

    if isinstance(node, s.Big) and node.kind == "lim":
        return limit(node, c, infinite=True)
    found = infinity(node) if isinstance(other, s.Big) and other.kind == "lim" else None
    return found if found is not None else lower(node, c)


def _clashing(message: str, c: Context) -> Reading:
    if any(not _settled(n, c) for n in c.used_undeclared):
        names = ", ".join(c.used_undeclared)
        raise Unreadable(0, message, f"a declaration of the shape of {names}")
    _refuse_presumed(message, c)
    return Reading(None, Program(()), (), tuple(c.assumed), message, (), c.differential)


def _refuse_presumed(message: str, c: Context) -> None:
    """Shapes do not fit: a bare \\nabla is then perhaps taken in something else."""
    if ROW in c.presumed:
        raise Unreadable(0, message, f"the layout of Jacobians ({ROW})")
    if c.presumed:
        raise Unreadable(0, message, rf"\nabla_w, with what the gradient is taken in, not {', '.join(c.presumed)}")


def _refuse_numbers_perhaps_arrays(message: str, c: Context) -> None:
    """Nor need W^{(l)} and the x of A x, which the note does not declare, be the numbers they were taken for."""
    t = c.table
    behind = set(_behind_others(c.trees))
    guessed = [
        x for x in c.used_undeclared if not t.ranks.get(x, 0) and (x in t.layered or x in behind or x[0].isupper())
    ]
    if guessed:
        raise Unreadable(0, message, f"a declaration of the shape of {', '.join(guessed)}")


def _behind_others(trees: tuple[s.Node, ...]) -> Iterator[str]:
    """The names that stand last in a product without signs: x of A x, and w of X^T X w; and a side by themselves."""
    yield from (n.name for n in trees if isinstance(n, s.Name))
    for n in walk(trees):
        if isinstance(n, s.Juxtaposed) and not n.factors[-1][0] and (base := base_of(n.factors[-1][1])) is not None:
            mark = superscript(n.factors[-1][1].sup).name if isinstance(n.factors[-1][1], s.Script) else ""
            yield f"{base.name}_{mark}" if mark else base.name


def _settled(name: str, c: Context) -> bool:
    """Whether the definitions of the note say what shape an undeclared name has."""
    rank, d = c.table.ranks.get(name, 0), c.table.definitions.get(name)
    if d is not None and d.letter and d.letters:
        return True  # a^l_j = \\sigma(z^l_j): so long are they at each layer, and the first one is like the others
    return (
        bool(rank)
        and not c.env
        and all(
            f"?{name}.{k}" in c.table.firm and not is_unknown(c.resolved(Size(f"?{name}.{k}"))) for k in range(rank)
        )
    )


def _shape_problem(pair: Pair) -> str:
    """Why the sides cannot be equal; sizes that are not known yet may raise Unify."""
    a, b = pair.left.shape, pair.right.shape
    if a == b or (not b and pair.right.expr.is_number) or (not a and pair.left.expr.is_number):
        return ""
    if (a == () or b == ()) and _squeezed(a) == _squeezed(b):
        return ""  # a vector of length one, and a number
    if len(a) == len(b):
        unknown = [(x, y) for x, y in zip(a, b, strict=True) if x != y]
        for x, y in unknown:
            if is_unknown(x) or is_unknown(y):
                raise Unify(*((x, y) if is_unknown(x) else (y, x)))
    if _squeezed(a) == _squeezed(b) and len(_squeezed(a)) == 1:
        return f"the left side is {_orientation(a)} and the right side is {_orientation(b)}"
    return f"the left side is {show_shape(a)} and the right side is {show_shape(b)}"


def _squeezed(shape: tuple[Expr, ...]) -> tuple[Expr, ...]:
    return tuple(d for d in shape if d != 1)


def _orientation(shape: tuple[Expr, ...]) -> str:
    return "a row" if len(shape) == 2 and shape[0] == 1 else "a column"


def _unsized(c: Context) -> tuple[str, ...]:
    found = {name[1:].partition("@")[0] for name in c.local if name.startswith(UNSIZED)}
    return tuple(sorted({"ones": "1"}.get(name, name) for name in found - set(c.table.symbols)))


def _settle(pair: Pair, c: Context) -> None:
    """Sizes that nothing determines get names."""
    program = c.program(pair.left.expr, pair.right.expr)
    things = [pair.left.expr, pair.right.expr, program]
    for v in (pair.left, pair.right):
        things += [a for a in v.axes]
        things += list(free_indices(v.expr))
    for size in sizes_in(things):
        if is_unknown(size):
            raise Settle(size, _named(size, [x for x in sizes_in(things) if x != size], c))


def _named(size: Size, others: list[Size], c: Context) -> Expr:
    """A name of its own; of I and of a vector of ones, the only size that the note has."""
    if size.name.startswith(UNSIZED) and len(others) == 1 and c.table.sizes.keys() == {others[0].name}:
        return others[0]
    taken = {x.name for x in others}
    ones = c.table.symbols.get("ones")
    if size.name.startswith("?ones@") and ones is not None and ones.dims:
        return c.dimension(ones.dims[0])
    stem = size.name.strip("?").split(".")[0].split("%")[0].split("$")[0].split("@")[0].strip("!")
    options = (
        [x for x in "nmkdpqrs" if x not in taken] if not stem.isalnum() else [f"n_{stem}", f"m_{stem}", f"k_{stem}"]
    )
    return Size(next((x for x in options if x not in taken), f"n_{len(taken)}"))


def _sides(pair: Pair, c: Context) -> tuple[Side, Side]:
    """Both sides over the same letters: explicit indices by name, axes by position."""
    explicit = sorted(
        {i for v in (pair.left, pair.right) for i in free_indices(v.expr) if not i.name.startswith("@")}, key=str
    )
    taken = {i.name for i in explicit}
    letters = [x for x in AXES if x not in taken]
    letters += [f"{x}{n}" for n in range(1, 4) for x in AXES]  # of many indices
    return tuple(_side(v, explicit, letters) for v in (pair.left, pair.right))


def _side(v: Value, explicit: list[Index], letters: list[str]) -> Side:
    names: dict[Index, Expr] = {}
    axes: list[Index] = []
    for a in v.axes:
        if a.dim == 1:
            names[a] = S.Zero
            continue
        axes.append(Index(letters[len(axes)], a.dim))
        names[a] = axes[-1]
    return Side(rename(v.expr, names), (*explicit, *axes), v.shape)


def _unbound(pair: Pair, labels: set[str]) -> tuple[str, ...]:
    """Explicit indices that only one side has."""
    left, right = (
        {i.name for i in free_indices(v.expr) if not i.name.startswith("@")} for v in (pair.left, pair.right)
    )
    constant = pair.left.expr.is_number or pair.right.expr.is_number
    return () if constant else tuple(sorted((left ^ right) - labels))
