"""Equations out of adjoints: the stages of reverse mode become the steps that are printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sympy import Expr

from derive.calculus import Adjoint, Path, Rule, rule_for
from derive.calculus.derivative import expand_once
from derive.derivation.model import Context, Equation, Step
from derive.expr import Diff, Elem, Index, Program, Tensor, recontract, rename, tensors
from derive.expr.nodes import contains

LONGEST_REASON = 70  # characters; beyond that the outermost rule stands for all


def definition(target: Elem, rhs: Expr, reason: str = "", **more) -> Equation:
    """`target = rhs`, where the name on the left is introduced."""
    return Equation(target, target.indices, (Step(rhs, "definition", reason),), **more)


def adjoint_equation(
    a: Adjoint, program: Program, known: Mapping[Tensor, Adjoint], *, links: bool = True, **more
) -> Equation:
    """The chain from dC/du by the chain rule to its simplified value.

    Without `links` the line of dC/dv dv/du is left out: where v depends on u through other names too, dv/du with these
    held fixed cannot be told from the total derivative.
    """
    derivative = Diff(a.output, a.of)
    steps = [Step(derivative, "definition", "definition")] if a.name is not None else []
    direct = all(p.through == a.output for p in a.paths)
    shown = links and not direct
    stages = [Step(a.chain, "chain_rule", "chain rule", key=_chain_is_key(a))] if shown else []
    if not (links or direct):
        stages.append(Step(a.unfolded, "chain_rule", _local_reason(a), key=False))
        stages.append(Step(a.local, "fold", "chain rule, names put back", key=a.local != a.inserted))
    else:
        otherwise = "insert the local derivative" if shown and _chain_is_key(a) else "chain rule"
        reason = _local_reason(a, "insert the local derivative" if shown else "chain rule")
        short = _local_reason(a, otherwise)
        stages.append(Step(a.local, "local_derivative", reason, direct or a.local != a.inserted, short=short))
    stages.append(
        Step(a.inserted, "insert", "insert the derivative above", key=a.inserted != a.simplified or not direct)
    )
    stages.append(Step(a.simplified, "simplify", "simplify"))
    stages.append(Step(a.value, "property", "; ".join(a.assumptions), assumptions=a.assumptions))
    lhs = derivative if a.name is None else a.name
    context = Context(program, a.output, {t: (k.of.indices, k.value) for t, k in known.items()})
    return Equation(lhs, a.of.indices, tuple(_distinct(steps + stages, lhs)), context=context, **more)


def _chain_is_key(a: Adjoint) -> bool:
    """Parameters: one line through the pre-activation says nothing that the result does not say."""
    return a.of.tensor.rank < 2 and any(contains(p.shown, Diff) for p in a.paths)


def _local_reason(a: Adjoint, otherwise: str = "chain rule") -> str:
    """The words of the derivative rules that the local derivatives took; `otherwise` where all are trivial."""
    return said(r for p in a.paths for r in rules_used(p.rhs, a.of)) or otherwise


def said(rules: Iterable[Rule]) -> str:
    """The rules in words; nothing where they are all trivial."""
    reasons = list(dict.fromkeys(r.reason for r in rules if not r.trivial))
    head = "derivative of "
    alike = [r.removeprefix(head) for r in reasons if r.startswith(head)]
    if len(alike) > 1:
        reasons = [f"derivatives of {' and '.join(alike)}", *(r for r in reasons if not r.startswith(head))]
    joined = ", ".join(reasons)
    return joined if len(joined) <= LONGEST_REASON else reasons[0]


def rules_used(e: Expr, x: Elem) -> list[Rule]:
    """The rules that differentiating `e` in `x` takes, outermost first."""
    if x.tensor not in tensors(e) or isinstance(e, Elem):
        return []
    out = [rule_for(e)]
    for a in e.args:
        out += rules_used(a, x)
    return list(dict.fromkeys(out))


def _distinct(steps: Iterable[Step], lhs: Expr) -> list[Step]:
    """Drop a step that changes nothing; of two that look alike the earlier reason stays."""
    out: list[Step] = []
    before = lhs
    for s in steps:
        if s.after != before:
            out.append(s)
        elif out and s.key and not out[-1].key:
            out[-1] = replace(out[-1], key=True)
        before = s.after
    return out


def _with_letters(path: Path, of: Elem) -> Path:
    """The path with letters for its summed indices: what is printed must not depend on what was derived before.

    l is the letter of the layers.
    """
    taken = {i.name for i in of.indices if isinstance(i, Index)}
    letters = (c for c in "kmpqrstuv" if c not in taken)
    names = {i: Index(next(letters), i.dim) for i in path.at}
    parts = (rename(e, names) for e in (path.through, path.shown, path.upstream, path.rhs, path.local, path.folded))
    through, *rest = parts
    return Path(through, tuple(names.values()), *rest)


def local_equation(a: Adjoint, index: int, program: Program, **more) -> Equation:
    """The local derivative d v / d u of one path, rule by rule."""
    path = _with_letters(a.paths[index], a.of)
    lhs = Diff(path.through, a.of)
    steps, e = [], Diff(path.rhs, a.of)
    steps.append(Step(e, "definition", "definition", key=False))
    for _ in range(200):
        e, rule = expand_once(e)
        if rule is None:
            break
        steps.append(Step(e, rule.name, rule.reason, key=False))
    steps.append(Step(recontract(e), "contract", "Kronecker deltas leave one term of each sum", key=False))
    steps.append(Step(path.local, "collect", "collect", key=False))
    steps.append(Step(path.folded, "fold", "by name"))
    out = (*path.at, *a.of.indices)
    context = Context(program, a.output)
    return Equation(lhs, out, tuple(_distinct(steps, lhs)), context=context, **more)
