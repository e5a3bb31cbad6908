"""Characters of mathematics to tokens, each with its place in the source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from derive.documents.trouble import Unreadable

MAX_LENGTH = 30_000  # characters of one formula
MAX_DIGITS = 60  # of one number
MAX_DEPTH = 60  # of brackets and groups, each within the other

UNICODE = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau",
    "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda",
    "Σ": "Sigma", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega", "ℓ": "ell", "∂": "partial", "∇": "nabla", "∑": "sum",
    "∏": "prod", "≤": "le", "≥": "ge", "≠": "ne", "≈": "approx", "∈": "in", "×": "times", "·": "cdot", "⋅": "cdot",
    "⊙": "odot", "∘": "circ", "⊗": "otimes", "→": "to", "←": "leftarrow", "⇒": "Rightarrow", "⇔": "iff",
    "∞": "infty", "√": "sqrt", "ℝ": "R", "∥": "|", "‖": "|", "⟨": "langle", "⟩": "rangle", "…": "dots",
    "⊤": "top", "−": "-", "²": "^2", "³": "^3", "ᵀ": "^T",
}  # fmt: skip
"""Characters that stand for a command, or for other characters."""

WORDS = re.compile(r"[A-Za-z]+")
NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+")
TEXTUAL = frozenset(
    ("text", "textrm", "textbf", "textit", "textnormal", "mbox", "hbox", "textsf", "intertext", "shortintertext")
)
BOX = re.compile(r"\s*(?:\[[^\[\]{}]*\]\s*)*\{[^{}]*\}(?=\s*\{)")  # of a box of words: how it is placed, how wide it is


@dataclass(frozen=True, slots=True)
class Token:
    """kind: "cmd" (text without its backslash), "letter", "num", "sym", "text" (words), "end"."""

    kind: str
    text: str
    start: int
    end: int
    spaced: bool = False  # a space was set before it

    def __str__(self) -> str:
        return f"\\{self.text}" if self.kind == "cmd" else self.text

    def is_(self, *texts: str) -> bool:
        """Whether this is one of these symbols or commands; commands are written with a backslash."""
        if self.kind == "sym":
            return self.text in texts
        return self.kind == "cmd" and f"\\{self.text}" in texts


def tokenize(source: str, start: int, end: int) -> list[Token]:
    """The tokens of source[start:end]; comments are left out."""
    if end - start > MAX_LENGTH:
        raise Unreadable(start, f"a formula of {end - start:,} characters", f"at most {MAX_LENGTH:,} characters")
    out: list[Token] = []
    place = start
    while place < end:
        token, place = _next(source, place, end)
        if token is not None:
            out.append(token)
    return out


def _next(source: str, place: int, end: int) -> tuple[Token | None, int]:
    c = source[place]
    if c.isspace() or c == "~" or c in "\u200b\ufeff":
        return None, place + 1
    if c == "%":
        stop = source.find("\n", place, end)
        return None, end if stop < 0 else stop + 1
    if c == "\\":
        return _command(source, place, end)
    if c.isdigit() or (c == "." and place + 1 < end and source[place + 1].isdigit()):
        found = NUMBER.match(source, place, end)
        if found and len(found.group()) > MAX_DIGITS:
            raise Unreadable(place, f"a number of {len(found.group()):,} digits", f"at most {MAX_DIGITS} digits")
        if found:
            return Token("num", found.group(), place, found.end()), found.end()
    if c in UNICODE:
        return _stand_in(c, place), place + 1
    return Token("letter" if c.isalpha() else "sym", c, place, place + 1), place + 1


def _stand_in(c: str, place: int) -> Token:
    word = UNICODE[c]
    kind = "cmd" if word.isalpha() or word == "|" else "sym"
    return Token(kind, word, place, place + 1)


def _command(source: str, place: int, end: int) -> tuple[Token | None, int]:
    word = WORDS.match(source, place + 1, end)
    if word is None:
        stop = min(place + 2, end)
        return Token("cmd", source[place + 1 : stop] or " ", place, stop), stop
    stop = word.end()
    if word.group() in TEXTUAL:
        words, stop = _words(source, stop, end)
        return Token("text", words, place, stop), stop
    if word.group() == "parbox" and (box := BOX.match(source, stop, end)):
        words, stop = _words(source, box.end(), end)
        return Token("text", words.strip().removeprefix(r"\raggedright"), place, stop), stop
    if source.startswith("*", stop) and word.group() == "operatorname":
        stop += 1
    return Token("cmd", word.group(), place, stop), stop


def _words(source: str, place: int, end: int) -> tuple[str, int]:
    """The words in braces behind `\\text`."""
    while place < end and source[place].isspace():
        place += 1
    if place >= end or source[place] != "{":
        return source[place : place + 1], min(place + 1, end)
    depth = 0
    for stop in range(place, end):
        depth += (source[stop] == "{") - (source[stop] == "}")
        if depth == 0:
            return source[place + 1 : stop], stop + 1
    raise Unreadable(place, "the end of the formula", "a closing brace }")


def moved(token: Token, start: int, end: int) -> Token:
    """The token with the place of a macro's call."""
    return replace(token, start=start, end=end)


def group_end(tokens: Sequence[Token], n: int) -> int:
    """The place behind the group in braces that begins at n."""
    depth = 0
    for m in range(n, len(tokens)):
        depth += tokens[m].is_("{") - tokens[m].is_("}")
        if depth == 0:
            return m + 1
    return len(tokens)


def show(tokens: list[Token]) -> str:
    """Tokens as text, for messages."""
    return " ".join(map(str, tokens))
