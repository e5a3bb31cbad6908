"""Notes of recurrent cells as lectures write them: one step or two, steps as labels, above or below, bold or plain."""

from __future__ import annotations

from typing import Any, NamedTuple

import autograd
import autograd.numpy as np
import numpy.testing
import pytest

from derive.catalogue.custom import Custom
from derive.check import check_files
from derive.cli.main import run
from derive.codegen.programs import compiled_program
from derive.models.notes import Forward, forward, variables

Arrays = dict[str, Any]

LSTM = r"""# One step of an LSTM

At step $t$, let $x_t \in \mathbb{R}^D$, $h_{t-1}, c_{t-1} \in \mathbb{R}^H$, $y \in \mathbb{R}^H$,
$W_f, W_i, W_o, W_c \in \mathbb{R}^{H \times D}$, $U_f, U_i, U_o, U_c \in \mathbb{R}^{H \times H}$
and $b_f, b_i, b_o, b_c \in \mathbb{R}^H$.

$$f_t = \sigma(W_f x_t + U_f h_{t-1} + b_f)$$
$$i_t = \sigma(W_i x_t + U_i h_{t-1} + b_i)$$
$$o_t = \sigma(W_o x_t + U_o h_{t-1} + b_o)$$
$$\tilde{c}_t = \tanh(W_c x_t + U_c h_{t-1} + b_c)$$
$$c_t = f_t \odot c_{t-1} + i_t \odot \tilde{c}_t$$
$$h_t = o_t \odot \tanh(c_t)$$
$$L = \frac{1}{2} \|h_t - y\|^2$$
"""

PAIRS = r"""# Weights from x and from h

Inputs: $x_t \in \mathbb{R}^D$; states $h_t, c_t \in \mathbb{R}^H$; target $y_t \in \mathbb{R}^H$.

$$
\begin{aligned}
i_t &= \sigma(W_{xi} x_t + W_{hi} h_{t-1} + b_i) \\
f_t &= \sigma(W_{xf} x_t + W_{hf} h_{t-1} + b_f) \\
o_t &= \sigma(W_{xo} x_t + W_{ho} h_{t-1} + b_o) \\
g_t &= \tanh(W_{xg} x_t + W_{hg} h_{t-1} + b_g) \\
c_t &= f_t \circ c_{t-1} + i_t \circ g_t \\
h_t &= o_t \circ \tanh(c_t)
\end{aligned}
$$

where $W_{xi}, W_{xf}, W_{xo}, W_{xg} \in \mathbb{R}^{H \times D}$,
$W_{hi}, W_{hf}, W_{ho}, W_{hg} \in \mathbb{R}^{H \times H}$
and $b_i, b_f, b_o, b_g \in \mathbb{R}^H$. The loss is $\mathcal{L} = \frac{1}{2} \|h_t - y_t\|_2^2$.
"""

GRU = r"""\section{Gated recurrent unit}
Let $x_t \in \mathbb{R}^D$, $h_{t-1} \in \mathbb{R}^H$, $y_t \in \mathbb{R}^K$,
$W_z, W_r, W_h \in \mathbb{R}^{H \times D}$, $U_z, U_r, U_h \in \mathbb{R}^{H \times H}$,
$b_z, b_r, b_h \in \mathbb{R}^H$ and $V \in \mathbb{R}^{K \times H}$.
\begin{align*}
\mathbf{z}_t &= \sigma(\mathbf{W}_z \mathbf{x}_t + \mathbf{U}_z \mathbf{h}_{t-1} + \mathbf{b}_z) && \text{update} \\
\mathbf{r}_t &= \sigma(\mathbf{W}_r \mathbf{x}_t + \mathbf{U}_r \mathbf{h}_{t-1} + \mathbf{b}_r) && \text{reset} \\
\hat{\mathbf{h}}_t &= \tanh(\mathbf{W}_h \mathbf{x}_t + \mathbf{U}_h (\mathbf{r}_t \odot \mathbf{h}_{t-1})
+ \mathbf{b}_h) \\
\mathbf{h}_t &= (\mathbf{1} - \mathbf{z}_t) \odot \mathbf{h}_{t-1} + \mathbf{z}_t \odot \hat{\mathbf{h}}_t \\
\hat{\mathbf{y}}_t &= \mathrm{softmax}(\mathbf{V} \mathbf{h}_t) \\
L &= -\mathbf{y}_t^\top \log \hat{\mathbf{y}}_t
\end{align*}
"""

