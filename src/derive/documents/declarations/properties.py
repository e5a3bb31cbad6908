"""Equalities that declare a property of a symbol without a definition: sum y = 1, A^T = A, Q^T Q = I, |u| = 1."""

from __future__ import annotations

from derive.documents.names.collected import entries_of
from derive.documents.names.scripts import base_of, items, strip, superscript
from derive.documents.names.symbols import OBLONG
from derive.documents.names.table import Table
from derive.documents.source.rows import Part, relations
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse
from derive.documents.trouble import Unreadable


def property_of(part: Part, table: Table, *, supposed: bool) -> str | None:
    """What the equality declares, entered into the table; None if it is no such equality.

    `supposed`: the words say that it is so, and do not conclude it.
    """
    try:
        lhs, rhs = parse(part.sides[0]), parse(part.sides[1])
    except Unreadable:
        return None
    for rule in (_sums_to_one, _unit, _symmetric, _orthogonal, *(ON_SUPPOSITION if supposed else ())):
        found = rule(lhs, rhs, table)
        if found:
            return found
    return None


def totals(part: Part, table: Table) -> bool:
    """Whether the left side is a sum over the entries of an input, and the right one is 1."""
    try:
        lhs, rhs = parse(part.sides[0]), parse(part.sides[1])
    except Unreadable:
        return False
    summed = isinstance(lhs, s.Big) and lhs.kind == "sum" and isinstance(lhs.body, s.Script)
    return summed and _is_number(rhs, "1") and _input(lhs.body, table) is not None


def regular(part: Part, table: Table) -> bool:
    """det X > 0, det X \\ne 0: whether the inequality makes a declared matrix invertible."""
    if (
        len(part.relations) != 1
        or str(part.relations[0]) not in ("<", ">", "\\ne")
        or not _is_number(parse(part.sides[1]), "0")
    ):
        return False
    lhs = parse(part.sides[0])
    name = (
        _input(lhs.args[0], table) if isinstance(lhs, s.Call) and lhs.function == "det" and len(lhs.args) == 1 else None
    )
    return name is not None and isinstance(lhs.args[0], s.Name) and table.add_properties(name, "invertible")


def _input(node: s.Node, table: Table) -> str | None:
    """The name of a declared symbol without a definition."""
    base = base_of(node)
    if base is None or base.name in table.definitions or base.name not in table.symbols:
        return None
    if isinstance(node, s.Script) and superscript(node.sup).name:
        return None  # \\pi_k^+ is no \\pi_k
    if entries_of(base.name, table) is not None:
        return None
    return base.name


def _is_number(node: s.Node, text: str) -> bool:
    return isinstance(node, s.Num) and node.text == text


def _sums_to_one(lhs: s.Node, rhs: s.Node, table: Table) -> str | None:
    """sum_k y_k = 1, 1^T y = 1; of a matrix over its last index. And 1^T Y = 1^T of its columns."""
    if (of := _columns_of(lhs, rhs, table)) is not None:
        return _by_columns(of, table)
    if not _is_number(rhs, "1"):
        return None
    if (table_of := _in_all(lhs, table)) is not None:
        table.add_properties(table_of, "joint")
        return f"all entries of {table_of} sum to one"
    name = None
    if isinstance(lhs, s.Big) and lhs.kind == "sum" and isinstance(lhs.body, s.Script) and not _is_power(lhs.body):
        name = _input(lhs.body, table)
    elif isinstance(lhs, s.Juxtaposed) and len(lhs.factors) == 2:
        first, second = (f for _, f in lhs.factors)
        if isinstance(first, s.Script) and isinstance(first.base, s.Special) and superscript(first.sup).transposed:
            name = _input(second, table)
    if name is None or not (table.symbols[name].dims or table.symbols[name].lead):
        return None
    if isinstance(lhs, s.Big) and _over_columns(lhs):
        return _by_columns(name, table)
    binary = "binary" in table.symbols[name].properties
    table.add_properties(name, "sum_to_one", *(("one_hot",) if binary else ()))
    return f"{name} sums to one"


