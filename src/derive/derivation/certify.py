"""Verification of a derivation: every step, every matrix form, every result.

A step is established by proof (normal form), else by ball arithmetic. Derivatives that a line leaves unevaluated are
resolved first; whether the derivatives themselves are right is for the witness to say, an autodiff engine that shares
no rule with ours, run on the forward program. Layers of the same shape are proved once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from sympy import Expr

from derive.calculus import differentiate
from derive.derivation.model import Certificate, Context, Derivation, Equation, Section, Step, Witnessed, Worked
from derive.derivation.numerals import numerals_verdict
from derive.expr import Diff, Elem, Let, Limit, Program, alike, lowest_layer, rebuild, rename, shifted, unfold
from derive.expr.nodes import contains
from derive.verify.at_point import witness_numbers
from derive.verify.decide import decide
from derive.verify.limits import decide_limit
from derive.verify.squares import proof_of_sign
from derive.verify.verdict import Verdict
from derive.verify.witness import witness_gradients, witness_hessian, witness_jacobian

Formula = tuple[Expr, ...]
"""An expression with the indices that it is over."""

NO_CLAIM = frozenset({"definition", "assumption", "update"})
"""Rules of steps that state something rather than claim it."""


@dataclass
class Ledger:
    """What has been established so far."""

    proved: int = 0
    confirmed: int = 0
    assumptions: dict[str, None] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    seen: dict[tuple, Verdict] = field(default_factory=dict)

    def step(self, verdict: Verdict, what: Callable[[], str]) -> Verdict:
        """Enter the verdict on a step, which is counted."""
        self.proved += verdict.kind == "proved"
        self.confirmed += verdict.kind == "confirmed"
        return self.enter(verdict, what)

    def enter(self, verdict: Verdict, what: Callable[[], str]) -> Verdict:
        self.assumptions.update(dict.fromkeys(verdict.assumptions))
        if not verdict.established:
            self.failures.append(f"{what()}: {verdict.kind}, {verdict.detail}")
        return verdict


def certify(derivation: Derivation, *, engine: str = "autograd", seed: int = 0) -> Derivation:
    """The derivation with a verdict on every step, and its certificate."""
    ledger = Ledger()
    witness = [v for w in derivation.witnessed for v in _witness(w, engine, seed, ledger)]
    for w in derivation.worked:
        verdict = witness_numbers(w.program, w.inputs, w.values, w.gradients, engine=engine)
        witness.append(ledger.enter(verdict, lambda w=w: f"{w.what} against {engine}"))
    witnessed = frozenset(t.name for w in derivation.witnessed for t in w.results)
    check = _Checker(ledger, witnessed, engine, seed)
    sections = tuple(check.section(s) for s in derivation.sections)
    certificate = Certificate(
        proved=ledger.proved,
        confirmed=ledger.confirmed,
        engine=engine,
        compared=sum(v.compared for v in witness),
        worst=max((v.worst for v in witness), default=0.0),
        witness=tuple(f"{w.what}: {v.detail}" for w, v in zip(_each(derivation), witness, strict=True)),
        seed=seed,
        assumptions=tuple(ledger.assumptions),
        failures=tuple(ledger.failures),
    )
    return replace(derivation, sections=sections, certificate=certificate)


def _each(derivation: Derivation) -> Iterator[Witnessed | Worked]:
    """What is witnessed, once for each verdict about it."""
    for w in derivation.witnessed:
        yield from (w,) * (1 + len(w.hessians))
    yield from derivation.worked


def _witness(w: Witnessed, engine: str, seed: int, ledger: Ledger) -> Iterator[Verdict]:
    if w.jacobian:
        yield ledger.enter(_witness_formula(w, engine, seed), lambda: f"{w.what} against {engine}")
        return
    first = witness_gradients(w.program, w.results, adjoints=w.named, engine=engine, seed=seed)
    yield ledger.enter(first, lambda: f"gradients against {engine} ({w.what})")
    for h in w.hessians:
        second = witness_hessian(w.program, h.first, h.second, h.claim, h.indices, engine=engine, seed=seed)
        yield ledger.enter(second, lambda: f"Hessian against {engine} ({w.what})")


def _witness_formula(w: Witnessed, engine: str, seed: int) -> Verdict:
    """The derivative of one formula: its Jacobian, or for order 2 the Hessian of a scalar."""
    e, indices = w.program.output.rhs, w.program.output.target.indices
    ((tensor, (claim, out)),) = w.results.items()
    n, rank = len(indices), tensor.rank
    if w.jacobian == 1:
        return witness_jacobian(e, tensor, indices, out[n:], claim, engine=engine, seed=seed)
    if n == 0:
        return witness_hessian(e, tensor, tensor, claim, (out[:rank], out[rank:]), engine=engine, seed=seed)
    return Verdict("undecided", engine, "no witness for second derivatives of an array: take one entry of it")


@dataclass(frozen=True)
class _Checker:
    ledger: Ledger
    witnessed: frozenset[str]  # names of the tensors whose gradients the engine confirmed
    engine: str
    seed: int

    def section(self, section: Section) -> Section:
        return replace(
            section, blocks=tuple(self.equation(b) if isinstance(b, Equation) else b for b in section.blocks)
        )

    def equation(self, equation: Equation) -> Equation:
        steps: list[Step] = []
        before = equation.lhs
        meanings = _meanings(_context(equation))
        for step in equation.steps:
            if step.rule not in NO_CLAIM:
                # analysis proves more than normal forms
                verdict = step.verdict or self.step(before, step, equation, meanings)
                step = replace(step, verdict=self.ledger.step(verdict, _claim(equation, before, step)))
            steps.append(step)
            before = step.after
        return replace(equation, steps=tuple(steps))

    def step(self, before: Expr, step: Step, equation: Equation, meanings: tuple[Formula, ...]) -> Verdict:
        context = _context(equation)
        if step.rule in WITNESSED:
            return self.witnessed_step(before)
        if step.numbers is not None:
            verdict = numerals_verdict(before, step, equation, context)
            if step.rule == "value" or step.after == before or not verdict.established:
                return verdict
            step = replace(step, relation="=")
        sides = ((before, *equation.out), (step.after, *equation.out))
        key = (step.relation, alike(*sides, *meanings))
        if key not in self.ledger.seen:
            self.ledger.seen[key] = self.claim(before, step, context, -lowest_layer(before, step.after))
        return self.ledger.seen[key]

    def claim(self, before: Expr, step: Step, context: Context, by: int) -> Verdict:
        """Both sides with their derivatives carried out, at layers counted from zero."""
        if step.rule == "total_derivative":
            before = carried_out(before, context)
        if isinstance(before, Limit) and not isinstance(step.after, Limit):
            return decide_limit(before, step.after, context.program)
        a, b = (shifted(resolve(e, context), by) for e in (before, step.after))
        lets = Program(tuple(Let(shifted(let.target, by), shifted(let.rhs, by)) for let in context.program))
        if step.relation != "=":
            return bound(a, step.relation, b, lets)
        return decide(a, b, lets, almost_everywhere=step.rule in KINKED, seed=self.seed, derived=True)

    def witnessed_step(self, before: Expr) -> Verdict:
        """A total derivative on the left: what the witness compared is the value at the end of its chain."""
        if isinstance(before, Diff) and before.wrt.tensor.name in self.witnessed:
            return Verdict("confirmed", self.engine, "the value at the end of the chain agrees with the witness")
        return Verdict("undecided", self.engine, "no witness for this derivative")


WITNESSED = frozenset({"chain_rule"})
"""Steps from a total derivative to its paths: no identity between expressions, so the witness decides."""

KINKED = frozenset({"local_derivative", "insert", "fold"})
"""Steps that contain derivatives, which hold off the kinks."""


def bound(a: Expr, relation: str, b: Expr, program: Program) -> Verdict:
    """Whether a < b (<=, >, >=) wherever both are defined: proved, or not known.

    What a name is declared to be says nothing of its value: such names are unfolded first.
    """
    gap = a - b if relation[0] == ">" else b - a
    if any(let.tensor.properties for let in program):
        gap = unfold(gap, program)
    open_ = Verdict("undecided", "normal form", "no proof that the difference has this sign")
    return proof_of_sign(gap, program, strict=len(relation) == 1) or open_


def carried_out(e: Expr, context: Context) -> Expr:
    """A total derivative of an expression in names: the names unfolded first, so that no path is left out."""
    if not isinstance(e, Diff):
        return e
    return differentiate(unfold(e.body, context.program), e.wrt)


def resolve(e: Expr, context: Context) -> Expr:
    """`e` with derivatives carried out: of the output by its known adjoints, of a let by its right side."""
    if not contains(e, Diff):
        return e

    def go(u: Expr) -> Expr:
        if not isinstance(u, Diff):
            return rebuild(u, go) if contains(u, Diff) else u
        if u.body == context.output and u.wrt.tensor in context.adjoints:
            indices, value = context.adjoints[u.wrt.tensor]
            return rename(value, dict(zip(indices, u.wrt.indices, strict=True)))
        if isinstance(u.body, Elem) and (u.body.tensor, u.wrt.tensor) in context.jacobians:
            indices, value = context.jacobians[u.body.tensor, u.wrt.tensor]
            return rename(value, dict(zip(indices, (*u.body.indices, *u.wrt.indices), strict=True)))
        if isinstance(u.body, Diff):
            return differentiate(go(u.body), u.wrt)
        inner = isinstance(u.body, Elem) and u.body.tensor != u.wrt.tensor  # of a name in itself nothing is to unfold
        let = context.program.by_tensor.get(u.body.tensor) if inner else None
        return differentiate(u.body if let is None else let.at(*u.body.indices), u.wrt)

    return go(e)


def _context(equation: Equation) -> Context:
    return equation.context or Context(Program(()))


def _meanings(context: Context) -> tuple[Formula, ...]:
    """All that the names in an equation stand for."""
    values = (*context.adjoints.values(), *context.jacobians.values())
    return (*((let.target, let.rhs) for let in context.program), *((value, *indices) for indices, value in values))


def _claim(equation: Equation, before: Expr, step: Step) -> Callable[[], str]:
    return lambda: f"step {step.rule} of {equation.lhs}: {before} {step.relation} {step.after}"
