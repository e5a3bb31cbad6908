"""One table of notation, shared by everything that writes formulas (and by whoever reads them).

A name is a base with an accent, a subscript and a layer: yhat is \\hat{y}, w0 is w_0, W at layer 2 is W^{(2)}.
Plain italic letters throughout; names of several letters are upright.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from sympy import Expr

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ",
    "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ",
    "tau": "τ", "upsilon": "υ", "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ",
    "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ",
    "Omega": "Ω", "varphi": "φ", "varepsilon": "ε", "ell": "ℓ",
}  # fmt: skip
ALIASES = {"eps": "epsilon", "lam": "lambda", "lambda_": "lambda", "lamda": "lambda"}

# suffix of a name -> (LaTeX command, combining character)
ACCENTS = {"hat": (r"\hat", "\u0302"), "bar": (r"\bar", "\u0304"), "tilde": (r"\tilde", "\u0303"),
           "dot": (r"\dot", "\u0307"), "vec": (r"\bm", "\u20d7")}  # fmt: skip
SIGNS = {"star": r"\star", "dagger": r"\dagger", "plus": "+", "minus": "-"}  # subscripts that are signs
STEP = re.compile(r"\w[+-]\w")  # t-1
SCRIPT = re.compile(r"cal([A-Z])")  # the L of a loss
SCRIPTS = dict(zip("BEFHILMR", "ℬℰℱℋℐℒℳℛ", strict=True))  # those that are not in one block with the others
SHORT_WORDS = frozenset(("in", "at", "to", "on", "id", "ce", "ls", "ml", "lr", "bn", "fc"))
"""Subscripts of two letters that are words; others are two labels, as in W_{xh} from x to h."""

# class name of a scalar function -> (LaTeX, text, NumPy); those with a notation of their own are rules of the writers
FUNCTIONS = {
    "sigmoid": (r"\sigma", "σ", None),
    "log": (r"\log", "log", "np.log"),
    "exp": (r"\exp", "exp", "np.exp"),
    "tanh": (r"\tanh", "tanh", "np.tanh"),
    "relu": (r"\mathrm{relu}", "relu", None),
    "sign": (r"\mathrm{sign}", "sign", "np.sign"),
    "Abs": (r"\mathrm{abs}", "abs", "np.abs"),
    "maximum": (r"\max", "max", "np.maximum"),
    "minimum": (r"\min", "min", "np.minimum"),
    "sin": (r"\sin", "sin", "np.sin"),
    "cos": (r"\cos", "cos", "np.cos"),
    "tan": (r"\tan", "tan", "np.tan"),
    "sinh": (r"\sinh", "sinh", "np.sinh"),
    "cosh": (r"\cosh", "cosh", "np.cosh"),
    "asin": (r"\arcsin", "arcsin", "np.arcsin"),
    "acos": (r"\arccos", "arccos", "np.arccos"),
    "atan": (r"\arctan", "arctan", "np.arctan"),
    "asinh": (r"\mathrm{arsinh}", "arsinh", "np.arcsinh"),
    "acosh": (r"\mathrm{arcosh}", "arcosh", "np.arccosh"),
    "atanh": (r"\mathrm{artanh}", "artanh", "np.arctanh"),
    "erf": (r"\mathrm{erf}", "erf", "np.vectorize(__import__('math').erf)"),
    "gamma": (r"\Gamma", "gamma", "np.vectorize(__import__('math').gamma)"),
    "floor": (r"\mathrm{floor}", "floor", "np.floor"),
}
# operations on whole arrays -> (LaTeX, text)
OPERATIONS = {
    "softmax": (r"\mathrm{softmax}", "softmax"),
    "LogSumExp": (r"\mathrm{logsumexp}", "logsumexp"),
    "Max_": (r"\max", "max"),
    "Prod_": (r"\mathrm{prod}", "prod"),
    "hardmax": (r"\mathrm{hardmax}", "hardmax"),
    "rowmax": (r"\mathrm{rowmax}", "rowmax"),
    "rowprod": (r"\mathrm{rowprod}", "rowprod"),
    "diag": (r"\mathrm{diag}", "diag"),
    "trace": (r"\mathrm{tr}", "tr"),
    "det": (r"\det", "det"),
    "vec": (r"\mathrm{vec}", "vec"),
}
# words that follow a prefix without brackets when the argument is a single symbol: log p
PREFIX = frozenset({"log", "tanh", "sin", "cos", "tan", "sinh", "cosh", "trace", "det"})


class Name(NamedTuple):
    """The parts of a name."""

    base: str
    accent: str = ""
    subscript: str = ""


@lru_cache(1024)
def split_name(name: str) -> Name:
    """The parts of an identifier.

    >>> split_name("yhat"), split_name("w0"), split_name("x_bar"), split_name("mu_1")
    (Name(base='y', accent='hat', subscript=''), Name(base='w', accent='', subscript='0'), \
Name(base='x', accent='bar', subscript=''), Name(base='mu', accent='', subscript='1'))
    """
    bare = ALIASES.get(name, name)
    if bare in GREEK or len(bare) == 1 or bare.isdigit():
        return Name(bare)
    found = re.fullmatch(r"(.+?)_?(\d+)", bare)
    if found and _is_base(found[1]):
        inner = split_name(found[1])
        if not inner.subscript:
            return Name(inner.base, inner.accent, found[2])
    for accent in ACCENTS:
        stem = bare.removesuffix(accent).removesuffix("_")
        if stem != bare and bare.endswith(accent) and (len(stem) == 1 or ALIASES.get(stem, stem) in GREEK):
            return Name(ALIASES.get(stem, stem), accent)
    head, _, tail = bare.partition("_")
    if tail and head:
        inner = split_name(head)
        if inner.subscript:
            return Name(inner.base, inner.accent, f"{inner.subscript},{tail}")
        if tail in ACCENTS:
            return Name(head, tail)
        front, _, rest = tail.partition("_")
        if front in ACCENTS and rest:
            return Name(inner.base, front, rest)
        return Name(inner.base, inner.accent, tail)
    return Name(bare)


def _is_base(stem: str) -> bool:
    """Whether digits after this are a subscript: after a letter, a Greek name or an accented letter."""
    return (
        len(stem) == 1
        or ALIASES.get(stem, stem) in GREEK
        or any(stem.endswith(a) and _is_base(stem.removesuffix(a).removesuffix("_")) for a in ACCENTS if stem != a)
    )


def latex_word(word: str) -> str:
    """A base or subscript: a letter, a Greek letter, a number, or an upright word."""
    word = ALIASES.get(word, word)
    if word in GREEK:
        return "\\" + word
    if len(word) == 1 or word.isdigit() or STEP.fullmatch(word):
        return word
    if (script := SCRIPT.fullmatch(word)) is not None:
        return rf"\mathcal{{{script[1]}}}"
    if "," in word:
        return ",".join(map(latex_subscript, word.split(",")))
    if (name := _symbol(word)) is not None:
        return latex_base(name) + (f"_{_group(latex_subscript(name.subscript))}" if name.subscript else "")
    return r"\mathrm{" + word.replace("_", r"\_") + "}"


def _group(latex: str) -> str:
    return latex if len(latex) == 1 or re.fullmatch(r"\\[A-Za-z]+", latex) else f"{{{latex}}}"


def latex_subscript(word: str) -> str:
    if is_pair(word):
        return word.replace(".", "")
    return SIGNS.get(word) or latex_word(word)


def is_pair(word: str) -> bool:
    """Whether a subscript is two labels: xh, and x.i, which is no Greek letter."""
    apart = re.fullmatch(r"[a-z]\.[a-z]", word) is not None
    return apart or (len(word) == 2 and word.isalpha() and word.islower() and word not in {*GREEK, *SHORT_WORDS})


def text_word(word: str) -> str:
    if is_pair(word):
        return word.replace(".", "")
    if (script := SCRIPT.fullmatch(word)) is not None:
        return SCRIPTS.get(script[1]) or chr(ord("𝒜") + ord(script[1]) - ord("A"))
    name = _symbol(word)
    if name is not None:
        return text_base(name) + (f"_{text_word(name.subscript)}" if name.subscript else "")
    return GREEK.get(ALIASES.get(word, word), word)


def _symbol(word: str) -> Name | None:
    """A subscript that is a symbol with an accent or a subscript of its own: delta_xhat is the delta of \\hat{x}."""
    name = split_name(word)
    letter = len(name.base) == 1 or name.base in GREEK
    return name if letter and (name.accent or name.subscript) and "," not in name.subscript else None


def latex_base(name: Name) -> str:
    word = latex_word(name.base)
    return f"{ACCENTS[name.accent][0]}{{{word}}}" if name.accent else word


def text_base(name: Name) -> str:
    word = text_word(name.base)
    return unicodedata.normalize("NFC", word + ACCENTS[name.accent][1]) if name.accent else word


@lru_cache(1024)
def identifier(name: str, layer: Expr | None = None) -> str:
    """The Python name of a tensor or size: W at layer 2 is W2."""
    numbered = isinstance(layer, int) or getattr(layer, "is_Integer", False)
    word = name if layer is None else f"{name}{layer}" if numbered else f"{name}_{layer}"
    word = re.sub(r"\W+", lambda m: {"+": "p", "-": "m"}.get(m[0].strip(), "_"), word)
    if not word or word[0].isdigit():
        word = f"_{word}"
    return f"{word}_" if keyword.iskeyword(word) else word


def index_letters(dim: Expr) -> tuple[str, ...]:
    """Letters to try for an index that runs over this dimension: n for N, d for D, k for K, i for layer sizes."""
    name = getattr(dim, "name", "")
    own = LETTERS.get(name, (name.lower(),) if len(name) == 1 and name.isupper() else ())
    return tuple(dict.fromkeys((*own, *"ijklmnpqrstuvabcdefgho")))


LETTERS = {"N": ("n", "m"), "D": ("d", "e"), "K": ("k", "j", "l"), "C": ("c", "k"), "M": ("m",), "T": ("t", "s"),
           "L": ("l",), "H": ("h", "i"), "J": ("j",), "P": ("p", "q"), "V": ("v", "u")}  # fmt: skip
