"""Habits of other hands: what a line defines, and what its letters stand for."""

from __future__ import annotations

import pytest

from derive.check import check_files

VARIANCE = r"Let $x \in \mathbb{R}^m$, $\mu = \frac1m\sum_i x_i$ and $\sigma^2 = \frac1m\sum_i(x_i-\mu)^2$. "
ENTRIES = r"Let $A \in \mathbb{R}^{n\times n}$. "
ERROR = r"Let $y, t \in \mathbb{R}^n$, put $e = y - t$ and $L = \frac12 e^\top e$. "
CLASSES = r"Let $x, \mu_1, \mu_2 \in \mathbb{R}^d$ and $a_k = -\frac12\|x-\mu_k\|^2$. Put $a = a_1 - a_2$. "
ENTROPY = r"Let $p, q \in \mathbb{R}^K$ with $p_k > 0$, $q_k > 0$. Let $H(p) = -\sum_k p_k\log p_k$ and $H(p,q) = -\sum_k p_k\log q_k$. "
UNITS = (
    r"The units are $j = 1,\dots,H$ and $k = 1,\dots,K$. Let $h \in \mathbb{R}^H$ and $y_k = \sum_{j=1}^H v_{kj}h_j$. "
)
ROWS = r"Let $U \in \mathbb{R}^{m\times k}$, $V \in \mathbb{R}^{n\times k}$, with $u_i$ and $v_j$ the rows of $U$ and $V$. "
LINEAR = r"Let $A, B, X \in \mathbb{R}^{n\times n}$. "


@pytest.mark.parametrize(
    ("declared", "claim", "verdict"),
    [
        (VARIANCE, r"\sigma^2 = \frac1m\sum_i x_i^2 - \mu^2", "proved"),
        (VARIANCE, r"\frac{\partial\sigma^2}{\partial x_i} = \frac2m(x_i-\mu)", "proved"),
        (VARIANCE, r"\sigma^2 = \frac1m\sum_i x_i^2 - \mu", "refuted"),
        (ENTRIES, r"\operatorname{tr}(A^2) = \sum_{i,j} a_{ij}a_{ji}", "proved"),
        (ENTRIES, r"\operatorname{tr}(A^2) = \sum_{i,j} a_{ij}a_{ij}", "refuted"),
        (ERROR, r"\nabla_y L = e", "proved"),
        (ERROR, r"\nabla_t L = e", "refuted"),
        (CLASSES, r"\nabla_x a = \mu_1 - \mu_2", "proved"),
        (CLASSES, r"\nabla_x a = \mu_2 - \mu_1", "refuted"),
        (ENTROPY, r"\frac{\partial}{\partial q_k}H(p,q) = -\frac{p_k}{q_k}", "proved"),
        (ENTROPY, r"\frac{\partial}{\partial p_k}H(p) = -\log p_k", "refuted"),
        (UNITS, r"\frac{\partial y_k}{\partial h_j} = v_{kj}", "proved"),
        (ROWS, r"\operatorname{tr}(U^\top U) = \sum_{i=1}^m u_i^\top u_i", "proved"),
        (LINEAR, r"\frac{\partial}{\partial X}\operatorname{tr}(AXB) = BA", "refuted"),
        (LINEAR, r"\frac{\partial}{\partial X}\operatorname{tr}(AXB) = A^\top B^\top", "proved"),
    ],
)
def test_verdict(tmp_path, declared: str, claim: str, verdict: str) -> None:
    note = tmp_path / "note.md"
    note.write_text(f"{declared}Then\n\n$${claim}.$$\n")
    (report,) = check_files([str(note)])
    assert [f.verdict for f in report.claims] == [verdict]
