"""Claims at kinks and bounds, read from notes: what holds almost everywhere is not refuted at a kink, bounds are honoured."""

from __future__ import annotations

import pytest

from derive.check.examine import examine
from derive.documents import read

LEAKY = r"Let $t \in \mathbb{R}$ and $0 < \alpha < 1$. With $f(t) = \max(\alpha t, t)$: "

ROWS = [
    (LEAKY + r"$$f'(t) = \begin{cases} 1 & t > 0 \\ \alpha & t \le 0 \end{cases}$$", True),
    (LEAKY + r"$$f'(t) = \begin{cases} 1 & t \ge 0 \\ \alpha & t < 0 \end{cases}$$", True),
    (LEAKY + r"$$f'(t) = \begin{cases} 1 & t > 0 \\ -\alpha & t \le 0 \end{cases}$$", False),
    (LEAKY + r"$$\frac{d}{dt}\max(\alpha t, t) = \begin{cases} 1 & t > 0 \\ \alpha & t < 0 \end{cases}$$", True),
    (LEAKY + r"$$\max(\alpha t, t) = \begin{cases} t & t > 0 \\ \alpha t & t \le 0 \end{cases}$$", True),
    (LEAKY + r"$$\max(\alpha t, t) = \begin{cases} \alpha t & t > 0 \\ t & t \le 0 \end{cases}$$", False),
    (r"Let $t \in \mathbb{R}$. $$\mathbf{1}[t > 0] = \mathbf{1}[t \ge 0]$$", False),
    (r"Let $\gamma \in \mathbb{R}$ with $|\gamma| < 1$. Then $\gamma^2 < 1$.", True),
    (r"Let $\gamma \in \mathbb{R}$ with $|\gamma| < 1$. Then $\gamma^2 \le \gamma$.", False),
    (r"Let $t \in \mathbb{R}$. Then $|t| \ge t$.", True),
    (r"Let $t \in \mathbb{R}$. Then $t^2 > 0$.", False),
    (r"Let $t \in \mathbb{R}$. Then $\max(t, 0) > t$.", False),
    (r"$e^{-8} \approx 3.4\times 10^{-4}$.", True),
    (r"$e^{-8} \approx 3.35\cdot 10^{-4}$.", True),
    (r"$e^{-8} \approx 3.2\times 10^{-4}$.", False),
    (r"$e^{8} \approx 2.98\times 10^{3}$.", True),
    (r"$e^{8} \approx 2.97\times 10^{3}$.", False),
]


@pytest.mark.parametrize(("note", "true"), ROWS)
def test_verdicts(note: str, true: bool) -> None:
    last = read(note).claims[-1]
    found = examine(last).verdict
    assert found in (("proved", "confirmed") if true else ("refuted",))


def test_a_bounded_symbol_is_told_by_its_own_name() -> None:
    note = read(r"Let $-1 < \gamma < 1$. Then $\gamma^2 \le \gamma$.")
    found = examine(note.claims[-1]).counterexample
    assert found is not None
    assert set(found["values"]) == {"gamma"}
