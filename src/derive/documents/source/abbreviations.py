"""Abbreviations in plain letters: the LL of `LL(\\beta) = ...` and the TP of `TP = 42` are one name, and no product."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from derive.documents.source.rows import EQUALS, relations
from derive.documents.source.tokens import Token

USUAL = frozenset(
    ("LL", "NLL", "RSS", "SSE", "SSR", "SST", "TSS", "ESS", "MSE", "RMSE", "MAE", "BCE", "ELBO", "AIC", "BIC")
)

COMPARED = ("=", "<", ">", "\\le", "\\ge", "\\ne", "\\approx", "\\propto", ":", "\\coloneqq", "&")


def abbreviations(formulas: Iterable[list[Token]]) -> frozenset[str]:
    """Those of a note none of whose letters stands elsewhere in it; beside `TP = 42` may stand an `F_1`."""
    formulas = list(formulas)
    counted = {word for tokens in formulas if (word := _counted(tokens))}
    said: set[str] = set()
    letters: set[str] = set()
    subscripted: set[str] = set()
    for tokens in formulas:
        for run in _runs(tokens):
            word = "".join(t.text for t in run)
            behind = next((t for t in tokens if t.start >= run[-1].end), None)
            if word in USUAL | counted and _is_a_name(word, behind):
                said.add(word)
            elif len(run) == 1 and behind is not None and behind.is_("_"):
                subscripted.add(word)
            else:
                letters |= {t.text for t in run}
    return frozenset(word for word in said if not (letters if word in counted else letters | subscripted) & set(word))


def perhaps(formulas: Iterable[list[Token]]) -> dict[str, str]:
    """The letters of what is given a number, as `TP = 42`, and may be a name, since not all of them stand elsewhere."""
    formulas = list(formulas)
    alone = {run[0].text for tokens in formulas for run in _runs(tokens) if len(run) == 1}
    found = {word for tokens in formulas if (word := _counted(tokens)) and not alone >= set(word)}
    return {letter: f"{word} may be one name" for word in sorted(found) for letter in word}


def _counted(tokens: list[Token]) -> str:
    """TP of `TP = 42`: capitals that are given a number."""
    part = relations(tokens)
    if len(part.relations) != 1 or str(part.relations[0]) not in EQUALS or [t.kind for t in part.sides[1]] != ["num"]:
        return ""
    runs = list(_runs(part.sides[0]))
    capitals = len(runs) == 1 and 1 < len(runs[0]) == len(part.sides[0]) and all(t.text.isupper() for t in runs[0])
    return "".join(t.text for t in runs[0]) if capitals else ""


def _is_a_name(word: str, behind: Token | None) -> bool:
    """Whether a number may be written like this: no L L^T, and LL only where it takes something or is compared."""
    if behind is not None and (behind.is_("^", "'") or behind.kind == "prime"):
        return False
    return word != "LL" or (behind is not None and (behind.is_("_", *COMPARED) or behind.text in ("(", "left", "bigl")))


def abbreviated(tokens: list[Token], names: frozenset[str]) -> list[Token]:
    """The tokens with one name in place of such letters."""
    out: list[Token] = []
    n = 0
    runs = {run[0].start: run for run in _runs(tokens)} if names else {}
    while n < len(tokens):
        t = tokens[n]
        run = runs.get(t.start, [])
        if len(run) > 1 and "".join(u.text for u in run) in names:
            out.append(Token("word", "".join(u.text for u in run), t.start, run[-1].end, t.spaced))
            n += len(run)
        else:
            out.append(t)
            n += 1
    return out


def _runs(tokens: list[Token]) -> Iterator[list[Token]]:
    """Letters that stand directly behind each other; the R of a set is none."""
    run: list[Token] = []
    for n, t in enumerate(tokens):
        if t.kind == "letter" and len(t.text) == 1 and not any(u.is_("\\mathbb") for u in tokens[max(0, n - 2) : n]):
            if run and run[-1].end != t.start:
                yield run
                run = []
            run.append(t)
        elif run:
            yield run
            run = []
    if run:
        yield run
