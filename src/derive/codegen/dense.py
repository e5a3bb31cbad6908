"""Dense Hessians, a block for each pair of parameters, with their structure kept.

Blocks are derived by differentiating the derived gradients through the names of the forward pass and the deltas. A
Kronecker delta becomes a multiplication by the identity, a sum a product of matrices (`contraction`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import product as choices
from typing import NamedTuple

from sympy import Add, Expr, Mul, S

from derive.calculus import total_derivative
from derive.codegen.contraction import Contraction, Line
from derive.codegen.diagonals import diagonal, replacing
from derive.codegen.dialect import translate
from derive.codegen.layout import statement_text
from derive.codegen.module import ModuleWriter
from derive.codegen.names import RESERVED, unique
from derive.codegen.plan import Plan, Statement
from derive.codegen.printer import KnownSizes, tensors_of
from derive.codegen.products import needed
from derive.codegen.stable import Meanings, meanings_of
from derive.expr import Delta, Index, Let, Program, Size, Sum_, Tensor, free_indices, tensors
from derive.expr.arrays import axis_index
from derive.expr.nodes import contains
from derive.notation.code import ATOM, MUL, UNARY, Code, call, name_of, quotient, sum_of
from derive.notation.einsum import Array, Axes, aligned
from derive.notation.vocabulary import identifier

NAME = re.compile(r"[A-Za-z_]\w*")


def dense_lines(writer: ModuleWriter, plan: Plan, style: type[Blocks] | None = None) -> list[str]:
    """The lines that compute and return the Hessian of a model, as Blocks writes them or a style of its own."""
    program = Program(tuple(Let(s.target(*s.out), s.expr) for s in (*plan.forward, *plan.backward)))
    gradients = [program.by_tensor[g] for g in plan.gradients]
    taken = {name_of(t) for t in (*plan.arguments, *(s.target for s in plan.statements))}
    blocks = (style or Blocks)(writer, plan.arguments, meanings_of(plan.forward), taken)
    blocks.begin(plan)
    found = {
        (a, b): blocks.block(let, v, program)
        for a, let in enumerate(gradients)
        for b, v in enumerate(plan.parameters)
        if a <= b
    }
    return [*blocks.lines((*plan.forward, *plan.backward)), blocks.returned(found)]


class Blocks:
    """The blocks of one Hessian; they share what they have in common."""

    def __init__(self, writer: ModuleWriter, arguments: Sequence[Tensor], meanings: Meanings, taken: set[str]) -> None:
        self.writer = writer
        taken = {*RESERVED, *taken}
        self.sizes = LocalSizes(arguments, taken)
        self.contraction = self.contraction_of(meanings, taken)
        self.own: set[str] = set()  # arrays that are changed in place

    def begin(self, plan: Plan) -> None:
        """What a style writes before the blocks."""

    def contraction_of(self, meanings: Meanings, taken: set[str]) -> Contraction:
        return Contraction(self.sizes, meanings, taken)

    def block(self, gradient: Let, v: Tensor, program: Program) -> Code:
        """The derivative of a gradient in v: a matrix with a row for each entry of the one, a column for each of v."""
        rows = gradient.target.indices
        columns = tuple(Index(f"{i.name}'", i.dim) for i in program_axes(v))
        e = total_derivative(gradient.rhs, v(*columns), program)
        out: Axes = (*rows, *columns)
        name = f"H_{name_of(gradient.tensor).removeprefix('d')}_{name_of(v)}"
        products = expanded(e)
        instead = replacing(products, rows, columns)
        products = [p for p in products if not any(isinstance(f, Delta) for f in p)] + instead if instead else products
        terms = [self._term(factors, rows, columns) for factors in products]
        terms = [t if self._alone(t, terms) else self._as_product(t, out) for t in terms]
        everywhere = self._everywhere([t for t in terms if not t.deltas], out)
        for n, t in enumerate(t for t in terms if t.deltas):
            everywhere = self._with_diagonal(everywhere, t, out, instead=bool(instead) and n == 0)
        return self.contraction.named_as(name, self._matrix(everywhere, out, len(rows)))

    def _term(self, factors: Sequence[Expr], rows: Axes, columns: Axes) -> Term:
        """One product as an array over some of the axes; scalars go to the smallest of its factors."""
        before = set(self.contraction.known.values())
        deltas, rest, tied = diagonal(factors, rows, columns)
        order = tuple(i for i in (*rows, *columns) if i not in tied)
        mirror: dict[Index, Index] = {c: c for c in order if c in columns}
        if [i.dim for i in rows] == [i.dim for i in columns] and not deltas:
            mirror = dict(zip(rows, columns, strict=True))
        arrays, scalars, plain = [], [], S.One
        entries: dict[Axes, Expr] = {}
        for f in rest:
            axes = tuple(i for i in order if i in free_indices(f))
            if isinstance(f, Sum_):
                (arrays if axes else scalars).append(self.contraction.sum(f, order, mirror))
            elif tensors(f):
                entries[axes] = entries.get(axes, S.One) * f
            else:
                plain *= f
        for axes, f in entries.items():
            (arrays if axes else scalars).append(self.contraction.entries(f, axes))
        minus = plain.could_extract_minus_sign()
        top, bottom = (-plain if minus else plain).as_numer_denom()
        arrays.sort(key=lambda a: len(a.axes))
        if not deltas and self._may_change(arrays, order, before) and (minus, plain, len(arrays)) != (False, 1, 1):
            small = [self.contraction.product(arrays[:-1], order)] if arrays[:-1] else []
            codes = [*self.sizes._factors(top), *(Code(a.code.tight(UNARY)) for a in (*scalars, *small))]
            factor = Array(quotient(codes, self.sizes._factors(bottom)), small[0].axes if small else ())
            return Term(minus, arrays[-1], (), factor)
        first = [Array(Code(a.code.tight(UNARY)), a.axes) for a in arrays[:1]]
        codes = [*self.sizes._factors(top), *(a.code for a in (*scalars, *first))]
        scaled = Array(quotient(codes, self.sizes._factors(bottom)), first[0].axes if first else ())
        return Term(minus, self.contraction.product([scaled, *arrays[1:]], order), tuple(deltas))

    def _may_change(self, arrays: Sequence[Array], order: Axes, before: set[str]) -> bool:
        """Whether the largest array is a product of matrices that was made for this term, to be scaled where it is."""
        whole = [a for a in arrays if a.axes == order]
        return len(whole) == 1 and self.contraction.owner.get(whole[0].code.text, None) not in {None, *before}

    def _everywhere(self, terms: Sequence[Term], out: Axes) -> Code:
        """The sum of the terms that are on no diagonal, of the full shape; "" where there are none."""
        if not terms:
            return Code("")
        if terms[0].factor is not None:
            return self._scaled(terms[0], out)
        axes = tuple(i for i in out if any(i in t.array.axes for t in terms))
        code = sum_of([(t.minus, aligned(t.array, axes)) for t in terms])
        if axes == out:
            return code if out else Code(f"{code.tight(MUL)} * {call('np.ones', '(1, 1)')}", MUL)
        spread = aligned(Array(code, axes), out) if axes else code
        return Code(f"{spread.tight(MUL)} * {call('np.ones', self._shape(out))}", MUL)

    def _alone(self, t: Term, terms: Sequence[Term]) -> bool:
        """Whether a term may change its array: no line mentions it, nor another term, and no other is added to it."""
        if t.factor is None:
            return True
        name = self.contraction.owner[t.array.code.text]
        lines = (" ".join(map(str, x[1:])) for x in self.contraction.lines if not isinstance(x, Statement))
        others = (u.array.code.text for u in terms if u is not t)
        mentioned = any(name in NAME.findall(text) for text in (*lines, *others))
        return not mentioned and [u for u in terms if not u.deltas] == [t]

    def _scaled(self, t: Term, out: Axes) -> Code:
        """A product of matrices times what is smaller, in the array of the product."""
        assert t.factor is not None
        self.contraction.given_up(self.contraction.owner[t.array.code.text])
        name = self.contraction.named_new("H", t.array.code)
        self.own.add(name.text)
        factor = aligned(t.factor, out) if t.factor.axes else t.factor.code
        self.contraction.lines.append(Scaled(name.text, factor, t.minus))
        return name

    def _as_product(self, t: Term, out: Axes) -> Term:
        assert t.factor is not None
        return Term(t.minus, self.contraction.product([t.factor, t.array], out), ())

    def _with_diagonal(self, everywhere: Code, t: Term, out: Axes, *, instead: bool = False) -> Code:
        """The array with the term added where its rows meet its columns, or in the place of what is there."""
        code = everywhere
        if not code.text:
            code = call("np.zeros", self._shape(out))
        elif code.precedence == ATOM and code.text not in self.own:
            code = call("np.copy", code)  # it may belong to another block as well
        if code.text in self.own:
            name = code
        else:
            name = self.contraction.named_new("H", code)
            self.own.add(name.text)
        places = {i: n for n, pair in enumerate(t.deltas) for i in pair}
        slots = [self._arange(i, len(t.deltas) - 1 - places[i]) if i in places else ":" for i in out]
        at = [n for n, i in enumerate(out) if i in places]
        rows = [r for r, _ in t.deltas]
        free = [i for i in out if i not in places]
        if at == list(range(at[0], at[0] + len(at))):  # indices side by side stay in their place
            before = list(out[: at[0]])
            free = [i for i in free if i not in before]
        else:
            before = []
        axes = (*before, *rows, *free)
        value = aligned(t.array, axes)
        self.contraction.lines.append(Added(name.text, f"{', '.join(slots)}", value, t.minus, instead))
        return name

    def _arange(self, i: Index, behind: int) -> str:
        """The positions along an axis, with that many axes behind them."""
        name = self.contraction.named("at", call("np.arange", self.sizes.constant(i.dim)))
        return f"{name}[:{', None' * behind}]" if behind else f"{name}"

    def _shape(self, out: Axes) -> str:
        dims = [self.sizes.constant(i.dim).text for i in out]
        return f"({', '.join(dims)}{',' * (len(dims) == 1)})"

    def _matrix(self, code: Code, out: Axes, rows: int) -> Code:
        if not code.text:
            code = call("np.zeros", self._shape(out) if out else "(1, 1)")
        if (rows, len(out)) == (1, 2) or not out:
            return code
        dims = [self.sizes.constant(i.dim).text for i in out]
        sides = [" * ".join(d) or "1" for d in (dims[:rows], dims[rows:])]
        if len(out) > 2 and not code.text.isidentifier():
            code = self.contraction.named("H", code)
        return Code(f"{code.tight(ATOM)}.reshape({', '.join(sides)})")

    def lines(self, computed: Sequence[Statement]) -> list[str]:
        """What the blocks are computed from, first what they mention of the passes forward and back."""
        ours = self.contraction.lines
        wanted = [t for line in ours if isinstance(line, Statement) for t in tensors_of(line.form)]
        names = {w for line in ours if not isinstance(line, Statement) for w in NAME.findall(" ".join(map(str, line)))}
        there = [s.target for s in computed if s.target in wanted or name_of(s.target) in names]
        before = needed(computed, there)
        sizes = [self._translated(f"{name} = {code}") for name, code in self.sizes.names.values() if name in names]
        deltas = [row for s in before for row in (*self.writer.remark(s), self.writer.line(s))]
        return [*deltas, *sizes, *map(self._line, ours)]

    def _line(self, line: Line) -> str:
        if isinstance(line, Statement):
            return "\n".join([*self.writer.remark(line), self.writer.line(line)])
        if isinstance(line, Added):
            return self._added(line)
        if isinstance(line, Scaled):
            return self._translated(f"{line.name} *= {'-' if line.minus else ''}{line.value.tight(UNARY)}")
        name, code = line
        return self._translated(f"{name} = {code}")

    def _added(self, line: Added) -> str:
        name, at, value, minus, instead = line
        signed = f"-{value.tight(UNARY)}" if minus else f"{value}"
        if self.writer.backend.name == "jax":
            return self._translated(f"{name} = {name}.at[{at}].{'set' if instead else 'add'}({signed})")
        if instead:
            return self._translated(f"{name}[{at}] = {signed}")
        return self._translated(f"{name}[{at}] {'-' if minus else '+'}= {value}")

    def _translated(self, text: str) -> str:
        printer = self.writer.printer
        tree, used = translate(text, printer.backend, printer.like)
        printer.used |= used
        return statement_text(tree.body[0])

    def returned(self, found: Mapping[tuple[int, int], Code]) -> str:
        """All blocks side by side; those below the diagonal are transposes."""
        n = 1 + max(a for a, _ in found)
        if n == 1:
            return self._translated(f"return {found[0, 0]}")
        rows = (", ".join(f"{found[a, b]}" if a <= b else f"{found[b, a]}.T" for b in range(n)) for a in range(n))
        return self._translated(f"return np.block([{', '.join(f'[{row}]' for row in rows)}])")


class Term(NamedTuple):
    """One product: its sign, an array over some of the axes, and the pairs of axes whose diagonal it is on."""

    minus: bool
    array: Array
    deltas: tuple[tuple[Index, Index], ...]
    factor: Array | None = None  # what the array is still to be multiplied by


class Scaled(NamedTuple):
    """`name *= value`: in place, where the library changes arrays."""

    name: str
    value: Code
    minus: bool


class Added(NamedTuple):
    """`name[at] += value`, or `name[at] = value`."""

    name: str
    at: str
    value: Code
    minus: bool
    instead: bool


class LocalSizes(KnownSizes):
    """Sizes under names of their own."""

    def __init__(self, tensors: Sequence[Tensor], taken: set[str]) -> None:
        super().__init__(tensors)
        self.taken, self.names = taken, {}

    def size(self, dim: Size) -> Code:
        if dim not in self.names:
            name = unique(identifier(dim.name, dim.layer), self.taken)
            self.taken.add(name)
            self.names[dim] = (name, super().size(dim))
        return Code(self.names[dim][0])


def program_axes(v: Tensor) -> Axes:
    return tuple(axis_index(k, d) for k, d in enumerate(v.dims))


def expanded(e: Expr) -> list[tuple[Expr, ...]]:
    """A sum of products, each of which is a tuple of factors; sums without structure of their own stay factors."""
    if isinstance(e, Add):
        return [t for a in e.args for t in expanded(a)]
    if isinstance(e, Mul):
        parts = [expanded(f) if contains(f, Delta) or contains(f, Sum_) else [(f,)] for f in e.args]
        return [tuple(f for part in chosen for f in part) for chosen in choices(*parts)]
    return [] if e == 0 else [(e,)]