ABOVE = r"""# Steps above

Let $x^{\langle t \rangle} \in \mathbb{R}^n$, $a^{\langle t \rangle}, y^{\langle t \rangle}, b_a \in \mathbb{R}^m$,
$W_{aa} \in \mathbb{R}^{m \times m}$ and $W_{ax} \in \mathbb{R}^{m \times n}$.

$$a^{\langle t \rangle} = \tanh(W_{aa} a^{\langle t-1 \rangle} + W_{ax} x^{\langle t \rangle} + b_a)$$
$$L^{\langle t \rangle} = \frac12 \|a^{\langle t \rangle} - y^{\langle t \rangle}\|^2$$
"""

TWICE = r"""# A loss at each of two steps

Let $x_1, x_2 \in \mathbb{R}^D$, $h_0, b \in \mathbb{R}^H$, $y_1, y_2 \in \mathbb{R}^K$,
$W \in \mathbb{R}^{H \times D}$, $U \in \mathbb{R}^{H \times H}$, $V \in \mathbb{R}^{K \times H}$, $c \in \mathbb{R}^K$.

$$h_1 = \tanh(W x_1 + U h_0 + b), \quad o_1 = V h_1 + c$$
$$h_2 = \tanh(W x_2 + U h_1 + b), \quad o_2 = V h_2 + c$$
$$L_1 = \frac12 \|o_1 - y_1\|^2, \quad L_2 = \frac12 \|o_2 - y_2\|^2$$
$$L = L_1 + L_2$$
"""

RECURSION = r"""# Layers above, two steps

Let $x^{(1)}, x^{(2)} \in \mathbb{R}^D$, $h^{(0)}, b_i, b_g \in \mathbb{R}^H$, $y \in \mathbb{R}^H$,
$W_i, W_g \in \mathbb{R}^{H \times D}$ and $U_i, U_g \in \mathbb{R}^{H \times H}$.

For $t = 1, 2$:

$$i^{(t)} = \sigma(W_i x^{(t)} + U_i h^{(t-1)} + b_i)$$
$$g^{(t)} = \tanh(W_g x^{(t)} + U_g h^{(t-1)} + b_g)$$
$$h^{(t)} = i^{(t)} \odot g^{(t)} + (1 - i^{(t)}) \odot h^{(t-1)}$$

$$L = \frac{1}{2} \|h^{(2)} - y\|^2$$
"""


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def squared(a: Any, b: Any) -> Any:
    return np.sum((a - b) ** 2) / 2


def lstm(gates: dict[str, Any], c: Any) -> Any:
    memory = sigmoid(gates["f"]) * c + sigmoid(gates["i"]) * np.tanh(gates["g"])
    return sigmoid(gates["o"]) * np.tanh(memory)


def one_lstm(a: Arrays) -> Any:
    gates = {
        k: a[f"W_{n}"] @ a["x_t"] + a[f"U_{n}"] @ a["h_tm1"] + a[f"b_{n}"] for k, n in zip("fiog", "fioc", strict=True)
    }
    return squared(lstm(gates, a["c_tm1"]), a["y"])


def pairs(a: Arrays) -> Any:
    gates = {
        k: a[f"W_{'x_i' if k == 'i' else 'x' + k}"] @ a["x_t"] + a[f"W_h{k}"] @ a["h_tm1"] + a[f"b_{k}"] for k in "fiog"
    }
    return squared(lstm(gates, a["c_tm1"]), a["y_t"])


def gru(a: Arrays) -> Any:
    def gate(k: str, h: Any) -> Any:
        return a[f"W_{k}"] @ a["x_t"] + a[f"U_{k}"] @ h + a[f"b_{k}"]

    h = a["h_tm1"]
    z, r = sigmoid(gate("z", h)), sigmoid(gate("r", h))
    scores = a["V"] @ ((1 - z) * h + z * np.tanh(gate("h", r * h)))
    return -np.sum(a["y_t"] * (scores - np.log(np.sum(np.exp(scores)))))


def above(a: Arrays) -> Any:
    return squared(np.tanh(a["W_aa"] @ a["a_tm1"] + a["W_ax"] @ a["x_t"] + a["b_a"]), a["y_t"])


def twice(a: Arrays) -> Any:
    h, total = a["h_0"], 0.0
    for n in (1, 2):
        h = np.tanh(a["W"] @ a[f"x_{n}"] + a["U"] @ h + a["b"])
        total = total + squared(a["V"] @ h + a["c"], a[f"y_{n}"])
    return total


def recursion(a: Arrays) -> Any:
    h = a["h0"]
    for n in (1, 2):
        i = sigmoid(a["W_i"] @ a[f"x{n}"] + a["U_i"] @ h + a["b_i"])
        h = i * np.tanh(a["W_g"] @ a[f"x{n}"] + a["U_g"] @ h + a["b_g"]) + (1 - i) * h
    return squared(h, a["y"])


