"""The systems of the seed notes, one row each: the command that derives it, and lines that have to come out.

A line is what the notes or a textbook say of the system, in the letters of the page. That what is printed is true is
for the certificate, which each command has to get, and for the tests that a row names: there the same page is held
against something independent, numbers of the notes, a limit computed another way, or an autodiff engine.
"""

from __future__ import annotations

import importlib
import re
from typing import NamedTuple

import pytest

from derive.cli.main import run


class Row(NamedTuple):
    """`says` are parts of lines of the text, spaces aside; `held_by` are tests: module of tests/, function."""

    system: str
    command: list[str]
    says: tuple[str, ...]
    held_by: tuple[str, ...]


PAGES = "catalogue.pages."
NOTE_NET = ["mlp", "--sizes", "16384,4,1"]
AT = "w0=2, x0=-1, w1=-3, x1=-2, w2=-3"

ROWS = (
    Row(
        "A1 odds",
        ["logistic"],
        ("odds = p/(1 - p)", "t = log(p/(1 - p))", "= 4/5", "p = odds/(odds + 1)"),
        (PAGES + "test_logistic:test_odds_of_four", PAGES + "test_logistic:test_odds_and_their_inverse"),
    ),
    Row(
        "A2 logistic form from the logit",
        ["logistic"],
        ("p (1 + exp(t)) = exp(t)", "p = 1/(1 + exp(-t))"),
        (PAGES + "test_logistic:test_facts_against_mpmath",),
    ),
    Row(
        "A3 Bayes gives the sigmoid",
        ["bayes"],
        ("= 1/(1 + exp(a_2 - a_1))", "= σ(a_1 - a_2)", "= softmax(a)"),
        (PAGES + "test_bayes:test_two_classes_give_the_logistic_function_of_the_difference",),
    ),
    Row(
        "A3 K classes give softmax",
        ["bayes", "--classes", "K"],
        ("= softmax(a)", "= 1/(Σ_j exp(a_j - a_k))"),
        (PAGES + "test_bayes:test_any_number_of_classes",),
    ),
    Row(
        "A4 one covariance",
        ["gaussian"],
        ("= Σ⁻¹ (μ_1 - μ_2)", "a = log(ρ_1 f_1/(ρ_2 f_2))", "= wᵀ x + w_0", "+ log(ρ_1/ρ_2)"),
        (PAGES + "test_gaussian:test_every_line_of_scores_and_log_odds_is_the_density_in_numpy",),
    ),
    Row(
        "A4 a covariance each",
        ["gaussian", "--covariance", "own"],
        ("A = (Σ_2⁻¹ - Σ_1⁻¹)/2", "= wᵀ x + xᵀ A x + w_0"),
        (PAGES + "test_gaussian:test_with_one_covariance_the_second_difference_vanishes_and_with_two_it_does_not",),
    ),
    Row(
        "A5 facts",
        ["logistic"],
        ("σ(0) = 1/2", "σ(-z) = 1/(1 + exp(z))", "= 1 - σ(z)", "= s (1 - s)", "cᵀ w + b = 0", "≤ 1/4"),
        (PAGES + "test_logistic:test_limits_against_mpmath", PAGES + "test_logistic:test_the_point_of_the_boundary"),
    ),
    Row(
        "A6 likelihood to cross-entropy",
        ["logistic"],
        (
            "Lik = Π_n ŷ_n^(y_n) (1 - ŷ_n)^(1 - y_n)",
            "NLL = -1/N Σ_n (y_n log ŷ_n + (1 - y_n) log(1 - ŷ_n))",
            "10,000 0",
        ),
        (PAGES + "test_logistic:test_underflow_is_what_floats_do",),
    ),
    Row(
        "A6b Gaussian",
        ["likelihood", "gaussian"],
        ("the squared error", "= (ŷ - y)/(N s²)"),
        (PAGES + "test_likelihood:test_delta_against_differences",),
    ),
    Row(
        "A6b Bernoulli",
        ["likelihood", "bernoulli"],
        ("= ŷ (1 - ŷ) (ŷ - y)", "= ŷ - y", "lim_(z → ∞) σ(z) (1 - σ(z)) (σ(z) - y) = 0"),
        (PAGES + "test_likelihood:test_the_squared_error_saturates_and_the_likelihood_does_not",),
    ),
    Row(
        "A6b categorical",
        ["likelihood", "categorical"],
        ("= softmax(", "categorical cross-entropy"),
        (PAGES + "test_likelihood:test_categorical_with_softmax",),
    ),
    Row(
        "A6b Poisson",
        ["likelihood", "poisson"],
        ("ŷ = exp(z)", "= (ŷ - y)/N"),
        (PAGES + "test_likelihood:test_delta_against_differences",),
    ),
    Row(
        "A7 gradient and Hessian",
        ["logistic", "--l2"],
        ("∂J/∂w = Xᵀ δ + λ w", "∂²J/∂w∂wᵀ = Xᵀ diag(ŷ ⊙ (1 - ŷ)) X/N + λ I", "∂²J/∂b² = ŷᵀ (1 - ŷ)/N", "≥ 0"),
        (PAGES + "test_logistic:test_the_blocks_of_the_hessian_with_bias_against_autograd",),
    ),
    Row(
        "A8 gradient descent",
        ["logistic", "--only", "result"],
        ("w ← w - η ∂J/∂w",),
        ("train.test_run:test_large_logistic_regression_of_16k_features",),
    ),
    Row(
        "A9 single neuron",
        ["neuron"],
        ("p = ŷ the same function", "= ∂ℓ/∂w the same gradient"),
        (PAGES + "test_neuron:test_its_gradient_against_differences_of_the_likelihood",),
    ),
    Row(
        "B1 linear layer",
        ["layer"],
        ("∂f/∂x = W", "(∂f/∂x)ᵀ = Wᵀ", "∂f_k/∂W_md = x_d δ_km", "∂C/∂W = δ xᵀ", "∂C/∂x = Wᵀ δ"),
        (PAGES + "test_layer:test_derivative_in_the_weights_has_rank_three", PAGES + "test_layer:test_products"),
    ),
    Row(
        "B2 collapse",
        ["collapse", "--no-bias"],
        ("M⁽²⁾ = W⁽²⁾ M⁽¹⁾", "without a nonlinearity"),
        (PAGES + "test_collapse:test_the_product_of_all_weights",),
    ),
    Row(
        "B3 two-layer linear net",
        ["expr", "norm(Y - X@W1.T@W2.T)**2", "--where", "X: N,D; Y: N,K; W1: H,D; W2: K,H", "--wrt", "W2"],
        ("∂f/∂W_2 = 2 (W_2 W_1 Xᵀ - Yᵀ) X W_1ᵀ",),
        ("catalogue.test_parity:test_matrix_form",),
    ),
    Row(
        "B4 the network of the notes",
        [*NOTE_NET, "--only", "counts"],
        ("65,545", "65,540"),
        ("catalogue.test_pages:test_parameters_of_the_network_of_the_notes",),
    ),
    Row(
        "B4 one weight by the chain rule",
        [*NOTE_NET, "--entry", "W1[1,1]"],
        ("∂C/∂W⁽¹⁾_1,1",),
        (PAGES + "test_mlp:test_one_weight_of_the_network_of_the_notes",),
    ),
    Row(
        "B5 any depth",
        ["mlp", "--layers", "L"],
        ("So the recursion holds at every layer 1 ≤ l < L, for every depth L.",),
        ("catalogue.test_pages:test_recursion_at_a_symbolic_layer_is_the_recursion_of_every_layer",),
    ),
    Row(
        "B6 ReLU net",
        ["mlp", "--activation", "relu", "--no-bias", "--sample"],
        ("(W⁽²⁾ᵀ δ⁽²⁾) ⊙ 1[z⁽¹⁾ > 0]",),
        ("catalogue.test_pages:test_mlp",),
    ),
    Row(
        "B7 maxout",
        ["mlp", "--activation", "maxout", "--sample"],
        ("= (W⁽²⁾ᵀ δ⁽²⁾) ⊙ 1[z⁽¹⁾ > z̃⁽¹⁾]", "= (W⁽²⁾ᵀ δ⁽²⁾) ⊙ 1[z⁽¹⁾ ≤ z̃⁽¹⁾]"),
        (PAGES + "test_mlp:test_maxout_contains_relu_and_leaky_relu",),
    ),
    Row(
        "B8 another loss",
        ["mlp", "--loss", "svm", "--sample"],
        ("max(0,", "δ⁽¹⁾ = ∂C/∂z⁽¹⁾"),
        ("catalogue.test_pages:test_mlp_options",),
    ),
    Row(
        "C sigmoid",
        ["activation", "sigmoid"],
        ("= a (1 - a)", "range (0, 1)", "∂a/∂z ≤ 1/4"),
        (
            PAGES + "test_activation:test_the_derivative_is_that_of_the_function",
            PAGES + "test_activation:test_the_limits_are_those_of_the_function",
        ),
    ),
    Row(
        "C tanh",
        ["activation", "tanh"],
        ("= 1 - a²", "range (-1, 1)", "∂a/∂z ≤ 1"),
        (PAGES + "test_activation:test_the_derivative_is_that_of_the_function",),
    ),
    Row(
        "C ReLU",
        ["activation", "relu"],
        ("1[z > 0]", "range [0, ∞)"),
        (PAGES + "test_activation:test_the_derivative_is_that_of_the_function",),
    ),
    Row(
        "C a formula",
        ["activation", "z*sigmoid(z)"],
        ("zero-centred",),
        (PAGES + "test_activation:test_every_step_is_established",),
    ),
    Row(
        "C the step",
        ["activation", "step"],
        ("∂a/∂z = 0",),
        (PAGES + "test_activation:test_the_limits_are_those_of_the_function",),
    ),
    *(
        Row(
            f"D1 {name}",
            ["loss", name],
            ("δ = ∂ℓ/∂z",),
            (PAGES + "test_loss:test_derivatives_are_those_of_the_textbook",),
        )
        for name in ("mse", "sse", "mse_mean", "mae", "norm", "huber", "bce", "ce", "hinge", "svm", "(yhat-y)**4")
    ),
    Row(
        "D1b the cross-entropy of the notes",
        ["loss", "ce", "--set", "y=0,0,1,0,0", "--set", "yhat=0.1,0.3,0.4,0.1,0.1"],
        ("≈ 0.9163",),
        (PAGES + "test_loss:test_worked_cross_entropy",),
    ),
    Row(
        "D2 softmax",
        ["softmax"],
        ("= diag(ŷ) - ŷ ŷᵀ", "= (1ᵀ y) ŷ - y", "= ŷ - y y sums to one"),
        (PAGES + "test_loss:test_sum_of_the_target_is_named_where_it_is_used",),
    ),
    Row(
        "D3 penalty",
        ["loss", "bce", "--l2"],
        ("+ λ/2 Σ_d Σ_k W_dk²", "= Xᵀ Δ + λ W"),
        (PAGES + "test_loss:test_penalty_adds_a_multiple_of_the_weights",),
    ),
    Row(
        "D4 minibatch",
        ["minibatch"],
        ("= ∂J/∂w the gradient of the whole set",),
        (PAGES + "test_minibatch:test_every_batch_is_listed_and_their_mean_is_right",),
    ),
    Row(
        "E1 derivative in the input",
        ["mlp", "--sample"],
        ("∂C/∂a⁽⁰⁾",),
        (PAGES + "test_mlp:test_the_input_gradient_is_the_product_of_the_jacobians",),
    ),
    Row(
        "E2 one delta",
        ["mlp", "--sample", "--notation", "component"],
        ("δ⁽¹⁾_i",),
        (PAGES + "test_mlp:test_gradients_against_differences",),
    ),
    Row(
        "E3 recursion by induction",
        ["mlp", "--layers", "L", "--sample"],
        ("Base of an induction", "Step: given the delta of layer l + 1", "= (W⁽ˡ⁺¹⁾ᵀ δ⁽ˡ⁺¹⁾) ⊙ a⁽ˡ⁾ ⊙ (1 - a⁽ˡ⁾)"),
        ("catalogue.test_pages:test_recursion_at_a_symbolic_layer_is_the_recursion_of_every_layer",),
    ),
    Row(
        "E4 gradients from deltas",
        ["mlp", "--layers", "L", "--sample"],
        ("∂C/∂W⁽ˡ⁾ = δ⁽ˡ⁾ a⁽ˡ⁻¹⁾ᵀ", "∂C/∂b⁽ˡ⁾ = δ⁽ˡ⁾"),
        ("catalogue.test_pages:test_mlp_options",),
    ),
    Row(
        "E5 and E6 costs",
        ["cost", "--sizes", "784,100,10"],
        ("forward mode, P passes", "state of adam (m, v) 2 P"),
        (PAGES + "test_cost:test_formulas_equal_a_run_that_counts", PAGES + "test_cost:test_state_of_optimisers"),
    ),
    Row(
        "E7 the worked example",
        ["worked"],
        ("= 0.17", "= 0.09", "≈ 0.5424", "≈ 0.5225", "≈ 0.5669", "≈ 0.6054", "≈ 0.3853"),
        (PAGES + "test_worked:test_the_numbers_of_the_note", PAGES + "test_worked:test_against_numpy_by_hand"),
    ),
    Row(
        "E8 vanishing gradients",
        ["vanishing"],
        ("≤ β² ‖W⁽ˡ⁺¹⁾‖_F² ‖δ⁽ˡ⁺¹⁾‖²", "10 9.537e-07"),
        (PAGES + "test_vanishing:test_deltas_of_random_networks",),
    ),
    Row(
        "F1 graph",
        ["graph", "sigmoid(w0*x0 + w1*x1 + w2)", "--at", AT],
        ("≈ 0.731", "≈ -0.197"),
        ("graph.test_backward:test_the_classic_numbers",),
    ),
    Row(
        "F2 patterns",
        ["graph", "maximum(x*y, x + z)"],
        ("swaps: mul", "distributes: add", "routes: max", "copy (x)"),
        ("graph.test_patterns:test_pattern",),
    ),
    Row(
        "F3 vector gates",
        ["graph", "maximum(0, x)", "--where", "x: 4096", "--layout", "denominator"],
        ("4096 × 4096", "diagonal"),
        (
            "graph.test_patterns:test_relu_has_a_diagonal_jacobian_that_is_not_built",
            "graph.test_patterns:test_both_layouts",
        ),
    ),
    Row(
        "F4 an operation of one's own",
        ["code", "--custom-op", "torch", "x*sigmoid(x)"],
        ("def forward(", "def backward(", "ctx.save_for_backward"),
        ("codegen.test_operations:test_gradcheck",),
    ),
    Row(
        "F5 staged code",
        ["graph", "sigmoid(w0*x0 + w1*x1 + w2)", "--format", "code"],
        ("s0 = w0 * x0", "grad_w0 = grad_s0 * x0"),
        ("graph.test_staged:test_reads_like_the_notes", "graph.test_staged:test_agrees_with_autograd"),
    ),
    Row(
        "G1 steepest descent",
        ["descent"],
        ("∂f/∂t = gᵀ v", "gᵀ u = -‖g‖", "(gᵀ v)² ≤ ‖g‖² ‖v‖²", "gᵀ v = c ‖g‖ ‖v‖"),
        (
            PAGES + "test_descent:test_the_cosine_of_an_angle",
            PAGES + "test_descent:test_the_derivative_in_a_direction",
            PAGES + "test_descent:test_no_direction_is_steeper",
        ),
    ),
    Row(
        "G2 counts",
        ["descent", "--samples", "1000000", "--batch-size", "10"],
        ("100,000",),
        (
            PAGES + "test_descent:test_counts_of_the_notes",
            PAGES + "test_descent:test_counts_against_the_batches_of_training",
        ),
    ),
    Row(
        "G2 schedules",
        ["schedule", "cosine"],
        ("φ = 1/2 (1 + cos(π t/E))",),
        (
            PAGES + "test_schedule:test_the_numbers_that_are_printed",
            PAGES + "test_schedule:test_a_run_takes_these_rates",
        ),
    ),
    Row(
        "G2 warm-up",
        ["schedule", "warmup-cosine"],
        ("= min(1, u + 1/s)", "v_mirror", "= cos(π (t - s)/(2 (E - s)))² half the angle"),
        (PAGES + "test_schedule:test_laws_of_the_factor", PAGES + "test_schedule:test_bounds_of_the_factor"),
    ),
    *(
        Row(
            f"G3 {name}",
            ["optimizer", name],
            ("θ ← θ - ",),
            ("train.test_updates:test_every_optimiser_has_a_recurrence",),
        )
        for name in ("momentum", "nesterov", "adagrad", "adadelta", "rmsprop", "adamw")
    ),
    Row(
        "G3 Adam's correction",
        ["optimizer", "adam"],
        ("= (1 - β_1^t) ḡ", "= ḡ the claim put in", "θ ← θ - η m̂/(√v̂ + ε)"),
        ("catalogue.test_optimizers:test_bias_of_adam",),
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.system)
def test_what_comes_out(row, capsys):
    cached = [] if row.command[0] == "code" else ["--no-cache"]
    assert run([*row.command, *cached]) == 0
    out, err = capsys.readouterr()
    text = re.sub(r"\s+", " ", out)
    assert [line for line in row.says if line not in text] == []
    assert "verified" in err or "agree with autograd" in err
    assert "warning" not in err


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.system)
def test_it_is_held_against_something_independent(row):
    """The tests that a row names are there."""
    for name in row.held_by:
        module, _, function = name.partition(":")
        assert callable(getattr(importlib.import_module(module), function))
