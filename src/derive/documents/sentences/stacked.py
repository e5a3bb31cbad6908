"""Rows and columns by a letter of their own: "X with rows x_n^T"; unit vectors: "e_i is the i-th unit vector"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from derive.documents.declarations.enumerations import enumeration, scripted_name
from derive.documents.names.mentions import bare_names, reachable_from
from derive.documents.names.scripts import items, letter_of, strip, superscript
from derive.documents.names.symbols import INTERCEPT, Definition, Symbol, Tokens
from derive.documents.names.table import Table
from derive.documents.sentences import nouns, prose
from derive.documents.source.document import Document, Segment
from derive.documents.source.samples import EACH
from derive.documents.source.tokens import Token
from derive.documents.syntax import tree as s

ENTRIES = re.compile(
    r"[\s~]*(?:(?:have|has|having|with) (?:the )?(?:entries|components|elements)|collects?|contains?|holds?)\b"
)

OF = re.compile(
    r"\s+of\s+(?:the\s+(?:\w+\s+)?(?:matrix|array)\s+)?\$\s*(?:\\(?:math|bold|bm|bf)\w*\s*\{?)?\s*\\?(?P<name>[A-Za-z]+)"
)


TRANSPOSED = re.compile(
    r"[\s$(\\]*(?:\\\w+\s*\{)?\s*[A-Za-z]\}?\s*\^\s*(?:T\b|\\top\b|\\intercal\b|\{\s*(?:T|\\top|\\intercal)\s*\})"
)


FORM = re.compile(
    r"\b(?:(?:forms?|make up|(?:are )?(?:collected|gathered|arranged|written|put) (?:in|into|as)) (?:(?:the|a|an) )?"
    r"|(?:bilden|ergeben) (?:die|eine) |(?:in|zu) (?:der|einer|eine) )(?:\w+[ -]){0,2}?(?:matrix|array)\s*$"
    r"|(?:모은|이루는|원소로 하는|성분으로 하는)\s*(?:\S+\s)?행렬(?:을|은|이)?\s*$",
    re.IGNORECASE,
)
"""What words say of numbers t_{nk} before the name of a matrix that has them for its entries."""


STANDARD = re.compile(
    r"\b(?:standard|canonical|coordinate|kanonisch\w*)\b|\bstandard-?(?:basis|einheits)|표준", re.IGNORECASE
)
COUNTED = re.compile(
    r"\b(?:first|second|third|last|erste|zweite|dritte|letzte)[nrs]?\b|\d\s*\$?-?(?:st|nd|rd|th)\b|\d\.\s|번째"
    r"|\bthe (?:\w+ )?(?:unit|basis) vectors?\b|\bder (?:\w+ )?einheitsvektor",
    re.IGNORECASE,
)


DENIED = re.compile(r"\b(?:not|never|nicht|keine?)\s+(?:the\s+)?$", re.IGNORECASE)
"""Directly before members: `the rows are not`."""
ARE_NOT = re.compile(r"\s*(?:is|are|sind|ist)\s+(?:not|never|nicht|keine?)\b", re.IGNORECASE)


IN_VECTOR = re.compile(
    r"\b(?:in|into|to|as|forms?|forming|by|zu|in)\s+(?:(?:an?|one|the|single|column|label|target|response|eine[mnr]?)\s+)*"
    r"(?:vector|Vektor)[\s,~]*$",
    re.IGNORECASE,
)


def is_transposed(tokens: Sequence[Token]) -> bool:
    """Whether the tokens are a transpose, X^T."""
    return len(_untransposed(tuple(tokens))) < len(tokens)


def link(tokens: list[Token], said: str, after: str, table: Table, of: str = "") -> None:
    """Enter x_n as row n of X, where the words around it speak of rows and X is declared with two sizes.

    `said` is the prose of the sentence so far. x may be declared by itself: as a vector for each n, or as a list.
    `of`: the name of the matrix, where the words give one.
    """
    by_row = _by_row(said, after)
    found = _member(tokens)
    if by_row is not None and found is not None:
        name, letter, transposed = found
        name = f"{name}{EACH}" if f"{name}{EACH}" in table.symbols else name  # beside x, one more of them
        enter(name, letter, by_row, table, upright=not transposed and name not in table.symbols, of=of)


def matrix_in(after: str) -> str:
    """The matrix in ` of $A$` behind the words about a row; empty where they name none."""
    named = OF.match(after)
    return named["name"] if named else ""


def link_all(names: Sequence[Tokens], said: str, after: str, table: Table, of: str = "") -> None:
    """Enter x_1^T, ..., x_N^T as the rows of X, where the words around the list say that it is in the rows."""
    by_row = _by_row(said, after)
    found = enumeration([_unbracketed(_untransposed(n)) for n in names], table)
    if by_row is not None and found is not None and found.last and found.first and names[0]:
        at, known = names[0][0], table.symbols.get(found.name)
        own = known.lead[0] if known is not None and len(known.lead) == 1 else "i"
        matrix = table.symbols.get(of or matrix_of(found.name))
        count = matrix.dims[0 if by_row else 1] if matrix is not None and len(matrix.dims) == 2 else ()
        if matrix is None or _texts([count]) == _texts([found.last]):  # the first k rows are not all of them
            enter(found.name, Token("letter", own, at.start, at.end), by_row, table, of=of)


def columns(names: Sequence[Tokens], said: str, table: Table) -> None:
    """`A has columns $a_1, \\dots, a_n \\in \\mathbb R^m$`: where they have the size of its columns, or rows."""
    found = enumeration([_untransposed(n) for n in names], table)
    symbol = table.symbols.get(found.name) if found is not None else None
    of = table.symbols.get(matrix_of(found.name)) if found is not None else None
    by_row = _by_row(said, "")
    if by_row is None or symbol is None or of is None or of.awaited:
        return
    if _texts(symbol.dims) == _texts(of.dims if by_row else of.dims[::-1]):
        link_all(names, said, "", table)


def stack(tokens: list[Token], said: str, after: str, table: Table) -> None:
    """Enter x_1, ..., x_N as the rows, or columns, of X, where the words around the declaration of X stack them so."""
    letters = [t.text for t in tokens if not t.is_("\\mathbf", "{", "}")]
    name = letters[0] if len(letters) == 1 else ""
    own = next(x for x in (f"{name.lower()}{EACH}", name.lower()) if x in table.symbols or not x.endswith(EACH))
    symbol, of = table.symbols.get(own), table.symbols.get(name)
    if symbol is None or of is None or symbol is of:
        return
    if len(symbol.lead) == 2 == len(of.dims) and not symbol.dims and FORM.search(said[-90:]):
        _fill(name, symbol.lead, tokens[0], table)
        return
    if len(symbol.lead) == 1 and len(symbol.dims) == 1 and len(of.dims) == 2 and (rows := nouns.MAKE_UP.search(said)):
        fits = _texts(symbol.dims) == _texts(of.dims[1:] if rows["row"] else of.dims[:1])
        if fits and own not in table.definitions:  # k_i, where the keys are the rows of K
            letter = Token("letter", symbol.lead[0], tokens[0].start, tokens[0].end)
            enter(own, letter, bool(rows["row"]), table)
        return
    stacked = nouns.STACKED.search(said[-90:]) or nouns.STACKED_AFTER.match(after)
    if stacked is None or not (symbol.numbered or symbol.lead) or ARE_NOT.match(after):
        return
    by_row = not any(x for x in stacked.groupdict().values())
    at = tokens[0]
    if symbol.numbered and _texts(symbol.dims) == _texts(of.dims if by_row else of.dims[::-1]):
        enter(own, Token("letter", "i", at.start, at.end), by_row, table)
    elif (
        len(symbol.lead) == 1
        and len(of.dims) == 2
        and _texts(symbol.dims) == _texts(of.dims[1:] if by_row else of.dims[:1])
    ):
        enter(own, Token("letter", symbol.lead[0], at.start, at.end), by_row, table)


def in_vector(tokens: Sequence[Token], said: str, table: Table) -> None:
    """`and the labels in one vector $y$`, beside a label y and y_1, ..., y_N: from here on y is all of them."""
    name = tokens[0].text if len(tokens) == 1 else ""
    each, own = table.symbols.get(f"{name}{EACH}"), table.symbols.get(name)
    if each is None or own is None or own.dims or own.lead or own.letter or not IN_VECTOR.search(said):
        return
    alone = any(name in bare_names((d.rhs,)) and name not in d.parameters for d in table.definitions.values())
    if each.numbered and len(each.dims) == 1 and not (alone or {name, each.name} & table.definitions.keys()):
        del table.symbols[each.name]
        table.symbols[name] = replace(each, name=name, numbered=False, section=table.section)
        table.touch()


def _fill(name: str, letters: tuple[str, ...], at: Token, table: Table) -> None:
    """`t_{nk} ...; they form the matrix $T$`: T has these entries."""
    if name not in table.definitions and name.lower() not in table.definitions:
        sub = tuple(Token("letter", x, at.start, at.end) for x in letters)
        rhs = s.Script(at.start, s.Name(at.start, name.lower()), sub)
        table.define(Definition(name, rhs, at.start, letters=letters))


def _texts(dims: Sequence[Tokens]) -> list[list[str]]:
    return [[t.text for t in d] for d in dims]


def _untransposed(tokens: Tokens) -> Tokens:
    """x_1 of x_1^T, and of x_1' as statisticians write it."""
    if len(tokens) > 1 and tokens[-1].is_("'") and not tokens[-2].is_("'"):
        return tokens[:-1]
    bracketed = tokens[:1] and tokens[0].kind == "open"
    closed = next((k for k, t in enumerate(tokens) if t.kind == "close"), 0) if bracketed else 0
    n = next((k for k, t in enumerate(tokens) if t.is_("^") and k >= closed), len(tokens))
    return tokens[:n] if tokens[n + 1 :] and superscript(strip(tokens[n + 1 :])).transposed else tokens


