"""`derive prove`: one equality or inequality in NumPy-like notation."""

from __future__ import annotations

import json
from dataclasses import dataclass

import click

from derive.cli.expr import FormulaCommand, _is_negative
from derive.cli.table import BY_NAME

RELATIONS = ("=", "<=", "<", ">=", ">")

_EXAMPLES = """\b
Examples:
  derive prove "(A @ B).T" "B.T @ A.T" --where "A: n,m; B: m,k"
  derive prove "inv(A @ B)" "inv(A) @ inv(B)" --where "A: n,n invertible; B: n,n invertible"
  derive prove "p*(1-p)" "1/4" --relation "<=" --where "p: scalar"

\b
Exit code: 0 proved or confirmed; 1 refuted or undecided; 2 a formula that cannot be read.
"""


@dataclass(frozen=True)
class ProveOptions:
    lhs: str
    rhs: str
    where: str = ""
    relation: str = "="
    format: str = "text"
    seconds: float = 10.0


class TwoFormulas(FormulaCommand):
    """Both arguments may begin with a minus sign, and their order is kept."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        places = self._positional(args)
        if "--" not in args and any(_is_negative(args[k]) for k in places):
            formulas = [k for k in places if _is_negative(args[k]) or not args[k].startswith("-")]
            rest = [a for k, a in enumerate(args) if k not in formulas]
            args = [*rest, "--", *(args[k] for k in formulas)]
        return click.Command.parse_args(self, ctx, args)


@click.command("prove", cls=TwoFormulas, help=BY_NAME["prove"].help, epilog=_EXAMPLES)
@click.argument("lhs")
@click.argument("rhs")
@click.option("--where", default="", metavar="DECLARATIONS", help='Shapes and properties: "X: N,D; y: N binary; w: D".')
@click.option("--relation", type=click.Choice(RELATIONS), default="=", help="What is claimed. [=]")
@click.option("--format", "format", type=click.Choice(["text", "json"]), default="text", help="Format. [text]")
@click.option("--seconds", type=click.FloatRange(0.1, 3600), metavar="S", default=10.0, help="Time limit. [10]")
def prove(**given: object) -> int:
    options = ProveOptions(**given)
    from derive.check.formulas import prove_formulas
    from derive.check.result import ESTABLISHED

    found = prove_formulas(options.lhs, options.rhs, options.where, options.relation, seconds=options.seconds)
    if options.format == "json":
        fields = ("lhs", "relation", "rhs", "verdict", "method", "detail", "hint", "counterexample", "assumptions")
        click.echo(json.dumps({name: getattr(found, name) for name in fields}, ensure_ascii=False, indent=1))
    else:
        click.echo(_text(found))
    return int(found.verdict not in ESTABLISHED)


def _text(found: object) -> str:
    lines = [f"{found.verdict} ({found.method}): {found.detail}"]
    lines += [f"assuming: {'; '.join(found.assumptions)}"] if found.assumptions else []
    lines += [found.hint] if found.hint else []
    return "\n".join(lines)
