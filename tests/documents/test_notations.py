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
    ("names with labels, placed by words", r"The inputs $x_1, x_2$ in $\mathbb R^d$, the state $h_0 \in \mathbb R^n$, $W \in \mathbb R^{n \times n}$, "
     r"$U \in \mathbb R^{n \times d}$. $$h_1 = W h_0 + U x_1, \quad h_2 = W h_1 + U x_2$$ $$\frac{\partial h_2}{\partial x_1} = W U, \quad "
     r"\frac{\partial h_2}{\partial x_2} = W U$$", ["proved", "refuted"]),
    ("an entry of a labelled vector", r"Let $h_0, h_1 \in \mathbb R^n$, $d_1 = h_0 + h_1$. $$d_{1,i} = h_{0,i} + h_{1,i}, \quad d_{1,i} = h_{0,i}$$",
     ["proved", "refuted"]),
    ("a matrix that words declare, a raised t", r"Let $X$ be a real $n \times p$ matrix, $k > 0$, $G = X^{\mathrm t} X$ and $G_k = G + k I$. "
     r"$$\frac{\partial}{\partial k} G_k^{-1} = -G_k^{-2}, \quad \operatorname{tr} G_k = \operatorname{tr} G + k$$", ["proved", "refuted"]),
    ("the only vector", MATRIX + r"Let $x \in \mathbb R^n$. $$\nabla(x^\top A x) = (A + A^\top) x, \quad \nabla (x^\top x) = x, \quad "
     r"\nabla \|A x\|^2 = 2 A x x^\top, \quad \nabla (b^\top x) = b$$", ["proved", "refuted", "unreadable", "unreadable"]),
    ("scripts as arguments of a macro", "\\newcommand{\\dpart}[2]{\\frac{\\partial #1}{\\partial #2}}\n" + r"Let $f(m) = m^3$. "
     r"$\dpart{^2}{m^2} f(m) = 6m$ and $\dpart{^2 f}{m^2} = 3m$.", ["proved", "refuted"]),
    ("dV for a gradient", r"Let $W \in \mathbb R^{m \times n}$, $x \in \mathbb R^n$, $z = W x$ and $J = \frac12 z^\top z$. For each $V$, $\mathrm dV$ "
     r"abbreviates $\partial J/\partial V$. $$\mathrm dz = z, \quad \mathrm dW = \mathrm dz\, x^\top, \quad \mathrm dx = W\, \mathrm dz, \quad "
     r"\mathrm dW_{ij} = \mathrm dz_i\, x_j, \quad \mathrm dW^\top = x\, \mathrm dz^\top$$", ["proved", "proved", "refuted", "proved", "proved"]),
    ("arguments that are families elsewhere", r"Let $x_1, \dots, x_N \in \mathbb R$, $m_k \in \mathbb R$ and $g(x; m) = (x - m)^2$. "
     r"$$\ell = \sum_{n=1}^N \sum_{k=1}^K g(x_n; m_k)$$ $$\frac{\partial}{\partial m} g(x; m) = -2(x - m), \quad \frac{\partial}{\partial x} g(x; m) = x - m$$",
     ["proved", "refuted"]),
    ("vectors like another", r"Let $x, \mu \in \mathbb R^d$ and $f(x) = \frac12\|x - \mu\|^2$. Let $x_1, \dots, x_N$ be observations. "
     r"$$\ell = \sum_{n=1}^N f(x_n)$$ $$\nabla_\mu \ell = \sum_{n=1}^N (\mu - x_n), \quad x_n = x_n + \mu$$", ["proved", "unreadable"]),
    ("vectors stacked as rows", r"The data $x_1, \dots, x_N \in \mathbb R^D$ are stacked as the rows of $X \in \mathbb R^{N \times D}$. "
     r"$$X^\top X = \sum_{n=1}^N x_n x_n^\top, \quad X^\top X = \sum_{n=1}^N x_n$$", ["proved", "refuted"]),
    ("the digits of a number", r"where $c = 2.718\ldots$ is a number. $$(c + 1)^2 = c^2 + 2c + 1, \quad c^2 = 2c$$", ["proved", "refuted"]),
    ("several sizes are one", r"Let $W \in \mathbb R^{n \times d}$, $x \in \mathbb R^d$, $h = W x$. Take $n = d = 1$, $W = 2$, $x = 3$. Then $h = 6$ and $h = 5$.",
     ["proved", "refuted"]),
    ("the value of what could not be read", r"Let $w \in \mathbb R$ and $L = \oint w$. So $L = 9$ and $\frac{\partial L}{\partial w} = 3$.",
     ["unreadable"] * 3),
]  # fmt: skip


@pytest.mark.parametrize(("note", "verdicts"), [n[1:] for n in NOTES], ids=[n[0] for n in NOTES])
def test_notation(note, verdicts):
    findings = [examine(s, seconds=60.0, hints=False) for s in read(note).claims]
    assert [f.verdict for f in findings] == verdicts, [(f.lhs, f.rhs, f.detail) for f in findings]
