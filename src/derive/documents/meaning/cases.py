"""Cases, conditions and indicators."""

from __future__ import annotations

from collections.abc import Callable
from operator import eq, ge, gt, le, lt, ne
from typing import TYPE_CHECKING, Any

from sympy import Abs, Expr, S

from derive.documents.meaning.values import Value, entrywise, scalar
from derive.documents.names.scripts import letter_of
from derive.documents.names.sizes import step_of
from derive.documents.names.symbols import Tokens
from derive.documents.source.clean import PROSE
from derive.documents.source.rows import relations
from derive.documents.source.tokens import Token
from derive.documents.syntax import tree as s
from derive.documents.trouble import Clash, Ordered, Unreadable
from derive.expr import Index, Size, Where, Winner

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context

Choose = Callable[[Value, Value], Value]
ELSE = ("otherwise", "else", "other", "sonst", "elsewhere", "그 외", "그렇지 않으면", "나머지", "그 밖")


JOINING = PROSE | {"not", *ELSE}


def cases(node: s.Cases, c: Context) -> Value:
    """The first row whose condition holds; the last row stands for all that is left."""
    from derive.documents.meaning.lower import lower

    rows = [(lower(value, c), condition) for value, condition in _possible(node.rows, c)]
    out, last = rows[-1]
    if len(node.rows) == 1 and not _is_else(last):
        raise Unreadable(node.at, "cases with a single row", "what holds otherwise")
    for value, condition in reversed(rows[:-1]):
        if _is_else(condition):
            raise Unreadable(node.at, "'otherwise' before the last row", "'otherwise' in the last row only")
        out = chosen(condition, value, out, node.at, c)
    if not _is_else(last) and len(rows) == len(node.rows):
        chosen(last, out, out, node.at, c)  # it must be readable, too
    return out


def _possible(rows: tuple[tuple[s.Node, Tokens], ...], c: Context) -> list[tuple[s.Node, Tokens]]:
    """The rows up to the one that holds, without those that do not, where numbers are compared: i <= m at i = 0."""
    out: list[tuple[s.Node, Tokens]] = []
    for value, condition in rows:
        found = None if _is_else(condition) else _holds(condition, c)
        if found is not False:
            out.append((value, ()) if found else (value, condition))
        if found:
            break
    return out or [rows[-1]]


def _holds(condition: Tokens, c: Context) -> bool | None:
    """Whether a condition on layers, steps and positions holds; None where it is about anything else."""
    found: list[bool] = []
    for part in conjuncts(condition):
        chain = relations(list(part))
        numbers = [step_of(tuple(side), c) for side in chain.sides]
        if (
            not chain.relations
            or any(n is None for n in numbers)
            or any(str(r) not in COMPARE for r in chain.relations)
        ):
            return None
        found += [COMPARE[str(r)](a, b) for r, a, b in zip(chain.relations, numbers, numbers[1:], strict=False)]
    return all(found) if found else None


COMPARE = {"<": lt, ">": gt, "\\le": le, "\\ge": ge, "=": eq, "\\ne": ne}


def _is_else(condition: Tokens) -> bool:
    words = " ".join(t.text for t in condition if t.kind in ("text", "word")).strip(" .,")
    return any(words.startswith(w) for w in ELSE) or not [t for t in condition if t.kind not in ("text",)]


def chosen(condition: Tokens, yes: Value, no: Value, at: int, c: Context) -> Value:
    """`yes` where all comparisons of the condition hold, else `no`."""
    if (holds := _holds(condition, c)) is not None:
        return yes if holds else no
    out = yes
    for choose in reversed(comparisons(condition, at, c)):
        out = choose(out, no)
    return out


def comparisons(condition: Tokens, at: int, c: Context) -> list[Choose]:
    """The comparisons of a condition: `0 < x < 1 and y > 0` has three."""
    found: list[Choose] = []
    for part in conjuncts(condition):
        chain = relations(list(part))
        if not chain.relations:
            raise Unreadable(part[0].start if part else at, _text(part), "a comparison such as t > 0")
        for n, relation in enumerate(chain.relations):
            left, right = tuple(chain.sides[n]), tuple(chain.sides[n + 1])
            found.append(_comparison(str(relation), left, right, relation.start, c))
    if not found:
        raise Unreadable(at, "no condition", "a comparison such as t > 0")
    return found


def conjuncts(condition: Tokens) -> list[Tokens]:
    out: list[Tokens] = [()]
    depth = 0
    for t in condition:
        depth += (t.kind in ("open", "begin") or t.is_("{")) - (t.kind in ("close", "end") or t.is_("}"))
        if depth > 0:
            out[-1] = (*out[-1], t)
        elif (
            t.kind == "text"
            or (t.kind == "word" and t.text.lower() in JOINING)  # other words are functions or names
            or t.is_(",", "\\wedge", "\\quad", "\\qquad", ".", ";")
        ):
            if "or" in t.text.split() or "또는" in t.text:
                raise Unreadable(t.start, "'or' in a condition", "a condition without 'or'")
            if "not" in t.text.split():
                raise Unreadable(t.start, "'not' in a condition", "a comparison")
            out.append(())
        else:
            out[-1] = (*out[-1], t)
    return [p for p in out if p]


def _text(tokens: Tokens) -> str:
    return " ".join(map(str, tokens)) or "nothing"


