"""What a note declares with its own mathematics and words, and what becomes of it in a claim."""

from __future__ import annotations

import pytest

from derive.documents import read
from derive.expr import tensors
from derive.expr.nodes import free_indices


def tensor(text: str, name: str, path: str = "note.md"):
    """The tensor of that name in the first claim."""
    claim = next(s for s in read(text, path).statements if s.kind == "claim")
    exprs = [x.expr for x in claim.sides] + [let.rhs for let in claim.program]
    return next(t for e in exprs for t in sorted(tensors(e), key=str) if t.name == name)


USE = " $x^\\top x = 1 + x^\\top x$"

DECLARED = [
    (r"$x \in \mathbb{R}^D$" + USE, "x", "D", set()),
    (r"$w, x \in \mathbb R^{D}$" + USE, "x", "D", set()),
    (r"$x \in \{0,1\}^N$" + USE, "x", "N", {"binary"}),
    (r"$x \in \{-1,+1\}^N$" + USE, "x", "N", {"sign"}),
    (r"$x \in (0,1)^N$" + USE, "x", "N", {"unit_interval"}),
    (r"$x \in \mathbb{R}^{N}_{+}$" + USE, "x", "N", {"nonnegative"}),
    (r"$x \in \mathbb{R}^{D\times 1}$" + USE, "x", "D", set()),
    (r"$\mathbf{x} \in \mathbb{R}^D$ $\mathbf x^T\mathbf x = 1+\mathbf{x}^T\mathbf x$", "x", "D", set()),
    (r"$x \in \mathbb{R}$, $x > 0$. $x = 2x$", "x", "", {"positive"}),
    (r"$\lambda > 0$ and $2\lambda = \lambda$", "lambda", "", {"positive"}),
    (r"$\alpha,\beta \in (0,1)$ $2\beta = \beta$", "beta", "", {"unit_interval"}),
    (r"$0 < \beta < 1$: $2\beta = \beta$", "beta", "", {"unit_interval"}),
    (r"Let $A \in \mathbb{R}^{n\times n}$ be symmetric. $2A = A$", "A", "n n", {"symmetric"}),
    (r"Let $A \in \mathbb{R}^{n\times n}$ be invertible and not symmetric. $2A = A$", "A", "n n", {"invertible"}),
    (r"For an orthogonal matrix $A \in \mathbb{R}^{n\times n}$ we get $2A = A$", "A", "n n", {"orthogonal"}),
    (r"$A \in \mathbb{R}^{n\times n}$, $A^\top = A$. $2A = A$", "A", "n n", {"symmetric"}),
    (r"$A \in \mathbb{R}^{n\times n}$, $A \succ 0$. $2A = A$", "A", "n n", {"positive_definite", "symmetric"}),
    (r"$x \in \mathbb{R}^K$ with $\sum_k x_k = 1$." + USE, "x", "K", {"sum_to_one"}),
    (r"$x \in \{0,1\}^K$ with $\sum_{k=1}^K x_k = 1$." + USE, "x", "K", {"binary", "one_hot", "sum_to_one"}),
    (r"$x_n \in \mathbb{R}^D$ for $n=1,\dots,N$. $x_{nd} = 2x_{nd}$", "x", "N D", set()),
    (r"$x_1,\dots,x_N \in \mathbb{R}^D$. $x_{nd} = 2x_{nd}$", "x", "N D", set()),
    (r"Let $x^{(i)} \in \mathbb{R}^D$, $i = 1,\dots,m$. $x^{(i)}_d = 2x_d^{(i)}$", "x", "m D", set()),
    ("<!-- derive: x: n positive -->" + USE, "x", "n", {"positive"}),
    ("<!-- derive: A: n,n symmetric; x: n -->" + USE, "x", "n", set()),
    (r"$2\|x\|^2 = x^\top A x$ with $A \in \mathbb{R}^{n\times n}$", "x", "n", set()),
]


@pytest.mark.parametrize(("text", "name", "dims", "properties"), DECLARED, ids=[row[0] for row in DECLARED])
def test_declared(text, name, dims, properties):
    found = tensor(text, name)
    assert " ".join(map(str, found.dims)) == dims
    assert found.properties == properties


def test_layout_is_declared_in_a_comment():
    text = "<!-- derive: x: n; A: m,n -->\n<!-- derive: layout: denominator -->\n$\\frac{\\partial Ax}{\\partial x} = A^\\top$"
    (claim,) = read(text).claims
    assert claim.layout == "denominator"
    assert claim.sides[0].shape == claim.sides[1].shape
    assert claim.sides[0].expr == claim.sides[1].expr


def test_layers_are_read_at_several_depths():
    text = (
        r"For $l = 1,\dots,L$ let $W^{(l)} \in \mathbb{R}^{n_l\times n_{l-1}}$, $x \in \mathbb{R}^{n_0}$. "
        r"$a^{(0)} = x$, $a^{(l)} = \tanh(W^{(l)}a^{(l-1)})$, $C = \|a^{(L)}\|^2$. "
        r"$\frac{\partial C}{\partial a^{(L)}} = 2a^{(L)}$"
    )
    (claim,) = read(text).claims
    assert [i.label for i in claim.instances] == ["L = 3", "L = 4"]
    assert all(i.sides[0].expr == i.sides[1].expr for i in claim.instances)


def test_recursions_are_unrolled():
    (claim,) = read(r"$v_0 = 0$, $v_t = \beta v_{t-1} + g$. Then $v_3 = (1+\beta+\beta^2)g$.").claims
    assert len(claim.program.lets) == 4


def test_a_condition_holds_for_its_statement_only():
    first, second = read(r"Let $x \in \mathbb{R}$. For $x > 0$ we have $|x| = x$. Always $|x| = x$.").claims
    assert {t.properties for t in tensors(first.sides[0].expr)} == {frozenset({"positive"})}
    assert {t.properties for t in tensors(second.sides[0].expr)} == {frozenset()}


def test_unequal_indices_are_kept_apart():
    (claim,) = read(r"$u \in \mathbb{R}^n$. $u_i - u_j = 1, \quad i \ne j$").claims
    assert {i.name for i in free_indices(claim.sides[0].expr)} == {"i", "j"}
    assert "delta" in str(claim.sides[0].expr)


def test_unbound_index_is_reported():
    (claim,) = read(r"$u \in \mathbb{R}^n$. $\sum_i u_i = u_j + 1$").claims
    assert claim.unbound == ("j",)


def test_what_depends_on_an_unreadable_definition_is_not_judged():
    found = read(r"$u \in \mathbb{R}^n$. $E = \int u$, $\nabla_u E = u$.").statements
    assert [s.kind for s in found] == ["declaration", "unreadable", "unreadable"]


KINDS = [
    (r"$x \in \mathbb{R}^n$ $f = x^\top x$ $\nabla_x f = 2x$", "gradient", "x"),
    (r"$x \in \mathbb{R}^n$ $A \in \mathbb{R}^{m\times n}$ $\frac{\partial Ax}{\partial x} = A$", "jacobian", "x"),
    (r"$x \in \mathbb{R}$ $\frac{d}{dx}x^2 = 2x$", "other", "x"),
    (r"$x \in \mathbb{R}^n$ $2x^\top x = 1$", None, ""),
]


@pytest.mark.parametrize(("text", "kind", "variable"), KINDS)
def test_kind_of_derivative(text, kind, variable):
    (claim,) = read(text).claims
    assert (claim.derivative_kind, claim.variable) == (kind, variable)
