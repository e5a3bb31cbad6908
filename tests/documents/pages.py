"""Pages that `derive` prints, with the options that change what is on them: what is written must be read.

`QUICK` runs with every test, `SLOW` with the slow ones: each command in both notations and full steps, each activation
and each loss. `LONG` is every command with every option in both formats, for `pytest -m long`.
"""

from itertools import product
from pathlib import Path

Rows = list[tuple[str, str]]
"""What is typed behind `derive`, and the format that is printed."""

NOTES = Path(__file__).parents[2] / "derivations" / "models"
MODELS = {
    name: f"note {NOTES / name}.md --wrt {wrt}"
    for name, wrt in (
        ("attention", "W_Q,W_K,W_V"), ("batch-norm", "X,gamma,beta"), ("convolution", "w,b"),
        ("layer-norm", "x,beta,gamma"), ("recurrent", "U,W,b,V"), ("residual", "W_1,b_1,W_2,b_2"))
}  # fmt: skip

EVERY = "--steps full --notation both"
COMPONENT = "--notation component"
ACTIVATIONS = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus", "swish", "gelu", "identity")
FORMULAS = (
    '"z*sigmoid(z)"', '"tanh(z) + z"', '"log(1 + exp(z))"', '"z**3"', '"sin(z)"', '"erf(z)"', '"z/(1 + abs(z))"',
    '"exp(-z**2)"', '"maximum(0, minimum(z, 6))"')  # fmt: skip
LOSSES = ("bce", "ce", "mse", "sse", "mse_mean", "mae", "norm", "huber", "hinge", "svm")
LOSS_FORMULAS = ('"(yhat - y)**4"', '"log(1 + (yhat - y)**2)"', '"abs(yhat - y)**1.5"')
BY_NEURON = (*(x for x in LOSSES if x not in ("ce", "norm", "svm")), *LOSS_FORMULAS)
OPTIMIZERS = ("gd", "sgd", "momentum", "nesterov", "adagrad", "adadelta", "rmsprop", "adam", "adamw", "newton")
SCHEDULES = ("constant", "step", "exponential", "inverse-time", "cosine", "warmup", "warmup-cosine")
LIKELIHOODS = ("gaussian", "bernoulli", "categorical", "poisson", '"exp(-abs(y - yhat))/2"')
SIGMOID_AT = '"sigmoid(w0*x0 + w1*x1 + w2)" --at "w0=2, x0=-1, w1=-3, x1=-2, w2=-3"'
GRAPHS = (
    SIGMOID_AT, f"{SIGMOID_AT} --gates elementary", '"(x + y)*z" --at "x=-2, y=5, z=-4"',
    '"sum(max(W@x, axis=0))" --where "W: n,m; x: m"', '"norm(W@x)**2" --where "W: n,m; x: m"',
    '"sum(log(1 + exp(-y*(X@w))))" --where "X: N,D; y: N; w: D"')  # fmt: skip
GRAPHS_OF_ARRAYS = (
    '"maximum(0, x@w1)@w2" --where "x: N,D; w1: D,H; w2: H,C"',
    '"maximum(0, x)" --where "x: 4096" --layout denominator')  # fmt: skip
#: Gates with operands that act on one another, whose local gradients are no total derivatives.
GRAPHS_OF_COPIES = (
    '"x*exp(x)"', '"exp(a*b)*a*b + a"', '"softmax(W@x)@x" --where "W: n,n; x: n"', '"norm(x)*x" --where "x: n"',
    '"x/sum(x, axis=1, keepdims=True) + u" --where "x: N,K; u: K"')  # fmt: skip


def latex(*lines: str) -> Rows:
    return [(line, "latex") for line in lines]


QUICK: Rows = [
    ("mlp", "latex"),
    ('mlp --activation "z*sigmoid(z)" --loss "(yhat-y)**4" --notation component --sample', "markdown"),
    ("mlp --layers L --sample --loss mse --activation tanh", "latex"),
    (f"mlp --loss ce --l2 --sample {EVERY}", "markdown"),
    (f"logistic {EVERY}", "latex"),
    ("softmax --notation both --l2 mu", "markdown"),
    (f"linear {EVERY}", "markdown"),
    ("linear --l2", "latex"),
    (f"neuron --l2 --loss hinge {EVERY}", "latex"),
    ("bayes --classes K", "latex"),
    ("gaussian --covariance own --classes K", "latex"),
    ("likelihood categorical", "markdown"),
    ("loss hinge --set y=1 --set z=0.3", "latex"),
    ("svm", "markdown"),
    ("minibatch", "latex"),
    ("layer", "latex"),
    ("layer --batch", "markdown"),
    ("collapse", "latex"),
    ("worked", "latex"),
    ("worked --notation matrix", "markdown"),
    ("optimizer adam", "latex"),
    ("optimizer newton", "latex"),
    ("activation tanh", "latex"),
    ('activation "maximum(0, minimum(z, 6))"', "markdown"),
    (f"graph {SIGMOID_AT}", "latex"),
    (f"graph {GRAPHS_OF_ARRAYS[0]} --notation both", "markdown"),
    (f"graph {GRAPHS_OF_COPIES[0]} --steps full", "latex"),
    (MODELS["residual"], "latex"),
    (f"{MODELS['attention']} {COMPONENT}", "latex"),
]