def matrix_of(name: str) -> str:
    """X for x: the matrix that has the x_n for its rows or its columns, where the note does not name another."""
    return name[:1].upper() + name[1:].removesuffix(EACH)


def _unbracketed(tokens: Tokens) -> Tokens:
    """x^{(1)} of (x^{(1)}), which was transposed."""
    outer = len(tokens) > 2 and tokens[0].kind == "open" and tokens[-1].kind == "close"
    return tokens[1:-1] if outer else tokens


def enter(name: str, letter: Token, by_row: bool, table: Table, *, upright: bool = False, of: str = "") -> None:
    of = of or matrix_of(name)
    symbol = table.symbols.get(of)
    if symbol is None or len(symbol.dims) != 2 or of == name or _lies_across(name, symbol.dims, by_row, table):
        return
    name = _beside_one_more(name, symbol.dims if by_row else symbol.dims[::-1], table)
    if not _open(name, letter.text, table):
        _made_of(of, name, letter, by_row, table)
        return
    colon, comma = (Token("sym", x, letter.start, letter.end) for x in ":,")
    sub = (letter, comma, colon) if by_row else (colon, comma, letter)
    sup = (Token("cmd", "top", letter.start, letter.end),) if by_row else ()
    rhs = s.Script(letter.start, s.Name(letter.start, of), sub, sup)
    if (listed := table.symbols.get(name)) is not None and listed.centred and by_row:
        table.symbols[of].centred = True
    if listed is not None and listed.form == INTERCEPT:
        if by_row:
            table.symbols[of].form = INTERCEPT
        else:
            table.vague[of] = f"the first row of {of} is one"
    table.define(Definition(name, rhs, letter.start, letters=(letter.text,), upright=upright and by_row))


