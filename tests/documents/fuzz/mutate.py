"""Mutations of notes: tokens, lines and brackets deleted, doubled and swapped, macros put in, bytes spoilt."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from random import Random

ROOT = Path(__file__).parents[3]
FOLDERS = ("derivations/notes", "derivations/mistakes", "tests/check/held", "tests/check/examples")
TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\$\$|\w+|\s+|.", re.DOTALL)
PIECES = (
    "{", "}", "$", "$$", "\\", "^", "_", "&", "\\\\", "(", ")", "[", "]", "|", "\\|", "=", "<", "\\le", "x", "1", "0", ",", ".",
    "'", "^\\top", "^{-1}", "_{i}", "^{(l)}", "\\frac", "\\frac{1}{N}", "\\sum_{i=1}^{n}", "\\sum", "\\sum_{", "\\partial", "\\nabla",
    "\\left(", "\\right)", "\\left.", "\\right|", "\\begin{cases}", "\\end{cases}", "\\begin{pmatrix}", "\\end{aligned}", "\\text{if }",
    "\\odot", "\\int", "\\lim_{t\\to\\infty}", "\\mathbf", "\\mathrm{diag}", "\\operatorname", "\\sqrt", "\\hat", "\\log", "\\exp",
    "\\max", "\\in\\mathbb{R}", "\\in\\mathbb{R}^{n}", "\\Rightarrow", "\\approx 1.25", ":=", "\\prime", "\\dots", "\\cdots",
    "\\newcommand{\\x}[1]{#1 \\x{#1}}", "\\def\\y{", "\\newcommand{\\z}[2]{#2^{#1}}", "\\z{1}", "#1", "%", "% derive: ", "<!-- derive: x: n -->",
    "<!--", "-->", "```", "`", "~~~", "\n\n", "\n> ", "\t", "@", "\u200b", "\ufeff", "\u00a0", "\u202e", "\u2028", "\x0c", "\x85",
    "²", "½", "٣", "𝑥", "𝐱", "é", "e\u0301", "한", "∑", "∂", "ᵀ", "−", "\x00", "\x1f", "9" * 40, "1e9999", "10^{10^{10}}", "/0",
)  # fmt: skip
"""What is put in."""


def seeds() -> list[Path]:
    """The notes that are mutated."""
    found = [p for folder in FOLDERS for p in sorted((ROOT / folder).glob("*")) if p.suffix in (".md", ".tex")]
    assert len(found) > 20
    return found


def delete(tokens: list[str], at: int, rng: Random) -> None:
    del tokens[at : at + rng.choice((1, 1, 1, 2, 5, 40))]


def double(tokens: list[str], at: int, rng: Random) -> None:
    stop = at + rng.choice((1, 1, 3, 10))
    tokens[at:at] = tokens[at:stop] * rng.choice((1, 1, 1, 2, 60))


def swap(tokens: list[str], at: int, rng: Random) -> None:
    other = min(len(tokens) - 1, at + rng.choice((1, 2, 3, 30)))
    tokens[at], tokens[other] = tokens[other], tokens[at]


def insert(tokens: list[str], at: int, rng: Random) -> None:
    tokens.insert(at, rng.choice(PIECES))


def replace(tokens: list[str], at: int, rng: Random) -> None:
    tokens[at] = rng.choice((rng.choice(PIECES), rng.choice(tokens)))


def move(tokens: list[str], at: int, rng: Random) -> None:
    size = rng.choice((1, 4, 15))
    part = tokens[at : at + size]
    del tokens[at : at + size]
    place = rng.randrange(len(tokens) + 1)
    tokens[place:place] = part


def unbracket(tokens: list[str], at: int, rng: Random) -> None:
    found = next((n for n in range(at, len(tokens)) if tokens[n] in "{}()[]$"), None)
    if found is not None:
        del tokens[found]


def nest(tokens: list[str], at: int, rng: Random) -> None:
    opener, closer = rng.choice(
        (("{", "}"), ("(", ")"), ("\\left(", "\\right)"), ("\\sqrt{", "}"), ("a^{", "}"), ("|", "|"))
    )
    depth = rng.choice((1, 3, 50, 70, 400))
    tokens[at] = opener * depth + tokens[at] + closer * depth


def nonsense(tokens: list[str], at: int, rng: Random) -> None:
    tokens.insert(next((n for n in range(at, len(tokens)) if tokens[n] in "=+-^"), at) + rng.randrange(3), "@")


RULES: tuple[Callable[[list[str], int, Random], None], ...] = (
    delete, double, swap, insert, insert, insert, replace, replace, move, unbracket, nest, nonsense,
)  # fmt: skip


def excerpt(lines: list[str], rng: Random) -> list[str]:
    """Some paragraphs of a note, so that a case is quick: its beginning, which declares, and a part of the rest."""
    if len(lines) < 30:
        return lines
    head, at = rng.randrange(5, 15), rng.randrange(len(lines))
    return lines[:head] + lines[max(at, head) : at + rng.randrange(5, 20)]


def mutant(text: str, rng: Random) -> str:
    """The text with a few mutations, or one hundred."""
    tokens = TOKEN.findall("\n".join(excerpt(text.split("\n"), rng))) or ["x"]
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8, 25))):
        rng.choice(RULES)(tokens, rng.randrange(len(tokens)), rng)
        tokens = tokens or ["x"]
    return "".join(tokens)


def spoilt(text: str, rng: Random) -> bytes:
    """The bytes of a text, mostly as they should be."""
    data = text.encode("utf-8", errors="replace")
    kind = rng.randrange(12)
    if kind == 0:
        return data.replace(b"\n", b"\r\n")
    if kind == 1:
        return b"\xef\xbb\xbf" + data
    if kind == 2:
        return data[: rng.randrange(len(data) + 1)]
    if kind == 3:
        at = rng.randrange(len(data) + 1)
        return data[:at] + bytes(rng.randrange(256) for _ in range(rng.choice((1, 3)))) + data[at:]
    if kind == 4:
        return data.replace(b"\n", b"\r")
    if kind == 5:
        return text.encode("utf-16", errors="replace")
    return data


def notebook(text: str, rng: Random) -> str:
    """The text as the Markdown cells of a notebook."""
    paragraphs = text.split("\n\n")
    cells = [{"cell_type": "markdown", "source": p.splitlines(True) if rng.random() < 0.5 else p} for p in paragraphs]
    return json.dumps({"cells": cells}, indent=rng.choice((None, 1)), ensure_ascii=rng.random() < 0.5)


def case(paths: list[Path], rng: Random) -> tuple[bytes, str]:
    """One mutant: its bytes, and the name of the file."""
    path = rng.choice(paths)
    text = mutant(path.read_text(encoding="utf-8"), rng)
    if path.suffix == ".md" and rng.random() < 0.1:
        return spoilt(notebook(text, rng), rng), "note.ipynb"
    return spoilt(text, rng), f"note{path.suffix}"
