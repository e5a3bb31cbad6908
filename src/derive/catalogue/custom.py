"""A model of one's own: any program of named intermediates with a scalar output, and what is derived from it.

Nothing here knows a model. The program states the forward equations; reverse mode gives the derivative in every
intermediate result that depends on the chosen variables. Each has a name, delta with the name of what it is the
derivative in, unless the next line is as short without: the p - y of a softmax under a cross-entropy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sympy import Expr

from derive.calculus import Adjoint, adjoint
from derive.catalogue.compact import in_one_formula
from derive.catalogue.words import STEP_SIZE, described, notation
from derive.derivation import (
    Context,
    Derivation,
    Equation,
    Prose,
    Section,
    Step,
    Witnessed,
    adjoint_equation,
    definition,
    local_equation,
)
from derive.errors import OptionError
from derive.expr import Delta, Diff, Elem, Index, Let, Program, Tensor, tensors
from derive.expr.arrays import LETTERS, show

WAYS = (
    "The derivative in a name is a sum over what uses the name directly; in each term the other intermediate results "
    "are held fixed."
)


@dataclass(frozen=True)
class Custom:
    """A program whose last let is the scalar that is differentiated, and the tensors to differentiate it in.

    `componentwise` are lets that were stated entry by entry: they are printed so, and what is derived from them alone.
    Raises OptionError where the output is no scalar, or does not depend on one of the variables.
    """

    program: Program
    wrt: tuple[Tensor, ...]
    componentwise: frozenset[Tensor] = frozenset()

    def __post_init__(self) -> None:
        output = self.program.output
        if output.tensor.dims:
            raise OptionError(
                f"{output.tensor.name}: a scalar is expected as the output of a model, an array of shape "
                f"{show(output.tensor.dims)} found. Try: its sum, or its mean"
            )
        if not self.wrt:
            raise OptionError("a model is differentiated in at least one variable; none is given")
        for t in self.wrt:
            if t == output.tensor:
                raise OptionError(f"{t.name} is what is differentiated. Try: a variable that it depends on")
            if t not in upstream(output.tensor, self.program):
                raise OptionError(f"{output.tensor.name} does not depend on {t.name}: there is nothing to derive")

    @cached_property
    def active(self) -> tuple[Let, ...]:
        """The lets that the variables reach, in order of evaluation, and that reach the output."""
        reach = upstream(self.program.output.tensor, self.program)
        wanted = set(self.wrt)
        return tuple(v for v in self.program if v.tensor in reach and upstream(v.tensor, self.program) & wanted)

    @cached_property
    def indices(self) -> dict[Tensor, tuple[Index, ...]]:
        """Letters for the indices of every tensor: those of its definition, else those that other sizes have."""
        return _letters(self.program)

    @cached_property
    def names(self) -> dict[Tensor, Tensor]:
        """delta_z for z: what the derivative of the output in a let is called."""
        taken = {t.name for let in self.program for t in (let.tensor, *tensors(let.rhs))}
        stem = next(s for s in ("delta", "Delta", "g", "adjoint") if not any(_is_under(s, t) for t in taken))
        return {v.tensor: Tensor(f"{stem}_{v.tensor.name}", v.tensor.dims, v.tensor.layer) for v in self.active[:-1]}

    @cached_property
    def adjoints(self) -> dict[Tensor, Adjoint]:
        """Derivatives of the output, last let first, then the variables that are inputs."""
        found: dict[Tensor, Adjoint] = {}
        lets = [v.tensor for v in reversed(self.active[:-1])]
        for u in (*lets, *(t for t in self.wrt if t not in lets)):
            found[u] = self._adjoint(u, found)
        return found

    def _adjoint(self, u: Tensor, found: dict[Tensor, Adjoint]) -> Adjoint:
        """dC/du, with the derivatives in what is computed from u alone written out where that is no longer."""

        def derived(known: dict[Tensor, Adjoint]) -> Adjoint:
            return adjoint(u, self.indices[u], self.program, self.program.output.target, known, self.names.get(u))

        named = derived(found)
        if _length(named.value) <= 1:
            named = replace(named, name=None)  # one symbol needs no other
        alone = {v.tensor: found[v.tensor] for v in self.program.users.get(u, ()) if self._is_of(v, u, found)}
        if not alone:
            return named
        unnamed = {t: replace(a, name=None) for t, a in alone.items()}
        written = derived(found | unnamed)
        if _length(written.value) > self._worth(u, named, alone):
            return named
        found |= unnamed
        return written

    def _worth(self, u: Tensor, named: Adjoint, alone: Mapping[Tensor, Adjoint]) -> int:
        """How long dC/du may be without the names: as with them, and for an activation with its line put in once.

        Of what is used in several ways, as a state by its gates, each way keeps its name.
        """
        users = self.program.users
        activations = (a for t, a in alone.items() if t.dims == u.dims and len(users[u]) == len(users[t]) == 1)
        return _length(named.value) + sum(_length(a.value) - 1 for a in activations)

    def _is_of(self, v: Let, u: Tensor, found: Mapping[Tensor, Adjoint]) -> bool:
        """Whether v is a function of u and of what is given, so that its derivative is needed for u alone."""
        active = {w.tensor for w in self.active} | set(self.wrt)
        named = v.tensor in found and found[v.tensor].name is not None
        return named and v.tensor not in self.wrt and tensors(v.rhs) & active == {u}

    # -- the page ------------------------------------------------------------------------------------------------

    def page(self, title: str = "A model", name: str = "model", *, local: bool = False) -> Derivation:
        """Notation, forward pass, adjoints, gradients, update. `local`: local derivatives rule by rule."""
        lets = [u for u in self.adjoints if u in self.program.by_tensor]
        inputs = [u for u in self.wrt if u not in lets]
        output = self.program.output.target
        ways = (Prose(WAYS),) if local and any(map(self._in_several_ways, self.adjoints)) else ()
        by_entry = self.componentwise
        within = Context(self.program)
        forward = (
            definition(v.target, v.rhs, in_components=v.tensor in by_entry, context=within) for v in self.program
        )
        sections = (
            notation(self._meanings()),
            Section("Forward pass", tuple(forward), "forward"),
            Section("Backward pass", (*ways, *self._equations(lets, local)), "delta"),
            Section("Gradients", tuple(self._equations(inputs, local)), "gradients"),
            Section("Gradients in one formula", tuple(self._compact(inputs)), "gradients"),
            Section("Update", tuple(self._updates(inputs)), "result"),
        )
        shown = tuple(s for s in sections if s.blocks)
        results = {u: (a.value, a.of.indices) for u, a in self.adjoints.items()}
        named = {u: a.name.tensor for u, a in self.adjoints.items() if a.name is not None}
        witnessed = Witnessed(self.program, results, named, f"derivatives of {output}")
        return Derivation(name, title, shown, (witnessed,))

    def _meanings(self) -> Iterator[tuple[Tensor, str]]:
        for t in self.program.inputs:
            yield t, described(t, "variable" if t in self.wrt else "given")
        for let in self.program.lets[:-1]:
            yield let.tensor, "intermediate result"
        yield self.program.output.tensor, "output"
        for a in self.adjoints.values():
            if a.name is not None:
                yield a.name.tensor, "derivative of the output"
        if any(u not in self.program.by_tensor for u in self.wrt):
            yield self._rate, STEP_SIZE[1]

    def _equations(self, of: Iterable[Tensor], local: bool) -> Iterator[Equation]:
        for u in of:
            found, links = self.adjoints[u], not self._in_several_ways(u)
            for n, path in enumerate(found.paths):
                if local and links and path.through != found.output:
                    by_entry = path.through.tensor in self.componentwise
                    yield local_equation(found, n, self.program, in_components=by_entry)
            users = {v.tensor for v in self.program.users[u]}
            known = {t: a for t, a in self.adjoints.items() if t in users}
            by_entry = ({u} if u in self.program.by_tensor else users) <= self.componentwise
            yield adjoint_equation(found, self.program, known, links=links, in_components=by_entry)

    def _compact(self, inputs: Iterable[Tensor]) -> Iterator[Equation]:
        """Gradients that go through means, variances and the like, without the derivatives in these: no longer so."""
        for u in inputs:
            found = in_one_formula(u, self.adjoints, self.program)
            if found is not None and _length(found.result) <= _length(self.adjoints[u].value):
                users = {v.tensor for v in self.program.users[u]}
                yield replace(found, in_components=users <= self.componentwise)

    def _in_several_ways(self, u: Tensor) -> bool:
        """Whether something that uses u depends on u through another let too: dv/du then means two things."""
        others = (t for v in self.program.users[u] for t in tensors(v.rhs) - {u})
        return any(t in self.program.by_tensor and u in upstream(t, self.program) for t in others)

    @property
    def _rate(self) -> Tensor:
        """The learning rate, by a letter that the model has not."""
        taken = {t.name for t in self.indices}
        return next(Tensor(n, (), None, ("positive",)) for n in ("eta", "alpha", "rate") if n not in taken)

    def _updates(self, inputs: Sequence[Tensor]) -> Iterator[Equation]:
        for u in inputs:
            at = self.adjoints[u].of
            value = at - self._rate() * Diff(self.program.output.target, at)
            yield Equation(at, at.indices, (Step(value, "update", "gradient descent"),), "<-")


def _is_under(stem: str, name: str) -> bool:
    return name == stem or name.startswith(f"{stem}_")


def upstream(t: Tensor, program: Program) -> frozenset[Tensor]:
    """What `t` is computed from, lets and inputs, and `t` itself."""
    out, stack = set(), [t]
    while stack:
        u = stack.pop()
        if u not in out:
            out.add(u)
            let = program.by_tensor.get(u)
            stack += tensors(let.rhs) if let is not None else ()
    return frozenset(out)


def _length(e: Expr) -> int:
    """How many names and numbers are written."""
    if isinstance(e, (Elem, Delta)):
        return 1
    if not e.args:
        return int(e != -1 and not isinstance(e, Index))
    return sum(map(_length, e.args))


def _letters(program: Program) -> dict[Tensor, tuple[Index, ...]]:
    known: dict[object, list[str]] = {}
    for let in program:
        for i in let.target.indices:
            names = known.setdefault(i.dim, [])
            if i.name not in names:
                names.append(i.name)
    names = {t.name for let in program for t in (let.tensor, *tensors(let.rhs))}
    taken = names | {name.partition("_")[0] for name in names}
    found = {let.tensor: let.target.indices for let in program}
    for t in program.inputs:
        found[t] = tuple(_chosen(t, known, taken))
    return found


def _chosen(t: Tensor, known: dict[object, list[str]], scalars: set[str]) -> Iterator[Index]:
    taken = set(scalars)
    for dim in t.dims:
        letter = next(x for x in (*known.get(dim, ()), *LETTERS) if x not in taken)
        taken.add(letter)
        yield Index(letter, dim)
