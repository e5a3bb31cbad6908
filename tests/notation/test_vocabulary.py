"""Names as symbols."""

from __future__ import annotations

import pytest
from sympy import Symbol

from derive.notation.style import LATEX, TEXT
from derive.notation.vocabulary import identifier

l = Symbol("l")  # noqa: E741
NAMES = [
    ("x", None, "x", "x"),
    ("yhat", None, r"\hat{y}", "ŷ"),
    ("y_hat", None, r"\hat{y}", "ŷ"),
    ("x_bar", None, r"\bar{x}", "x̄"),
    ("x_star", None, r"x_\star", "x_star"),
    ("h_t-1", None, "h_{t-1}", "h_(t-1)"),
    ("x_bar_plus", None, r"\bar{x}_+", "x̄_plus"),
    ("o_vec", None, r"\bm{o}", "o⃗"),
    ("sigma", None, r"\sigma", "σ"),
    ("lambda", None, r"\lambda", "λ"),
    ("Sigma", None, r"\Sigma", "Σ"),
    ("eps", None, r"\epsilon", "ε"),
    ("w0", None, "w_0", "w_0"),
    ("w12", None, "w_{12}", "w_12"),
    ("mu_1", None, r"\mu_1", "μ_1"),
    ("theta0", None, r"\theta_0", "θ_0"),
    ("x_max", None, r"x_{\mathrm{max}}", "x_max"),
    ("loss", None, r"\mathrm{loss}", "loss"),
    ("delta_xhat", None, r"\delta_{\hat{x}}", "δ_x̂"),
    ("delta_z_2", None, r"\delta_{z_2}", "δ_z_2"),
    ("delta_W_Q", None, r"\delta_{W_Q}", "δ_W_Q"),
    ("delta_h_t-1", None, r"\delta_{h_{t-1}}", "δ_(h_t-1)"),
    ("W_xh", None, "W_{xh}", "W_xh"),
    ("W_xi", None, r"W_\xi", "W_ξ"),
    ("W_x.i", None, "W_{xi}", "W_xi"),
    ("delta_W_x.i", None, r"\delta_{W_{xi}}", "δ_W_xi"),
    ("calL", None, r"\mathcal{L}", "ℒ"),
    ("calJ", None, r"\mathcal{J}", "𝒥"),
    ("calL_t", None, r"\mathcal{L}_t", "ℒ_t"),
    ("delta_calL", None, r"\delta_{\mathcal{L}}", "δ_ℒ"),
    ("delta_mu", None, r"\delta_\mu", "δ_μ"),
    ("delta_loss", None, r"\delta_{\mathrm{loss}}", "δ_loss"),
    ("x_in", None, r"x_{\mathrm{in}}", "x_in"),
    ("W", 2, "W^{(2)}", "W⁽²⁾"),
    ("W", l - 1, "W^{(l-1)}", "W⁽ˡ⁻¹⁾"),
    ("delta", l, r"\delta^{(l)}", "δ⁽ˡ⁾"),
]


@pytest.mark.parametrize(("name", "layer", "latex", "text"), NAMES)
def test_symbol(name, layer, latex, text):
    assert (LATEX.symbol(name, layer).text, TEXT.symbol(name, layer).text) == (latex, text)


@pytest.mark.parametrize(
    ("name", "layer", "expected"),
    [("yhat", None, "yhat"), ("W", 2, "W2"), ("lambda", None, "lambda_"), ("W", l - 1, "W_lm1"), ("x'", None, "x_")],
)
def test_identifier(name, layer, expected):
    assert identifier(name, layer) == expected
