"""Well-shaped NumPy-like formulas for Hypothesis, over the names of `formula.reference.WHERE`.

A strategy for each shape: "" is a scalar, "n" a vector, "n,n" a square matrix, "N,D" a matrix.
"""

from __future__ import annotations

from hypothesis import strategies as st

Strategy = st.SearchStrategy[str]

LEAVES = {
    "": ["b", "c", "2", "0.5", "3", "n", "np.pi", "x[0]", "A[0, 1]"],
    "n": ["x", "z", "p", "q", "A[0]", "A[:, 1]", "ones(n)"],
    "n,n": ["A", "S", "P", "eye(n)", "A.T"],
    "N,D": ["X", "V", "r + X", "B1 * r", "zeros((N, D))"],
}
POINTWISE = ["({} + {})", "({} - {})", "({} * {})", "maximum({}, {})", "where({} > 0, {}, 1)", "np.minimum({}, {})"]
SMOOTH = [
    "tanh({})",
    "sigmoid({})",
    "(-{})",
    "sin({})",
    "({}**2)",
    "abs({})",
    "relu({})",
    "exp(-{}**2)",
    "softplus({})",
    "({})",
]
OTHER = {
    "": [
        ("sum({})", "n"),
        ("{0}.mean()", "n,n"),
        ("trace({})", "n,n"),
        ("norm({})", "n"),
        ("max({})", "N,D"),
        ("logsumexp({})", "n"),
        ("np.log(1 + {}**2)", ""),
        ("det({})", "n,n"),
        ("({} @ x)", "n"),
        ("vdot({}, V)", "N,D"),
    ],
    "n": [
        ("({} @ x)", "n,n"),
        ("(z @ {})", "n,n"),
        ("diag({})", "n,n"),
        ("{}.sum(axis=0)", "n,n"),
        ("softmax({})", "n"),
        ("np.max({}, axis=1)", "n,n"),
        ("(b * {})", "n"),
        ("({} / (1 + p))", "n"),
    ],
    "n,n": [
        ("({}).T", "n,n"),
        ("({} @ A)", "n,n"),
        ("outer({}, x)", "n"),
        ("diag({})", "n"),
        ("({}[:, None] - z)", "n"),
        ("inv({0} @ ({0}).T + eye(n))", "n,n"),
        ("softmax({}, axis=0)", "n,n"),
        ("({} * x)", "n,n"),
    ],
    "N,D": [
        ("({} - mean(X, axis=0))", "N,D"),
        ("({0} - ({0}).sum(axis=1, keepdims=True))", "N,D"),
        ("(y[:, None] * {})", "N,D"),
        ("(X + {})", ""),
        ("softmax({})", "N,D"),
    ],
}


@st.composite
def arrays_formulas(draw: st.DrawFn, shape: str | None = None, depth: int = 3) -> str:
    """A formula of this shape, or of any."""
    if shape is None:
        shape = draw(st.sampled_from(sorted(LEAVES)))
    kind = draw(st.integers(0, 3)) if depth else 0

    def part(of: str) -> str:
        return draw(arrays_formulas(of, depth - 1))

    if kind == 0:
        return draw(st.sampled_from(LEAVES[shape]))
    if kind == 1:
        return draw(st.sampled_from(POINTWISE)).format(part(shape), part(shape))
    if kind == 2:
        return draw(st.sampled_from(SMOOTH)).format(f"({part(shape)})")
    template, inner = draw(st.sampled_from(OTHER[shape]))
    return template.format(part(inner))
