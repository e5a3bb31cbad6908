"""Words that collect what is known for each index: `the vector of the $\\mu_i$`, `we stack the $\\eta_i$`."""

from __future__ import annotations

import re

from derive.documents.declarations.sets import Domain
from derive.documents.names.symbols import Doubt, Symbol, bare
from derive.documents.names.table import Table
from derive.documents.sentences import prose
from derive.documents.sentences.lifting import kept_of
from derive.documents.source.document import Document, Segment


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


COLLECTING = _words(
    r"\b(?:vectors?|columns?|rows?|matri\w+|arrays?|stack\w*|collect\w*|gather\w*|arrang\w*|assembl\w*|entr(?:y|ies)"
    r"|components?|elements?|coordinates?|list\w*|\w*vektor\w*|spalten?|zeilen?|stapel\w*|sammel\w*|fass\w*|fasse\w*"
    r"|\w*einträg\w*|\w*eintrag\w*|komponenten?)\b|벡터|행렬|모은|모아|모으|쌓|성분|원소|나열"
)
GATHERED = _words(
    r"\b(?:them|these|those|(?:the|all|its|their|our)(?: [\w-]+){0,2} (?:[a-z]+s|ones))(?: (?:all|together|up))?"
    r"\s+(?:in|into|as|to form|form|make up)(?: (?:a|an|the|one|single|long|column|row|vector|array|list))*[\s~$]*$"
)
"""Directly before a declaration: `the labels in $y`, `stack them into one vector $y`."""
ANOTHER = _words(
    r"\b(?:arbitrary|general|any|every|each|all|another|new|other|different|fresh|generic|now|beliebig\w*|jede\w*|alle|andere\w*"
    r"|neue\w*|nun|jetzt)\b|임의|모든|다른|새로운|이제"
)
ANY = _words(
    r"\b(?:arbitrary|any|every|general|generic|beliebig\w*|jede\w*|allgemein\w*)"
    r"(?:\s+(?!(?:in|into|of|for|für|von|als|as)\b)[\w-]+){0,2}[\s~]*$|(?:임의의|일반적인)[^.$]{0,12}$"
)
"""Directly before a declaration, as in `for an arbitrary vector $y`: it speaks of any such array."""
CLASS = _words(r"\b(?:class|label|category|\w*klasse|kategorie)\b|클래스|레이블|범주|정답")
DESCRIBED = _words(r"[\s,]*(?:be|is|are|denotes?|contains?|holds?|ist|sind|bezeichne\w*)\b")
"""Behind a declaration: it goes on to say what the array is."""
ACCENTS = re.compile(r"(?:hat|bar|tilde|star|vec|prime)+$")


def collects(name: str, segment: Segment, document: Document) -> bool:
    """Whether the sentence around a declaration says that the array has what carries its name and an index."""
    before = prose.sentence_before(document.text[max(0, segment.start - 200) : segment.start])
    if GATHERED.search(before):
        return True
    after = prose.sentence_after(document.text[segment.end : segment.end + 200])
    letter = ACCENTS.sub("", name) or name
    own = rf"(?<![A-Za-z]){re.escape(letter)}\}}*\s*(?:_|\^\s*\{{?\s*\()"
    return bool(COLLECTING.search(f"{before} {after}")) and re.search(own, f"{before} {after}") is not None


def another(segment: Segment) -> bool:
    """Whether the words directly beside a declaration speak of any such array, or of a new one."""
    before = prose.sentence_before(segment.before)[-40:]
    return bool(ANOTHER.search(before) or ANOTHER.search(prose.sentence_after(segment.after)[:40]))


def any_such(segment: Segment) -> bool:
    """Whether a declaration is of any such array, whatever was said of one before."""
    return ANY.search(prose.sentence_before(segment.before)) is not None


def whole(name: str, of: Domain, segment: Segment, document: Document, table: Table) -> bool:
    """Whether `y \\in \\mathbb R^n` is the vector of numbers y_i that were declared one by one, if these are its sizes.

    They keep what was said of them if the words around it speak of them, or it is the same; else that is in doubt.
    """
    each = table.symbols.get(name)
    if each is None or not of.dims or not table.lists(Symbol(name, of.dims), each):
        return False
    if of.properties >= kept_of(each) and not each.values:
        return True
    if any_such(segment):
        table.symbols[name] = bare(each)
        if collects(name, segment, document):
            table.vague[name] = f"{name} may be made of what was declared for each index"
        table.touch()
        return True
    if collects(name, segment, document) or not (each.values or kept_of(each)):
        return True
    if not another(segment) and each.section == table.section:
        return True
    if another(segment) or DESCRIBED.match(segment.after):
        table.symbols[name] = bare(each)
    elif each.values:
        table.symbols[name] = bare(each)
        table.vague[name] = f"{name} is made of what was declared for each index"
    else:
        table.doubted[name] = Doubt(kept_of(each), f"{name} is made of what was declared for each index", True)
    table.touch()
    return True