def _in_all(lhs: s.Node, table: Table) -> str | None:
    """p of \\sum_r \\sum_c p_{rc} and \\sum_{r,c} p_{rc}: the sum over both of its indices."""
    under: list[str] = []
    while isinstance(lhs, s.Big) and lhs.kind == "sum":
        under += [t.text for x in items(lhs.sub) for t in relations(list(x)).sides[0]]
        lhs = lhs.body
    if not isinstance(lhs, s.Script) or lhs.sup or lhs.primes or len(under) != 2:
        return None
    own = [t.text for x in items(lhs.sub) for t in x]
    name = _input(lhs, table) if sorted(own) == sorted(under) else None
    symbol = table.symbols[name] if name is not None else None
    return name if symbol is not None and len(symbol.dims) + len(symbol.lead) == 2 else None


def _columns_of(lhs: s.Node, rhs: s.Node, table: Table) -> str | None:
    """Y of 1^T Y = 1^T, a matrix of which this is not known yet."""
    factors = [f for _, f in lhs.factors] if isinstance(lhs, s.Juxtaposed) else []
    if not _is_row_of_ones(rhs) or len(factors) != 2 or not _is_row_of_ones(factors[0]):
        return None
    name = _input(factors[1], table) if isinstance(factors[1], s.Name) else None
    matrix = table.symbols[name] if name is not None else None
    return name if matrix is not None and len(matrix.dims) == 2 and matrix.form not in OBLONG else None


def _by_columns(name: str, table: Table) -> str:
    binary = "binary" in table.symbols[name].properties
    table.add_properties(name, "one_hot_columns" if binary else "stochastic_columns")
    return f"the columns of {name} sum to one"


def _is_row_of_ones(node: s.Node) -> bool:
    """1^T, whatever its size is."""
    ones = isinstance(node, s.Script) and isinstance(node.base, s.Special) and node.base.name == "ones"
    return ones and superscript(node.sup).transposed


def _over_columns(total: s.Big) -> bool:
    """Whether it runs down the columns of a matrix: over the first of two indices."""
    letters = items(total.body.sub) if isinstance(total.body, s.Script) else []
    under = {t.text for t in total.sub}
    return len(letters) == 2 and letters[0][0].text in under and letters[1][0].text not in under


def _is_power(node: s.Script) -> bool:
    """p_i^2, which may sum to one where p_i does not."""
    return bool(superscript(node.sup).acts) and not superscript(node.sup).transposed


def _unit(lhs: s.Node, rhs: s.Node, table: Table) -> str | None:
    """|u| = 1, u^T u = 1."""
    if not _is_number(rhs, "1"):
        return None
    inner = lhs.base if isinstance(lhs, s.Script) else lhs
    name = None
    if (
        isinstance(inner, s.Bracket)
        and inner.kind == "||"
        and len(inner.items) == 1
        and isinstance(inner.items[0], s.Name)
    ):
        name = _input(inner.items[0], table)
    elif isinstance(lhs, s.Juxtaposed) and len(lhs.factors) == 2:
        first, second = (f for _, f in lhs.factors)
        same = base_of(first) is not None and isinstance(second, s.Name) and base_of(first).name == second.name  # type: ignore[union-attr]
        name = (
            _input(second, table)
            if same and isinstance(first, s.Script) and superscript(first.sup).transposed
            else None
        )
    if name is None or len(table.symbols[name].dims) != 1:
        return None
    table.symbols[name].unit = True
    table.touch()
    return f"{name} has norm one"


def _symmetric(lhs: s.Node, rhs: s.Node, table: Table) -> str | None:
    """A^T = A."""
    for a, b in ((lhs, rhs), (rhs, lhs)):
        if isinstance(a, s.Script) and isinstance(a.base, s.Name) and isinstance(b, s.Name) and a.base.name == b.name:
            name = _input(b, table)
            if name and superscript(a.sup).transposed and not a.sub and len(table.symbols[name].dims) == 2:
                table.add_properties(name, "symmetric")
                return f"{name} symmetric"
    return None


