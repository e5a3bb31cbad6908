"""The page of a graph: forward pass, local gradients, backward pass, patterns, and the numbers at a point.

Every line is a step of the engine, and `certify` establishes it: the local gradients rule by rule, the backward pass
against an autodiff engine on the forward program. So the page is also the proof of every picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, count
from textwrap import wrap

from sympy import Expr

from derive.derivation import Code, Context, Derivation, Equation, Prose, Section, Step, Table, definition
from derive.derivation.gradients import adjoint_equation, local_equation
from derive.evaluate.nested import entries
from derive.expr import Diff, Elem, Index, Let, Program, Tensor, rename, substitute, sum_over
from derive.graph.backward import Backward
from derive.graph.evidence import witnessed
from derive.graph.labels import Labels
from derive.graph.model import Gate
from derive.graph.numbers import shown
from derive.graph.patterns import COPY, pattern
from derive.graph.structure import Structure, structure
from derive.graph.text import numbers, shape_of_jacobian, text_name
from derive.notation.code import name_of

ABOUT = "about "  # before a number that is rounded


def page_of(
    back: Backward, labels: Labels, layout: str = "numerator", quiet: frozenset[Tensor] = frozenset()
) -> Derivation:
    """The derivation of all gradients of a graph; nothing comes back to `quiet` names at random points."""
    sections = [_notation(back), _forward(back), _locals(back, layout), _backward(back, quiet), _patterns(back)]
    sections += _jacobians(back, layout)
    if labels.at is not None:
        sections.append(_numbers(back, labels))
    return Derivation("graph", "Computational graph", tuple(sections), witnessed(back, quiet))


def _notation(back: Backward) -> Section:
    rows: list[tuple[object, str]] = [(t, "input") for t in back.graph.inputs]
    rows += [(g.tensor, f"result of the gate {g.symbol.word}") for g in back.graph.gates]
    rows += [(u, f"stands for {text_name(t)} where only one operand moves") for t, u in _alone(back).items()]
    if back.given is not None:
        upstream = _upstream(back)
        rows.append((upstream, f"given: what comes back to the output, {name_of(back.given)} in code and at a point"))
        rows.append(
            (back.loss.tensor, f"the number that is differentiated: its derivative in the output is ${upstream}$")
        )
    formula = Code("\n".join(wrap(" ".join(back.graph.formula.split()), 80)))
    return Section("Notation", (formula, Table(("symbol", "meaning"), tuple(rows))), "notation")


def _forward(back: Backward) -> Section:
    blocks: list[Equation | Prose] = [definition(g.let.target, g.let.rhs) for g in back.graph.gates]
    if back.given is not None:
        loss = _loss(back)
        blocks.append(Prose("The output is an array. What comes back to it is the derivative of a number made of it:"))
        blocks.append(definition(loss.target, loss.rhs))
    return Section("Forward pass: one gate a line", tuple(blocks), "forward")


def _upstream(back: Backward) -> Tensor:
    """The given gradient of an output that is an array, by a letter."""
    output = back.graph.output
    return Tensor(next(_free(back, "GUVQ" if output.rank > 1 else "gwq")), output.dims, output.layer)


def _loss(back: Backward) -> Let:
    """The inner product of an output that is an array with its given gradient: the derivative in it is that array."""
    at = back.graph.indices[back.graph.output]
    return Let(back.loss, sum_over(Elem(_upstream(back), *at) * back.graph.entry(back.graph.output), *at))


def _to_the_output(back: Backward) -> Equation:
    """What comes back to an output that is an array."""
    output, loss = back.graph.output, _loss(back)
    given = Step(Elem(_upstream(back), *back.graph.position(output)), "derivative", "derivative of a sum of products")
    lhs = Diff(back.loss, back.graph.entry(output))
    return Equation(lhs, back.graph.indices[output], (given,), context=Context(Program((loss,))))


def _locals(back: Backward, layout: str) -> Section:
    """Jacobians of vectors have their rows in the layout that is asked for; more axes are written entry by entry."""
    found = (replace(e, in_components=True) if len(e.out) > 2 else e for e in _local_equations(back))
    turned = (replace(e, out=e.out[::-1]) if layout == "denominator" and len(e.out) == 2 else e for e in found)
    said = (Prose(f"${u}$ stands for the operand ${t}$ of a gate on whose other operands ${t}$ acts too: in the "
                  "derivative they are held fixed.") for t, u in _alone(back).items())  # fmt: skip
    return Section("Local gradients", (*said, *turned), "local")


def _local_equations(back: Backward) -> Iterator[Equation]:
    """dv/du for each gate v and each name u that it uses."""
    letters = _alone(back)
    for g in back.graph.gates:
        for u in dict.fromkeys(g.operands):
            a = back.adjoints[u]
            found = next((n for n, p in enumerate(a.paths) if p.through.tensor == g.tensor), None)
            if found is None:
                continue
            e = local_equation(a, found, back.graph.program)
            e = replace(e, out=(*e.out[: g.tensor.rank], *back.graph.indices[u]))
            yield _at_a_letter(e, u, letters[u]) if _acts_beside(back, g, u) else e


def _acts_beside(back: Backward, gate: Gate, u: Tensor) -> bool:
    """Whether another operand of the gate depends on this one: then dv/du would be read as the total derivative."""
    return any(u in back.graph.program.below(v) for v in gate.operands)


def _alone(back: Backward) -> dict[Tensor, Tensor]:
    """A letter for each operand that acts on other operands of a gate that uses it."""
    found = (u for g in back.graph.gates for u in g.operands if _acts_beside(back, g, u))
    letters = _free(back, "uvqrhp")
    return {u: Tensor(next(letters), u.dims, None, u.properties) for u in dict.fromkeys(found)}


def _at_a_letter(e: Equation, u: Tensor, letter: Tensor) -> Equation:
    """The derivative of a gate's formula in one operand, which has a letter there: the others do not move with it."""
    first, *rest = (replace(s, after=_with_letter(s.after, u, letter)) for s in e.steps)
    return replace(e, lhs=first.after, steps=tuple(rest), context=None)


