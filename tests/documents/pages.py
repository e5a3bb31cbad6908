"""Pages that `derive` prints, with the options that change what is on them: what is written must be read.

A page that its options alone describe is a row of options; one whose command has arguments of its own is a command line.
"""

from pathlib import Path

MODELS = Path(__file__).parents[2] / "derivations" / "models"

FAST = [
    ("mlp", {}, "latex"),
    (
        "mlp",
        {"activation": "z*sigmoid(z)", "loss": "(yhat-y)**4", "notation": "component", "form": "sample"},
        "markdown",
    ),
    ("mlp", {"layers": "L", "form": "sample", "loss": "mse", "activation": "tanh"}, "latex"),
    ("mlp", {"loss": "ce", "l2": "lambda", "form": "sample", "steps": "full", "notation": "both"}, "markdown"),
    ("logistic", {"steps": "full", "notation": "both"}, "latex"),
    ("softmax", {"notation": "both", "l2": "mu"}, "markdown"),
    ("linear", {"steps": "full", "notation": "both"}, "markdown"),
    ("linear", {"l2": "lambda"}, "latex"),
    ("neuron", {"steps": "full", "notation": "both", "l2": "lambda", "loss": "hinge"}, "latex"),
]

ACTIVATIONS = ("tanh", "relu", "softplus", "elu", "gelu", "swish", "identity", "maximum(z, 0)", "tanh(z) + z")
LOSSES = ("bce", "ce", "mse", "mae", "hinge", "(yhat-y)**4", "log(1+(yhat-y)**2)")
FULL = {"steps": "full", "notation": "both"}
COMPONENT = {"notation": "component"}

SLOW = [
    *(("mlp", {"activation": a, **more}, "latex") for a in ACTIVATIONS for more in ({}, FULL, COMPONENT)),
    *(("mlp", {"loss": x, **more}, "markdown") for x in LOSSES for more in ({"layers": "L"}, FULL, COMPONENT)),
    *(("mlp", {"layers": "L", "steps": "full", **more}, "latex") for more in ({}, {"l2": "mu"}, {"form": "batch"})),
    ("mlp", {"layers": "L", **COMPONENT}, "latex"),
    ("mlp", {"layers": "1", **FULL}, "latex"),
    ("mlp", {"layers": "5"}, "markdown"),
    ("mlp", {"sizes": "3,4,1"}, "markdown"),
    ("mlp", {"layers": "3", "activation": "tanh,relu,sigmoid"}, "latex"),
    ("mlp", {"output_activation": "tanh"}, "latex"),
    ("mlp", {"loss": "mse", "output_activation": "softmax"}, "latex"),
    *((name, {"l2": "lambda", **more}, kind) for name in ("logistic", "softmax", "linear", "neuron")
      for more in ({}, FULL, COMPONENT) for kind in ("latex", "markdown")),
    *(("neuron", {"activation": a, "loss": x, **FULL}, "latex") for a in ("tanh", "relu") for x in LOSSES if x != "ce"),
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

LINES = [
    ("bayes --classes K", "latex"),
    ("gaussian --covariance own --classes K", "latex"),
    ("likelihood categorical", "markdown"),
    ("loss hinge --set y=1 --set z=0.3", "latex"),
    ("svm", "markdown"),
    ("minibatch", "latex"),
    ("layer", "latex"),
    ("collapse", "latex"),
    ("worked", "latex"),
    ("worked --notation matrix", "markdown"),
    ("optimizer adam", "latex"),
    ("optimizer newton", "latex"),
    ('graph "sigmoid(w0*x0 + w1*x1 + w2)" --at "w0=2, x0=-1, w1=-3, x1=-2, w2=-3"', "latex"),
    (f"note {MODELS / 'residual.md'} --wrt W_1,b_1,W_2,b_2", "latex"),
]

EVERY = "--steps full --notation both"
LOSS_NAMES = ("bce", "ce", "mse", "sse", "mse_mean", "mae", "norm", "huber", "hinge", "svm")
SLOW_LINES = [
    *((f"bayes --classes {k} {more}", kind)
      for k in ("2", "K") for more in ("", EVERY, "--notation component") for kind in ("latex", "markdown")),
    *((f"gaussian --covariance {s} --classes {k} {more}", "latex")
      for s in ("shared", "own") for k in ("2", "K") for more in ("", EVERY)),
    *((f"likelihood {name} {more}", "latex")
      for name in ("gaussian", "bernoulli", "categorical", "poisson", '"exp(-abs(y - yhat))/2"')
      for more in ("", "--steps full")),
    *((f"loss {name} {more}", "latex") for name in LOSS_NAMES for more in ("", "--steps full")),
    ('loss "log(1 + (yhat - y)**2)" --l2 --steps full', "latex"),
    ("loss mse --output-activation sigmoid --notation both", "latex"),
    ("loss bce --set y=1 --set yhat=0.7", "latex"),
    ("loss ce --set y=0,0,1,0,0 --set yhat=0.1,0.3,0.4,0.1,0.1", "markdown"),
    ("loss ce --set y=0,0,1 --set z=0.1,0.3,0.4 --digits 3", "latex"),
    (f"svm --l2 {EVERY}", "latex"),
    *((f"minibatch --loss {name}", "latex") for name in ("mse", "mae", "hinge", "ce", "svm")),
    ("minibatch --loss mse --notation both", "latex"),
    ("minibatch --output-activation sigmoid", "markdown"),
    (f"layer {EVERY}", "latex"),
    *((f"collapse {more}", "latex") for more in ("--layers 5", "--layers L", "--no-bias")),
    *((f"mlp {more}", "latex") for more in (
        "--activation maxout --pieces 3", "--residual", "--tied", "--layers L --tied", "--layers L --residual --tied",
        '--sizes 3,4,1 --entry "W1[1,1]"', "--loss norm", "--loss huber", "--loss svm", "--no-bias --reduction sum")),
    ("worked --digits 2", "latex"),
    ("worked --sizes 3,4,2 --activation tanh --loss ce --seed 7", "latex"),
    ("worked --sizes 3,4,2 --activation relu --loss bce --seed 7 --digits 3", "markdown"),
    ("cost", "latex"),
    *((f"optimizer {name}", "latex") for name in ("gd", "momentum", "nesterov", "rmsprop", "adamw")),
    ('graph "maximum(0, x@w1)@w2" --where "x: N,D; w1: D,H; w2: H,C"', "latex"),
    ('graph "sum(max(W@x, axis=0))" --where "W: n,m; x: m"', "latex"),
    *((f"note {MODELS / name} --wrt {wrt}", "latex") for name, wrt in (
        ("layer-norm.md", "x,beta,gamma"), ("recurrent.md", "U,W,b,V"), ("attention.md", "W_Q,W_K,W_V"),
        ("batch-norm.md", "X,gamma,beta"))),
]  # fmt: skip
