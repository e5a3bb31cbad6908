"""What words say about the shapes of arrays, and what they do not say."""

from __future__ import annotations

import pytest

from derive.documents import read

TOLD: list[tuple[str, dict[str, str]]] = [
    (r"Let $W$ be an $M\times D$ matrix and $x$ a column vector with $D$ entries.", {"W": "M x D", "x": "D"}),
    (r"The matrix $W$ has the size $M\times D$ and the bias $b$ has $M$ entries.", {"W": "M x D", "b": "M"}),
    (
        r"For $l=1,\dots,L$ the matrix $W_l$ has the size $n_{l+1}\times n_l$ and the bias $b_l$ has $n_{l+1}$ entries.",
        {"W": "n_{l+1} x n_l", "b": "n_{l+1}"},
    ),
    (r"Let $W_1$ be $H\times D$ and $W_2$ be $K\times H$.", {"W_1": "H x D", "W_2": "K x H"}),
    (r"Let $X$ be $N\times D$, $w$ a vector of length $D$.", {"X": "N x D", "w": "D"}),
    (r"Given an $N\times D$ matrix $X$ and a $D$-dimensional vector $w$.", {"X": "N x D", "w": "D"}),
    (r"The data matrix $X$ ($N\times D$) and the target vector $y$ (length $N$).", {"X": "N x D", "y": "N"}),
    (r"$X$ is of size $N\times D$; $y$ is a vector with $N$ components.", {"X": "N x D", "y": "N"}),
    (r"Let $X$ denote the $N\times D$ design matrix and $y$ the $N$-vector of targets.", {"X": "N x D", "y": "N"}),
    (
        r"Let $A$ be a symmetric $n\times n$ matrix and $x$ an $n$-dimensional vector.",
        {"A": "n x n symmetric", "x": "n"},
    ),
    (r"Let $A$ be an invertible matrix of size $n\times n$.", {"A": "n x n invertible"}),
    (
        r"The input $x$ has $D$ components, the weight matrix $W$ is $K\times D$ and the bias $b$ has length $K$.",
        {"x": "D", "W": "K x D", "b": "K"},
    ),
    (r"$W$ is a $K\times D$ matrix, $b$ a $K$-vector.", {"W": "K x D", "b": "K"}),
    (r"Let $u$ and $v$ be vectors of length $n$.", {"u": "n", "v": "n"}),
    (r"Let $A$ and $B$ be $n\times n$ matrices.", {"A": "n x n", "B": "n x n"}),
    (r"Let $A, B$ be square matrices of the same size $n$.", {"A": "n x n", "B": "n x n"}),
    (r"행렬 $X$는 $N\times D$ 행렬이고 $w$는 $D$차원 벡터이다.", {"X": "N x D", "w": "D"}),
    (r"$X$는 $N\times D$ 행렬, $y$는 길이 $N$인 벡터이다.", {"X": "N x D", "y": "N"}),
    (r"Sei $A$ eine $n\times n$-Matrix und $x$ ein Vektor mit $n$ Einträgen.", {"A": "n x n", "x": "n"}),
    (r"Take a constant column vector ${\bf g}$ with $M$ entries.", {"g": "M"}),
    (r"Let $V$ be a $D\times M$ matrix and $G$ a constant $N\times M$ matrix.", {"V": "D x M", "G": "N x M"}),
    (r"Let $x_1,\dots,x_N$ be vectors with $D$ entries.", {"x": "N x D"}),
    (r"The weights $W$ form an $M \times D$ matrix.", {"W": "M x D"}),
    (r"where $W$ is $M$ by $D$.", {"W": "M x D"}),
    (r"$Q$, $K$ are $n\times d$ and $V$ is $n \times p$.", {"Q": "n x d", "K": "n x d", "V": "n x p"}),
    (r"an $n$-by-$m$ matrix $A$", {"A": "n x m"}),
    (r"Let $a$ be a real number and $B$ an orthogonal $n\times n$ matrix.", {"a": "scalar", "B": "n x n orthogonal"}),
    (r"Here the gains $g$ and the offsets $b$ are also in $\mathbb R^D$.", {"g": "D", "b": "D"}),
    (r"The weights $w$, the biases $b$ and the inputs $x$ lie in $\mathbb R^D$.", {"w": "D", "b": "D", "x": "D"}),
    (r"Both $r$ and $t$ are elements of $\mathbb R^D$.", {"r": "D", "t": "D"}),
    (r"The layer uses $W$ and the offsets $b$ are in $\mathbb R^D$.", {"b": "D"}),
    (r"Let $A$ be an $m\times n$ matrix with $m > n$ and $b$ a vector in $\mathbb{R}^m$.", {"A": "m x n", "b": "m"}),
]
NOT_TOLD = [
    r"The vector $y$ has $m$ entries equal to one.",
    r"$x$ has $k$ components which matter.",
    r"The Jacobian of $f$ is an $n\times m$ matrix.",
    r"$I$ is the $n\times n$ identity matrix.",
    r"The product $AB$ has size $n\times n$.",
    r"Each of the $N$ rows of $X$ has $D$ entries.",
    r"Let $P$ be an $n\times n$ permutation matrix.",
    r"The loss $L$ has $D$ parameters.",
    r"With $D$ inputs and $H$ hidden units the network has $H$ neurons.",
    r"The gradient with respect to $x$ is a $D$-dimensional vector.",
    r"$x$ is a row vector with $D$ entries.",
    r"The derivative of $f$ in $x$ has the size $M\times D$.",
    r"Let $e$ be the vector of ones with $n$ entries.",
    r"For a batch of size $B$ the input $X$ has $B$ rows.",
    r"where $n$ is the number of entries of $x$.",
    r"The loss $L$ is a function of $D$ weights.",
    r"$w$ is a weight vector with one entry per feature.",
]


@pytest.mark.parametrize(("text", "shapes"), TOLD)
def test_shapes_are_told(text: str, shapes: dict[str, str]) -> None:
    assert read(text).declared == shapes


@pytest.mark.parametrize("text", NOT_TOLD)
def test_nothing_is_told(text: str) -> None:
    assert not read(text).declared
