"""Pages that `derive` prints, with the options that change what is on them: what is written must be read."""

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
