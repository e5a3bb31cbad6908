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
    ("a vector of ones, before it is named", r"Let $y \in \{0,1\}^N$. The vector of ones is $\iota \in \mathbb R^N$. "
     r"$$y^\top y = \iota^\top y, \quad \iota^\top \iota = N, \quad y^\top y = N$$", ["proved", "proved", "refuted"]),
    ("a vector of ones, written out", r"Let $a \in \mathbb R^D$, $X \in \mathbb R^{N \times D}$ and $u = (1, \dots, 1)^\top \in \mathbb R^N$. "
     r"$$u^\top u = N, \quad \nabla_a (u^\top X a) = X^\top u, \quad X^\top u = X^\top$$", ["proved", "proved", "refuted"]),
    ("the logarithm of a likelihood", DATA + r"Let $p = \sigma(Xw)$. $$\ln L = \sum_n (y_n \ln p_n + (1 - y_n) \ln(1 - p_n))$$ "
     r"$$\frac{\partial \ln L}{\partial w} = X^\top(y - p), \quad \frac{\partial \ln L}{\partial w} = X^\top(p - y)$$", ["proved", "refuted"]),
    ("gates whose letters are labels", r"Let $x, c \in \mathbb R^n$, $W_f, W_i, W_g \in \mathbb R^{n \times n}$. "
     r"$$a_f = W_f x, \quad f = \sigma(a_f), \quad a_i = W_i x, \quad i = \sigma(a_i), \quad g = \tanh(W_g x)$$ "
     r"$$J = \frac12 \|f \odot c + i \odot g\|^2$$ $$\frac{\partial J}{\partial g} = (f \odot c + i \odot g) \odot i, \quad "
     r"\frac{\partial J}{\partial i} = (f \odot c + i \odot g) \odot i$$", ["proved", "refuted"]),
    ("a gradient in a matrix with a label", r"Let $x, y \in \mathbb R^{1 \times n}$, $W_f, W_g \in \mathbb R^{n \times n}$, $d_f = x W_f - y$, "
     r"$J = \frac12\|d_f\|^2$. $$\frac{\partial J}{\partial W_f} = x^\top d_f, \quad \frac{\partial J}{\partial W_f} = d_f^\top x$$", ["proved", "refuted"]),
    ("otherwise, in the sentence before", r"Let $z \in \mathbb R^K$, $p = \operatorname{softmax}(z)$. Here $\delta_{jk}$ is 1 for $j = k$ and 0 otherwise. "
     r"Then $\frac{\partial p_j}{\partial z_k} = p_j(\delta_{jk} + p_k)$.", ["refuted"]),
    ("a decimal comma", r"Es gilt $3 \cdot 2{,}5 = 7{,}5$ und $\log 2 \approx 0{,}693$ und $\log 2 \approx 0{,}347$.", ["proved", "proved", "refuted"]),
    ("thousands", r"The net has $16{,}384 \cdot 4 = 65{,}536$ weights and $1{,}000{,}000 = 10^6$.", ["proved"] * 2),
    ("a comma that may be either", r"$16{,}384 \cdot 4 = 65{,}536$", ["unreadable"]),
    ("a list of members with another index", r"For $i = 1, \dots, M$ let $v^{(i)} \in \mathbb R^d$ and $u_1^{(i)}, \dots, u_K^{(i)} \in \mathbb R^d$. "
     r"$$\ell^{(i)} = \sum_{k=1}^K \log \sigma(u_k^{(i)\top} v^{(i)})$$ $$\frac{\partial \ell^{(i)}}{\partial u_k^{(i)}} = \sigma(-u_k^{(i)\top} v^{(i)}) v^{(i)}, "
     r"\quad \frac{\partial \ell^{(i)}}{\partial u_k^{(i)}} = \sigma(u_k^{(i)\top} v^{(i)}) v^{(i)}$$", ["proved", "refuted"]),
    ("a clash of what is not declared", r"For $i = 1, \dots, M$ let $v^{(i)} \in \mathbb R^d$. $$\ell^{(i)} = \sum_{k=1}^K \log \sigma(u_k^{(i)\top} v^{(i)})$$ "
     r"$$\frac{\partial \ell^{(i)}}{\partial u_k^{(i)}} = \sigma(-u_k^{(i)\top} v^{(i)}) v^{(i)}$$", ["undecided"]),
    ("shapes that cannot fit, with whatever meaning", r"Let $X \in \mathbb R^{N \times D}$, $y \in \mathbb R^N$, $\lambda > 0$. "
     r"The minimiser is $$w = (X^\top X + \lambda I)^{-1} X^\top y$$ One solves the smaller system instead, $$w = X^\top (X^\top X + \lambda I)^{-1} y$$", ["refuted"]),
    ("entries of a delta, under the next heading", NET + "$z^{(1)} = W^{(1)} a^{(0)}$, $C = \\frac12 \\|z^{(1)}\\|^2$, "
     "$\\delta^{(1)} = \\frac{\\partial C}{\\partial z^{(1)}}$.\n\n## Components\n\n" + r"$$\delta^{(1)}_j = z^{(1)}_j, \quad \delta^{(1)}_j = 2 z^{(1)}_j$$",
     ["proved", "refuted"]),
    ("a variable by the name of an index", r"$$h = \begin{cases} t & t > 0 \\ \frac{t}{100} & \text{otherwise} \end{cases}$$ "
     r"$$\frac{\partial h}{\partial t} \le 1, \quad \frac{\partial h}{\partial t} \le \frac12$$", ["proved", "refuted"]),
    ("what is not assumed", r"Let $X, M \in \mathbb R^{n \times n}$. Neither $X$ nor $M$ is assumed symmetric. Let $x \in \mathbb R^n$. $$M^\top x = M x$$", ["refuted"]),
    ("what is denied of several", r"Let $X, M \in \mathbb R^{n \times n}$. We do not assume that $X$ and $M$ are symmetric. Let $x \in \mathbb R^n$. $$M^\top x = M x$$", ["refuted"]),
    ("what may be", r"Let $M \in \mathbb R^{n \times n}$. $M$ might be symmetric. Let $x \in \mathbb R^n$. $$M^\top x = M x$$", ["refuted"]),
    ("without loss of generality", r"Let $M \in \mathbb R^{n \times n}$. Without loss of generality $M$ is symmetric. Let $x \in \mathbb R^n$. $$M^\top x = M x$$", ["proved"]),
    ("one in each row", r"Let $Y \in \{0,1\}^{N \times K}$ have exactly one 1 in every row. $$\sum_{n=1}^N \sum_{k=1}^K Y_{nk} = N$$", ["proved"]),
    ("inequalities that say the same", r"Let $x, w \in \mathbb R^d$, $t \in \mathbb R$ and $p = \sigma(w^\top x)$. $$p > \tfrac12 \iff w^\top x > 0$$ "
     r"$$p > \tfrac12 \iff w^\top x > 1$$ $$t^2 < 4 \iff |t| < 2, \qquad t^2 < 4 \iff t < 2, \qquad \sigma(t) \ge \tfrac12 \iff t > 0$$",
     ["confirmed", "refuted", "confirmed", "refuted", "refuted"]),
    ("a claim behind claims", r"Let $m, r > 0$, $d(m) = 2(r \ln\frac rm - r + m)$, with $$d'(m) = 2\frac{m - r}{m}, \quad d(m) \ge 0, \quad d(m) \ge 1$$",
     ["proved", "confirmed", "refuted"]),
    ("fractions to the power of steps", r"Let $\beta \in (0,1)$. $$\sum_{i=1}^{t} \beta^{t-i} = \frac{1 - \beta^t}{1 - \beta}, \quad \lim_{t\to\infty} (1 - \beta^t) = 1, "
     r"\quad \lim_{t\to\infty} \frac{1 - \beta^t}{1 - \beta} = \beta$$", ["confirmed", "proved", "refuted"]),
    ("an index of another size", r"Let $X \in \mathbb R^{N \times D}$, $b \in \mathbb R^M$, $W \in \mathbb R^{D \times M}$, $Y = XW + \mathbf 1 b^\top$. "
     r"$$\frac{\partial Y_{nm}}{\partial b_j} = \delta_{mj}, \quad \frac{\partial Y_{nm}}{\partial b_j} = \delta_{nj}$$", ["proved", "refuted"]),
    ("layers with dots between them", r"Let $W^{(l)} \in \mathbb R^{n_l \times n_{l-1}}$ and $u^{(l)} = W^{(l)} u^{(l-1)}$ for $l = 1, \dots, L$, $u^{(0)} \in \mathbb R^{n_0}$. "
     r"$$\frac{\partial u^{(L)}}{\partial u^{(0)}} = W^{(L)} W^{(L-1)} \cdots W^{(1)}, \quad \frac{\partial u^{(L)}}{\partial u^{(0)}} = W^{(1)} W^{(2)} \cdots W^{(L)}, "
     r"\quad \frac{\partial u^{(L)}}{\partial u^{(1)}} = W^{(L)} W^{(L-1)} \cdots W^{(1)}$$", ["confirmed", "refuted", "refuted"]),
    ("what is perhaps denied", r"Let $M \in \mathbb R^{n \times n}$, $z \in \mathbb R$. Since $z$ is not zero the matrix $M$ is symmetric. "
     r"Let $x \in \mathbb R^n$. $$M^\top x = M x, \quad M x = 2 M x$$", ["undecided", "undecided"]),
    ("inequalities that say almost the same", r"Let $x, w \in \mathbb R^d$ and $p = \sigma(w^\top x)$. $$p > \tfrac12 \iff w^\top x > \tfrac{1}{1000}, "
     r"\qquad p > \tfrac12 \iff 3 w^\top x > 0$$", ["refuted", "confirmed"]),
    ("dots within a layer", r"Let $W^{(l)}, D^{(l)} \in \mathbb R^{n \times n}$ and $u^{(l)} = D^{(l)} W^{(l)} u^{(l-1)}$ for $l = 1, \dots, L$, $u^{(0)} \in \mathbb R^n$. "
     r"$$\frac{\partial u^{(L)}}{\partial u^{(0)}} = D^{(L)} W^{(L)} \cdots D^{(1)} W^{(1)}$$ "
     r"$$\frac{\partial u^{(L)}}{\partial u^{(0)}} = D^{(L)} W^{(L)} D^{(L-1)} \cdots D^{(1)} W^{(1)}$$", ["confirmed", "unreadable"]),
]  # fmt: skip


@pytest.mark.parametrize(("note", "verdicts"), [n[1:] for n in NOTES], ids=[n[0] for n in NOTES])
def test_notation(note, verdicts):
    findings = [examine(s, seconds=60.0, hints=False) for s in read(note).claims]
    assert [f.verdict for f in findings] == verdicts, [(f.lhs, f.rhs, f.detail) for f in findings]