class Cell(NamedTuple):
    name: str
    note: str
    wrt: str
    loss: Any
    lets: str  # in the order of the note
    remark: str = ""


CELLS = [
    Cell("lstm.md", LSTM, "W_f,U_i,b_o,h_{t-1},c_{t-1}", one_lstm, "f_t i_t o_t ctilde_t c_t h_t L"),
    Cell("pairs.md", PAIRS, "W_xi,W_{hf},b_o", pairs, "i_t f_t o_t g_t c_t h_t calL", "from h_(t-1), c_(t-1)"),
    Cell("gru.tex", GRU, "U_h,W_z,b_r,V", gru, "z_t r_t hhat_t h_t yhat_t L"),
    Cell("above.md", ABOVE, "W_aa,W_ax,b_a", above, "a_t L_t", "from a_(t-1)"),
    Cell("twice.md", TWICE, "U,W,b,V,c", twice, "h_1 o_1 h_2 o_2 L_1 L_2 L"),
    Cell("recursion.md", RECURSION, "W_i,U_g,b_i", recursion, "i g h i g h L"),
]
each = pytest.mark.parametrize("cell", CELLS, ids=lambda c: c.name)


def model_of(cell: Cell) -> tuple[Forward, Custom]:
    found = forward(cell.note, cell.name)
    program = found.program(None, cell.wrt)
    return found, Custom(program, variables(cell.wrt, program), found.componentwise)


@each
def test_the_equations_are_those_of_the_note(cell):
    found, model = model_of(cell)
    assert [let.tensor.name for let in model.program] == cell.lets.split()
    remarks = found.remarks(model.program)
    assert [cell.remark in r for r in remarks] == [True] * bool(cell.remark)


@each
def test_the_gradients_are_those_of_an_autodiff_tool(cell):
    _, model = model_of(cell)
    function, rng = compiled_program(model), np.random.default_rng(0)
    sizes = {size: n + 2 for n, size in enumerate(dict.fromkeys(d for t in model.program.inputs for d in t.dims))}
    arrays = {}
    for name, t in zip(function.arguments, _arguments(model, function), strict=True):
        arrays[name] = rng.standard_normal([sizes[d] for d in t.dims])
    value, gradients = function(**arrays)
    assert value == pytest.approx(cell.loss(arrays), rel=1e-12)
    for t, found in zip(model.wrt, gradients, strict=True):
        name = _name(t)
        true = autograd.grad(lambda x, n=name: cell.loss({**arrays, n: x}))(arrays[name])
        numpy.testing.assert_allclose(found, true, rtol=1e-9, atol=1e-12)


def _name(t: Any) -> str:
    from derive.notation.vocabulary import identifier

    return identifier(t.name, t.layer)


def _arguments(model: Custom, function: Any) -> list[Any]:
    by_name = {_name(t): t for t in model.program.inputs}
    return [by_name[name] for name in function.arguments]


@each
@pytest.mark.parametrize("steps", ["key", "full"])
def test_the_page_is_read_back(cell, steps, tmp_path, capsys):
    note, page = tmp_path / cell.name, tmp_path / "page.tex"
    note.write_text(cell.note, encoding="utf-8")
    args = ["note", str(note), "--wrt", cell.wrt, "--steps", steps, "--no-cache"]
    assert run([*args, "--latex", "--standalone", "-o", str(page)]) == 0
    assert "agree with autograd" in capsys.readouterr().err
    (report,) = check_files([str(page)], seconds=60)
    accepted = {"proved", "confirmed", "definition"}
    assert [(f.line, f.verdict, f.rhs) for f in report.findings if f.verdict not in accepted] == []


def test_a_recursion_without_an_end_is_not_guessed():
    """Where something runs over t, it is no single step."""
    note = LSTM.replace("At step $t$", "For $t = 1, \\dots, T$").replace("h_{t-1}, c_{t-1} \\in", "h_0, c_0 \\in")
    found = forward(note, "note.md")
    assert not found.one_step
    assert {name for s in found.families for name in s.definite} >= {"f", "i", "o", "c", "h"}


def test_names_are_written_as_in_the_note(tmp_path, capsys):
    note = tmp_path / "pairs.md"
    note.write_text(PAIRS, encoding="utf-8")
    assert run(["note", str(note), "--wrt", "W_xi", "--latex", "--no-cache"]) == 0
    out = capsys.readouterr().out
    for name in ("W_{xi}", "W_{hi}", r"\mathcal{L}", "h_{t-1}", r"\delta_{i_t}"):
        assert name in out