def _lies_across(name: str, matrix: Sequence[Tokens], by_row: bool, table: Table) -> bool:
    """Whether x_n is declared with the size of the other lines: in R^d it is no row of a d x N matrix."""
    line, other = _texts(matrix[::-1] if by_row else matrix)
    return _size_of_each(name, table) == [other] != [line]


def _beside_one_more(name: str, dims: tuple[Tokens, ...], table: Table) -> str:
    """The name of the lines, where x is declared as one vector by itself, as long as each of them: one more of them.

    What x_n is there depends on how far n runs: an entry of x, or a line.
    """
    x = table.symbols.get(name)
    if x is None or x.lead or x.letter or x.numbered or name in table.definitions or name.endswith(EACH):
        return name
    if _texts(x.dims) != _texts(dims[1:]):
        return name
    if _texts(dims[:1]) == _texts(dims[1:]):
        table.vague[name] = f"{name} with an index is an entry of {name} or a line of a matrix"
        return name
    each = f"{name}{EACH}"
    if each not in table.symbols:
        table.symbols[each] = Symbol(each, dims, numbered=True, section=table.section)
    return each


def _size_of_each(name: str, table: Table) -> list[list[str]]:
    """d of x_n in R^d; nothing, where that is not said."""
    x = table.symbols.get(name)
    if x is None or x.awaited:
        return []
    return _texts(x.dims[1:] if x.numbered and not x.lead else x.dims)