SLOW: Rows = [
    *latex(*(f"activation {a} {EVERY}" for a in (*ACTIVATIONS, *FORMULAS))),
    *latex(*(f"loss {x} {EVERY}" for x in (*LOSSES, *LOSS_FORMULAS))),
    *latex(*(f"loss {x}" for x in LOSSES)),
    *latex(*(f"optimizer {name} {EVERY}" for name in OPTIMIZERS)),
    *latex(*(f"likelihood {name} {EVERY}" for name in LIKELIHOODS)),
    *latex(*(f"{command} {EVERY}" for command in (
        "bayes --classes 2", "bayes --classes K", "gaussian --covariance shared --classes 2",
        "gaussian --covariance own --classes K", "linear --l2", "logistic --l2", "softmax --l2", "svm --l2", "layer",
        "collapse", "minibatch", "descent", *MODELS.values()))),
    *((f"{command} {COMPONENT}", "markdown") for command in ("linear", "logistic", "softmax", "svm", "neuron")),
    *latex(*(f"{command} --no-bias --l2 {EVERY}" for command in ("linear", "logistic", "softmax", "svm", "neuron"))),
    *((f"graph {g} --notation both", "markdown") for g in (*GRAPHS, *GRAPHS_OF_ARRAYS)),
    *latex(*(f"graph {g} {EVERY}" for g in GRAPHS_OF_COPIES)),
    *latex(*(f"neuron --activation {a} --loss {x} {EVERY}"
             for a, x in zip(("tanh", "relu") * 5, BY_NEURON, strict=True))),
    ("loss bce --set y=1 --set yhat=0.7", "latex"),
    ("loss ce --set y=0,0,1,0,0 --set yhat=0.1,0.3,0.4,0.1,0.1", "markdown"),
    ("loss ce --set y=0,0,1 --set z=0.1,0.3,0.4 --digits 3", "latex"),
    ("worked --digits 2 --steps full", "latex"),
    ("worked --sizes 3,4,2 --activation relu --loss bce --seed 7 --digits 3", "markdown"),
    ("mlp --activation maxout --sample --steps full", "latex"),
    ("mlp --residual --layers 3 --sample --steps full", "latex"),
    (f"mlp --tied --layers 3 --sample {EVERY}", "latex"),
    ("mlp --layers L --batch", "latex"),
    ('mlp --sizes 3,4,1 --entry "W1[1,1]"', "latex"),
    ("mlp --no-bias --reduction sum --l2 --batch", "markdown"),
    *latex(*(f"mlp --sample --activation {a} {COMPONENT}" for a in (*ACTIVATIONS, *FORMULAS))),
    *latex("vanishing --activation elu", f'vanishing --activation "z/(1 + abs(z))" {EVERY}',
           f"vanishing --activation gelu {EVERY}"),
    (f"note {NOTES / 'lstm'}.md --wrt W_f,U_f,b_f,W_i,W_o,W_g,c_0 --steps full", "latex"),
    *((f"mlp --batch --loss {x}", "markdown") for x in (*LOSSES, *LOSS_FORMULAS)),
]  # fmt: skip


def varied(commands: list[str], *options: str) -> Rows:
    """Each command with each of the options, in both formats."""
    return [(f"{c} {o}".strip(), kind) for c, o, kind in product(commands, options, ("latex", "markdown"))]


NETWORKS = (
    "", "--layers 1", "--layers 3", "--layers 5", "--layers L", "--sizes 3,4,1", '--sizes 3,4,1 --entry "W1[1,1]"',
    "--l2", "--layers L --l2 mu", "--residual", "--tied --layers 3", "--residual --tied --layers 3", "--layers L --tied",
    "--layers L --residual", "--layers L --residual --tied", "--activation maxout --pieces 3",
    "--activation maxout --layers L", "--no-bias", "--reduction sum --l2", "--loss mse --output-activation softmax",
    "--output-activation tanh", "--layers 3 --activation tanh,relu")  # fmt: skip

