"""One reading of a relation, at one layer or step: tried again with each size that is found out."""

from __future__ import annotations

from sympy import Add, Expr

from derive.documents.functions.anyone import any_numbers, awaited_numbers
from derive.documents.functions.own import own_arguments, refuse_both
from derive.documents.meaning.context import Context, refuse_numbers
from derive.documents.meaning.lower import lower
from derive.documents.meaning.values import Value
from derive.documents.names.table import Table
from derive.documents.statements.indices import over_common_indices, settle, unbound, unsized
from derive.documents.statements.misfit import clashing, refuse_perhaps_arrays, refuse_presumed, shape_problem
from derive.documents.statements.pair import Pair, Reading, Restrict
from derive.documents.syntax import tree as s
from derive.documents.trouble import Clash, Settle, Unify, Unreadable
from derive.errors import DeriveError

MAX_READINGS = 60  # of one statement, each with one more size known


def read_once(
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
        return clashing(str(error), c)
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
    problem = shape_problem(pair)
    if problem:
        refuse_presumed(problem, c)
        refuse_perhaps_arrays(problem, c)
    settle(pair, c)
    refuse_numbers(Add(pair.left.expr, pair.right.expr, evaluate=False), lhs.at)
    left, right = over_common_indices(pair, c)
    program = c.program(left.expr, right.expr)
    refuse_both(own, [left.expr, right.expr, *(let.rhs for let in program)], lhs.at)
    return Reading(
        (left, right),
        program,
        (),
        tuple(c.assumed),
        problem,
        unbound(pair, c.table.labels),
        c.differential,
        tuple(c.used_undeclared),
        tuple(c.unspecified),
        unsized=unsized(c),
    )


def _side_value(node: s.Node, other: s.Node, c: Context) -> Value:
    """The value of a side; it may be infinite where one of them is a limit."""
    from derive.documents.sums.limits import infinity, limit

    if isinstance(node, s.Big) and node.kind == "lim":
        return limit(node, c, infinite=True)
    found = infinity(node) if isinstance(other, s.Big) and other.kind == "lim" else None
    return found if found is not None else lower(node, c)
