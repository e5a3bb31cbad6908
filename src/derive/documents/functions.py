"""Functions: those of the field by a table, those that the note defines by their definition, unknown ones as they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import sympy
from sympy import Expr, Pow, exp, log
from sympy.functions.elementary.hyperbolic import acosh, asinh, atanh

from derive.documents import functionals, points
from derive.documents import syntax as s
from derive.documents.hints import walk
from derive.documents.members import family_of, functions_of, positions
from derive.documents.names import Superscript, superscript, word_of
from derive.documents.powers import by_entry, raised
from derive.documents.refer import UNKNOWN_FUNCTIONS, entry, subscripted
from derive.documents.table import Definition, Tokens
from derive.documents.trouble import Unreadable
from derive.documents.values import Value, axis, entrywise, multiply, same, scalar
from derive.documents.wholes import REDUCTIONS, SPECIAL, arity, of_all_entries
from derive.expr import (
    Elem,
    Sum_,
    Tensor,
    Unknown,
    open_binder,
    rebuild,
    sum_over,
    tensors,
)
from derive.expr.elementwise import UNARY
from derive.expr.functions import sigmoid, softplus

if TYPE_CHECKING:
    from derive.documents.context import Context


def _factorial(n: Expr) -> Expr:
    """n!, as the gamma function says it."""
    if n.is_number and not (n.is_Integer and 0 <= n <= MAX_FACTORIAL):
        raise Unreadable(0, f"{n}!", f"a whole number up to {MAX_FACTORIAL} before the !")
    return sympy.gamma(n + 1)


MAX_FACTORIAL = 200
FIELD: dict[str, Callable[[Expr], Expr]] = {
    **UNARY,
    "ln": log,
    "lg": lambda t: log(t) / log(10),
    "sgn": sympy.sign,
    "arsinh": asinh,
    "artanh": atanh,
    "arcosh": acosh,
    "arcsin": sympy.asin,
    "arccos": sympy.acos,
    "cot": lambda t: sympy.cos(t) / sympy.sin(t),
    "coth": lambda t: sympy.cosh(t) / sympy.sinh(t),
    "swish": UNARY["silu"],
    "heaviside": UNARY["step"],
    "inv": lambda t: 1 / t,
    "factorial": _factorial,
}
"""Scalar functions, entry by entry."""

BASES = {"2": 2, "10": 10, "e": None}
GREEK_FUNCTIONS: dict[str, Callable[[Expr], Expr]] = {
    "sigma": sigmoid,
    "Phi": lambda t: (1 + sympy.erf(t / sympy.sqrt(2))) / 2,
}
"""Letters that are these functions where the note does not say otherwise."""


# -- function words ----------------------------------------------------------------------------------------------
def call(node: s.Call, c: Context) -> Value:
    """The value of \\log p, \\max(0, t), \\operatorname{diag}(u)."""
    from derive.documents.lower import lower

    if (whole := of_all_entries(node)) is not None:
        value = lower(whole, c)
        return Value(REDUCTIONS[node.function.lower()](value.expr, *value.axes)) if value.axes else value
    name = node.function
    full = f"{name}_{word_of(node.sub)}" if node.sub else name
    if node.trailing is not None:
        inner = application(node.args[0], node.trailing, c)
        bare_call = replace(node, trailing=None)
        if inner is None:
            return multiply(call(bare_call, c), lower(node.trailing, c), node.at)
        args = [inner]
    else:
        listed = _listed(node.args, c)
        args = [lower(a, c) for a in node.args] if listed is None else [listed]
    for known in (full, name):
        if known in c.table.functions or (known in c.table.definitions and c.table.definitions[known].parameters):
            sub = node.sub if known == name else ()
            value = apply(known, node.primes, args, node.at, c)
            return raised(entry(value, sub, node.at, c) if sub else value, superscript(node.sup), node.at, c)
    value = field_function(node, args, c)
    sup = superscript(node.sup)
    if sup.acts and not sup.transposed and _inverse_mark(sup) and name not in ("det", "tr"):
        raise Unreadable(node.at, f"{name}^{{-1}}", f"1/{name} or the name of the inverse function")
    return raised(value, sup, node.at, c)


def _listed(args: tuple[s.Node, ...], c: Context) -> Value | None:
    """The vector s of \\operatorname{diag}(s_1, \\dots, s_N)."""
    from derive.documents.lower import lower

    if len(args) != 3 or not isinstance(args[1], s.Special) or args[1].name != "dots":
        return None
    first, last = args[0], args[2]
    if not isinstance(first, s.Script) or not isinstance(last, s.Script) or not isinstance(first.base, s.Name):
        return None
    if first.base != replace(last.base, at=first.base.at) or word_of(first.sub) != "1" or first.sup or last.sup:
        return None
    value = lower(first.base, c)
    if value.rank == 1:
        same(value.axes[0].dim, c.dimension(last.sub))
    return value if value.rank == 1 else None


def _inverse_mark(sup: Superscript) -> bool:
    return len(sup.acts) == 2 and sup.acts[0].is_("-") and sup.acts[1].text == "1"


def field_function(node: s.Call, args: list[Value], c: Context) -> Value:
    name = node.function if node.function in SPECIAL or node.function in FIELD else node.function.lower()
    if not args:
        raise Unreadable(node.at, f"{node.function} without an argument", "an argument")
    if name in FIELD and len(args) == 1:
        by_entry(args[0], name, node.at, c)
        f = _with_base(FIELD[name], node) if name in ("log", "ln") else FIELD[name]
        value = _differentiated(f, node.primes, args[0], c) if node.primes else entrywise(f, name, node.at, args[0])
        return entry(value, node.sub, node.at, c) if node.sub and name not in ("log", "ln") else value
    rule = SPECIAL.get(name)
    if rule is None:
        raise Unreadable(node.at, node.function, "a function that is known")
    if node.primes:
        raise Unreadable(node.at, f"the derivative of {name} as a prime", r"\partial, or a scalar function")
    value = rule(args, node.at)
    if node.sub:
        value = entry(value, node.sub, node.at, c)
    return value


def _with_base(f: Callable[[Expr], Expr], node: s.Call) -> Callable[[Expr], Expr]:
    """log_2, log_{10}."""
    base = "".join(t.text for t in node.sub)
    if not base or base == "e":
        return f
    if not base.isdigit() or not 2 <= int(base[:4]) <= 100:
        raise Unreadable(node.at, f"a logarithm to the base {base}", "a whole number as base")
    return lambda t: log(t) / log(int(base))


def _differentiated(f: Callable[[Expr], Expr], order: int, arg: Value, c: Context) -> Value:
    """f'(z) for a function of the table."""
    t = Tensor("~argument")
    return substituted(scalar(derived(f(t()), t, order, c)), {t: arg})


