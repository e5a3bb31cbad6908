"""The multilayer perceptron: forward pass, loss, deltas, gradients, batch form, update, counts.

States the forward model (in `network`) and the prose. Every equation after the loss comes from reverse mode.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sympy import Expr, Integer

from derive.catalogue.backpropagation import Backpropagation
from derive.catalogue.collapse import Collapse, is_linear
from derive.catalogue.counts import counts
from derive.catalogue.entry import OneEntry
from derive.catalogue.input import input_section
from derive.catalogue.layered import NTH
from derive.catalogue.model import network
from derive.catalogue.network import WIDTH, Network
from derive.catalogue.options import PageOptions
from derive.catalogue.special import special_cases
from derive.catalogue.words import RATE, STEP_SIZE, Row, described, symbols
from derive.derivation import Derivation, Equation, Prose, Section, Step, Table, definition
from derive.expr import DEPTH, LAYER, Diff, Let, Size, Tensor


def mlp(options: PageOptions) -> Derivation:
    """The page of `derive mlp`."""
    forms = [f for f in ("sample", "batch") if options.form in (None, f)]
    full = options.steps == "full"
    pages = [Page(Backpropagation(network(options, batch=form == "batch"), local=full)) for form in forms]
    sections = [pages[0].notation(options.sizes)]
    for form, page in zip(forms, pages, strict=True):
        sections += page.sections(form, alone=len(forms) == 1)
    entries = [OneEntry.of(network(options), options.entry, options.sizes)] if options.entry else []
    sections += [one.section() for one in entries]
    sections += special_cases(pages[0].net)
    if is_linear(pages[0].net) and not pages[0].net.batch:
        sections.append(Collapse(pages[0].net).section())
    sections.append(pages[0].counts(options.sizes))
    backs = [printed.back for printed in (*pages, *entries)]
    witnessed = tuple(w for back in backs for w in back.witnessed())
    return Derivation("mlp", _title(pages[0].net), tuple(sections), witnessed)


def _title(net: Network) -> str:
    layers = "L weight layers" if net.depth == DEPTH else f"{net.depth} weight layer{'s' if net.depth > 1 else ''}"
    kind = " ".join(word for word, said in (("residual", net.residual), ("tied", net.tied)) if said)
    return f"Backpropagation in a {kind + ' ' if kind else ''}network of {layers}"


class Page:
    """The sections about one sample, or about a batch."""

    def __init__(self, back: Backpropagation) -> None:
        self.back, self.net = back, back.net
        self.symbolic = back.symbolic

    def notation(self, sizes: tuple[int, ...] | None) -> Section:
        net, l = self.net, self._any_layer()  # noqa: E741  (the letter of the notes)
        inputs, *others = self._quantities(l)
        penalty = () if net.factor is None else ((net.factor, "factor of the penalty"),)
        rows = (inputs, *self._parameters(l), *others, *penalty, STEP_SIZE)
        low, what = ("<", "hidden layers") if net.uniform else ("\\le", "layers")
        numbered = (Prose(f"The {what} are $1 \\le l {low} {net.depth}$."),) if l == LAYER else ()
        return Section("Notation", (*numbered, symbols(rows), *_sizes_in_numbers(sizes, net)), "notation")

    def _quantities(self, l: Expr) -> Iterator[Row]:  # noqa: E741
        """What a sample, or the samples of a batch, have numbers of their own for, and the cost; the input first."""
        net, many = self.net, "s" if self.net.batch else ""
        yield net.a(Integer(0)), f"input{many}"
        yield from ((net.z(l, p), f"{NTH[p]}pre-activations of layer ${l}$") for p in net.pieces(l))
        if net.uniform:
            yield net.z(net.depth), "scores of the output layer"
        if net.residual:
            yield net.h(l), f"what layer ${l}$ adds to its input"
        if self.symbolic or net.depth > 1:
            yield net._units("a", l), f"activations of layer ${l}$"
        yield net.prediction, f"prediction{many}"
        yield net.target, described(net.target, f"target{many}")
        yield net.cost, ("mean cost" if net.mean else "total cost") if net.batch else "cost"
        yield net.delta(l), f"delta{many} of layer ${l}$: derivative{many} of the cost in the pre-activations"
        yield from ((net.delta(l, p), f"the same in the {NTH[p]}pre-activations") for p in net.pieces(l)[1:])
        if net.residual:
            yield net.g(l), f"derivative{many} of the cost in the activations of layer ${l}$"
        if net.uniform:
            yield net.delta(net.depth), f"derivative{many} of the cost in the scores"

    def _parameters(self, l: Expr) -> Iterator[tuple[Tensor, str]]:  # noqa: E741
        net = self.net
        layer = "all hidden layers" if net.tied else f"hidden layer ${l}$" if net.residual else f"layer ${l}$"
        for p in net.pieces(l):
            yield net.weights(l, p), f"{NTH[p]}weights of {layer}"
            if net.has_bias:
                yield net.bias(l, p), f"{NTH[p]}biases of {layer}"
        if net.uniform:
            yield net.weights(net.depth), "weights of the output layer"
            if net.has_bias:
                yield net.bias(net.depth), "biases of the output layer"

    def _any_layer(self) -> Expr:
        return LAYER if self.symbolic or self.net.depth > 1 else Integer(1)

    def sections(self, form: str, *, alone: bool) -> Iterator[Section]:
        head = "" if alone or form == "sample" else "Batch: "
        explained = self.symbolic and (alone or form == "sample")
        yield Section(f"{head}Forward pass".strip(), (*self._rows(alone), *self._forward()), "forward", form)
        base, step, so = self._induction() if explained else ((), (), ())
        yield Section(f"{head}Output layer", (*self._named(), *base, *self.back.top), "delta", form)
        if self.back.below:
            yield Section(f"{head}Hidden layers", (*step, *self.back.below, *so), "delta", form)
        yield Section(f"{head}Gradients", tuple(self.back.gradients), "gradients", form)
        if form == "sample":
            yield input_section(self.back)
        yield Section(f"{head}Update", tuple(self._updates()), "result", form)

    def _named(self) -> Iterator[Equation]:
        """What is called delta, at any layer; at a layer with a number the chain that begins with it says so."""
        if not self.symbolic:
            return
        net, units = self.net, self.net.units(LAYER)
        at_the_top = "<" if net.top_differs else "<="
        for p in net.pieces(LAYER):
            value = Diff(self.back.output, net.z(LAYER, p)(*units))
            yield definition(net.delta(LAYER, p)(*units), value, where=("1", "l", "L", at_the_top))
        if net.residual:
            yield definition(
                net.g(LAYER)(*units), Diff(self.back.output, net.a(LAYER)(*units)), where=("1", "l", "L", "<")
            )

    def _induction(self) -> tuple[tuple[Prose, ...], tuple[Prose, ...], tuple[Prose, ...]]:
        """What is said before the base, before the step, and after it."""
        if not self.net.top_differs:
            base = "Base of an induction that goes down from $l = L$: the delta of the output layer."
            step = "Step: given the delta of layer $l + 1$ as the derivative of the cost in its pre-activations."
            so = "So the recursion holds at every layer $1 \\le l < L$, for every depth $L$."
        else:
            base = "The output layer first."
            step = (
                "Base of an induction that goes down from layer $L - 1$, which the output layer alone uses; "
                "then the step to layer $l$, given the derivatives of layer $l + 1$."
            )
            so = "So the lines hold at every hidden layer, for every depth $L$."
        return (Prose(base),), (Prose(step),), (Prose(so),)

    def _rows(self, alone: bool) -> tuple[Prose | Table, ...]:
        """In a batch: which arrays have a row for each sample."""
        net = self.net
        if not net.batch:
            return ()
        text = Prose("The same model for $N$ samples at once: rows are samples.")
        if alone:
            return (text,)
        return (text, symbols(self._quantities(self._any_layer())))

    def _forward(self) -> Iterator[Equation]:
        net = self.net
        for layer in self.back.forward_layers():
            shared = layer == DEPTH and not net.top_differs  # z is one line for all layers
            for let in net.lets(layer)[shared:]:
                yield _let(let, self._where(let))
        yield replace(_let(net.let_cost), in_components=not net.loss.norm)

    def _where(self, let: Let) -> tuple[str, ...]:
        if let.tensor.layer != LAYER:
            return ()
        everywhere = let.tensor == self.net.z(LAYER) and not self.net.top_differs
        return ("1", "l", "L", "<=" if everywhere else "<")

    def _updates(self) -> Iterator[Equation]:
        """Gradient descent: each parameter moves against its gradient."""
        for u, _ in self.back.parameters():
            parameter = self.back.found[u].of
            rhs = parameter - RATE() * Diff(self.back.output, parameter)
            steps = (Step(rhs, "update", "gradient descent"),)
            yield Equation(parameter, parameter.indices, steps, "<-", self.back.where(u))

    def counts(self, sizes: tuple[int, ...] | None) -> Section:
        back = Backpropagation(replace(self.net, batch=False)) if self.net.batch else self.back
        return counts(back, sizes)


def _let(let: Let, where: tuple[str, ...] = ()) -> Equation:
    return definition(let.target, let.rhs, where=where)


def _sizes_in_numbers(sizes: tuple[int, ...] | None, net: Network) -> tuple[Prose, ...]:
    if sizes is None:
        return ()
    values = {net.width(Integer(m)): n for m, n in enumerate(sizes)}
    listed = ", ".join(f"${_named(size)} = {n}$" for size, n in values.items())
    return (Prose(f"Here {listed}."),)


def _named(size: Size) -> str:
    return "d" if size == WIDTH else f"n_{{{size.layer}}}"
