"""Hypothesis: LaTeX formulas that are mostly well formed, over names that a note declares, and notes made of them."""

from __future__ import annotations

from hypothesis import strategies as st

HEAD = (
    "Let $X, Y \\in \\mathbb{R}^{N \\times D}$, $A \\in \\mathbb{R}^{D \\times D}$, $w, x \\in \\mathbb{R}^D$, "
    "$p, y \\in \\mathbb{R}^N$ and $s, \\lambda \\in \\mathbb{R}$. Let $f(t) = t^2$ and $L = \\sum_{i=1}^N p_i^2$.\n\n"
)
NAMES = ("X", "Y", "A", "w", "x", "p", "y", "s", "\\lambda", "L", "N", "D", "x_i", "X_{ij}", "p_n", "q", "W^{(l)}", "\\delta_{ij}")  # fmt: skip
WRAPS = (
    "({})", "\\left({}\\right)", "\\left[{}\\right]", "{{{}}}", "|{}|", "\\|{}\\|^2", "\\|{}\\|_2", "\\sqrt{{{}}}", "{}^\\top", "{}^{{-1}}",
    "{}^2", "{}_i", "{}_{{ij}}", "{}'", "-{}", "\\log {}", "\\exp({})", "f({})", "e^{{{}}}", "\\sum_{{i=1}}^N {}", "\\sum_i {}",
    "\\prod_{{k=1}}^3 {}", "\\max(0, {})", "\\operatorname{{diag}}({})", "\\mathrm{{tr}}({})", "\\det {}", "\\nabla_w {}", "\\nabla {}",
    "\\frac{{\\partial {}}}{{\\partial w}}", "\\frac{{\\partial}}{{\\partial X_{{ij}}}}{}", "\\frac{{d}}{{ds}}{}", "\\hat{{{}}}",
    "\\mathbf{{{}}}", "\\left.{}\\right|_{{s=0}}", "\\langle {}, w\\rangle", "\\lim_{{t\\to\\infty}} {}", "\\mathbb{{E}}[{}]",
    "\\text{{softmax}}({})", "\\sigma({})", "\\begin{{cases}} {} & s > 0 \\\\ 0 & \\text{{otherwise}} \\end{{cases}}",
    "\\begin{{pmatrix}} {} & 1 \\\\ 0 & s \\end{{pmatrix}}", "\\mathbb{{1}}[{} > 0]", "\\partial_s {}", "\\underbrace{{{}}}_{{z}}",
    "{}\\mathopen{{}}", "\\bigl({}\\bigr)", "{}!", "\\lfloor {} \\rfloor", "\\vec{{{}}}", "\\mathcal{{{}}}", "{}^{{(l+1)}}", "{}^{{\\odot 2}}",
)  # fmt: skip
JOINS = (
    " + ", " - ", " ", "\\,", "\\cdot ", "\\times ", "\\odot ", "\\circ ", "/", "^", "_", ", ", "\\otimes ", " \\pm ", "\\quad ", "\\\\ ", "& ",
)  # fmt: skip
RELATIONS = ("=", "=", "=", "=", "&=", ":=", "\\le", "\\ge", "<", "\\approx", "\\in", "\\ne", "\\leftarrow", "\\Rightarrow", "\\propto")  # fmt: skip
NUMBERS = ("0", "1", "2", "0.5", "10", "-1", "3.14", "007", "1{,}000", "2.", ".5", "\\infty", "\\pi", "e", "\\frac12", "\\tfrac 1 N")  # fmt: skip


def formulas() -> st.SearchStrategy[str]:
    leaves = st.sampled_from(NAMES) | st.sampled_from(NUMBERS)

    def extend(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        wrapped = st.builds(lambda w, x: w.format(x), st.sampled_from(WRAPS), inner)
        joined = st.builds(lambda a, j, b: f"{a}{j}{b}", inner, st.sampled_from(JOINS), inner)
        fraction = st.builds(lambda a, b: f"\\frac{{{a}}}{{{b}}}", inner, inner)
        return wrapped | joined | fraction

    return st.recursive(leaves, extend, max_leaves=8)


def statements() -> st.SearchStrategy[str]:
    chain = st.lists(st.tuples(st.sampled_from(RELATIONS), formulas()), min_size=1, max_size=3)
    return st.builds(lambda a, rest: a + "".join(f" {r} {x}" for r, x in rest), formulas(), chain)


def notes() -> st.SearchStrategy[str]:
    shown = st.sampled_from(
        ("$%s$", "$$%s$$", "\\[%s\\]", "\\begin{align}%s\\end{align}", "\\begin{aligned}%s\\end{aligned}", "$%s")
    )
    piece = st.builds(lambda frame, x: frame % x, shown, statements())
    words = st.sampled_from((". Then ", " for all $i$, ", " where ", "\n\n", "\n> ", ", so ", "% ", " is symmetric. "))
    pieces = st.lists(st.tuples(piece, words), min_size=1, max_size=4)
    return pieces.map(lambda found: HEAD + "".join(f"{p}{w}" for p, w in found))
