"""One linear layer f = W x: its Jacobian in both layouts, its derivative in W, and what a chain rule makes of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from sympy import Expr, Integer, Mul

from derive.calculus import Adjoint, Path, adjoint
from derive.catalogue.options import PageOptions
from derive.catalogue.words import notation, symbols
from derive.derivation import (
    Block,
    Context,
    Derivation,
    Equation,
    Prose,
    Section,
    Step,
    Table,
    Witnessed,
    adjoint_equation,
    definition,
    local_equation,
)
from derive.errors import OptionError
from derive.expr import Delta, Diff, Elem, Index, Let, Program, Size, Tensor, factors, rename, sum_over
from derive.expr.costs import entries, multiplications

IN, OUT, SAMPLES = Size("D"), Size("M"), Size("N")
I, J = Index("m", OUT), Index("d", IN)  # noqa: E741
ROW = Index("n", SAMPLES)

W, V = Tensor("W", (OUT, IN)), Tensor("V", (IN, OUT))
COST, WHOLE = Tensor("C")(), Tensor("J")()


def layer(options: PageOptions) -> Derivation:
    """The page of `derive layer`."""
    if options.sizes is not None and len(options.sizes) != 2:
        shown = ",".join(map(str, options.sizes))
        raise OptionError(f"--sizes: expected two sizes, input and output; found {shown!r}. Try: --sizes 4,3")
    sections: list[Section] = []
    witnessed: list[Witnessed] = []
    if options.form in (None, "sample"):
        one = _of_one_sample()
        sections += [one.notation(), one.forward(), one.in_the_input(), one.in_the_weights(), one.products()]
        witnessed += one.witnessed("one sample")
    if options.form in (None, "batch"):
        batch = Batch(Tensor("X", (SAMPLES, IN)), Tensor("Y", (SAMPLES, OUT)), Tensor("Delta", (SAMPLES, OUT)), V)
        sections += [
            batch.notation(alone=options.form == "batch"),
            batch.forward(),
            batch.in_the_input(),
            batch.products(),
        ]
        witnessed += batch.witnessed("batch")
    sections.append(_counts(_of_one_sample(), options.sizes))
    return Derivation("layer", "One linear layer", tuple(sections), tuple(witnessed))


def _of_one_sample() -> Layer:
    return Layer(Tensor("x", (IN,)), Tensor("f", (OUT,)), Tensor("delta", (OUT,)), W)


class Layer:
    """The layer of one sample: what goes in and out, the derivative of a cost in what comes out, the weights."""

    head = ""
    cost = COST

    def __init__(self, x: Tensor, f: Tensor, delta: Tensor, weights: Tensor) -> None:
        self.x, self.f, self.delta, self.weights = x, f, delta, weights
        self.let = self._let()
        self.program = Program((self.let,))
        self.of_input = self._adjoint(x, self.at_input)
        self.of_weights = self._adjoint(weights, self.at_weights)

    at_input: tuple[Index, ...] = (J,)
    at_weights: tuple[Index, ...] = (I, J)

    def _let(self) -> Let:
        return Let(self.f(I), sum_over(self.weights(I, J) * self.x(J), J))

    def _adjoint(self, u: Tensor, at: tuple[Index, ...]) -> Adjoint:
        return adjoint(u, at, self.program, self.cost, {self.f: self.delta(*self.let.target.indices)})

    def notation(self) -> Section:
        rows = (
            (self.x, "input"),
            (self.weights, "weights"),
            (self.f, "output"),
            (COST.tensor, "a cost that depends on the output, to first order"),
            (self.delta, "derivative of the cost in the output"),
        )
        return notation(rows, form="sample")

    def forward(self) -> Section:
        return Section("The layer", tuple(self._stated()), "forward", "sample")

    def _stated(self) -> Iterator[Block]:
        """The layer, and a cost with this derivative in the output: to first order it is any."""
        at = self.let.target
        delta = self.delta(*at.indices)
        cost = Let(self.cost, sum_over(delta * at, *at.indices))
        yield definition(at, self.let.rhs)
        yield Prose("Of a cost only its derivative in the output matters here. To first order it is the inner product:")
        yield definition(self.cost, cost.rhs)
        yield Equation(
            Diff(self.cost, at), at.indices, (Step(delta, "local_derivative", ""),), context=Context(Program((cost,)))
        )

    @cached_property
    def _jacobian(self) -> Equation:
        return local_equation(self.of_input, 0, self.program)

    def in_the_input(self) -> Section:
        """The Jacobian rule by rule, and turned."""
        numerator = self._jacobian
        i, j = numerator.out
        turned = Equation(numerator.lhs, (j, i), (numerator.steps[-1],), context=numerator.context)
        return Section(
            "Derivative in the input",
            (
                Prose("Numerator layout: rows belong to the output, columns to the input."),
                numerator,
                Prose("Denominator layout: rows belong to the input. The Jacobian is transposed."),
                turned,
            ),
            "gradients",
            "sample",
        )

    def in_the_weights(self) -> Section:
        """Rank 3, with its shape beside that of the transposed weights."""
        tensor = local_equation(self.of_weights, 0, self.program, in_components=True)
        rows = (
            ("derivative in the input", _shape(*(i.dim for i in self._jacobian.out))),
            ("derivative in the weights", _shape(*(i.dim for i in tensor.out))),
            ("transposed weights", _shape(*reversed(self.weights.dims))),
        )
        return Section(
            "Derivative in the weights",
            (
                Prose("Each output has a derivative in each weight: three indices, so that no matrix holds them all."),
                tensor,
                Table(("array", "shape"), rows),
                Prose(
                    "The transposed weights are the derivative in the input, in denominator layout. They are not the "
                    "derivative in the weights: that has another shape, and the input in it instead of the weights."
                ),
                *self._one_output(tensor),
            ),
            "gradients",
            "sample",
        )

    def _one_output(self, tensor: Equation) -> Iterator[Equation | Prose]:
        """The rows of the array that are not zero: output i and the weights of its own."""
        k, i, j = tensor.out
        own = Elem(self.weights, i, j)
        yield Prose("An output depends on its own row of weights alone, and there the derivative is the input.")
        value = Step(rename(tensor.result, {k: i}), "local_derivative", "the array above, where both outputs are one")
        yield Equation(Diff(self.f(i), own), (j,), (value,), context=Context(self.program), literal=True)

    def products(self) -> Section:
        """What the chain rule needs: the derivative of the cost times each of the two."""
        return Section(
            f"{self.head}products with the derivative of the cost".capitalize(),
            (
                Prose("Neither array is built: only its product with the derivative of the cost is needed."),
                adjoint_equation(self.of_input, self.program, {}),
                adjoint_equation(self.of_weights, self.program, {}),
            ),
            "result",
            "sample",
        )

    def witnessed(self, what: str) -> Iterator[Witnessed]:
        """The cost is any that has these derivatives in the output: their inner product with it, say."""
        at = self.let.target
        cost = Let(self.cost, sum_over(self.delta(*at.indices) * at, *at.indices))
        results = {a.of.tensor: (a.value, a.of.indices) for a in (self.of_input, self.of_weights)}
        yield Witnessed(Program((self.let, cost)), results, what=what)
        for a in (self.of_input, self.of_weights):
            path = a.paths[0]
            whole = Let(self.f(*path.at), path.rhs)
            claim = (path.folded, (*path.at, *a.of.indices))
            yield Witnessed(Program((whole,)), {a.of.tensor: claim}, what=f"{what}, Jacobian", jacobian=1)


class Batch(Layer):
    """Rows are samples, and the weights stand on the right."""

    head = "Batch: "
    cost = WHOLE
    at_input = (ROW, J)
    at_weights = (J, I)

    def _let(self) -> Let:
        return Let(self.f(ROW, I), sum_over(self.x(ROW, J) * self.weights(J, I), J))

    def notation(self, *, alone: bool = False) -> Section:
        """`alone`: nothing of one sample stands above, so that its weights are named here."""
        rows = (
            (self.x, "inputs, a row a sample"),
            *(((W, "weights of one sample"),) if alone else ()),
            (self.weights, "weights, transposed"),
            (self.f, "outputs"),
            (WHOLE.tensor, "a cost that depends on the outputs, to first order"),
            (self.delta, "derivatives of the cost in the outputs"),
        )
        blocks = (
            Prose("For $N$ samples at once rows are samples, and the weights stand on the right."),
            symbols(rows),
            definition(V(J, I), W(I, J)),
        )
        return Section("Batch: notation", blocks, "notation", "batch")

    def forward(self) -> Section:
        return Section("Batch: the layer", tuple(self._stated()), "forward", "batch")

    def in_the_input(self) -> Section:
        entry = local_equation(self.of_input, 0, self.program)
        text = "An input reaches the outputs of its own sample alone, with a weight as its slope."
        return Section("Batch: derivative in the inputs", (Prose(text), entry), "gradients", "batch")


def _entries(a: Adjoint) -> Expr:
    """Of the derivative of the output in a tensor."""
    return entries(tuple(i.dim for i in (*a.paths[0].at, *a.of.indices)))


def _shape(*dims: Expr) -> str:
    sizes = r" \times ".join(str(d) for d in dims)
    return f"${sizes}$"


def _entries_beside_zeros(path: Path, of: Adjoint) -> Expr:
    """Entries of a local derivative that its Kronecker deltas do not make zero."""
    places = (*path.at, *of.of.indices)
    deltas = [f for f in factors(path.folded) if isinstance(f, Delta)]
    return Mul(*(i.dim for i in places if not any(i == d.args[0] for d in deltas)))


def _counts(one: Layer, sizes: tuple[int, ...] | None) -> Section:
    """How many entries the arrays have, how many of them are not zero, and what the products cost."""
    in_input, in_weights = one.of_input, one.of_weights
    rows = (
        ("entries of the Jacobian in the input", _entries(in_input)),
        ("entries of the derivative in the weights", _entries(in_weights)),
        ("those of them that are not zero for every input", _entries_beside_zeros(in_weights.paths[0], in_weights)),
        ("multiplications of the layer", multiplications(one.let.rhs)),
        ("multiplications of both products", multiplications(in_input.value, in_weights.value)),
    )
    if sizes is None:
        return Section("Counts", (Table(("quantity", "formula"), rows),), "counts")
    values = {IN: Integer(sizes[0]), OUT: Integer(sizes[-1])}
    numbered = tuple((what, e, f"{int(e.xreplace(values)):,}") for what, e in rows)
    return Section("Counts", (Table(("quantity", "formula", "here"), numbered),), "counts")
