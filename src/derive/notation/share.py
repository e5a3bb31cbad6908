"""Names for large parts that repeat: P = softmax(X W), p = sigma(X w), R = X - U V^T."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, replace

from derive.expr import sigmoid
from derive.notation.forms import Add, Apply, Components, Form, Inverse, Leaf, Named, Norm, Reduce, Softmax, walk

# letters to try, for (kind, rank)
LETTERS: dict[type, dict[int, tuple[str, ...]]] = {
    Softmax: {1: ("p", "q", "s"), 2: ("P", "Q", "S")},
    Apply: {0: ("a", "h"), 1: ("a", "h", "b"), 2: ("A", "H", "B")},
    Add: {0: ("t", "s"), 1: ("r", "e", "u"), 2: ("R", "E", "M")},
    Inverse: {2: ("K", "J", "G")},
    Norm: {0: ("rho", "s", "t")},
    Reduce: {0: ("m", "c"), 1: ("m", "c")},
}
SPARE = {0: ("c", "s", "t", "k"), 1: ("u", "v", "h", "g"), 2: ("M", "H", "G", "T")}
MINIMUM = 6  # what is smaller is clearer written out, except these, which have a name in every textbook
USUAL = {Softmax: 2, Apply: 4}


def shared(form: Form) -> tuple[Form, list[Named]]:
    """The form with names in it, and the names, innermost first."""
    names: list[Named] = []
    used = {f.tensor.name for f in walk(form) if isinstance(f, Leaf)}
    while (part := _most_worth(form)) is not None:
        named = Named(_letter(part, used), part)
        used.add(named.name)
        names.append(named)
        form = replaced(form, part, named)
    return form, _ordered(names)


def _most_worth(form: Form) -> Form | None:
    """The repeated part that saves most if it gets a name."""
    counts = Counter(_visible(form))
    repeated = [f for f, n in counts.items() if n > 1 and type(f) in LETTERS and f.weight >= _least(f)]
    return max(repeated, key=lambda f: (counts[f] * f.weight, f.label), default=None)


def _least(f: Form) -> int:
    return USUAL.get(type(f), MINIMUM)


def _visible(form: Form):
    for f in walk(form):
        if not isinstance(f, (Named, Components)):
            yield f


def _letter(part: Form, used: set[str]) -> str:
    rank = len(part.shape)
    own = LETTERS[type(part)].get(rank, ())
    if isinstance(part, Apply) and part.function is sigmoid:
        own = {1: ("p", "a"), 2: ("P", "A")}.get(rank, ("p",)) + own
    options = (*own, *SPARE[rank], *(f"{s}{n}" for n in range(1, 100) for s in SPARE[rank][:1]))
    return next(s for s in options if s not in used)


def replaced(form: Form, part: Form, name: Named) -> Form:
    """The form with a name in place of a part, everywhere."""
    if form == part:
        return name
    if isinstance(form, (Components, Named)) or part not in walk(form):
        return form
    changes = {f.name: _replaced_field(getattr(form, f.name), part, name) for f in fields(form)}
    return replace(form, **changes)


def _replaced_field(value, part: Form, name: Named):
    if isinstance(value, Form):
        return replaced(value, part, name)
    if isinstance(value, tuple):
        return tuple(_replaced_field(v, part, name) for v in value)
    return value


def _ordered(names: list[Named]) -> list[Named]:
    """Definitions before their uses, with earlier names inside later definitions."""
    out: list[Named] = []
    for n in sorted(names, key=lambda n: n.meaning.weight):
        meaning = n.meaning
        for earlier in out:
            meaning = replaced(meaning, earlier.meaning, earlier)
        out.append(Named(n.name, meaning))
    return out
