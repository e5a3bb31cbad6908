"""Derived statements rewritten so that no digits cancel: every rule is an identity, proved again where it is used.

`yhat - y` with yhat = sigmoid(z) has no correct digit left where both are nearly 1; (1 - y) sigmoid(z) - y sigmoid(-z)
is the same and has all of them. Rules see names through their definitions (A1 = tanh(Z1)), and names are put back
where a definition is left over. A rewriting that the prover does not confirm is not used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from sympy import Abs, Expr, Poly, S, exp, log, tanh

from derive.codegen.bounded import Entries, bernstein, in_both, is_rest, polynomials
from derive.codegen.plan import Plan, Statement
from derive.codegen.traverse import MINUS, mapped, negated, replaced
from derive.expr import Index, Where, minimum, relu, sigmoid, softplus
from derive.notation import forms, lower
from derive.notation.collect import add
from derive.notation.forms import Apply, Const, Form, Leaf, Product, Softmax, walk
from derive.notation.make import ONE, TWO, ZERO, apply, parts, power, product

Meanings = Mapping[Form, Form]


@dataclass(frozen=True)
class Rule:
    """`rewrite` gives an equal form that is accurate where `says` describes, or None where it has nothing to say."""

    name: str
    says: str
    rewrite: Callable[[Form], Form | None]


def stabilised(plan: Plan) -> Plan:
    """The plan with accurate statements."""
    meanings = meanings_of(plan.forward)

    def each(statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
        return tuple(stable_statement(s, meanings) for s in statements)

    return replace(
        plan,
        forward=each(plan.forward),
        loss=stable_statement(plan.loss, meanings),
        backward=each(plan.backward),
        second=None if plan.second is None else stable_statement(plan.second, meanings),
    )


def meanings_of(statements: tuple[Statement, ...]) -> dict[Form, Form]:
    """What entrywise names stand for: A1 is tanh(Z1). Sums over other axes keep their names."""
    out: dict[Form, Form] = {}
    for s in statements:
        if not any(isinstance(f, (forms.MatMul, forms.Components, forms.Trace)) for f in walk(s.form)):
            out[Leaf(s.target, (None,) * s.target.rank)] = s.form
    return {name: form for name, form in out.items() if not isinstance(form, (Leaf, Const))}


def stable_statement(s: Statement, meanings: Meanings) -> Statement:
    """The statement, rewritten if a rule applies and the prover agrees that nothing changed."""
    own = Leaf(s.target, (None,) * s.target.rank)
    known = {name: meanings[name] for name in walk(s.form) if name in meanings and name != own}
    before = replaced(s.form, known)
    after = rewritten(before)
    if after == before and not any(is_log_softmax(f) or is_rest(f) for f in walk(after)):
        return s
    named = _with_names(after, known)
    return replace(s, form=named) if equal(before, replaced(named, known), s.out) else s


def _with_names(form: Form, known: Meanings) -> Form:
    """Names put back, in the accurate forms of their definitions too."""
    return renamed(form, {rewritten(f): name for name, f in known.items()})


def renamed(form: Form, names: Meanings) -> Form:
    """The form in names, except where several parts are one quantity that has its own function.

    Such are 1 - softmax(z), log softmax(z), and sigmoid(z) sigmoid(-z).
    """
    if form in names:
        return names[form]
    if is_rest(form) or is_log_softmax(form):
        return form
    whole = _slopes(form)
    return mapped(form, lambda f: f if f in whole else renamed(f, names))


def _slopes(f: Form) -> set[Form]:
    """The factors sigmoid(z) and sigmoid(-z) of a product that has both."""
    inside = {g for g in f.factors if is_sigmoid(g)} if isinstance(f, Product) else set()
    return {g for g in inside if mirrored(g) in inside}


def equal(a: Form, b: Form, out: tuple[Index, ...]) -> bool:
    """Whether our own prover shows that the forms mean the same."""
    from derive.expr import lowest_layer, shifted

    left, right = lower(a, out), lower(b, out)
    by = -lowest_layer(left, right)
    return _proved(shifted(left, by), shifted(right, by))


@lru_cache(4096)
def _proved(a: Expr, b: Expr) -> bool:
    from derive.prove import prove

    return prove(a, b).proved


# --- through a form


def rewritten(form: Form) -> Form:
    """All rules, everywhere, from the inside out."""
    form = mapped(form, rewritten)
    for rule in RULES:
        form = rule.rewrite(form) or form
    return form


def is_sigmoid(f: Form) -> bool:
    return isinstance(f, Apply) and f.function is sigmoid


def is_tanh(f: Form) -> bool:
    return isinstance(f, Apply) and f.function is tanh


def is_log_softmax(f: Form) -> bool:
    return isinstance(f, Apply) and f.function is log and isinstance(f.args[0], Softmax)


# --- the rules


def probability(f: Form) -> Form | None:
    """A polynomial in p = sigmoid(z) or p = softmax(z), in p and 1 - p, each of which is small without cancelling."""
    for entries, g, _, coefficients, common in polynomials(f, lambda g: isinstance(g, Softmax) or is_sigmoid(g)):
        low = next(k for k, c in enumerate(coefficients) if c != 0)
        if low == len(coefficients) - 1:
            continue
        other = add(ONE, product(MINUS, g)) if isinstance(g, Softmax) else mirrored(g)
        both = in_both(entries, bernstein(coefficients[low:]), g, other)
        return product(entries.form(common), power(g, Const(S(low))), both)
    return None


def mirrored(g: Form) -> Apply:
    """sigmoid(-z) for sigmoid(z)."""
    return Apply(sigmoid, (negated(g.args[0]),))


def hyperbolic(f: Form) -> Form | None:
    """1 - tanh(u)^2, 1 - y tanh(u), tanh(u) - y: by sigmoid(2u) and sigmoid(-2u) where tanh(u) is nearly 1 or -1."""
    for entries, g, s, coefficients, common in polynomials(f, is_tanh):
        u = g.args[0]
        up, down = Apply(sigmoid, (product(TWO, u),)), Apply(sigmoid, (product(Const(S(-2)), u),))
        halved = Poly(sum(c * (2 * s - 1) ** k for k, c in enumerate(coefficients)), s).all_coeffs()[::-1]
        both = bernstein([c.expand() for c in halved])
        form = in_both(entries, both, up, down)
        if _one_sign(both, entries):
            return product(entries.form(common), form)
        if len(coefficients) == 2 and coefficients[1].is_number and not coefficients[0].is_number:
            y = product(*parts(entries.form(coefficients[0] / coefficients[1]))[1])
            direct = entries.form(coefficients[0] + coefficients[1] * s)
            chosen = Apply(Where, (add(ONE, negated(apply(Abs, y))), direct, form))
            return product(entries.form(common), chosen)
    return None


def _one_sign(coefficients: list[Expr], entries: Entries) -> bool:
    """Whether terms with these coefficients cannot cancel."""
    named = {s: f for f, s in entries.symbols.items()}
    values = [c for c in coefficients if c != 0]
    if all(c.is_number for c in values):
        return len({bool(c.is_positive) for c in values}) == 1
    signs = {s for s, f in named.items() if isinstance(f, Leaf) and "sign" in f.tensor.properties}
    free = set().union(*(c.free_symbols for c in values))
    if len(free) != 1 or not free <= signs:
        return False
    (y,) = free
    at = [c.subs(y, v) for c in values for v in (1, -1)]  # plain polynomials in a dummy
    return all(v.is_nonnegative for v in at) or all(v.is_nonpositive for v in at)


def log_of_sigmoid(f: Form) -> Form | None:
    """log sigmoid(z) = -softplus(-z)."""
    if isinstance(f, Apply) and f.function is log and is_sigmoid(f.args[0]):
        return negated(Apply(softplus, mirrored(f.args[0]).args))
    return None


def guarded(f: Form) -> Form | None:
    """In the branch where c <= 0, exp(k c) is exp(k min(c, 0)): what is not chosen must not overflow either."""
    if not (isinstance(f, Apply) and f.function is Where):
        return None
    c, a, b = f.args
    at_most, at_least = Apply(minimum, (c, ZERO)), Apply(relu, (c,))
    return Apply(Where, (c, _guard(a, c, at_least, growing=False), _guard(b, c, at_most, growing=True)))


def _guard(f: Form, c: Form, bounded: Form, *, growing: bool) -> Form:
    if isinstance(f, Apply) and f.function is exp:
        k, rest = parts(f.args[0])
        same = parts(c)
        if rest == same[1] and k.is_number and same[0].is_number and bool(k / same[0] > 0) is growing:
            return Apply(exp, (product(Const(k / same[0]), bounded),))
        return f
    return mapped(f, lambda g: _guard(g, c, bounded, growing=growing))


RULES = (
    Rule("probability", "p - y and p (1 - p), where p is nearly 0 or 1", probability),
    Rule("hyperbolic", "1 - t^2 and t - y, where t = tanh(u) is nearly -1 or 1", hyperbolic),
    Rule("log_of_sigmoid", "log p, where p is nearly 0 or 1", log_of_sigmoid),
    Rule("guarded", "exp in a branch that is not taken", guarded),
)