def _orthogonal(lhs: s.Node, rhs: s.Node, table: Table) -> str | None:
    """Q^T Q = I for a square Q."""
    found = _of_itself(lhs, rhs, table)
    if found is None or not _is_square(found[0], table):
        return None
    table.add_properties(found[0], "orthogonal", "invertible")
    return f"{found[0]} orthogonal"


def _orthonormal(lhs: s.Node, rhs: s.Node, table: Table) -> str | None:
    """U^T U = I: U has orthonormal columns."""
    found = _of_itself(lhs, rhs, table)
    if found is None or not found[1]:
        return None
    table.add_properties(found[0], "orthogonal")
    return f"the columns of {found[0]} orthonormal"


def _centred(lhs: s.Node, rhs: s.Node, table: Table) -> str | None:
    """sum_n x_n = 0, 1^T X = 0, X^T 1 = 0."""
    if not (_is_number(rhs, "0") or (isinstance(rhs, s.Special) and rhs.name == "zeros")):
        return None
    name = _summed(lhs, table) or _times_ones(lhs, table)
    symbol = table.symbols[name] if name is not None else None
    if symbol is None or symbol.lead or symbol.letter or symbol.row or not symbol.dims:
        return None
    if symbol.properties or symbol.low or symbol.high:
        return None
    symbol.centred = True
    if table.vague.get(symbol.name, "").endswith(("centred", "centered", "zentriert", "mean zero", "zero mean")):
        del table.vague[symbol.name]  # the formula says what the words mean
    table.touch()
    return f"{name} sums to zero"


def _summed(lhs: s.Node, table: Table) -> str | None:
    """x of sum_n x_n."""
    body = lhs.body if isinstance(lhs, s.Big) and lhs.kind == "sum" else None
    if not isinstance(lhs, s.Big) or not isinstance(body, s.Script) or body.sup or body.primes:
        return None
    letters = [t.text for t in relations(list(strip(lhs.sub))).sides[0]]
    return _input(body, table) if [t.text for t in strip(body.sub)] == letters else None


def _times_ones(lhs: s.Node, table: Table) -> str | None:
    """X of 1^T X and of X^T 1: the sum of its rows."""
    factors = [f for _, f in lhs.factors] if isinstance(lhs, s.Juxtaposed) else []
    if len(factors) != 2 or any(op not in ("", "cdot") for op, _ in lhs.factors):  # type: ignore[union-attr]
        return None
    for ones, other, shown in ((*factors, False), (*reversed(factors), True)):
        turned = isinstance(other, s.Script) and superscript(other.sup).transposed and not other.sub
        special = ones.base if isinstance(ones, s.Script) else ones
        if isinstance(special, s.Special) and special.name == "ones" and isinstance(other, (s.Name, s.Script)):
            flat = isinstance(ones, s.Script) and superscript(ones.sup).transposed
            if turned == shown and flat != shown:
                return _input(other, table) if turned or isinstance(other, s.Name) else None
    return None


ON_SUPPOSITION = (_orthonormal, _centred)
"""What is a condition where the words say so, and a claim elsewhere."""


def _of_itself(lhs: s.Node, rhs: s.Node, table: Table) -> tuple[str, bool] | None:
    """Q of Q^T Q = I and of Q Q^T = I, and whether the transpose comes first; Q is a declared matrix."""
    if not (isinstance(rhs, (s.Name, s.Script)) and base_of(rhs) is not None and base_of(rhs).name == "I"):  # type: ignore[union-attr]
        return None
    if not isinstance(lhs, s.Juxtaposed) or len(lhs.factors) != 2:
        return None
    names = [_input(f, table) for _, f in lhs.factors]
    marks = [isinstance(f, s.Script) and superscript(f.sup).transposed for _, f in lhs.factors]
    if names[0] is None or names[0] != names[1] or sorted(marks) != [False, True]:
        return None
    return (names[0], marks[0]) if len(table.symbols[names[0]].dims) == 2 else None


def _is_square(name: str, table: Table) -> bool:
    rows, columns = ([t.text for t in d] for d in table.symbols[name].dims)
    return rows == columns
