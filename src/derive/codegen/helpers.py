"""The functions that generated modules define where they need them: each accurate to a few units in the last place.

They are written once, in NumPy, and translated to a backend like everything else. What they mean is said in their
docstrings; tests compare each with ball arithmetic over |z| <= 1000 in single and double precision.
"""

from __future__ import annotations

from typing import NamedTuple

from derive.codegen.polynomials import ERF, ERFCX


class Helper(NamedTuple):
    """The source of a function in NumPy, and the helpers that it calls."""

    source: str
    needs: tuple[str, ...] = ()


HELPERS: dict[str, Helper] = {
    "sigmoid": Helper('''
def sigmoid(z):
    """1 / (1 + exp(-z)), accurate in both tails."""
    return np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z)))
'''),
    "sigmoid_slope": Helper('''
def sigmoid_slope(z):
    """The derivative of the sigmoid: sigmoid(z) * sigmoid(-z)."""
    e = np.exp(-np.abs(z))
    return e / (1 + e) ** 2
'''),
    "softplus": Helper('''
def softplus(z):
    """log(1 + exp(z))."""
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))
'''),
    "heaviside": Helper('''
def heaviside(z):
    """1 where z > 0, else 0."""
    return (z > 0).astype(z.dtype)
'''),
    "from_top": Helper('''
def from_top(z):
    """Along the last axis: z - max(z), its exponential, and the sum without the largest one.

    The rounding error of the difference is put back, since the exponential would magnify it.
    """
    top = np.max(z, axis=-1, keepdims=True)
    gap = z - top
    back = gap - z
    lost = (z - (gap - back)) - (top + back)
    e = np.exp(gap) * (1 + lost)
    first = np.floor(e)
    ties = np.sum(first, axis=-1, keepdims=True) - 1
    return gap, e, np.sum(e - first, axis=-1, keepdims=True) + ties
'''),
    "softmax": Helper(
        '''
def softmax(z):
    """exp(z) / sum(exp(z)) along the last axis."""
    _, e, rest = from_top(z)
    return e / (1 + rest)
''',
        ("from_top",),
    ),
    "softmax_rest": Helper(
        '''
def softmax_rest(z):
    """1 - softmax(z), as the sum of the other probabilities."""
    gap, e, rest = from_top(z)
    return (rest + (1 - e)) / (1 + rest)
''',
        ("from_top",),
    ),
    "log_softmax": Helper(
        '''
def log_softmax(z):
    """log(softmax(z)) along the last axis."""
    gap, _, rest = from_top(z)
    return gap - np.log1p(rest)
''',
        ("from_top",),
    ),
    "logsumexp": Helper(
        '''
def logsumexp(z, keepdims=False):
    """log(sum(exp(z))) along the last axis."""
    _, _, rest = from_top(z)
    total = np.max(z, axis=-1, keepdims=True) + np.log1p(rest)
    return total if keepdims else total[..., 0]
''',
        ("from_top",),
    ),
    "gauss": Helper('''
def gauss(z):
    """exp(-z^2 / 2): the square is split, for its rounding error would be magnified."""
    z = np.abs(z)
    h = np.floor(16 * z) / 16
    return np.exp(-h * h / 2) * np.exp((h - z) * (h + z) / 2)
'''),
    "exp_minus_square": Helper('''
def exp_minus_square(x):
    """exp(-x^2): the square is split, for its rounding error would be magnified."""
    x = np.abs(x)
    h = np.floor(16 * x) / 16
    return np.exp(-h * h) * np.exp((h - x) * (h + x))
'''),
    "erfcx": Helper(f'''
def erfcx(x):
    """exp(x^2) erfc(x) for x >= 0."""
    coefficients = {ERFCX}
    t = (x - 2) / (x + 2)
    total = 0 * t
    for c in coefficients:
        total = total * t + c
    return total / (1 + 2 * x)
'''),
    "erfc": Helper(
        '''
def erfc(x):
    """1 - erf(x), accurate in its tail."""
    tail = exp_minus_square(x) * erfcx(np.abs(x))
    return np.where(x > 0, tail, 2 - tail)
''',
        ("exp_minus_square", "erfcx"),
    ),
    "erf": Helper(
        f'''
def erf(x):
    """The error function: a series near 0, and 1 less the tail elsewhere."""
    coefficients = {ERF}
    square = np.minimum(x * x, 1)
    total = 0 * x
    for c in coefficients:
        total = total * square + c
    tail = exp_minus_square(x) * erfcx(np.abs(x))
    return np.where(square == 1, np.sign(x) * (1 - tail), x * total)
''',
        ("exp_minus_square", "erfcx"),
    ),
    "normal_cdf": Helper(
        '''
def normal_cdf(z):
    """(1 + erf(z / sqrt(2))) / 2, accurate in its tail."""
    tail = gauss(z) * erfcx(np.abs(z) * math.sqrt(0.5)) / 2
    return np.where(z > 0, 1 - tail, tail)
''',
        ("gauss", "erfcx"),
    ),
    "or_one": Helper('''
def or_one(x):
    """x where it is positive, else 1: what a vector is divided by whose norm x may be 0."""
    return np.where(x > 0, x, 1)
'''),
    "log_det": Helper('''
def log_det(A):
    """log(det(A)) without the determinant, which overflows; as log has it, not a number where det(A) < 0."""
    sign, size = np.linalg.slogdet(A)
    return size + np.log(sign)
'''),
    "winner": Helper('''
def winner(z):
    """1 at the largest entry along the last axis, else 0."""
    return (z == np.max(z, axis=-1, keepdims=True)).astype(z.dtype)
'''),
}


def with_needs(names: set[str]) -> tuple[str, ...]:
    """These helpers and those that they call, in the order of the table."""
    wanted, todo = set(), list(names)
    while todo:
        name = todo.pop()
        if name not in wanted:
            wanted.add(name)
            todo += HELPERS[name].needs
    return tuple(name for name in HELPERS if name in wanted)