def _with_letter(e: Expr, u: Tensor, letter: Tensor) -> Expr:
    at = tuple(Index(f"_{k}", d) for k, d in enumerate(u.dims))
    return substitute(e, {u: Let(u(*at), letter(*at))})


def _free(back: Backward, letters: str) -> Iterator[str]:
    """Names that the graph does not use: these letters, then the first of them with a number."""
    taken = {t.name for t in back.graph.tensors} | {str(d) for t in back.graph.tensors for d in t.dims}
    names = chain(letters, (f"{letters[0]}_{k}" for k in count()))
    return (name for name in names if name not in taken)


def _backward(back: Backward, quiet: frozenset[Tensor]) -> Section:
    start = () if back.given is None else (_to_the_output(back),)
    blocks = (*start, *(_adjoint(back, t) for t in back.order[1:] if t not in back.dead | quiet))
    said = [Prose("From the output back: upstream times local, added where a value is used more than once.")]
    if back.dead:
        names = ", ".join(text_name(t) for t in back.order if t in back.dead)
        said.append(Prose(f"Nothing flows back to {names}: which case holds does not change off its boundary."))
    if quiet:
        names = ", ".join(text_name(t) for t in back.order if t in quiet)
        said.append(
            Prose(
                f"At all random points nothing came back to {names}: no branch with them won there. Their gradients "
                "are upstream times local too, and were compared gate by gate."
            )
        )
    return Section("Backward pass", (*said, *blocks), "gradients")


