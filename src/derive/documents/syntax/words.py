"""The vocabulary of formulas: functions, letters, sums, products and environments by their names."""

from __future__ import annotations

FUNCTIONS = frozenset(
    ("log", "ln", "lg", "exp", "sin", "cos", "tan", "tanh", "sinh", "cosh", "arctan", "det", "max", "min", "tr",
     "sup", "inf", "operatorname", "cot", "sec", "csc", "coth", "arcsin", "arccos", "Pr", "arg", "sign", "diag",
     "rank", "dim", "ker", "gcd")
)  # fmt: skip
WORDS = frozenset(
    ("softmax", "sigmoid", "relu", "softplus", "sign", "sgn", "diag", "tr", "trace", "det", "exp", "log", "ln",
     "tanh", "sin", "cos", "tan", "sinh", "cosh", "max", "min", "logit", "logsumexp", "lse", "mean", "var", "step",
     "gelu", "silu", "swish", "elu", "vec", "erf", "abs", "sqrt", "arsinh", "artanh", "arcosh", "arctan", "arcsin",
     "arccos", "prod", "rank", "inv", "logsoftmax", "logsigmoid", "rowmax", "rowprod", "hardmax", "sum", "diagonal",
     "heaviside", "clip", "norm")
)  # fmt: skip
GREEDY = frozenset(
    ("log", "ln", "lg", "exp", "det", "tr", "trace", "sin", "cos", "tan", "tanh", "sinh", "cosh", "sign", "sgn")
)
LETTERLIKE = frozenset(
    ("alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta", "vartheta", "iota", "kappa",
     "lambda", "mu", "nu", "xi", "pi", "varpi", "rho", "varrho", "sigma", "varsigma", "tau", "upsilon", "phi",
     "varphi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi",
     "Psi", "Omega", "ell", "hbar", "imath", "jmath", "varGamma", "varTheta", "Re", "Im", "wp")
)  # fmt: skip
BIG = frozenset(("sum", "prod", "lim"))
PLACE = "a value; where a function is largest is known only as an index, in \\mathbf 1[k = \\arg\\max_j z_j]"
ENTRYWISE = {"odot": "odot", "circ": "circ", "oslash": "oslash", "otimes": "otimes"}
MATRICES = frozenset(
    ("matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "smallmatrix", "array", "psmallmatrix")
)
