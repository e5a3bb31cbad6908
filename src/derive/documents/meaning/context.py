"""What a formula is read in: the table, the letters in scope, and the values of definitions, computed on demand."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import cached_property, partial
from typing import Any

from sympy import Expr, Integer

from derive.documents.meaning import begin, kept
from derive.documents.meaning.classes import refuse_both
from derive.documents.meaning.scope import Scope
from derive.documents.meaning.values import Value, axis, is_unknown, make
from derive.documents.names import collected
from derive.documents.names.counting import count
from derive.documents.names.depths import names_at
from derive.documents.names.symbols import FINITE, Definition, Symbol, Tokens
from derive.documents.names.table import Table
from derive.documents.source.uses import EACH
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse
from derive.documents.trouble import Clash, Ordered, Unreadable
from derive.expr import Elem, Index, Let, Program, Size, Tensor, tensors
from derive.expr.checks import weight

MAX_NESTING = 60  # of definitions within definitions
MAX_WORK = 400_000  # nodes of all definitions in force for one statement


RENEWED = ("_plus", "_new", "_next")
"""Behind a name: what it is after an update."""


class Context(Scope):
    """One reading. `env` gives numbers for layer and step letters; `letters` are the indices in scope.

    `own`: the letters of the statement that no definition behind it speaks of; `placed`: sizes and indices are numbers.
    """

    def __init__(
        self,
        table: Table,
        env: Mapping[str, int] | None = None,
        own: frozenset[str] = frozenset(),
        *,
        placed: bool = False,
    ) -> None:
        super().__init__(env or {})
        self.placed = placed or bool(env)
        self.table = table
        self.first_env = dict(self.env)
        # a definition knows nothing of the letters of the sum that it is used in
        self.given_env = {x: n for x, n in self.env.items() if x not in own}
        self.trees: tuple[Any, ...] = ()  # what is read, and the letters that its left side gives
        self.local: dict[str, Expr] = {}  # sizes that nothing determines, named for this statement only
        self.lets: dict[Tensor, Let] = {}
        self.hidden: dict[Tensor, tuple[Index, ...]] = {}  # labels that a definition depends on without showing them
        self.memo: dict[tuple[str, int | None], Tensor] = {}
        self.worths: dict[tuple[str, int | None], kept.Worth] = {}  # what was noted down for them
        self.frame: kept.Frame | None = None
        self.computing: list[tuple[str, int | None]] = []
        self.assumed: dict[str, None] = {}
        self.differential = False
        self.unspecified: dict[str, None] = {}  # functions of arrays that are declared and not defined
        self.work = self.terms = 0
        self.deadline = time.process_time() + 5
        self.used_steps: set[str] = set()
        self.used_undeclared: dict[str, None] = {}
        self.whole_arrays = False  # undeclared arguments are arrays, and none of several
        self.members: dict[str, None] = {}  # undeclared arguments that were taken as one of several
        self.presumed: dict[str, None] = {}  # variables of gradients that do not say what they are taken in

    # -- sizes -------------------------------------------------------------------------------------------------
    def resolved(self, dim: Expr) -> Expr:
        """A size with what was found out about it."""
        for _ in range(20):
            if not is_unknown(dim):
                same = self.table.solved.get(dim.name) if isinstance(dim, Size) and dim.layer is None else None
                return same or dim  # where n = d
            found = self.table.solved.get(dim.name) or self.local.get(dim.name)
            if found is None:
                return dim
            dim = found
        return dim

    def size(self, name: str, layer: Any = None) -> Expr:
        return Size(name, layer)

    def dimension(self, tokens: Tokens) -> Expr:
        """A size from its tokens: N, 3, n_l, 2n."""
        from derive.documents.names.sizes import size_of

        return size_of(tokens, self)

    # -- values of names ---------------------------------------------------------------------------------------
    def tensor_of(self, name: str, step: int | None = None, at: int = 0, rank: int | None = None) -> Tensor:
        """The tensor behind a name (at a layer or step), with its definition computed."""
        key = (name, step)
        if key in self.memo:
            return kept.reused(key, self)
        if len(self.computing) > MAX_NESTING or key in self.computing:
            raise Unreadable(at, f"{name}, which is defined by itself", "definitions that end somewhere")
        definition = self.definition_of(name, step)
        if definition is None and step is not None:
            begin.check(name, step, at, self)
            kept.asked_by(name, self)
        if definition is not None:
            found = kept.recalled(key, at, self)
            compute = partial(self.defined, name, step, definition, at)
            return kept.worked_out(key, self, compute, lasting=True, defined=True) if found is None else found
        compute = partial(self.declared, name, step, at, rank)
        own = self.letters or self.bindings or self.env != self.first_env or rank is not None  # of the statement
        return kept.worked_out(key, self, compute, lasting=self.frame is not None or not own, defined=False)

    @cached_property
    def known(self) -> dict[Any, kept.Worth]:
        """What definitions came to in the statements before."""
        if self.table.kept is None:
            self.table.kept = kept.Kept()
        return self.table.kept.of(self.table)

    def definition_of(self, name: str, step: int | None) -> Definition | None:
        own = (
            None
            if step is None
            else next((d for d in map(self.table.definitions.get, self.told(name, step)) if d is not None), None)
        )
        if own is not None:
            return own
        d = self.table.definitions.get(name)
        if d is None and step is None:
            return collected.entries_of(name, self.table)
        if d is None or d.parameters:
            return None
        if step is not None and d.letter:
            low = 1 if d.low is None else d.low
            declared = any(n in self.table.symbols for n in _explicit(name, step)) and not begin.is_listed(
                d, step, self
            )
            return d if not declared and (step >= low or begin.extends(d, step, self)) else None
        return d if (step is None) == (not d.letter) else None

    def told(self, name: str, step: int) -> tuple[str, ...]:
        """What the note may call the value at this layer or step by itself."""
        return *_explicit(name, step), *names_at(name, step, self.env, self.table)

    def defined(self, name: str, step: int | None, d: Definition, at: int) -> Tensor:
        from derive.documents.meaning import shifts
        from derive.documents.meaning.lower import lower

        trees, self.trees = self.trees, (d.rhs, *(s.Name(d.place, x) for x in d.letters))
        ranges, self.table.ranges = self.table.ranges, self.table.ranges_in(d.section)
        env = {**self.given_env, d.letter: step - d.shift} if d.letter and step is not None else self.given_env
        try:
            with self.apart(env), self.within(f"d{d.place}"):
                if shifts.by_place(d, self):
                    value, lead = shifts.written_out(d, self), ()
                elif counted := sorted(x for x in shifts.counting_in(d) if not self.table.known(x)):
                    raise Ordered(d.place, f"the index {counted[0]} as a number", "a range of it")
                else:
                    value = lower(d.rhs, self)
                    lead = tuple(self.leading(x, at, self.declared_size(d, n)) for n, x in enumerate(d.letters))
        finally:
            self.trees, self.table.ranges = trees, ranges
        if d.upright:
            self.assumed.setdefault(f"{name} is taken as columns (not declared)")
        return self.let(name, step, value, lead, d)

    def declared_size(self, d: Definition, n: int) -> Expr | None:
        """The size along the index number n, where the note declares the array that a definition is of."""
        symbol = self.table.symbols.get(d.name)
        declared = symbol is not None and not symbol.lead and not symbol.letter and len(symbol.dims) == len(d.letters)
        return self.dimension(symbol.dims[n]) if symbol is not None and declared else None

    def leading(self, letter: str, at: int, size: Expr | None) -> Expr:
        """The index on the left of a definition; its range where its use does not say what it runs over."""
        from derive.documents.trouble import Unify

        index = self.index(letter, None, at)
        found = self.table.ranges.get(letter)
        if isinstance(index, Index) and is_unknown(index.dim) and size is not None:
            raise Unify(index.dim, size)
        if isinstance(index, Index) and is_unknown(index.dim) and found is not None and found.high:
            raise Unify(index.dim, self.dimension(count(found)))
        return index

    def let(self, name: str, step: int | None, value: Value, lead: tuple[Expr, ...], d: Definition) -> Tensor:
        """Enter `name[lead, axes] = value`; a scalar that is declared an array is that in each place."""
        symbol = self.symbol(name, step)
        value = self.fitted(value, symbol, lead, d, name, step)
        stray = [i for i in _free(value.expr) if i not in lead and i not in value.axes]
        step_of_one = name.endswith(RENEWED)  # \\theta^{+} = \\theta - \\eta g_i, on the example i
        hidden = tuple(i for i in stray if step_of_one or i.name in self.table.labels)
        if len(stray) > len(hidden):
            first = min(i.name for i in stray if i not in hidden)
            told = "a sum over it, or the index on the left"
            if (vague := self._vague(value.expr, first)) is not None:  # h_t may be one vector at step t
                told = f"a declaration of {vague}_{first}, {told}"
            raise Unreadable(d.place, f"the index {first}, which the left side lacks", told)
        shown = (*hidden, *lead, *value.axes)
        refuse_numbers(value.expr, d.place)
        tensor = self.make_tensor(name, step, tuple(i.dim for i in shown), frozenset())
        self.hidden[tensor] = hidden
        target = Elem(tensor, *shown)
        self.enter(Let(target, value.expr), d.place)
        return tensor

    def _vague(self, e: Expr, index: str) -> str | None:
        """What is not declared and has this index."""
        names = {x.tensor.name for x in e.atoms(Elem) if index in {str(i) for i in x.indices}}
        return next((name for name in self.used_undeclared if name in names), None)

    def enter(self, let: Let, at: int) -> None:
        self.lets[let.tensor] = let
        self.work += weight(let.rhs)
        if self.work > MAX_WORK:
            raise Unreadable(at, "definitions that are too large when put together", "smaller definitions")

    def fitted(
        self, value: Value, symbol: Symbol | None, lead: tuple[Expr, ...], d: Definition, name: str, step: int | None
    ) -> Value:
        if step is not None and value.expr.is_number and not value.axes and (rank := self.table.ranks.get(name, 0)):
            from derive.documents.meaning.values import broadcast

            return broadcast(value, tuple(self.resolved(Size(f"?{name}.{k}")) for k in range(rank)))
        if symbol is None or symbol.lead or lead:
            return value
        if symbol.ahead and not (symbol.letter and value.expr.is_number):  # h_0 = 0, where h_t lies in R^n
            return value
        if step is not None and symbol is self.table.symbols.get(name) and not (symbol.letter or symbol.dims):
            return value  # z^{(2)}, beside g(z) for z \in \mathbb R
        from derive.documents.meaning.values import broadcast, same, show_shape

        shape = self.shape_of(symbol, step)
        if not value.axes and shape:
            return broadcast(value, shape)
        if len(shape) != value.rank or not all([same(a, b) for a, b in zip(shape, value.shape, strict=True)]):
            raise Clash(
                f"{d.name} is declared as {show_shape(shape)} and defined as {show_shape(value.shape)}", d.place
            )
        return value

    def shape_of(self, symbol: Symbol, step: int | None) -> tuple[Expr, ...]:
        """The declared shape, at the layer or step: that of z^{(2)} is n_2."""
        env = self.env
        if symbol.letter and step is not None:
            self.env = {**env, symbol.letter: step}
        try:
            shape = tuple(self.dimension(t) for t in symbol.dims)
        finally:
            self.env = env
        return (Integer(1), *shape) if symbol.row else shape

    def symbol(self, name: str, step: int | None) -> Symbol | None:
        found = (
            None
            if step is None
            else next((x for x in map(self.table.symbols.get, _explicit(name, step)) if x is not None), None)
        )
        return found or self.table.symbols.get(name)

    def declared(self, name: str, step: int | None, at: int, rank: int | None) -> Tensor:
        """An input: as declared, or with its rank from how it is used and sizes that are yet to be found out."""
        symbol = self.symbol(name, step)
        if symbol is None and name in self.table.spectra.extremes:
            symbol = Symbol(name)
        if symbol is None:
            return self.undeclared(name, step, rank)
        env = self.env
        if symbol.letter and step is not None:
            if not symbol.ahead:  # what h_0 is may be said further down, too
                self.check_range(name, symbol.letter, step, at)
            self.env = {**env, symbol.letter: step}
        try:
            lead = tuple(self.lead_size(x) for x in symbol.lead)
            dims = (*lead, *(self.dimension(t) for t in symbol.dims))
        finally:
            self.env = env
        if symbol.row:
            dims = (Integer(1), *dims)
        tensor = self.make_tensor(name, step, dims, symbol.properties)
        self.restrict(tensor, symbol, at)
        return tensor

    def check_range(self, name: str, letter: str, step: int, at: int) -> None:
        found = self.table.ranges.get(f"{letter}!") or self.table.ranges.get(letter)
        if found is None:
            return
        high = [self.env[t.text] for t in found.high if t.text in self.env]
        if step < found.low or (high and step > high[0]):
            raise Unreadable(at, f"{name} at {letter} = {step}", f"{letter} from {found.low}")

    def restrict(self, tensor: Tensor, symbol: Symbol, at: int) -> None:
        """Bounds that are no property: low < x < high is x = low + (high - low) u with u in (0, 1)."""
        from derive.documents.meaning.domains import restricted

        value = restricted(tensor, symbol, self)
        if value is not None:
            self.lets[tensor] = value

    def lead_size(self, letter: str) -> Expr:
        found = self.table.ranges.get(letter)
        return self.dimension(count(found)) if found and found.high else self.resolved(Size(f"?{letter}!"))

    def undeclared(self, name: str, step: int | None, rank: int | None) -> Tensor:
        rank = rank if rank is not None else self.table.ranks.get(name, 0)
        own = f".{step}" if step is not None and name in self.table.layered else ""  # each layer has sizes of its own
        dims = tuple(self.resolved(Size(f"?{name}.{k}{own}")) for k in range(rank))
        if dims and name in self.table.counts:
            dims = (self.dimension(self.table.counts[name]), *dims[1:])
        if rank:
            kind = "a vector" if rank == 1 else "a matrix"
            d = self.table.definitions.get(name)  # of all layers but the first, which is like the others
            alike = d is not None and bool(d.letter) and len(d.letters) == rank
            fitted = (alike or name in self.table.fitted) and not any(map(is_unknown, dims))
            self.assumed.setdefault(f"{name} is {'' if fitted else 'taken as '}{kind} (not declared)")
        base = self.table.symbols.get(name.removesuffix(EACH))
        if base is not None and not base.dims and (labels := base.properties & FINITE):
            return self.make_tensor(name, step, dims, labels)  # y_i of y in {-1, 1}
        self.used_undeclared.setdefault(name)
        return self.make_tensor(name, step, dims, frozenset())

    def make_tensor(self, name: str, step: int | None, dims: tuple[Expr, ...], properties: frozenset[str]) -> Tensor:
        if step is None:
            return Tensor(name, dims, None, properties)
        if name in self.table.layered:
            return Tensor(name, dims, Integer(step), properties)
        return Tensor(f"{name}_{step}", dims, None, properties)

    def whole(self, tensor: Tensor, indices: tuple[Expr, ...] = ()) -> Value:
        """A tensor, or what is left of it after indices; its remaining axes in order."""
        hidden = self.hidden.get(tensor, ())
        if bound := [i.name for i in hidden if i.name in self.letters]:
            raise Unreadable(0, f"{tensor.name}, which depends on {bound[0]}, beside a sum over it", "another letter")
        indices = (*(self.index(i.name, i.dim, 0) for i in hidden), *indices)
        rest = tuple(axis(k, d) for k, d in enumerate(tensor.dims[len(indices) :]))
        if tensor.rank - len(indices) == 2 and rest[0].dim == 1:
            return Value(Elem(tensor, *indices, Integer(0), rest[1]), rest)
        return make(Elem(tensor, *indices, *rest), *rest)

    def rank_of(self, tensor: Tensor) -> int:
        """The number of axes that the note shows."""
        return tensor.rank - len(self.hidden.get(tensor, ()))

    # -- programs ----------------------------------------------------------------------------------------------
    def program(self, *exprs: Expr) -> Program:
        """The definitions that these expressions use, in order of evaluation."""
        order: dict[Tensor, None] = {}
        stack = [(t, False) for e in exprs for t in sorted(tensors(e), key=str, reverse=True)]
        while stack:
            t, done = stack.pop()
            if t not in self.lets or (t in order and not done):
                continue
            if done:
                order.setdefault(t)
                continue
            stack.append((t, True))
            stack += [(u, False) for u in sorted(tensors(self.lets[t].rhs), key=str) if u not in order]
        refuse_both({x for e in (*exprs, *(self.lets[t].rhs for t in order)) for x in tensors(e)}, self.table)
        return Program(tuple(self.lets[t] for t in order))

    def tree(self, tokens: Tokens, at: int) -> s.Node:
        return parse(tokens, at)


def refuse_numbers(e: Expr, at: int) -> None:
    """Raise Unreadable where a letter is an index and a number at once: i x_i, or 1 <= i <= m for an entry i."""
    indices = {i.name for i in _free(e)}
    if both := sorted(t.name for t in tensors(e) if not t.rank and t.name in indices):
        raise Ordered(at, f"the index {both[0]} as a number", "a symbol with a value")


def _free(e: Expr) -> list[Index]:
    from derive.expr import free_indices

    return sorted(free_indices(e), key=str)


def _explicit(name: str, step: int) -> tuple[str, str]:
    return f"{name}^({step})", f"{name}_{step}"