LONG: Rows = [
    *varied([f"activation {a}" for a in (*ACTIVATIONS, "step", *FORMULAS)], "", EVERY),
    *varied([f"loss {x}{l2}" for x in (*LOSSES, *LOSS_FORMULAS) for l2 in ("", " --l2")], "", EVERY),
    *varied([f"optimizer {name}" for name in OPTIMIZERS], "", EVERY),
    *varied([f"schedule {name}" for name in SCHEDULES], "", EVERY),
    *varied([f"likelihood {name}" for name in LIKELIHOODS], "", EVERY),
    *varied([f"bayes --classes {k}" for k in ("2", "3", "K")], "", EVERY, COMPONENT),
    *varied([f"gaussian --covariance {s} --classes {k}" for s in ("shared", "own") for k in ("2", "3", "K")],
            "", EVERY, COMPONENT),
    *varied(["linear", "logistic", "softmax", "svm", "neuron"], "", EVERY, "--l2", f"--l2 {EVERY}", f"--l2 {COMPONENT}",
            "--no-bias", f"--no-bias --l2 {EVERY}"),
    *varied(["logistic", "softmax", "svm", "layer", "mlp"], "--sample", "--batch", f"--batch {EVERY}"),
    *varied([f"neuron --activation {a} --loss {x}" for a in ("tanh", "relu") for x in BY_NEURON], EVERY),
    *varied(["layer", "collapse", "collapse --layers 5", "collapse --layers L", "collapse --no-bias", "descent", "cost",
             "cost --activation tanh,relu", "cost --activation maxout,gelu --sizes 5,4,3,2",
             "descent --samples 60000 --batch-size 128", "vanishing", "vanishing --activation tanh --layers 50",
             'vanishing --activation "z*sigmoid(z)"', "vanishing --activation relu --loss mse"],
            "", EVERY, COMPONENT),
    *latex(*(f"vanishing --activation {a}" for a in (*ACTIVATIONS, *FORMULAS))),
    *varied(["minibatch", *(f"minibatch --loss {x}" for x in ("mse", "mae", "hinge", "ce", "svm")),
             "minibatch --output-activation sigmoid"], "", EVERY, COMPONENT),
    *varied(["worked", "worked --sizes 3,4,2 --activation tanh --loss ce --seed 7", "worked --sizes 2,3,3,1"],
            "", "--notation matrix", "--digits 2"),
    *varied([f"graph {g}" for g in (*GRAPHS, *GRAPHS_OF_ARRAYS, *GRAPHS_OF_COPIES)], "", "--notation both",
             EVERY, COMPONENT),
    *varied(list(MODELS.values()), "", EVERY, COMPONENT),
    *varied([f"mlp {n}".strip() for n in NETWORKS], "", EVERY, COMPONENT),
    *varied([f"mlp --activation {a}" for a in (*ACTIVATIONS, *FORMULAS)], EVERY, COMPONENT, "--layers L"),
    *varied([f"mlp --loss {x}" for x in (*LOSSES, *LOSS_FORMULAS)], "", EVERY, "--layers L"),
]  # fmt: skip

#: Pages whose formulas are read back one by one, as pages and options.
READ_BACK = [
    ("logistic", {}), ("softmax", {}), ("linear", {}), ("mlp", {"loss": "ce", "l2": "lambda"}),
    ("neuron", {"activation": "elu"}),
]  # fmt: skip
READ_BACK_SLOW = [
    *(("mlp", {"activation": a}) for a in ("relu", "gelu", "softplus", "tanh(z) + z")),
    *(("mlp", {"loss": x}) for x in ("mae", "hinge", "svm", "log(1+(yhat-y)**2)")),
    *((name, {"l2": "lambda"}) for name in ("logistic", "softmax", "svm", "linear", "neuron")),
    ("mlp", {"layers": "3", "activation": "tanh,relu,sigmoid"}),
    ("mlp", {"loss": "mse", "output_activation": "softmax"}),
    ("mlp", {"residual": True, "layers": "3"}),
]  # fmt: skip

EXPRESSIONS = [
    ("sum(log(1 + exp(-y*(X@w))))/N", "X: N,D; y: N sign; w: D", "w", 2),
    ("x@A@x/(x@x)", "A: n,n symmetric; x: n", "x", 1),
    ("-logdet(P) + trace(S@P) + lam*sum(abs(P))", "P: n,n spd; S: n,n symmetric; lam: positive", "P", 1),
    ("norm(W2 @ relu(W1 @ x) - y)**2/2", "W1: h,d; W2: k,h; x: d; y: k", "W1", 1),
    ("sum(max(X@W - Y*5, axis=1) - sum(Y*(X@W), axis=1))", "X: N,D; W: D,K; Y: N,K one-hot", "W", 1),
    ("sum(exp(A@A))", "A: n,n", "A", 1),
    ("-0.5*sum(1 + lv - mu**2 - exp(lv))", "mu: n; lv: n", "lv", 1),
    ("prod(x)*max(A@x)", "A: m,n; x: n positive", "x", 1),
]
