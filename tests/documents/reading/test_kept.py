"""A definition is worked out once: what is assumed on the way is told by every statement that rests on it."""

from __future__ import annotations

from derive.check.verdicts.claims import judge
from derive.documents import read
from derive.documents.meaning.kept import STATES, Kept
from derive.documents.names.symbols import Symbol
from derive.documents.names.table import Table

NOTE = r"""
Let $w, x \in \mathbb{R}^D$, $b \in \mathbb{R}$, $z = w^\top x + b$, $a = f(z)$ and $L = a^2$, where $f: \mathbb{R} \to \mathbb{R}$.

$$\nabla_w L = 2 a f'(z) x$$

$$\frac{\partial L}{\partial b} = 2 a f'(z)$$

$$\nabla_w L = 2 a f'(z) x$$
"""


def test_each_statement_knows_the_same():
    first, _, last = read(NOTE, "note.tex").claims
    assert first.program.lets
    assert (first.sides, first.program, first.assumptions) == (last.sides, last.program, last.assumptions)
    assert (first.derivative_kind, first.differential) == (last.derivative_kind, last.differential)


def test_another_definition_is_another_value():
    note = read(
        r"Let $x \in \mathbb{R}$, $y = x^2$. $y + y = 2 x^2$. Now let $y = x^3$. $y + y = 2 x^2$. $y + y = 2 x^3$."
    )
    assert [judge(s).kind for s in note.claims] == ["proved", "refuted", "proved"]


def test_steps_begin_where_they_are_asked_for():
    """x_0 is an input of the recursion, and y, which rests on it, is worked out within and without."""
    note = read(
        r"Let $x_{k+1} = x_k / 2 + y_k$ with $y_k = 3 x_k$ for $k = 0, 1, \dots$. "
        r"Then $x_2 = \frac{7}{2} x_1$, $x_2 = \frac{49}{4} x_0$, $y_1 = \frac{21}{2} x_0$."
    )
    assert [judge(s).kind for s in note.claims] == ["proved", "proved", "proved"]


def test_the_table_is_compared_with_what_it_was():
    kept, table = Kept(), Table(symbols={"x": Symbol("x")})
    known = kept.of(table)
    table.solved["?x.0"] = 3  # what is found out about a size only adds
    assert kept.of(table) is known
    table.symbols["x"].properties |= {"positive"}
    assert kept.of(table) is not known
    table.symbols["x"].properties = frozenset()
    assert kept.of(table) is known
    for n in range(2 * STATES):
        table.fixed["n"] = n
        kept.of(table)
    assert len(kept.states) == STATES