def derived(e: Expr, t: Tensor, order: int, c: Context) -> Expr:
    from derive.documents.derivatives import total

    c.differential = True
    for _ in range(order):
        e = total(e, t(), c)
    return e


# -- application -------------------------------------------------------------------------------------------------
def application(f: s.Node, argument: s.Node, c: Context) -> Value | None:
    """f(x) where f is a function by the table; None where the pair is a product."""
    from derive.documents.lower import lower

    bracket = argument.base if isinstance(argument, s.Script) else argument
    if not isinstance(bracket, s.Bracket) or bracket.kind not in "([{<" or bracket.kind == "<":
        return None
    if bracket.kind == "{" and not isinstance(f, (s.Name, s.Script)):
        return None
    found = function_name(f, bracket, c)
    if found is None:
        return None
    name, primes, sup = found
    sub = _parts(f)[1]
    member = functions_of(name, sub, c.table)
    with c.bound(positions(member, sub, f.at, c) if member else {}):
        args = [lower(a, c) for a in bracket.items]
        if (family := _family(f, name, c)) is not None:
            value = _at_parameter(*family, lower(c.tree(sub, f.at), c), primes, args, f.at, c)
        else:  # E(w), where E is a value, has no name here
            value = apply(name, primes, args, f.at, c) if name else lower(f, c)
    value = raised(value, sup, f.at, c)
    if isinstance(argument, s.Script):
        if argument.sub:
            value = subscripted(s.Name(f.at, ""), value, argument, c)
        if argument.primes:
            raise Unreadable(argument.at, "a prime behind an argument", "the prime before the argument")
        value = raised(value, superscript(argument.sup), argument.at, c)
    return value