def _comparison(relation: str, left: Tokens, right: Tokens, at: int, c: Context) -> Choose:
    if not left or not right:
        raise Unreadable(at, "a comparison with one side", "an expression on both sides")
    for place, largest in ((left, right), (right, left)):
        if relation in ("=", "\\ne") and letter_of(place) and extremum(largest) is not None:
            return _by_place(place, largest, relation == "=", at, c)
    indices = _index_letters(left, right, c)
    if indices is not None:
        if relation not in ("=", "\\ne"):
            raise Ordered(at, f"{indices[0]} and {indices[1]} in an order", "indices that are equal or not")
        return _by_index((left, right), relation == "=", at, c)
    from derive.documents.meaning import classes
    from derive.documents.meaning.lower import lower

    if relation in ("=", "\\ne") and (same := classes.equality(left, right, at, c)) is not None:
        return _by_class(same, relation == "=", at)
    a, b = (lower(c.tree(x, at), c) for x in (left, right))
    rule = CONDITIONS.get(relation)
    if rule is None:
        raise Unreadable(at, relation, "a comparison: <, >, \\le, \\ge, = or \\ne")
    return lambda yes, no: entrywise(rule, "the cases", at, a, b, yes, no)


def _where(test: Expr, yes: Expr, no: Expr) -> Expr:
    """Where(test, yes, no), where the branches do not ask again what is known in them: 0 < x < 1 behind x <= 0."""
    return Where(test, _known(yes, test, True), _known(no, test, False))


def _known(branch: Expr, test: Expr, positive: bool) -> Expr:
    if not isinstance(branch, Where):
        return branch
    own, yes, no = branch.args
    if own == test:
        return _known(yes if positive else no, test, positive)
    if positive and own == -test:
        return _known(no, test, positive)
    return Where(own, _known(yes, test, positive), _known(no, test, positive))


CONDITIONS: dict[str, Callable[..., Any]] = {
    ">": lambda a, b, yes, no: _where(a - b, yes, no),
    "<": lambda a, b, yes, no: _where(b - a, yes, no),
    "\\ge": lambda a, b, yes, no: _where(b - a, no, yes),
    "\\le": lambda a, b, yes, no: _where(a - b, no, yes),
    "=": lambda a, b, yes, no: _where(Abs(a - b), no, yes),
    "\\ne": lambda a, b, yes, no: _where(Abs(a - b), yes, no),
}


def extremum(tokens: Tokens) -> tuple[str, Tokens] | None:
    r"""max or min, and what stands behind "arg", for \arg\max_k z_k and \operatorname{argmax}_k z_k."""
    if len(tokens) > 1 and tokens[0].is_("\\arg") and tokens[1].is_("\\max", "\\min"):
        return tokens[1].text, tokens[1:]
    if tokens and tokens[0].kind in ("word", "cmd") and tokens[0].text.lower() in ("argmax", "argmin"):
        kind = tokens[0].text.lower()[3:]
        return kind, (Token("cmd", kind, tokens[0].start, tokens[0].end), *tokens[1:])
    return None


def _by_place(place: Tokens, largest: Tokens, equal: bool, at: int, c: Context) -> Choose:
    """1[j = arg max_k z_k]: whether the index is the place of the largest entry. Undefined where there are two."""
    from derive.documents.meaning.entries import position
    from derive.documents.meaning.lower import lower

    found = extremum(largest)
    assert found is not None
    kind, tokens = found
    node = c.tree(tokens, at)
    if isinstance(node, s.Big) and node.kind == kind:
        letter = letter_of(node.sub)
        if letter is None:
            raise Unreadable(at, "arg max over something else", "a single index, as in \\arg\\max_k z_k")
        inner = Index(f"{letter}${at}", c.resolved(Size(f"?{letter}${at}{c.suffix()}")))
        with c.bound({letter: inner}):
            z = lower(node.body, c)
    elif isinstance(node, s.Call) and len(node.args) == 1 and not (node.sub or node.sup):
        z = lower(node.args[0], c)
        inner = z.axes[0] if z.rank == 1 else None
        z = Value(z.expr, z.axes[1:])
    else:
        inner = None
    if inner is None or z.axes:
        raise Unreadable(at, "arg max of this", "the entries of a vector, as in \\arg\\max_k z_k")
    body = z.expr if kind == "max" else -z.expr
    winner = Winner(body, inner, position(place, inner.dim, at, c))

    def choose(yes: Value, no: Value) -> Value:
        yes, no = (yes, no) if equal else (no, yes)
        return entrywise(lambda y, n: winner * y + (S.One - winner) * n, "the cases", at, yes, no)

    return choose


def _index_letters(left: Tokens, right: Tokens, c: Context) -> tuple[str, str] | None:
    a, b = letter_of(left), letter_of(right)
    if a is None or b is None or c.table.known(a) or c.table.known(b) or a in c.bindings or b in c.bindings:
        return None
    return a, b


def _by_index(parts: tuple[Tokens, Tokens], equal: bool, at: int, c: Context) -> Choose:
    from derive.documents.meaning.refer import kronecker

    def choose(yes: Value, no: Value) -> Value:
        if not equal:
            yes, no = no, yes
        try:
            delta = kronecker(list(parts), at, c).expr
        except Clash as clash:  # i and j up to different ends may be equal all the same
            raise Unreadable(at, str(clash), "indices that run over the same") from None
        return entrywise(lambda y, n: delta * y + (S.One - delta) * n, "the cases", at, yes, no)

    return choose


def _by_class(same: Value, equal: bool, at: int) -> Choose:
    def choose(yes: Value, no: Value) -> Value:
        yes, no = (yes, no) if equal else (no, yes)
        return entrywise(lambda d, y, n: d * y + (S.One - d) * n, "the cases", at, same, yes, no)

    return choose


def indicator(condition: Tokens, at: int, c: Context) -> Value:
    """1 where the condition holds, else 0."""
    return chosen(condition, scalar(S.One), scalar(S.Zero), at, c)
