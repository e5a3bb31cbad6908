"""The page of a formula of one's own: its gradient, Jacobian or Hessian, rule by rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from keyword import iskeyword

from sympy import Expr, S

from derive.calculus import differentiate, expand_once, recognise, simplify, use_properties
from derive.catalogue.words import described, notation
from derive.derivation import Context, Derivation, Equation, Prose, Section, Step, Witnessed, definition
from derive.derivation.gradients import rules_used, said
from derive.errors import OptionError
from derive.expr import Diff, Elem, Let, Program, Tensor, recontract, rename, tensors
from derive.expr.arrays import LETTERS, TensorExpr, as_array, axis_index, show
from derive.expr.symbols import RESTRICTED, Index
from derive.formula import parse_formula, parse_where
from derive.formula.scalar import names_in

STEPS = 400  # rules that are shown one by one; longer derivations show what comes out


@dataclass(frozen=True)
class Derived:
    """A derivative: an expression over ordered indices, and the page that derives it."""

    value: Expr
    out: tuple[Index, ...]
    page: Derivation
    assumptions: tuple[str, ...] = ()
    declared: tuple[Tensor, ...] = ()


def derivative(f: TensorExpr, x: TensorExpr, order: int = 1, name: str = "f") -> Derived:
    """The derivative of `f` in the declared tensor `x`, of order 1 (gradient, Jacobian) or 2 (Hessian).

    Axes of the result are those of f, then those of x (twice for order 2).
    """
    if not isinstance(x.expr, Elem):
        raise OptionError(f"a derivative is taken in a declared name; found the expression {x.expr}")
    tensor = x.expr.tensor
    target = Tensor(_free_name(name, f.expr), f.shape)(*f.indices)
    first = _elem(tensor, f.ndim)
    tidy = order == 1 or not tensor.properties & RESTRICTED  # y for y^2 must not be differentiated again
    section, value, out, assumptions = _differentiated(f.expr, f.indices, first, Diff(target, first), tidy)
    sections = [replace(section, title=_title(f, tensor, 1))]
    program = Program((Let(target, f.expr),))
    witnessed = [Witnessed(program, {tensor: (value, out)}, what=_title(f, tensor, 1), jacobian=1)]
    if order == 2:
        second = _elem(tensor, f.ndim + tensor.rank)
        lhs = Diff(Diff(target, first), second)
        section, value, out, more = _differentiated(value, out, second, lhs)
        sections.append(replace(section, title=_title(f, tensor, 2)))
        assumptions += more
        witnessed.append(Witnessed(program, {tensor: (value, out)}, what=_title(f, tensor, 2), jacobian=2))
    shown = Section("Function", (definition(target, f.expr), *_remarks(tensor)), "forward")
    taken = {t.name for t in tensors(f.expr)}
    sections = [_lettered(s, taken) for s in (shown, *sections)]
    page = Derivation(name, f"{_title(f, tensor, order)} of a formula", tuple(sections), tuple(witnessed))
    return Derived(value, out, page, tuple(dict.fromkeys(assumptions)))


def from_text(formula: str, where: str, wrt: str, order: int = 1) -> Derived:
    """The derivative of a formula in one of the names that `where` declares; without declarations all are numbers."""
    declared = declarations(formula, where)
    f = parse_formula(formula, declared)
    declared_name(declared, wrt)
    if order == 2 and f.ndim:
        raise OptionError(
            f"--order 2: a Hessian is taken of a scalar; this formula has shape {show(f.shape)}. Try: --order 1"
        )
    found = derivative(f, declared[wrt], order)
    symbols: tuple[Tensor, ...] = tuple(d.expr.tensor for d in declared.values())
    page = replace(found.page, sections=(_notation(symbols, wrt), *found.page.sections))
    return replace(found, declared=symbols, page=page)


def declarations(formula: str, where: str) -> dict[str, TensorExpr]:
    """The declared names; where there are none, those of the formula, which are numbers."""
    found = parse_where(where) if where.strip() else {name: as_array(Tensor(name)()) for name in names_in(formula)}
    for name in filter(iskeyword, found):
        if (other := f"{name}_") in found:
            raise OptionError(f"{name} and {other} would both be called {other} in code. Try: rename one of them")
    return found


def declared_name(declared: Mapping[str, TensorExpr], wrt: str) -> TensorExpr:
    """The declared tensor of that name."""
    if wrt in declared:
        return declared[wrt]
    close = get_close_matches(wrt, declared, n=1)
    guess = f" Did you mean {close[0]}?" if close else ""
    names = ", ".join(declared) or "none"
    raise OptionError(
        f'--wrt: {wrt[:60]!r} is not declared.{guess} Declared names: {names}. Try: --where "{wrt[:20]}: n"'
    )


def _notation(declared: tuple[Tensor, ...], wrt: str) -> Section:
    """The declared names, each with its set and its properties."""
    rows = tuple((t, described(t, "variable" if t.name == wrt else "given")) for t in declared)
    return notation(rows)


def _free_name(name: str, e: Expr) -> str:

    taken = {t.name for t in tensors(e)}
    return next(n for n in (name, "g", "h", "phi", "psi", *(f"f_{k}" for k in range(len(taken) + 1))) if n not in taken)


def _lettered(section: Section, taken: set[str]) -> Section:
    """The section with other letters for the indices that are called like a declared name: x_i beside a number i."""
    if taken.isdisjoint(LETTERS):
        return section
    return replace(
        section, blocks=tuple(_relettered(b, taken) if isinstance(b, Equation) else b for b in section.blocks)
    )


def _relettered(e: Equation, taken: set[str]) -> Equation:
    free = iter([x for x in LETTERS if x not in taken | {i.name for i in e.out}])
    names = {i: Index(next(free, i.name), i.dim) for i in e.out if i.name in taken}
    if not names:
        return e
    steps = tuple(replace(s, after=rename(s.after, names)) for s in e.steps)
    return replace(e, lhs=rename(e.lhs, names), out=tuple(names.get(i, i) for i in e.out), steps=steps)


def _elem(tensor: Tensor, offset: int) -> Elem:
    """The entry of `tensor` at the axis names that come after `offset` axes."""
    return Elem(tensor, *(axis_index(offset + k, d) if d != 1 else S.Zero for k, d in enumerate(tensor.dims)))


def _axes(tensor: Tensor, offset: int) -> tuple[Index, ...]:
    """The axes of a derivative in `tensor`, those of size one too."""
    return tuple(axis_index(offset + k, d) for k, d in enumerate(tensor.dims))


def _title(f: TensorExpr, x: Tensor, order: int) -> str:
    """What the derivative is called: it depends on what is an array, the function or the variable."""
    if f.ndim and x.rank:
        return "Jacobian" if order == 1 else "Second derivative"
    if not x.rank:
        return "Derivative" if order == 1 else "Second derivative"
    return "Gradient" if order == 1 else "Hessian"


def _remarks(tensor: Tensor) -> tuple[Prose, ...]:
    if "symmetric" not in tensor.properties:
        return ()
    return (Prose(f"The entries of ${tensor.name}$ are treated as independent, although the matrix is symmetric."),)


def _differentiated(
    e: Expr, indices: tuple[Index, ...], x: Elem, lhs: Expr, by_properties: bool = True
) -> tuple[Section, Expr, tuple[Index, ...], tuple[str, ...]]:
    """One differentiation: every rule as a step, then the tidying, each with its reason."""
    out = (*indices, *_axes(x.tensor, len(indices)))
    raw = differentiate(e, x)
    steps = [*_rules(Diff(e, x)), Step(raw, "derivative", "carried out", key=False)]
    named = recognise(raw)
    steps.append(Step(named, "recognise", "by name", key=False))
    simple = simplify(named)
    steps.append(Step(simple, "simplify", "simplify"))
    value, assumptions = use_properties(simple) if by_properties else (simple, ())
    if value != simple:
        value = simplify(value)
        reason = "; ".join(assumptions) or "the inverse of a symmetric matrix is symmetric"
        steps.append(Step(value, "property", reason, assumptions=assumptions))
    steps = _in_short(_without_repeats(steps), said(rules_used(e, x)))
    equation = Equation(lhs, out, tuple(steps), context=Context(Program(())))
    return Section("Derivative", (equation,), "result"), value, out, assumptions


def _rules(e: Expr) -> list[Step]:
    steps = [Step(e, "definition", "the function", key=False)]
    for _ in range(STEPS):
        e, rule = expand_once(e)
        if rule is None:
            steps.append(Step(recontract(e), "contract", "Kronecker deltas leave one term of each sum", key=False))
            return steps
        steps.append(Step(e, rule.name, rule.reason, key=False))
    return steps[:1]


def _in_short(steps: list[Step], rules: str) -> list[Step]:
    """With all rules for a reason of the first line of the short form."""
    first = next(n for n, s in enumerate(steps) if s.key)
    if steps[first].rule != "property":
        steps[first] = replace(steps[first], short=rules)
    return steps


def _without_repeats(steps: list[Step]) -> list[Step]:
    """Each line once; the last line is always shown."""
    out: list[Step] = []
    for s in steps:
        if not out or s.after != out[-1].after:
            out.append(s)
    last = out[-1]
    out[-1] = Step(last.after, last.rule, last.reason, True, last.assumptions)
    return out
