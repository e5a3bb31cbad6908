"""Notations that take more than a formula by itself: each note with the verdicts of its claims."""

from __future__ import annotations

import pytest

from derive.check.examine import examine
from derive.documents import read

DATA = r"Let $y \in \mathbb R^N$, $X \in \mathbb R^{N \times D}$ with rows $x_n^\top$, and $w \in \mathbb R^D$. "
BATCH = DATA + r"$$L_B = \frac{1}{2|B|}\sum_{n\in B} (w^\top x_n - y_n)^2$$"
MATRIX = r"Let $A \in \mathbb R^{n \times n}$ and $u, b \in \mathbb R^n$. "
NET = (
    r"Let $W^{(l)} \in \mathbb R^{n_l \times n_{l-1}}$, $a^{(0)} \in \mathbb R^{n_0}$, $z^{(l)} \in \mathbb R^{n_l}$, "
    r"$a^{(l)} \in \mathbb R^{n_l}$. "
)

NOTES = [
    ("a batch", BATCH + r"$$\nabla_w L_B = \frac{1}{|B|}\sum_{n \in B}(w^\top x_n - y_n) x_n$$", ["proved"]),
    ("the wrong mean of a batch", BATCH + r"$$\nabla_w L_B = \frac1N\sum_{n \in B}(w^\top x_n - y_n) x_n$$", ["refuted"]),
    ("pairs that differ", MATRIX + r"$$\sum_{i \ne j} A_{ij} = \mathbf 1^\top A \mathbf 1 - \operatorname{tr} A$$", ["proved"]),
    ("one index of two", MATRIX + r"$$\sum_{j \ne i} A_{ij} = (A \mathbf 1)_i - A_{ii}$$", ["proved"]),
    ("pairs in order", MATRIX + r"$$\sum_{i<j} u_i u_j = \tfrac12 \sum_{i \ne j} u_i u_j$$", ["proved"]),
    ("pairs counted twice", MATRIX + r"$$\sum_{i<j} u_i u_j = \sum_{i \ne j} u_i u_j$$", ["refuted"]),
    ("a remark above the sign", MATRIX + r"$g \stackrel{\text{def}}{=} b^\top u$, $\nabla_u g \overset{(a)}{=} b$", ["proved"]),
    ("what should be", MATRIX + r"$$\frac{\partial}{\partial u} b^\top u = b \overset{!}{=} 0$$", ["proved"]),
    ("room between rows", MATRIX + r"\[\begin{aligned} A u &= A u \\[4pt] u^\top b &= b^\top u \\*[-.5em] 2u &= u + u \end{aligned}\]",
     ["proved"] * 3),
    ("unit vectors", MATRIX + r"Let $e_i$ be the $i$-th unit vector. $$A e_j = A_{:,j}, \quad e_i^\top A e_j = A_{ij}$$", ["proved"] * 2),
    ("a vector called delta", r"Let $\delta, u \in \mathbb R^n$. $$\sum_j \delta_{ij} u_j = u_i, \quad \delta^\top u = u^\top \delta$$",
     ["proved"] * 2),
    ("another shape in a new section",
     "# One\n" + r"$z \in \mathbb R$. $s = z^2$. $\frac{\partial s}{\partial z} = 2z$." + "\n# Many\n"
     + r"$z, s \in \mathbb R^n$. $$s_i = z_i^3, \qquad \frac{\partial s_i}{\partial z_i} = 3 z_i^2$$", ["proved"] * 2),
    ("layers entry by entry",
     NET + r"$$z^{(1)}_i = \sum_{j=1}^{n_0} W^{(1)}_{ij} a^{(0)}_j, \quad a^{(1)}_i = \tanh z^{(1)}_i$$"
     r"$$\frac{\partial a^{(1)}_k}{\partial z^{(1)}_i} = (1 - (a^{(1)}_k)^2) \delta_{ik}$$", ["proved"]),
    ("layers declared and defined", NET + r"$$z^{(l)} = W^{(l)} a^{(l-1)}, \quad a^{(l)} = \tanh z^{(l)}$$"
     r"$$\frac{\partial z^{(2)}}{\partial a^{(1)}} = W^{(2)}$$", ["proved"]),
    ("an upright name that is a function elsewhere", r"$p \in (0,1)$. $$\mathrm{logit} = \log p - \log(1-p)$$ $$\mathrm{logit} = \log\frac{p}{1-p}$$",
     ["proved"]),
    ("entry by entry, as the words say", MATRIX + r"Functions act entry by entry. $$\frac{\partial}{\partial A} \mathbf 1^\top e^{A} \mathbf 1 = e^{A}$$",
     ["proved"]),
    ("a matrix exponential", MATRIX + r"$t \in \mathbb R$. $$\frac{d}{dt} e^{t A} = A e^{t A}$$", ["unreadable"]),
]  # fmt: skip


@pytest.mark.parametrize(("note", "verdicts"), [n[1:] for n in NOTES], ids=[n[0] for n in NOTES])
def test_notation(note, verdicts):
    findings = [examine(s, seconds=60.0, hints=False) for s in read(note).claims]
    assert [f.verdict for f in findings] == verdicts, [(f.lhs, f.rhs, f.detail) for f in findings]
