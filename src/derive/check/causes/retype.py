"""Slips undone in the source itself, for right sides whose shapes do not even fit: transposes, layers, order.

A right side that cannot be read as an expression is edited as text: each edit is read again in its place in the note
and judged like any claim, so that the right form comes out in the author's own notation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from derive.check.causes.causes import Cause
from derive.check.verdicts.claims import judge
from derive.evaluate.clock import now

if TYPE_CHECKING:
    from derive.documents.model import Statement

SECONDS = 1.5

TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|[a-zA-Z0-9]|[^\sa-zA-Z0-9]")
TRANSPOSES = re.compile(
    r"\^\s*(?:\{\s*(?:\\top|\\intercal|T|\\(?:mathsf|mathrm|sf)\s*(?:\{\s*T\s*\}|T))\s*\}|\\top|T(?![a-zA-Z]))"
)
LAYER = re.compile(r"\^\s*\{\s*([(\[])\s*([a-zA-Z0-9])\s*(?:([+-])\s*1)?\s*([)\]])\s*\}")
ACCENTS = frozenset(
    {
        "\\hat", "\\tilde", "\\bar", "\\vec", "\\bm", "\\mathbf", "\\boldsymbol", "\\mathrm", "\\dot", "\\widehat",
        "\\widetilde", "\\overline", "\\mathcal",
    }
)  # fmt: skip
SYMBOLS = frozenset(
    {
        "\\alpha", "\\beta", "\\gamma", "\\delta", "\\epsilon", "\\varepsilon", "\\zeta", "\\eta", "\\theta",
        "\\kappa", "\\lambda", "\\mu", "\\nu", "\\xi", "\\pi", "\\rho", "\\sigma", "\\tau", "\\phi", "\\varphi",
        "\\chi", "\\psi", "\\omega", "\\Gamma", "\\Delta", "\\Theta", "\\Lambda", "\\Xi", "\\Pi", "\\Sigma",
        "\\Phi", "\\Psi", "\\Omega", "\\ell",
    }
)  # fmt: skip
SPACE = re.compile(r"(?:\s|\\[,;!:])*")
MOST = 24  # edits that are tried


class Edit(NamedTuple):
    """Another right side, the class of the slip it undoes, and what one says about it."""

    kind: str
    sentence: str
    text: str


class Atom(NamedTuple):
    """A symbol or a bracket: text[start:stop] is its base, text[stop:end] its sub- and superscripts."""

    start: int
    stop: int
    end: int


def edits(text: str) -> Iterator[Edit]:
    """What one slip could have made this right side of, each once."""
    seen = {text}
    for rule in (transposes, layers, orders, products):
        for edit in rule(text):
            if edit.text not in seen:
                seen.add(edit.text)
                yield edit


def transposes(text: str) -> Iterator[Edit]:
    for found in TRANSPOSES.finditer(text):
        yield Edit("transpose", "one transpose too many", text[: found.start()] + text[found.end() :])
    for a in atoms(text):
        if not TRANSPOSES.search(text[a.stop : a.end]):
            base = text[a.start : a.end]
            whole = f"({base})^\\top" if "^" in text[a.stop : a.end] else f"{base}^\\top"
            said = f"${base.strip()}$ must be transposed"
            yield Edit("transpose", said, text[: a.start] + whole + text[a.end :])


def layers(text: str) -> Iterator[Edit]:
    for found in LAYER.finditer(text):
        left, name, sign, right = found.groups()
        below, above = (str(int(name) - 1), str(int(name) + 1)) if name.isdigit() else (f"{name}-1", f"{name}+1")
        for other in {None: (below, above), "+": (name, below), "-": (name, above)}[sign]:
            changed = f"{text[: found.start()]}^{{{left}{other}{right}}}{text[found.end() :]}"
            atom = next((a for a in atoms(text) if a.start <= found.start() < a.end), None)
            what = f"${text[atom.start : atom.end].strip()}$" if atom else "a layer"
            yield Edit("layer", f"{what} is of the wrong layer" if atom else "a layer is off by one", changed)


def orders(text: str) -> Iterator[Edit]:
    """Two neighbours in a product, exchanged."""
    for a, b in neighbours(text):
        between = text[a.end : b.start]
        if SPACE.fullmatch(between):
            swapped = text[b.start : b.end] + (between or " ") + text[a.start : a.end]
            yield Edit("order", "the order of the product is wrong", text[: a.start] + swapped + text[b.end :])


def products(text: str) -> Iterator[Edit]:
    for found in re.finditer(r"\\odot|\\circ(?![a-zA-Z])", text):
        changed = text[: found.start()] + " " + text[found.end() :]
        yield Edit("product", "an entrywise product stands where a matrix product belongs", changed)
    for a, b in neighbours(text):
        if SPACE.fullmatch(text[a.end : b.start]):
            changed = text[: a.end] + r" \odot " + text[b.start :]
            yield Edit("product", "a matrix product stands where an entrywise one belongs", changed)


def neighbours(text: str) -> Iterator[tuple[Atom, Atom]]:
    """Each symbol or bracket with the one that follows it."""
    found = sorted(atoms(text))
    for a in found:
        following = next((b for b in found if b.start >= a.end), None)
        if following:
            yield a, following


def atoms(text: str) -> Iterator[Atom]:
    """Symbols and brackets outside subscripts and superscripts, in order; a bracket comes before what it holds."""
    yield from _atoms(text, 0, len(text))


def _atoms(text: str, start: int, end: int) -> Iterator[Atom]:
    at = start
    while at < end:
        found = TOKEN.match(text, at)
        if not found:
            at += 1
            continue
        token, stop = found.group(), found.end()
        if token in ("_", "^"):
            at = argument(text, stop)
        elif token in ACCENTS:
            stop = argument(text, stop)
            at = scripts(text, stop)
            yield Atom(found.start(), stop, at)
        elif token in SYMBOLS or (token.isalpha() and len(token) == 1):
            at = scripts(text, stop)
            yield Atom(found.start(), stop, at)
        elif token == "(":
            close = closing(text, stop)
            at = scripts(text, close)
            first = _opened(text, found.start())
            yield Atom(first, close, at)
            yield from _atoms(text, stop, min(close, end))
        else:
            at = stop


def _opened(text: str, at: int) -> int:
    r"""Where a bracket begins, with its \left or \big."""
    sized = re.search(r"\\(?:left|[bB]igg?l?)\s*$", text[:at])
    return sized.start() if sized else at


def closing(text: str, at: int) -> int:
    """Behind the bracket that closes one that was opened before `at`."""
    depth = 1
    for k in range(at, len(text)):
        depth += {"(": 1, ")": -1}.get(text[k], 0)
        if not depth:
            return k + 1
    return len(text)


def argument(text: str, at: int) -> int:
    """Behind the group or the token that begins at `at`."""
    while at < len(text) and text[at].isspace():
        at += 1
    if at < len(text) and text[at] == "{":
        depth = 0
        for k in range(at, len(text)):
            depth += {"{": 1, "}": -1}.get(text[k], 0)
            if not depth:
                return k + 1
        return len(text)
    found = TOKEN.match(text, at)
    return found.end() if found else len(text)


def scripts(text: str, at: int) -> int:
    """Behind the subscripts, superscripts and primes that begin at `at`."""
    while True:
        found = re.match(r"\s*([_^'])", text[at:])
        if not found:
            return at
        at += found.end()
        if found.group(1) != "'":
            at = argument(text, at)


def undone(text: str, again: Callable[[str], Statement | None], seconds: float = SECONDS) -> Cause | None:
    """The cause of shapes that do not fit: the class of the edits after which the claim holds."""
    until, found = now() + seconds, []
    for edit, _ in zip(edits(text), range(MOST), strict=False):
        if now() > until:
            break
        statement = again(edit.text)
        if statement is not None and judge(statement, seconds=0.5).established:
            found.append(edit)
    if not found:
        return None
    kinds = dict.fromkeys(e.kind for e in found)
    said = "; or ".join(dict.fromkeys(e.sentence for e in found[:2]))
    return Cause(found[0].kind, said, len(kinds) == 1, " ".join(found[0].text.split()))
