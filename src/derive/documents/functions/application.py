"""Functions applied: those of the field, those that the note defines, and unknown ones as they are."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from derive.documents.functions import composed, functionals, overloads
from derive.documents.functions.defined import at_parameter, body_of, value_of
from derive.documents.functions.eigenvalues import eigenvalue
from derive.documents.functions.field import GREEK_FUNCTIONS, differentiated, field_function
from derive.documents.functions.members import family_of, functions_of, of_all, placed
from derive.documents.functions.orders import raised_in_brackets
from derive.documents.functions.own import is_indexed
from derive.documents.functions.parameters import are_own, is_dots
from derive.documents.functions.slopes import slope_at
from derive.documents.functions.squares import taken
from derive.documents.functions.wholes import REDUCTIONS, arity, of_all_entries
from derive.documents.meaning.entries import entry, is_position
from derive.documents.meaning.powers import raised
from derive.documents.meaning.refer import UNKNOWN_FUNCTIONS
from derive.documents.meaning.scripted import subscripted
from derive.documents.meaning.values import Value, entrywise, multiply, same
from derive.documents.names.mentions import reachable
from derive.documents.names.scope import same as same_tree
from derive.documents.names.scripts import Superscript, base_of, items, superscript, word_of
from derive.documents.names.symbols import Definition, Tokens
from derive.documents.names.table import Table
from derive.documents.source.uses import EACH
from derive.documents.sums.chances import variance
from derive.documents.syntax import tree as s
from derive.documents.syntax.tree import walk
from derive.documents.trouble import Unreadable
from derive.expr import Unknown

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context


ORDERS = frozenset(("O", "o", "calO", "calo"))


# -- function words ----------------------------------------------------------------------------------------------
def call(node: s.Call, c: Context) -> Value:
    """The value of \\log p, \\max(0, t), \\operatorname{diag}(u)."""
    from derive.documents.meaning.lower import lower

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
        own = c.table.definitions.get(full, c.table.definitions.get(name))
        args = [lower(a, c) for a in taken(node.args, own, c.table)] if listed is None else [listed]
    for known in (full, name):
        if known in c.table.functions or (known in c.table.definitions and c.table.definitions[known].parameters):
            sub = node.sub if known == name else ()
            value = apply(known, node.primes, args, node.at, c)
            return raised(entry(value, sub, node.at, c) if sub else value, superscript(node.sup), node.at, c)
    if name == "Var" and c.table.chances and len(args) == 1 and (value := variance(args[0], node.at, c)) is not None:
        return raised(value, superscript(node.sup), node.at, c)
    value = field_function(node, args, c)
    sup = superscript(node.sup)
    if sup.acts and not sup.transposed and _inverse_mark(sup) and name not in ("det", "tr"):
        raise Unreadable(node.at, f"{name}^{{-1}}", f"1/{name} or the name of the inverse function")
    return raised(value, sup, node.at, c)


def _listed(args: tuple[s.Node, ...], c: Context) -> Value | None:
    """The vector s of \\operatorname{diag}(s_1, \\dots, s_N)."""
    from derive.documents.meaning.lower import lower

    if len(args) != 3 or not isinstance(args[1], s.Special) or args[1].name != "dots":
        return None
    first, last = args[0], args[2]
    if not isinstance(first, s.Script) or not isinstance(last, s.Script) or not isinstance(first.base, s.Name):
        return None
    if first.base != replace(last.base, at=first.base.at) or word_of(first.sub) != "1" or first.sup or last.sup:
        return None
    value = lower(first.base, c)
    if not value.rank and not c.table.known(f"{first.base.name}_1"):
        each = f"{first.base.name}{EACH}"  # beside a number s
        value = c.whole(c.tensor_of(each, None, first.at, None if c.table.known(each) else 1))
    if value.rank == 1:
        same(value.axes[0].dim, c.dimension(last.sub))
    return value if value.rank == 1 else None


def _inverse_mark(sup: Superscript) -> bool:
    return len(sup.acts) == 2 and sup.acts[0].is_("-") and sup.acts[1].text == "1"


# -- application -------------------------------------------------------------------------------------------------
def application(f: s.Node, argument: s.Node, c: Context) -> Value | None:
    """f(x) where f is a function by the table; None where the pair is a product."""
    from derive.documents.derivatives.operators import gradient as gradient_of_composed
    from derive.documents.derivatives.operators import operator
    from derive.documents.meaning.lower import lower

    bracket = argument.base if isinstance(argument, s.Script) else argument
    if not isinstance(bracket, s.Bracket) or bracket.kind not in "([{<" or bracket.kind == "<":
        return None
    if isinstance(f, s.Derivative) and isinstance(argument, s.Bracket):
        found = gradient_of_composed(f, bracket, c) or functionals.partial(f, bracket, c)
        return slope_at(f, bracket, c) if found is None else found
    if isinstance(argument, s.Bracket) and (value := composed.value(f, bracket, c)) is not None:
        return value
    if isinstance(f, s.Script) and (operated := operator((("", f), ("", argument)), c)) is not None:
        return operated[0]
    if bracket.kind == "{" and not isinstance(f, (s.Name, s.Script)):
        return None
    if (value := eigenvalue(f, argument, c)) is not None:
        return value
    if isinstance(f, s.Name) and f.name in ORDERS and not (c.table.known(f.name) or f.name in c.bindings):
        raise Unreadable(f.at, f"{f.name}(...), which stands for terms that are not written", "an equation without it")
    found = function_name(f, bracket, c)
    powers = argument.sup if isinstance(argument, s.Script) and not (argument.sub or argument.primes) else ()
    if found is None and (powers or argument is bracket) and (value := _entry_of_value(f, bracket, c)) is not None:
        return raised(value, superscript(powers), f.at, c) if powers else value
    if found is None:
        return _elsewhere(f, bracket, c) if isinstance(argument, s.Bracket) else None
    name, primes, sup = found
    sub = _parts(f)[1]
    member = functions_of(name, sub, c.table)
    with placed(member, sub, f.at, c) if member else nullcontext():
        if not primes and are_own(name, bracket.items, c.table):
            return raised(body_of(name, f.at, c), sup, f.at, c) if isinstance(argument, s.Bracket) else None
        known = c.table.definitions.get(name)
        args = [lower(a, c) for a in taken(bracket.items, known, c.table)]
        if not primes and (_cannot_be(args, known) or _has_bare(name, bracket, known.parameters if known else ())):
            return None  # s_i (1 - s_i)
        if (family := _family(f, name, c)) is not None:
            value = at_parameter(*family, lower(c.tree(sub, f.at), c), primes, args, f.at, c)
        else:  # E(w), where E is a value, has no name here
            value = _applied(name, primes, args, f.at, c) if name else lower(f, c)
    value = raised(value, sup, f.at, c)
    if isinstance(argument, s.Script):
        if argument.sub:
            value = subscripted(s.Name(f.at, ""), value, argument, c)
        if argument.primes:
            raise Unreadable(argument.at, "a prime behind an argument", "the prime before the argument")
        value = raised(value, superscript(argument.sup), argument.at, c)
    return value


def _entry_of_value(f: s.Node, bracket: s.Bracket, c: Context) -> Value | None:
    """pi_i(x), where pi(x) is a vector: an entry of it."""
    base, sub, sup, primes = _parts(f)
    d = c.table.definitions.get(base.name) if base is not None else None
    if base is None or d is None or not d.parameters or d.letters or not sub or primes or sup != Superscript():
        return None
    whole = application(base, bracket, c) if len(bracket.items) == len(d.parameters) else None
    parts = items(sub)
    if whole is None or not whole.rank or len(parts) != whole.rank or not all(is_position(x, c) for x in parts):
        return None
    return entry(whole, sub, f.at, c)


def _has_bare(name: str, bracket: s.Bracket, parameters: Sequence[str]) -> bool:
    r"""f (1 - f): a product of values, where f stands in the bracket without an argument.

    In f(w - eta \nabla f), w is what f takes, and the f behind the operator is no value.
    """
    nodes = list(walk(bracket.items))
    derived = {
        id(m) for n in nodes if isinstance(n, s.Derivative) for m in walk(tuple(x for x in (n.body, *n.variables) if x))
    }
    if any(isinstance(n, s.Name) and n.name in parameters and id(n) not in derived for n in nodes):
        nodes = [n for n in nodes if id(n) not in derived]
    pairs = [pair for n in nodes if isinstance(n, s.Juxtaposed) for pair in pairwise(n.factors)]
    applied = {id(base_of(a)) for (_, a), (_, b) in pairs if isinstance(b, s.Bracket)}
    return any(isinstance(n, s.Name) and n.name == name and id(n) not in applied for n in nodes)


def _cannot_be(args: list[Value], d: Definition | None) -> bool:
    """Whether a number stands where the function takes the entries of an array: then it is a factor."""
    if d is None or len(d.parameters) != len(args):
        return False
    scalars = [p for p, a in zip(d.parameters, args, strict=True) if not a.axes and not a.expr.is_number]
    return any(is_indexed(p, (d.rhs,)) for p in scalars)


def _elsewhere(f: s.Node, bracket: s.Bracket, c: Context) -> Value | None:
    """rho(c x) beside rho(x), where rho is a value that depends on x: its value there."""
    from derive.documents.derivatives.points import at, unsuitable
    from derive.documents.meaning.lower import lower

    d = c.table.definitions.get(f.name) if isinstance(f, s.Name) else None
    if d is None or d.parameters or d.letters or d.letter or bracket.kind != "(" or len(bracket.items) != 1:
        return None
    pairs = [p for t in c.trees for n in walk(t) if isinstance(n, s.Juxtaposed) for p in pairwise(n.factors)]
    beside = [b.items[0] for (_, g), (op, b) in pairs
              if not op and isinstance(g, s.Name) and g.name == d.name and isinstance(b, s.Bracket)
              and len(b.items) == 1 and isinstance(b.items[0], s.Name) and _is_remark(g, d.name, b, c)]  # fmt: skip
    parameter = next((x.name for x in beside if isinstance(x, s.Name)), "")
    if not parameter or unsuitable(parameter, c):
        return None
    return at(lower(f, c), c.tensor_of(parameter), lower(bracket.items[0], c), f.at, c)


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
        return raised_in_brackets(f, name, sup, bracket, t) if not primes else None
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
    if not primes and name in t.sizes and _is_of_sizes(bracket, t):
        return None
    if (name in UNKNOWN_FUNCTIONS or primes) and len(bracket.items) == 1:
        c.assumed.setdefault(f"{name} is a differentiable function, applied entry by entry")
        return name, primes, sup
    return None


def _is_of_sizes(bracket: s.Bracket, t: Table) -> bool:
    """h(d + 1), where there are h units: numbers and sizes only."""
    return all(n.name in t.sizes for n in walk(bracket) if isinstance(n, s.Name))


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
    from derive.documents.names.scripts import base_of

    if definition.told_with and len(bracket.items) > 1:
        return same_tree(bracket.items, definition.told_with)
    names = [base_of(i) for i in bracket.items if not is_dots(i)]
    if any(n is None for n in names):
        return False
    used = reachable(name, c.table)
    there = [d.rhs for n in (name, *used) if (d := c.table.definitions.get(n)) is not None]
    return all(n is not None and n.name in used for n in names) and all(_may_stand_in(i, there) for i in bracket.items)


def _may_stand_in(item: s.Node, trees: list[s.Node]) -> bool:
    """Whether an argument W^{(2)} can be what trees with some W depend on: not where they have W^{(1)} alone."""
    layer, base = _layer(item), base_of(item)
    if not layer.isdigit() or base is None:
        return True
    nodes = (n for t in trees for n in walk(t) if isinstance(n, s.Script))
    found = [_layer(n) for n in nodes if (other := base_of(n)) is not None and other.name == base.name]
    return not found or layer in found or not all(x.isdigit() for x in found)


def _layer(node: s.Node) -> str:
    return word_of(superscript(node.sup).layer) if isinstance(node, s.Script) and node.sup else ""


def _applied(name: str, primes: int, args: list[Value], at: int, c: Context) -> Value:
    """The function at these arguments; s(x) is all of s_k(x), where the note defines these."""
    d = c.table.definitions.get(name)
    if d is None or not d.letters or not d.parameters:
        return apply(name, primes, args, at, c)
    return of_all(d, at, c, lambda: apply(name, primes, args, at, c))


def apply(name: str, primes: int, args: list[Value], at: int, c: Context) -> Value:
    """The function at these arguments, or its derivative."""
    definition = c.table.definitions.get(name)
    if definition is not None and len(definition.parameters) != len(args):
        definition = c.table.definitions.get(f"{name}/{len(args)}", definition)
    if definition is not None and definition.parameters:
        definition = overloads.for_rank(definition, args, c.table)
        overloads.refuse_other_rank(definition, args, at, c)
        return value_of(definition, primes, args, at, c)
    if name in GREEK_FUNCTIONS and name not in c.table.functions:
        (arg,) = arity(args, 1, name, at)
        if primes:
            return differentiated(GREEK_FUNCTIONS[name], primes, arg, c)
        return entrywise(GREEK_FUNCTIONS[name], name, at, arg)
    (arg,) = arity(args, 1, name, at)
    if name in c.table.functionals:
        return functionals.value(name, primes, arg, at, c)
    if primes:
        c.differential = True
    return entrywise(lambda t: Unknown(name, primes, t), name, at, arg)


def _family(f: s.Node, name: str, c: Context) -> tuple[Definition, str] | None:
    """What family_of finds, where the function goes by its name."""
    base, sub, _, _ = _parts(f)
    found = family_of(base.name, sub, c.table) if base is not None else None
    return found if found is not None and found[0].name == name else None


def bare_derivative(node: s.Script, c: Context) -> Value | None:
    """f' without an argument: at the function's own parameter, where that has a name."""
    assert isinstance(node.base, s.Name)
    d = c.table.definitions.get(node.base.name)
    if d is None or len(d.parameters) != 1 or node.sub:
        return None
    from derive.documents.meaning.plain import bare

    return apply(d.name, node.primes, [bare(node.at, d.parameters[0], c)], node.at, c)