def function_name(f: s.Node, bracket: s.Bracket, c: Context) -> tuple[str, int, Superscript] | None:
    """The name, primes and superscript of a factor that is a function here. The name is empty for a value like E(w)."""
    base, sub, sup, primes = _parts(f)
    if base is None:
        return None
    t = c.table
    name = f"{base.name}_{word_of(sub)}" if sub else base.name
    if sup.name:
        name = f"{name}_{sup.name}"
    if sup.layer:
        return None
    if name in t.functions or (name in t.definitions and t.definitions[name].parameters):
        return name, primes, sup
    if functions_of(base.name, sub, t):
        return base.name, primes, sup
    if (family := family_of(base.name, sub, t)) is not None:
        return family[0].name, primes, sup
    if sub and (base.name in t.functions or (base.name in t.definitions and t.definitions[base.name].parameters)):
        return None
    if name in c.bindings or name in c.env:
        return None
    if t.known(name) or t.known(base.name):
        return ("", 0, Superscript()) if not primes and _is_remark(f, name, bracket, c) else None
    if name in GREEK_FUNCTIONS and (name != "Phi" or base.name == "Phi"):
        return name, primes, sup
    if (name in UNKNOWN_FUNCTIONS or primes) and len(bracket.items) == 1:
        c.assumed.setdefault(f"{name} is a differentiable function, applied entry by entry")
        return name, primes, sup
    return None


def _parts(f: s.Node) -> tuple[s.Name | None, Tokens, Superscript, int]:
    if isinstance(f, s.Name):
        return f, (), Superscript(), 0
    if isinstance(f, s.Script) and isinstance(f.base, s.Name):
        return f.base, f.sub, superscript(f.sup), f.primes
    return None, (), Superscript(), 0


def _is_remark(f: s.Node, name: str, bracket: s.Bracket, c: Context) -> bool:
    """Whether (w) only reminds what E depends on: E has a definition that mentions each bare name in the bracket."""
    definition = c.table.definitions.get(name)
    if definition is None:
        return False
    from derive.documents.names import base_of

    names = [base_of(i) for i in bracket.items]
    if any(n is None for n in names):
        return False
    used = reachable(name, c.table)
    return all(n is not None and n.name in used for n in names)


def reachable(name: str, table: object) -> set[str]:
    """The names that a definition mentions, directly or through others."""
    from derive.documents.mentions import mentioned

    seen: set[str] = set()
    stack = [name]
    while stack:
        d = table.definitions.get(stack.pop())  # type: ignore[attr-defined]
        if d is not None:
            own = {p for p in d.parameters if not table.known(p)}  # type: ignore[attr-defined]
            new = mentioned(d.rhs, table) - own - seen
            seen |= new
            stack += new
    return seen


def apply(name: str, primes: int, args: list[Value], at: int, c: Context) -> Value:
    """The function at these arguments, or its derivative."""
    definition = c.table.definitions.get(name)
    if definition is not None and len(definition.parameters) != len(args):
        definition = c.table.definitions.get(f"{name}/{len(args)}", definition)
    if definition is not None and definition.parameters:
        return _defined(definition, primes, args, at, c)
    if name in GREEK_FUNCTIONS and name not in c.table.functions:
        (arg,) = arity(args, 1, name, at)
        if primes:
            return _differentiated(GREEK_FUNCTIONS[name], primes, arg, c)
        return entrywise(GREEK_FUNCTIONS[name], name, at, arg)
    (arg,) = arity(args, 1, name, at)
    if name in c.table.functionals:
        return functionals.value(name, primes, arg, at, c)
    if primes:
        c.differential = True
    return entrywise(lambda t: Unknown(name, primes, t), name, at, arg)


def _defined(d, primes: int, args: list[Value], at: int, c: Context) -> Value:
    from derive.documents.lower import lower

    arity(args, len(d.parameters), d.name, at)
    if len(c.computing) > 30:
        raise Unreadable(at, f"{d.name}, which is defined by itself", "a definition that ends somewhere")
    c.computing.append((d.name, -1))
    before, c.scope = c.scope, f"{c.scope}c{at}"
    try:
        if moving := points.carried(d, c):
            return points.moved(d, moving, primes, args, at, c)
        if not primes:
            with c.bind(dict(zip(d.parameters, args, strict=True))):
                value = lower(d.rhs, c)
            return Value(by_name(value.expr), value.axes)
        t = Tensor(f"~{d.parameters[0]}", (), None, _sign_of(d.parameters[0], c))
        with c.bind({d.parameters[0]: scalar(t())}):
            body = lower(d.rhs, c)
            body = Value(by_name(body.expr), body.axes)
    finally:
        c.computing.pop()
        c.scope = before
    if body.axes or len(args) != 1:
        raise Unreadable(at, f"{d.name} with a prime", "a scalar function of one variable before the prime")
    return substituted(scalar(derived(body.expr, t, primes, c)), {t: args[0]})


