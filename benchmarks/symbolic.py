"""Bar P5, the symbolic part: linear in depth, independent of width, far faster than SymPy's scalar derivative."""

from __future__ import annotations

from collections.abc import Iterator

from harness import Contestant, Result, child, derive_command, interleaved, ratios, reported

# CPU seconds of deriving (and, where the options say so, verifying) a page in a fresh process, imports excluded.
DERIVE = """
import sys, time
from derive.catalogue import build
from derive.catalogue.options import PageOptions
import sympy, numpy, derive.catalogue.pages.mlp  # what `build` would load
options = PageOptions.parse(sizes=sys.argv[1], loss="mse", output_activation="sigmoid", check=False)
began = time.process_time()
build("mlp", options)
print(time.process_time() - began)
"""

# The same network spelt out: a scalar expression of the loss, and all its partial derivatives by `diff`.
SYMPY = """
import resource, sys, time
import sympy
resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[2]),) * 2)
sizes = [int(size) for size in sys.argv[1].split(",")]
began = time.process_time()
signal, parameters = [sympy.Symbol(f"x{j}") for j in range(sizes[0])], []
for layer, (inner, outer) in enumerate(zip(sizes, sizes[1:])):
    weights = [[sympy.Symbol(f"W{layer}_{i}_{j}") for j in range(inner)] for i in range(outer)]
    biases = [sympy.Symbol(f"b{layer}_{i}") for i in range(outer)]
    sums = [sympy.Add(b, *(w * a for w, a in zip(row, signal))) for row, b in zip(weights, biases)]
    signal = [1 / (1 + sympy.exp(-z)) for z in sums]
    parameters += [w for row in weights for w in row] + biases
loss = sympy.Add(*((a - sympy.Symbol(f"y{i}")) ** 2 / 2 for i, a in enumerate(signal)))
for parameter in parameters:
    sympy.diff(loss, parameter)
print(time.process_time() - began)
"""

SIZES = "8,8,8,1"
CAP = 300


def depth(rounds: int) -> Iterator[Result]:
    """1000 layers against 100, verification and JSON included, start-up (that of one layer) subtracted."""
    contestants = {n: _page("--layers", n) for n in ("1000", "100", "1")}
    times = interleaved(contestants, min(rounds, 3))
    start = min(times["1"])
    long, short = ([t - start for t in times[n]] for n in ("1000", "100"))
    note = f"{sorted(times['1000'])[len(times['1000']) // 2]:.1f} s of CPU for 1000 layers, start-up included"
    yield Result("P5", "derive mlp --layers 1000", "--layers 100", *ratios(long, short), limit=12, note=note)


def width(rounds: int) -> Iterator[Result]:
    """A network a thousand times as wide costs the same."""
    times = interleaved({"wide": _page("--sizes", "3000,4000,2"), "narrow": _page("--sizes", "3,4,2")}, rounds)
    yield Result("P5", "--sizes 3000,4000,2", "--sizes 3,4,2", *ratios(times["wide"], times["narrow"]), limit=1.1)


def scalar_diff(rounds: int) -> Iterator[Result]:
    """All gradients of an 8-8-8-1 network: one derivation against SymPy's `diff` of the expression spelt out."""
    contestants = {"derive": reported(DERIVE, SIZES), "sympy": reported(SYMPY, SIZES, str(CAP))}
    times = interleaved(contestants, min(rounds, 3), warm=False)
    note = f"SymPy: {min(times['sympy']):.1f} s at best; imports excluded on both sides"
    measured = ratios(times["derive"], times["sympy"])
    yield Result("P5", f"deriving mlp {SIZES}", "SymPy scalar diff", *measured, limit=0.01, note=note)


def _page(*options: str) -> Contestant:
    return child(derive_command("mlp", *options, "--format", "json", "--no-cache"))
