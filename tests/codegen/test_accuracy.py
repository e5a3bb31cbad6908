"""P8: losses and gradients within 4 eps of the true value, in single and double precision, for |z| <= 1000."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest

from codegen.cases import HIDDEN, parsed, usable
from codegen.precise import ACTIVATIONS, DIGITS, LOSSES, TYPES, points, sigmoid, units
from derive.codegen import STYLES, hessian, training

BAR = 4.0
styles = pytest.mark.parametrize("style", STYLES)
types = pytest.mark.parametrize("dtype", TYPES, ids=lambda t: t.__name__)

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture(autouse=True)
def _digits():
    with mp.workdps(DIGITS):
        yield


def test_every_activation_is_there():
    assert sorted(ACTIVATIONS) == sorted(HIDDEN)


@styles
@types
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_and_their_derivatives(name, dtype, style):
    """Through a network of one hidden unit whose cost is its prediction."""
    function, slope, zero = ACTIVATIONS[name]
    model = training(parsed({"activation": name, "loss": "yhat*y"}), style=style)
    one = np.ones((1, 1), dtype)
    for z in points(dtype):
        params = {"W1": np.array([[z]]), "b1": one[0] * 0, "W2": one, "b2": one[0] * 0}
        exact = mp.mpf(float(z))
        value = model.predict(params, one)[0, 0]
        _, gradients = model.loss_and_gradients(params, one, one)
        magnified = max(1.0, abs(float(z)))
        assert value.dtype == gradients["b1"].dtype == dtype
        assert units(value, function(exact), magnified) <= BAR, z
        if zero is None or abs(z - zero) > 0.5:  # beside it, two terms of equal size cancel whatever one does
            assert units(gradients["b1"][0], slope(exact), magnified) <= BAR, z
        else:
            assert abs(float(gradients["b1"][0]) - float(slope(exact))) <= np.finfo(dtype).eps, z


OUTPUTS = [
    ("sigmoid", "bce", (0, 1)),
    ("sigmoid", "mse", (0, 1)),
    ("sigmoid", "mae", (0, 1)),
    ("tanh", "mse", (-1, 0, 1)),
    ("tanh", "hinge", (-1, 1)),
    ("identity", "mse", (-1, 0, 1)),
    ("identity", "mae", (-1, 0, 1)),
    ("identity", "sse", (-1, 0, 1)),
    ("identity", "mse_mean", (-1, 0, 1)),
    ("identity", "norm", (-0.25, 0.625)),  # a norm has no derivative at zero, which no point is
    ("identity", "huber", (-1, 0, 1)),
    ("sigmoid", "huber", (0, 1)),
    ("sigmoid", "sse", (0, 1)),
    ("identity", "hinge", (-1, 1)),
    # labels at the ends of the range, where both factors of the delta are small
    ("sigmoid", "mse_mean", (0, 1)),
    ("sigmoid", "hinge", (-1,)),
    ("tanh", "mae", (-1, 1)),
    ("tanh", "huber", (-1, 1)),
    ("softplus", "mse", (0,)),
    ("relu", "mse", (-1,)),
    ("leaky_relu", "mae", (0.5,)),
]


@styles
@types
@pytest.mark.parametrize(("output", "loss", "labels"), OUTPUTS)
def test_losses_and_deltas(output, loss, labels, dtype, style):
    (link, slope, _), (cost, derivative) = ACTIVATIONS[output], LOSSES[loss]
    model = training(parsed({"layers": "1", "output_activation": output, "loss": loss}), style=style)
    one = np.ones((1, 1), dtype)
    for z in points(dtype):
        exact, params = mp.mpf(float(z)), {"W1": np.array([[z]]), "b1": one[0] * 0}
        for y in labels:
            value, gradients = model.loss_and_gradients(params, one, y * one)
            p = link(exact)
            delta = derivative(p, y) * slope(exact)
            assert np.asarray(value).dtype == gradients["b1"].dtype == dtype
            assert units(value, cost(p, y)) <= BAR, (z, y)
            assert units(gradients["b1"][0], delta) <= BAR, (z, y)


@styles
@types
@pytest.mark.parametrize("page", ["logistic", "neuron"])
def test_logistic(page, dtype, style):
    model = training(parsed({}), page=page, style=style)
    one = np.ones((1, 1), dtype)
    for z in points(dtype):
        params, exact = {"w": np.array([z]), "b": dtype(0)}, mp.mpf(float(z))
        for y in (0, 1):
            value, gradients = model.loss_and_gradients(params, one, y * one[0])
            assert units(value, -mp.log(sigmoid(exact) if y else 1 - sigmoid(exact))) <= BAR, (z, y)
            assert units(gradients["b"], sigmoid(exact) - y) <= BAR, (z, y)


@types
def test_weights_of_the_hessian(dtype):
    model = training(parsed({}), page="logistic")
    one = np.ones((1, 1), dtype)
    for z in points(dtype):
        found = model.functions["hessian"](np.array([z]), dtype(0), one, one[0])
        exact = sigmoid(mp.mpf(float(z)))
        assert found.dtype == dtype
        assert units(found[0, 0], exact * (1 - exact)) <= BAR, z


@pytest.mark.parametrize("name", ["torch", "jax"])
def test_other_libraries(name):
    """In single precision; XLA flushes what is below the normal numbers to zero, so these count as zero here."""
    row = usable(name)
    library, one = row.load(), np.ones((1, 1), np.float32)
    put = getattr(library, row.asarray)
    logistic, softmax = (training(parsed({}), page=page, backend=name) for page in ("logistic", "softmax"))
    smallest = np.finfo(np.float32).smallest_normal / np.finfo(np.float32).smallest_subnormal
    for z in points(np.float32):
        exact = mp.mpf(float(z))
        params = {"w": put(np.array([z])), "b": put(np.float32(0))}
        for y in (0, 1):
            value, gradients = logistic.loss_and_gradients(params, put(one), put(y * one[0]))
            assert units(value, -mp.log(sigmoid(exact) if y else 1 - sigmoid(exact)), smallest) <= BAR, (z, y)
            assert units(gradients["b"], sigmoid(exact) - y, smallest) <= BAR, (z, y)
        params = {"W": put(np.array([[z, 0.3, -z]], np.float32)), "b": put(np.zeros(3, np.float32))}
        _, gradients = softmax.loss_and_gradients(params, put(one), put(np.eye(3, dtype=np.float32)[:1]))
        scores = [exact, mp.mpf(float(np.float32(0.3))), -exact]
        total = mp.fsum(map(mp.exp, scores))
        for j, g in enumerate(gradients["b"]):
            assert units(g, mp.exp(scores[j]) / total - (j == 0), smallest) <= BAR, (z, j)


@types
@pytest.mark.parametrize("kind", ["dense", "product"])
@pytest.mark.parametrize("page", ["logistic", "neuron"])
def test_second_derivatives_in_all_parameters(page, kind, dtype):
    """Of one sample with x = 1: each entry is the weight p (1 - p), and a product with (1, 1) twice that."""
    model = hessian(parsed({}), page=page, kind=kind)
    one = np.ones((1, 1), dtype)
    directions = (one[0], dtype(1)) if kind == "product" else ()
    for z in points(dtype):
        found = model.functions["hessian_product" if directions else "hessian"](
            np.array([z]), dtype(0), one, one[0], *directions
        )
        p = sigmoid(mp.mpf(float(z)))
        for entry in (np.ravel(part)[0] for part in found) if directions else np.ravel(found):
            assert entry.dtype == dtype
            assert units(entry, p * (1 - p) * (2 if directions else 1)) <= BAR, z


@types
@pytest.mark.parametrize(
    ("page", "options"),
    [("softmax", {}), ("softmax", {"form": "sample"}), ("mlp", {"layers": "1", "loss": "ce"})],
)
def test_second_derivatives_of_softmax(page, options, dtype):
    """Of one sample with x = 1: p_k (1 - p_k) on the diagonals of the blocks and -p_k p_l elsewhere."""
    model, sample = hessian(parsed(options), page=page), "form" in options
    one, target, rng = np.ones((1, 1), dtype), np.eye(4, dtype=dtype)[1:2], np.random.default_rng(0)
    for n in range(60):
        z = (rng.uniform(-1, 1, 4) * (3, 30, 300, 1000)[n % 4]).astype(dtype)
        weights = z[None, :] if page == "softmax" else z[:, None]
        data = (one[0], target[0]) if sample else (one, target)
        found = model.functions["hessian"](weights, np.zeros(4, dtype), *data)
        exact = [mp.mpf(float(t)) for t in z]
        total = mp.fsum(map(mp.exp, exact))
        p = [mp.exp(t) / total for t in exact]
        for i, j in np.ndindex(8, 8):
            k, m = i % 4, j % 4
            assert units(found[i, j], p[k] * (1 - p[k]) if k == m else -p[k] * p[m]) <= BAR, (n, i, j)


@styles
@types
def test_linear_regression(dtype, style):
    model = training(parsed({}), page="linear", style=style)
    one = np.ones((1, 1), dtype)
    for z in points(dtype):
        exact = mp.mpf(float(z))
        for y in (-1, 0, 1000):
            value, gradients = model.loss_and_gradients({"w": np.array([z]), "b": dtype(0)}, one, y * one[0])
            assert units(value, (exact - y) ** 2 / 2) <= BAR, (z, y)
            assert units(gradients["b"], exact - y) <= BAR, (z, y)


@styles
@types
def test_support_vector_machine(dtype, style):
    """Margins of one class over the others, which add up: gradients are whole numbers."""
    model = training(parsed({}), page="svm", style=style)
    one, rng = np.ones((1, 1), dtype), np.random.default_rng(3)
    for n in range(60):
        z = (rng.uniform(-1, 1, 4) * (3, 30, 300, 1000)[n % 4]).astype(dtype)
        k = n % 4
        target = np.eye(4, dtype=dtype)[k : k + 1]
        value, gradients = model.loss_and_gradients({"W": z[None, :], "b": np.zeros(4, dtype)}, one, target)
        exact = [mp.mpf(float(t)) for t in z]
        margins = [mp.mpf(0) if j == k else max(mp.mpf(0), 1 + exact[j] - exact[k]) for j in range(4)]
        magnitude = 1 + max(map(abs, exact))  # a margin is a difference of scores: its error is that of the scores
        assert abs(mp.mpf(float(value)) - mp.fsum(margins)) <= BAR * np.finfo(dtype).eps * magnitude * 4, n
        expected = [float(m > 0) for m in margins]
        expected[k] = -sum(expected)
        np.testing.assert_array_equal(gradients["b"], expected)


@styles
@types
@pytest.mark.parametrize(("output", "y"), [("sigmoid", 0), ("sigmoid", 1), ("tanh", -1), ("tanh", 1)])
def test_the_norm_of_an_error_whose_square_is_a_number(output, y, dtype, style):
    """A square below the normal numbers has fewer digits, and at last none: there the norm has them neither."""
    (link, slope, _), (cost, derivative) = ACTIVATIONS[output], LOSSES["norm"]
    model = training(parsed({"layers": "1", "output_activation": output, "loss": "norm"}), style=style)
    one = np.ones((1, 1), dtype)
    for z in points(dtype):
        exact, params = mp.mpf(float(z)), {"W1": np.array([[z]]), "b1": one[0] * 0}
        p = link(exact)
        if cost(p, y) ** 2 < float(np.finfo(dtype).smallest_normal):
            continue
        value, gradients = model.loss_and_gradients(params, one, y * one)
        assert units(value, cost(p, y)) <= BAR, z
        assert units(gradients["b1"][0], derivative(p, y) * slope(exact), 2.0) <= BAR, z


def test_what_others_write_misses_the_bar():
    """The measure is able to fail: p - y, 1 - tanh(z)^2 and log(p) as they are derived."""
    z = np.float64(20)
    exact = mp.mpf(20)
    p = 1 / (1 + np.exp(-z))
    assert units(p - 1, sigmoid(exact) - 1) > 1e4
    assert units(1 - np.tanh(z) ** 2, 1 - mp.tanh(exact) ** 2) > 1e4
    assert units(-np.log(p), -mp.log(sigmoid(exact))) > 1e4


@styles
@types
@pytest.mark.parametrize("page", ["softmax", "mlp"])
def test_softmax(page, dtype, style):
    options = {"layers": "1", "loss": "ce"} if page == "mlp" else {}
    model = training(parsed(options), page=page, style=style)
    one, names = np.ones((1, 1), dtype), [name for name, _ in model.parameters]
    rng = np.random.default_rng(1)
    for n in range(120):
        z = (rng.uniform(-1, 1, 4) * (3, 30, 300, 1000)[n % 4]).astype(dtype)
        if n % 7 == 0:
            z[1] = z[0]  # ties
        k = n % 3
        weights = z[None, :] if page == "softmax" else z[:, None]
        value, gradients = model.loss_and_gradients(
            dict(zip(names, (weights, np.zeros(4, dtype)), strict=True)), one, np.eye(4, dtype=dtype)[k : k + 1]
        )
        exact = [mp.mpf(float(t)) for t in z]
        total = mp.fsum(map(mp.exp, exact))
        assert units(value, mp.log(total) - exact[k]) <= BAR, n
        for j, g in enumerate(gradients[names[1]]):
            assert units(g, mp.exp(exact[j]) / total - (j == k)) <= BAR, (n, j)
