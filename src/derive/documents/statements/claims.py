"""The statement that a claim becomes, with what its left side is a derivative of."""

from __future__ import annotations

import re
from collections.abc import Callable

from derive.documents.derivatives.operators import heads
from derive.documents.functions import functionals
from derive.documents.model import Place, Statement
from derive.documents.names.mentions import reachable_from
from derive.documents.names.scripts import base_of, word_of
from derive.documents.names.table import Table
from derive.documents.source.rows import Part
from derive.documents.statements.pair import Reading
from derive.documents.syntax import tree as s
from derive.errors import DeriveError

Finish = Callable[[Place, Place, str, str, str], Statement]


def claim(part: Part, lhs: s.Node, reading: Reading, table: Table) -> Finish:
    """A statement that wants its places and source texts."""
    functionals.check(reading, str(part.relations[0]), lhs.at)
    kind, variable = derivative_of(lhs, reading, table)
    relation = {"\\coloneq": ":=", "\\equiv": "="}.get(str(part.relations[0]), str(part.relations[0]))

    def finish(place: Place, lhs_place: Place, left: str, _: str, right: str) -> Statement:
        return Statement(
            "claim", place, left, relation, right, reading=described(reading, relation), problem=reading.clash,
            assumptions=reading.assumptions, sides=reading.sides, program=reading.program,
            layout=_layout(table),
            derivative_kind=kind, variable=variable, instances=reading.instances, digits=digits(part, relation),
            clash=bool(reading.clash), lhs_place=lhs_place, unbound=reading.unbound,
            differential=reading.differential, gap=reading.gap,
        )  # fmt: skip

    return finish


def _layout(table: Table) -> str | None:
    if table.transposes_matrices:
        return "transposed"
    return "shaped" if table.layout and table.keeps_shapes else table.layout


def derivative_of(node: s.Node, reading: Reading, table: Table):
    """Whether the left side is a gradient, a Jacobian or another derivative, and in what."""
    if heads(node, table) == "J":
        return "jacobian", ""
    if not isinstance(node, s.Derivative):
        return None, ""
    variable = _variable(node, table)
    if _leaves_rows_open(node, reading, table):
        return "mixed", variable
    if len(node.variables) > 1 or node.order > 1 or reading.sides is None:
        return "other", variable
    shape = reading.sides[0].shape
    if not shape:
        return "other", variable
    gradient = _scalar_body(node, reading, table)
    return ("gradient" if gradient else "jacobian"), variable


def _leaves_rows_open(node: s.Derivative, reading: Reading, table: Table) -> bool:
    """Whether nothing in d^2 L / dx dy, of two vectors, says whether the rows are those of x or of y."""
    if len(node.variables) != 2 or reading.sides is None or len(reading.sides[0].shape) != 2:
        return False
    x, y = node.variables
    symbols = [table.symbols.get(base.name) for v in (x, y) if (base := base_of(v.of)) is not None]
    numbers = any(symbol is not None and not (symbol.dims or symbol.lead) for symbol in symbols)
    return x.of != y.of and x.transposed == y.transposed and not numbers


def _variable(node: s.Derivative, table: Table) -> str:
    """The name of what the derivative is taken in: W_f, where that is a name, and W for one of its entries."""
    if not node.variables:
        return _only_array(node, table)
    of = node.variables[0].of
    base = base_of(of) if of is not None else None
    if base is None:
        return ""
    full = f"{base.name}_{word_of(of.sub)}" if isinstance(of, s.Script) and of.sub else base.name
    return full if table.known(full) else base.name


def _only_array(node: s.Derivative, table: Table) -> str:
    """X of \\nabla \\det X, and of \\nabla f where f(X) is defined."""
    names = reachable_from(node.body, table) if node.body is not None else frozenset[str]()
    parameters = {p for n in names if (d := table.definitions.get(n)) is not None for p in d.parameters}
    arrays = parameters or {n for n in names if (x := table.symbols.get(n)) is not None and x.dims}
    return next(iter(arrays)) if len(arrays) == 1 else ""


def _scalar_body(node: s.Derivative, reading: Reading, table: Table) -> bool:
    """A gradient has as many axes as its variable."""
    shape = reading.sides[0].shape if reading.sides else ()
    name = _variable(node, table)
    if not name:
        return len(shape) == 1
    from derive.expr import tensors

    exprs = [x.expr for x in reading.sides or ()] + [y for let in reading.program for y in (let.target, let.rhs)]
    ranks = {t.rank for e in exprs for t in tensors(e) if t.name == name}
    squeezed = len([d for d in shape if d != 1])
    if not ranks and (symbol := table.symbols.get(name)) is not None:
        ranks = {len(symbol.dims)}
    return squeezed in ranks if ranks else squeezed == 1


def digits(part: Part, relation: str) -> int | None:
    """Digits behind the point of the number on the right of an approximation."""
    if relation != "\\approx":
        return None
    numbers = [t for t in part.sides[1] if t.kind == "num"]
    if found := SCIENTIFIC.fullmatch("".join(str(t) for t in part.sides[1])):
        return len(found.group(1)) - int(found.group(2))
    if len(numbers) != 1:
        return None
    return len(numbers[0].text.partition(".")[2])


SCIENTIFIC = re.compile(r"[-+]?\d+\.?(\d*)\\(?:times|cdot)10\^\{?([-+]?\d+)\}?")  # 3.2 \times 10^{-4}
SIGNS = {"\\approx": "≈", "\\le": "≤", "\\ge": "≥", "<": "<", ">": ">", "\\ne": "≠"}


def described_signs(statement: Statement, strict: tuple[bool, bool]) -> str:
    """What has to be positive on both sides of an equivalence."""
    from derive.notation import component_text

    if statement.sides is None:
        return ""
    each = (f"{component_text(x.expr)} {'>' if s else '≥'} 0" for x, s in zip(statement.sides, strict, strict=True))
    return " ⇔ ".join(each)


def described(reading: Reading, relation: str = "=") -> str:
    """Both sides as they were understood."""
    if reading.sides is None:
        return ""
    from derive.notation import component_text

    try:
        return f" {SIGNS.get(relation, '=')} ".join(component_text(x.expr) for x in reading.sides)
    except (
        DeriveError,
        ArithmeticError,
        LookupError,
        TypeError,
        ValueError,
        RecursionError,
    ):  # a reading is a courtesy
        return ""