def _adjoint(back: Backward, t: Tensor) -> Equation:
    """The equation of a gradient, with derivatives where the engine has names for the gradients above."""
    links = not any(_acts_beside(back, back.graph.by_tensor[e.target], t) for e in back.graph.uses[t])
    found = adjoint_equation(back.adjoints[t], back.program, {}, links=links)
    steps = []
    for s in found.steps:
        reason = "upstream times local" if s.rule == "local_derivative" else s.reason
        s = replace(s, after=back.shown(s.after), reason=reason)
        if not steps or s.after != steps[-1].after:
            steps.append(s)
    known = {u: (back.graph.indices[u], back.gradient(u)) for u in back.graph.tensors if u not in (t, back.loss.tensor)}
    context = Context(back.program, back.loss, known)
    return replace(found, out=back.graph.indices[t], steps=tuple(steps), context=context)


def _patterns(back: Backward) -> Section:
    """What each gate does, and why: a sentence for each pattern that occurs."""
    rows, says = [], {}
    for g in back.graph.gates:
        p = pattern(back, g)
        rows.append((g.symbol.word, back.graph.entry(g.tensor), p.name))
        says.setdefault((p.name, p.says))
    for t in back.graph.tensors:
        if len(back.graph.uses[t]) > 1:
            rows.append(("copy", back.graph.entry(t), COPY.name))
            says.setdefault((COPY.name, COPY.says))
    sentences = (Prose(f"{name[0].upper()}{name[1:]}: {words}.") for name, words in says)
    return Section("What the gates do", (Table(("gate", "result", "pattern"), tuple(rows)), *sentences), "result")


def _jacobians(back: Backward, layout: str) -> Iterator[Section]:
    """The local gradients between arrays: their shapes, and which entries of a result an entry touches."""
    rows, letters = [], _alone(back)
    for e, flow in back.flows.items():
        if not (e.source.rank and e.target.rank):
            continue
        s = structure(flow)
        same = {i: k for k, i in s.tied}
        entry, gate = Diff(back.graph.entry(e.target), rename(flow.of, same)), back.graph.by_tensor[e.target]
        if _acts_beside(back, gate, e.source):
            entry = _with_letter(Diff(gate.let.rhs, entry.wrt), e.source, letters[e.source])
        rows.append((entry, s.coefficient, shape_of_jacobian(e, layout), _touches(s)))
    if rows:
        header = ("derivative", "value", "Jacobian", "which entries")
        yield Section("Local gradients between arrays", (Table(header, tuple(rows)),), "result")


def _touches(s: Structure) -> str:
    if s.diagonal:
        return "diagonal: not built"
    if s.tied:
        return f"those with the same {', '.join(i.name for i, _ in s.tied)}: not built"
    return "all of them"


def _numbers(back: Backward, labels: Labels) -> Section:
    at = labels.at
    assert at is not None
    rows = tuple(
        (back.graph.entry(t), numbers(labels, at.values[t], ABOUT), numbers(labels, at.gradients[t], ABOUT))
        for t in back.graph.tensors
    )
    blocks: list[Prose | Table] = []
    arrays = [*at.values.values(), *at.gradients.values()]
    if any(shown(x, labels.digits, labels.fractions).rounded for a in arrays for x in entries(a)):
        mark = ABOUT.strip()
        blocks.append(
            Prose(f'Values marked "{mark}" are rounded to {labels.digits} significant digits; others are exact.')
        )
    if at.kinks:
        blocks.append(Prose(kink_remark(at.kinks)))
    header = ("name", "value", f"gradient of {text_name(back.loss.tensor)}")
    blocks.append(Table(header, rows))
    return Section("At the point", tuple(blocks), "numbers")


def kink_remark(kinks: tuple[Tensor, ...]) -> str:
    """Where the derivative at the point is a convention."""
    names = ", ".join(map(text_name, kinks))
    convention = "there the derivative is the convention step(0) = 0 and sign(0) = 0"
    return f"{names} is at a kink or tie at this point: {convention}."


__all__ = ["kink_remark", "page_of"]