def _family(f: s.Node, name: str, c: Context) -> tuple[Definition, str] | None:
    """What family_of finds, where the function goes by its name."""
    base, sub, _, _ = _parts(f)
    found = family_of(base.name, sub, c.table) if base is not None else None
    return found if found is not None and found[0].name == name else None


def _at_parameter(d: Definition, name: str, value: Value, primes: int, args: list[Value], at: int, c: Context) -> Value:
    """rho_{1 - tau}(r): the number in the subscript is one more argument."""
    if value.axes:
        raise Unreadable(at, f"an array in place of {name}", "a number")
    if not primes:
        return _defined(replace(d, parameters=(*d.parameters, name)), 0, [*args, value], at, c)
    if points.carried(replace(d, parameters=(name,)), c):
        raise Unreadable(at, f"{d.name} with a prime at another {name}", "the derivative written out")
    with c.bind({name: value}):
        return _defined(d, primes, args, at, c)


def by_name(e: Expr) -> Expr:
    """1/(1 + e^-t) and log(1 + e^t) as a whole by name: derivatives then keep the name."""
    inner = e.args[0] if isinstance(e, (Pow, log)) and e.args else None
    if (
        not isinstance(inner, sympy.Add)
        or len(inner.args) != 2
        or inner.args[0] != 1
        or not isinstance(inner.args[1], exp)
    ):
        return e
    t = inner.args[1].args[0]
    if isinstance(e, log):
        return softplus(t)  # type: ignore[return-value]
    return sigmoid(-t) if e.args[1] == -1 else e  # type: ignore[return-value, operator]


def _sign_of(name: str, c: Context) -> frozenset[str]:
    symbol = c.table.symbols.get(name)
    return symbol.properties if symbol is not None and not symbol.dims else frozenset()


def bare_derivative(node: s.Script, c: Context) -> Value | None:
    """f' without an argument: at the function's own parameter, where that has a name."""
    assert isinstance(node.base, s.Name)
    d = c.table.definitions.get(node.base.name)
    if d is None or len(d.parameters) != 1 or node.sub:
        return None
    from derive.documents.refer import bare

    return apply(d.name, node.primes, [bare(node.at, d.parameters[0], c)], node.at, c)


def body_of(name: str, at: int, c: Context) -> Value:
    """A function without its argument list: J for J(B), at its own parameters."""
    from derive.documents.lower import lower

    d = c.table.definitions[name]
    if len(c.computing) > 30:
        raise Unreadable(at, f"{name}, which is defined by itself", "a definition that ends somewhere")
    c.computing.append((name, -2))
    try:
        with c.bind({p: v for p in d.parameters if (v := _sample(p, d, c)) is not None}):
            value = lower(d.rhs, c)
        return Value(by_name(value.expr), value.axes)
    finally:
        c.computing.pop()


def _sample(name: str, d: Definition, c: Context) -> Value | None:
    """A parameter that is one of many: x in h(x), where the note has samples x^{(i)} and h does not number them."""
    symbol = c.table.symbols.get(name)
    if symbol is None or not (symbol.lead or symbol.numbered) or name in c.bindings:
        return None
    scripts = [n for n in walk(d.rhs) if isinstance(n, s.Script) and isinstance(n.base, s.Name) and n.sub]
    if any(isinstance(n.base, s.Name) and n.base.name == name for n in scripts):
        return None
    dims = tuple(c.dimension(t) for t in symbol.dims[1 if symbol.numbered else 0 :])
    return c.whole(Tensor(f"{name}_any", dims, None, symbol.properties))


def substituted(body: Value, values: dict[Tensor, Value]) -> Value:
    """A scalar body with scalars replaced by arrays: entry by entry."""
    from derive.documents.values import _common, _onto

    shape: tuple[Expr, ...] = ()
    for v in values.values():
        shape = _common(shape, v.shape, "the arguments", 0)
    axes = tuple(axis(k, d) for k, d in enumerate(shape))
    return Value(replaced(body.expr, {t: _onto(v, axes) for t, v in values.items()}), axes)


def replaced(e: Expr, values: dict[Tensor, Expr]) -> Expr:
    """Scalars (tensors without indices) replaced by expressions, under binders as well."""

    def go(u: Expr) -> Expr:
        if tensors(u).isdisjoint(values):
            return u
        if isinstance(u, Elem):
            return values[u.tensor]
        if isinstance(u, Sum_):
            body, names = open_binder(u)
            return sum_over(go(body), *names)
        return rebuild(u, go)

    return go(e)