def may_have(name: str, matrix: str, table: Table) -> bool:
    """Whether vectors of this name may be rows or columns of the matrix, as far as their sizes go."""
    own, of = _size_of_each(name, table), table.symbols[matrix]
    return len(own) != 1 or own[0] in _texts(of.dims[-2:])


def _made_of(of: str, name: str, letter: Token, by_row: bool, table: Table) -> None:
    """`Let U be the matrix with rows $u_n^T$`, where u_n = ... says what these are: it defines U."""
    d = table.definitions.get(name)
    if d is None or len(d.letters) != 1 or d.parameters or d.letter or of in table.definitions:
        return
    if of in reachable_from(d.rhs, table):
        return  # they are its rows, as the note said before
    at, rows = letter.start, of if by_row else f"{of}_rows"
    table.define(Definition(rows, s.Script(at, s.Name(at, name), (letter,), ()), at, letters=(letter.text,)))
    if not by_row:
        top = (Token("cmd", "top", at, at),)
        table.define(Definition(of, s.Script(at, s.Name(at, rows), (), top), at))


def _by_row(said: str, after: str) -> bool | None:
    """Whether the words speak of rows, or of columns: the nearest one before, else the first one behind."""
    if DENIED.search(said):
        return None
    before = list(nouns.ROWS_OR_COLUMNS.finditer(nouns.AS_COLUMN.sub(" ", said)[-90:]))
    nearest = before[-1] if before else nouns.ROWS_OR_COLUMNS.search(after[:40])
    return bool(nouns.ROWS.search(nearest.group())) if nearest else None


def speaks(said: str, after: str) -> bool:
    """Whether the words around members speak of rows or columns."""
    return _by_row(said, after) is not None


def member_name(tokens: Tokens) -> str:
    """x for x_n, (x^{(1)})^T and their like; empty for other formulas."""
    found = _member(list(tokens)) or scripted_name(_unbracketed(_untransposed(tokens)))
    return found[0] if found is not None else ""


