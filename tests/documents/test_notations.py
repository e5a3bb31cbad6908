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
    ("the largest of the others", r"Let $x \in \mathbb R^n$ and $M_i = \max_{j \ne i} x_j$, $N_i = \min_{j \ne i} x_j$. $$M_i \ge N_i, \quad M_i \ge x_i, \quad "
     r"\frac{\partial M_i}{\partial x_i} = 0, \quad \sum_j \frac{\partial M_i}{\partial x_j} = 1, \quad \sum_j \frac{\partial N_i}{\partial x_j} = 2$$",
     ["confirmed", "refuted", "confirmed", "confirmed", "refuted"]),
    ("whether any of the others", r"Let $s \in \mathbb R^K$ with $K \ge 3$, $y \in \{1, \dots, K\}$ $m_j = s_j - s_y + 1$ and $L = \sum_{j \ne y} \max(0, m_j)$. "
     r"$$\mathbb 1[\max_{j \ne y} m_j > 0] \le \sum_{j \ne y} \mathbb 1[m_j > 0], \quad \max(0, \max_{j \ne y} m_j) \le L, \quad L \le \max(0, \max_{j \ne y} m_j)$$",
     ["confirmed", "confirmed", "refuted"]),
    ("the product of the others", r"Let $x \in \mathbb R^n$ and $t \in \mathbb R$. For $i = 1, \dots, n$ let $Q_i = \prod_{j \ne i} (t - x_j)$ and $P = \prod_{j=1}^n (t - x_j)$. "
     r"$$\frac{dP}{dt} = \sum_{i=1}^n Q_i, \quad \frac{\partial P}{\partial x_i} = -\prod_{j \ne i} (t - x_j), \quad \frac{\partial P}{\partial x_i} = \prod_{j \ne i} (t - x_j)$$",
     ["confirmed", "confirmed", "refuted"]),
    ("a function of a list", r"Let $a, b, c_1, \dots, c_K \in \mathbb R^d$. The loss is $J(a, b, c_1, \dots, c_K) = \frac12 \|a - b\|^2 + \sum_{k=1}^K (c_k^\top a)^2$. "
     r"$$\nabla_a J = a - b + 2\sum_{k=1}^K (c_k^\top a) c_k, \quad \nabla_{c_k} J = 2 (c_k^\top a) a, \quad \nabla_{c_k} J = (c_k^\top a) a$$ "
     r"$$J(a, b, c_1, \dots, c_K) = \frac12\|b - a\|^2 + \sum_{k=1}^K a^\top c_k c_k^\top a, \quad J = \frac12\|a - b\|^2, \quad J(a, b, c_1, \dots, c_M) = J$$",
     ["proved", "proved", "refuted", "proved", "refuted", "unreadable"]),
    ("an array of printed digits", r"$$W = \begin{pmatrix} 0.2 & 0.4 \\ 0.5 & 0.3 \end{pmatrix}, \quad x = \begin{pmatrix} 1 \\ -1 \end{pmatrix}, \quad h = \tanh(W x)$$ "
     r"$$h \approx \begin{pmatrix} -0.197 \\ 0.197 \end{pmatrix}, \quad h \approx \begin{pmatrix} -0.197 \\ 0.198 \end{pmatrix}, \quad h \approx (-0.2, 0.2)^\top, "
     r"\quad h \approx (0, 0.2)^\top, \quad h \approx (1, 0.2)^\top, \quad h \approx 1.04 \begin{pmatrix} -0.2 \\ 0.2 \end{pmatrix}$$",
     ["proved", "refuted", "proved", "undecided", "refuted", "undecided"]),
    ("a step that is never as long as the rate", r"Let $g \in \mathbb R$, $\eta > 0$, $\epsilon > 0$ and $\Delta = -\frac{\eta g}{\sqrt{g^2} + \epsilon}$. "
     r"$$|\Delta| < \eta, \quad |\Delta| < \frac{\eta}{2}$$", ["proved", "refuted"]),
    ("sums with dots", r"Let $a \in \mathbb R^n$, $c > 0$, $s = a_1 + a_2 + \dots + a_n$ and $q = c + a_1^2 + \dots + a_n^2$. "
     r"$$\frac{\partial s}{\partial a_k} = 1, \quad \nabla_a q = 2a, \quad q = a^\top a, \quad 1 + 2 + \dots + n = \frac{n(n+1)}{2}, \quad 1 + 2 + \dots + n = \frac{n(n-1)}{2}, "
     r"\quad s = a_1 + a_3 + \dots + a_n, \quad s = a_1 - a_2 + a_3 + \dots + a_n$$", ["proved", "proved", "refuted", "confirmed", "refuted", "unreadable", "unreadable"]),
    ("sums up to another index", r"Let $a \in \mathbb R^n$ and $c_i = \sum_{j \le i} a_j$ for $i = 1, \dots, n$, $L = \frac12 \sum_{i=1}^n c_i^2$. "
     r"$$\frac{\partial c_i}{\partial a_j} = \begin{cases} 1 & j \le i \\ 0 & j > i \end{cases}, \quad \frac{\partial L}{\partial a_j} = \sum_{i=j}^n c_i, \quad "
     r"\frac{\partial L}{\partial a_j} = \sum_{i \ge j} c_i, \quad \frac{\partial L}{\partial a_j} = \sum_{i=1}^j c_i, \quad \sum_{i=1}^n c_i = \sum_{j=1}^n (n-j+1) a_j$$",
     ["confirmed", "confirmed", "confirmed", "refuted", "confirmed"]),
    ("ordered pairs", r"Let $A \in \mathbb R^{n \times n}$. $$\sum_{i<j} A_{ij} + \sum_{i \ge j} A_{ij} = \sum_{i=1}^n \sum_{j=1}^n A_{ij}, \quad \sum_{i<j} A_{ij} = \sum_{i>j} A_{ij}$$",
     ["confirmed", "refuted"]),
    ("every second entry", r"Let $x \in \mathbb R^{2m}$ and $u_i = \frac12 (x_{2i-1} + x_{2i})$ for $i = 1, \dots, m$, $r = \sum_{i=1}^m u_i^2$. "
     r"$$\frac{\partial r}{\partial x_{2i}} = u_i, \quad \frac{\partial r}{\partial x_{2i-1}} = 2 u_i$$", ["confirmed", "refuted"]),
    ("columns of a transpose", r"Let $X \in \mathbb R^{N \times D}$. The columns of $X^\top$ are $x_n$. $$X^\top X = \sum_n x_n x_n^\top$$", ["proved"]),
    ("a bound on all entries", r"Fix constants $0 < m < M$, and let all components of $a \in \mathbb R^n$ satisfy $m \le a_i \le M$. Let $x \in \mathbb R^n$ and $f = \frac12 \sum_i a_i x_i^2$. "
     r"$$\|\nabla_x f\|^2 \le 2 M f, \quad \|\nabla_x f\|^2 \ge 2 M f, \quad f \ge \tfrac m2 \|x\|^2$$", ["confirmed", "refuted", "proved"]),
    ("a positive number here, and a vector further down", "# One\n\nFor $a > 0$ let $f(x) = x + a/x$ on $x > 0$. " r"$$f'(x) = 1 - \frac{a}{x^2}, \quad f(x) \ge \sqrt a$$"
     "\n\n# Two\n\n" r"Let $b \in \mathbb R^d$ and $g(x) = b^\top x$ for $x \in \mathbb R^d$. $$\nabla g(x) = b, \quad \mathbf 1^\top x \ge 0$$", ["proved", "confirmed", "proved", "refuted"]),
    ("functions for each index, and all of them", r"Let $x \in \mathbb R^n$ and $s_i(x) = \frac{e^{x_i}}{\sum_{j=1}^n e^{x_j}}$. Write $s = s(x)$. "
     r"$$\frac{\partial s}{\partial x} = \operatorname{diag}(s) - s s^\top, \quad \frac{\partial s_i}{\partial x_j} = s_i (\delta_{ij} - s_j), \quad "
     r"\frac{\partial s_i}{\partial x_j} = s_i (\delta_{ij} - s_i), \quad \mathbf 1^\top s(2x) = 1$$", ["proved", "proved", "refuted", "proved"]),
    ("blocks from one, and values from zero", r"Let $h_0 \in \mathbb R^n$ and, for $k = 1, 2$, let $U_k \in \mathbb R^{n \times n}$. $$h_1 = U_1 h_0, \quad h_2 = U_2 h_1$$ "
     r"Let $C = \frac12 \|h_2\|^2$ and write $g_k = \frac{\partial C}{\partial h_k}$ for $k = 0, 1, 2$. $$g_1 = U_2^\top h_2, \quad g_0 = U_2^\top U_1^\top h_2$$", ["proved", "refuted"]),
    ("a matrix once more by its entries", "Let $Q \\in \\mathbb R^{n \\times d}$, $K \\in \\mathbb R^{m \\times d}$, $S = QK^\\top$ and $O = S K$.\n\n## Entries\n\n"
     r"$$S_{ij} = \sum_{c=1}^d Q_{ic} K_{jc}$$ $$O_{ic} = \sum_{j=1}^m S_{ij} K_{jc}$$", ["proved", "proved"]),
    ("properties in German", r"$\Sigma \in \mathbb R^{D \times D}$ ist symmetrisch und positiv definit, $B \in \mathbb R^{D \times D}$ ist nicht symmetrisch. Sei $x \in \mathbb R^D$. "
     r"$$\nabla_x (x^\top \Sigma x) = 2 \Sigma x, \quad \nabla_x (x^\top B x) = 2 B x$$", ["proved", "refuted"]),
    ("the layout in words", r"Jacobians have one row per output. Let $A \in \mathbb R^{n \times n}$, $x \in \mathbb R^n$ and $y = A x$. "
     r"$$\frac{\partial y}{\partial x} = A, \quad \frac{\partial y}{\partial x} = A^\top$$", ["proved", "refuted"]),
    ("rows that are not of Jacobians", r"$A \in \mathbb R^{n \times n}$ has one row per output. Let $x \in \mathbb R^n$ and $y = A x$. "
     r"$$\frac{\partial y}{\partial x} = A, \quad \frac{\partial y}{\partial x} = A^\top$$", ["proved", "convention"]),
    ("limits of recursions", r"Let $g \in \mathbb R$ with $g \ne 0$, $\eta > 0$, $\mu, \rho \in (0,1)$, $v_0 = 0$, $s_0 = 0$. $$v_t = \mu v_{t-1} - \eta g, \quad s_t = \rho s_{t-1} + (1-\rho) g^2, "
     r"\quad r_t = \frac{\eta g}{\sqrt{s_t}}$$ $$\lim_{t\to\infty} v_t = -\frac{\eta g}{1-\mu}, \quad \lim_{t\to\infty} v_t = -\frac{\mu \eta g}{1-\mu}, \quad "
     r"\lim_{t\to\infty} r_t^2 = \eta^2, \quad \lim_{t\to\infty} r_t = \eta$$", ["confirmed", "refuted", "confirmed", "refuted"]),
    ("a limit of a recursion that is not linear", r"Let $x_0 > 0$ and $x_{t+1} = \frac12 (x_t + \frac2{x_t})$. $$\lim_{t\to\infty} x_t = \sqrt 2$$", ["unreadable"]),
    ("an array with a given sum", r"Let $c, u \in \mathbb R^K$, with $\sum_{k=1}^K c_k = n$, and $n > 0$. "
     r"$$\mathbf 1^\top c = n, \quad \sum_k c_k^2 = n, \quad c^\top c \ge n^2/K, \quad u^\top u = 2 u^\top u, \quad \nabla_u (c^\top u) = c$$",
     ["proved", "refuted", "confirmed", "refuted", "proved"]),
    ("a total and its parts, each declared a number", r"Let $x \in \mathbb R^n$ and $L_1, L_2, L \in \mathbb R$. $$L_1 = \|x\|^2, \quad L_2 = 3\|x\|^2, \quad L = L_1 + L_2$$ "
     r"$$\nabla_x L = 8x, \quad \nabla_x L = 6x, \quad \frac{\partial L}{\partial L_1} = 1$$", ["proved", "refuted", "proved"]),
    ("reasons in boxes, lines within brackets", r"Let $x, y \in \mathbb R$. $$\begin{aligned} f &= (x + y)^2 && \parbox[t]{90pt}{\raggedright a reason about $x$, in a box} \\ "
     r"&= x^2 + y \biggl( 2x \\ &\qquad + y \biggr) && \text{multiply out} \\ &= x^2 + y \left( 2x \\ &\qquad - y \right) \end{aligned}$$", ["proved", "refuted"]),
    ("gates at steps with numbers", r"Let $x_1 \in \mathbb R^D$, $W_i \in \mathbb R^{H \times D}$ and $b_i \in \mathbb R^H$. $$i_1 = \sigma(W_i x_1 + b_i)$$ "
     r"$$\frac{\partial i_1}{\partial b_i} = \operatorname{diag}(i_1 \odot (1 - i_1)), \quad \frac{\partial i_1}{\partial b_i} = \operatorname{diag}(i_1)$$", ["proved", "refuted"]),
    ("declared in plain letters, used in bold ones", r"Let $h \in \mathbb R^H$ and $V \in \mathbb R^{K \times H}$. $$\mathbf o = \mathbf V \mathbf h, \quad L = \frac12 \|\mathbf o\|^2$$ "
     r"$$\frac{\partial L}{\partial \mathbf V} = \mathbf o \mathbf h^\top, \quad \frac{\partial L}{\partial \mathbf V} = \mathbf h \mathbf o^\top$$", ["proved", "refuted"]),
    ("one step from two states in a list", r"At step $t$, let $h_{t-1}, c_{t-1} \in \mathbb R^H$ and $U \in \mathbb R^{H \times H}$. $$f_t = \sigma(U h_{t-1}), \quad c_t = f_t \odot c_{t-1}, \quad L = \frac12 \|c_t\|^2$$ "
     r"$$\delta_{c_t} = \frac{\partial L}{\partial c_t}, \quad \frac{\partial L}{\partial c_{t-1}} = \delta_{c_t} \odot f_t, \quad \frac{\partial L}{\partial U} = (\delta_{c_t} \odot c_{t-1} \odot f_t \odot (1 - f_t)) h_{t-1}^\top, "
     r"\quad \frac{\partial L}{\partial c_{t-1,j}} = \delta_{c_t,j} f_{t,j}, \quad \frac{\partial L}{\partial c_{t-1}} = \delta_{c_t}$$",
     ["proved", "proved", "proved", "refuted"]),
    ("deltas of several names at a layer", r"Let $x \in \mathbb R^D$, $W \in \mathbb R^{H \times D}$, $\delta^{(2)}_h, \delta^{(2)}_o \in \mathbb R^H$. $$h^{(2)} = \tanh(W x), \quad o^{(2)} = h^{(2)} \odot h^{(2)}, \quad L = \mathbf 1^\top o^{(2)}$$ "
     r"$$\delta^{(2)}_o = \frac{\partial L}{\partial o^{(2)}}, \quad \delta^{(2)}_h = \frac{\partial L}{\partial h^{(2)}}$$ $$\delta^{(2)}_h = 2 \delta^{(2)}_o \odot h^{(2)}, \quad \delta^{(2)}_h = \delta^{(2)}_o$$", ["proved", "refuted"]),
    ("two labels that spell a Greek letter", r"Let $x \in \mathbb R^n$ and $W_{xi}, W_\xi \in \mathbb R^{n \times n}$. $$z = W_{xi} x, \quad u = W_\xi x$$ $$\frac{\partial z}{\partial x} = W_{xi}, \quad \frac{\partial z}{\partial x} = W_\xi, \quad \frac{\partial u}{\partial x} = W_\xi$$",
     ["proved", "refuted", "proved"]),
    ("what a matrix satisfies", r"$M \in \mathbb R^{n \times n}$ satisfies $\det M > 0$ and need not be symmetric. $f = e^{t}$ satisfies $f > 0$. "
     r"$$\nabla_M \log \det M = M^{-\top}, \quad \nabla_M \log \det M = M^{-1}$$", ["proved", "proved", "refuted"]),
    ("a bound on one entry", r"Let $x \in \mathbb R^n$ with $n \ge 2$. For $x_1 \le M$ we have $$x_1^2 \le \sum_j x_j^2$$ Let $x_2 > 0$. "
     r"$$\frac{\partial}{\partial x_2} \|x\|^2 = 2 x_2, \quad x_2 \le \|x\|, \quad x_2 \ge \|x\|$$", ["confirmed", "proved", "confirmed", "refuted"]),
    ("layers called ell, of weights without a declaration", r"The input is $a^{[0]} \in \mathbb R^{n_0}$, and for $\ell = 1, \dots, L$ "
     r"$$z_j^{[\ell]} = \sum_{k=1}^{n_{\ell-1}} w_{jk}^{[\ell]} a_k^{[\ell-1]} + b_j^{[\ell]}, \quad a_j^{[\ell]} = \tanh(z_j^{[\ell]})$$ "
     r"$$\frac{\partial z_i^{[\ell+1]}}{\partial a_j^{[\ell]}} = w_{ij}^{[\ell+1]}, \quad \frac{\partial a_j^{[\ell]}}{\partial z_j^{[\ell]}} = 1 - (z_j^{[\ell]})^2$$",
     ["confirmed", "refuted"]),
    ("unit vectors that are declared", r"Let $\pi \in \mathbb R^K$ and write $e_a \in \mathbb R^K$ for the $a$-th unit vector. "
     r"$$\sum_{a=1}^K \pi_a e_a = \pi, \quad \sum_{a=1}^K \pi_a e_a e_a^\top = \operatorname{diag}(\pi), \quad \sum_{a=1}^K \pi_a e_a = \mathbf 1$$", ["proved", "proved", "refuted"]),
    ("keys that are the rows of a matrix", r"Item $i$ has a key $k_i \in \mathbb R^d$. Let $q \in \mathbb R^d$. The keys are the rows of $K \in \mathbb R^{n \times d}$. "
     r"$$\sum_{i=1}^n (q^\top k_i) k_i = K^\top K q, \quad \sum_{i=1}^n (q^\top k_i) k_i = 2 K^\top K q$$", ["proved", "refuted"]),
    ("keys of which the note does not say that they are rows", r"Item $i$ has a key $k_i \in \mathbb R^d$ and a value $v_i \in \mathbb R^d$. Let $q \in \mathbb R^d$, $K, V \in \mathbb R^{n \times d}$ and "
     r"$\ell = \sum_{i=1}^n (q^\top k_i) (q^\top v_i)$. $$\nabla_K \ell = V q q^\top, \quad \ell = q^\top K^\top V q$$", ["unreadable", "undecided"]),
    ("rates for each step, beside a rate", r"Let $\alpha > 0$. The steps are $t = 1, 2, 3, \dots$ and $\alpha_t = \frac{\alpha}{\sqrt t}$. Let $w_0 = 0$ and $w_t = w_{t-1} - \alpha_t$. "
     r"$$\alpha_4 = \frac\alpha2, \quad w_1 = -\alpha, \quad w_4 = -\alpha$$", ["proved", "proved", "refuted"]),
    ("an index that is a number in what it numbers", r"Let $\eta > 0$ and $N \ge 1$. With $\eta_t = \eta \frac tN$ we have $\sum_{t=1}^N \eta_t = \frac{\eta (N+1)}{2}$.", ["unreadable"]),
    ("an index that is a number, with a range", r"Let $x \in \mathbb R^N$ and $a_i = i x_i$ for $i = 1, \dots, N$. $$\sum_{i=1}^N a_i = \sum_{i=1}^N i x_i, \quad \sum_{i=1}^N a_i = \sum_{i=1}^N x_i$$",
     ["confirmed", "refuted"]),
    ("any number, beside a list of numbers", r"Let $x_1, \dots, x_n \in \mathbb R$ and $\mu \in \mathbb R$. Let $f(x) = e^{-(x - \mu)^2/2}$ and $\ell = \sum_{i=1}^n \ln f(x_i)$. "
     r"At any $x \in \mathbb R$, $$\frac{\partial}{\partial\mu} \ln f(x) = x - \mu$$ $$\frac{\partial\ell}{\partial\mu} = \sum_{i=1}^n (x_i - \mu), \quad "
     r"\frac{\partial\ell}{\partial\mu} = \sum_{i=1}^n (\mu - x_i)$$", ["proved", "proved", "refuted"]),
]  # fmt: skip


@pytest.mark.parametrize(("note", "verdicts"), [n[1:] for n in NOTES], ids=[n[0] for n in NOTES])
def test_notation(note, verdicts):
    findings = [examine(s, seconds=60.0, hints=False) for s in read(note).claims]
    assert [f.verdict for f in findings] == verdicts, [(f.lhs, f.rhs, f.detail) for f in findings]