def _member(tokens: list[Token]) -> tuple[str, Token, bool] | None:
    """The name and the index letter of x_n, x_n^T, x^{(n)} or (x^{(n)})^T, and whether it is transposed."""
    bare = list(_untransposed(tuple(tokens)))
    if len(bare) > 2 and bare[0].kind == "open" and bare[0].text == "(" and bare[-1].kind == "close":
        within = _member(bare[1:-1])
        return (*within[:2], len(bare) < len(tokens)) if within is not None and not within[2] else None
    prime = bool(tokens) and tokens[-1].is_("'")
    found = scripted_name(bare if prime else tokens)
    if found is None:
        return None
    name, tree = found
    sup = superscript(tree.sup)
    if sup.acts or sup.name or (tree.sub and sup.layer):
        return None
    index = strip(tree.sub or sup.layer)
    return (name, index[0], sup.transposed or prime) if letter_of(index) else None


def _open(name: str, letter: str, table: Table) -> bool:
    """Whether the name has no meaning but that of a vector for each letter."""
    if not table.known(name):
        return True
    symbol = table.symbols.get(name)
    free = name not in table.definitions and name not in table.functions and symbol is not None and not symbol.letter
    return free and symbol is not None and (symbol.lead, len(symbol.dims)) in (((letter,), 1), ((), 2))


def unit_vectors(tokens: list[Token], before: str, after: str, table: Table) -> None:
    """Enter e, where the words say that e_i is a unit vector: the index tells which one.

    `after` is the text behind the formula, with the formulas in it: "is the $i$-th unit vector".
    """
    one_hot = bool(nouns.ONE_HOT_AFTER.match(after))
    if not (one_hot or nouns.UNIT_AFTER.match(after) or nouns.UNIT_BEFORE.search(prose.sentence_before(before)[-40:])):
        return
    found = scripted_name(tokens)
    if found is None or found[1].sup:
        return
    name, parts = found[0], items(found[1].sub)
    numbered = len(parts) == 1 and len(parts[0]) == 1 and parts[0][0].kind == "num"
    letter = letter_of(parts[0]) if len(parts) == 1 else None
    if letter is not None and re.search(rf"\$\s*{re.escape(letter)}\s*\$\s*-?\s*th\b", after):
        for known in (table.symbols, *table.future.values()):
            known.pop(f"{name}_{letter}", None)  # the $a$-th unit vector: a is an index
        table.indices.add(letter)
        table.touch()
    if numbered and not _which(name, before, after):
        return  # v_1 is a unit vector: it has norm one
    if numbered and table.known(name):
        table.vague[f"{name}_{parts[0][0].text}"] = "it is a unit vector"
        return
    if numbered:
        for known in (table.symbols, *table.future.values()):
            known.pop(f"{name}_{parts[0][0].text}", None)
        table.touch()
    symbol = table.symbols.get(name)
    just_declared = symbol is not None and bool(symbol.lead) and len(symbol.dims) == 1
    if table.known(name) and not just_declared and (name == "e" or STANDARD.search(prose.sentence_after(after)[:60])):
        table.vague[name] = f"{name} with an index is a unit vector"  # beside e, the vector of ones
    if len(parts) != 1 or not (numbered or letter_of(parts[0])) or (table.known(name) and not just_declared):
        return
    if one_hot and name != "e":
        return  # y_n is one-hot, and no unit vector that n tells
    if just_declared and name not in table.definitions:
        for known in (table.symbols, *table.future.values()):
            known.pop(name, None)
        table.touch()
    table.units.add(name)


def _which(name: str, before: str, after: str) -> bool:
    """Whether the words say which unit vector it is, by its number: `$e_1$, the first unit vector`."""
    said = f"{prose.sentence_before(before)[-40:]} {prose.sentence_after(after)[:60]}"
    return bool(STANDARD.search(said) or (name == "e" and COUNTED.search(said)))


def has_entries(name: str, segment: Segment, document: Document) -> bool:
    """Whether the words behind a formula say that the array has entries by its own name: the $y_i$, known before."""
    if not ENTRIES.match(segment.after):
        return False
    sentence = prose.sentence_after(document.text[segment.end : segment.end + 120])
    return re.search(rf"(?<![A-Za-z]){re.escape(name)}_", sentence) is not None
