"""What words take back: `now let $A$ be arbitrary`, `if $A$ is not symmetric`, `we drop the symmetry of $A$`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from derive.documents.names.symbols import FORMS, SIGNS, Doubt, Symbol
from derive.documents.names.table import Table
from derive.documents.sentences import prose, qualities


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


LETTING = _words(
    r"\b(?:let|consider|take|suppose|assume|given|fix|now|here|throughout|henceforth|from (?:now|here) on|fortan"
    r"|sei(?:en)?|nun|betrachte|gegeben|soit)"
    r"(?:\s+(?:now|instead|again|us|also|that|nun|jetzt|wieder|maintenant|first|next))*[\s,:~]*$"
)
"""Directly before a name and its set: another one of that name, of which nothing else is known."""
EACH = _words(
    r"\b(?:for|für|pour)\s+(?:all|any|every|each|arbitrary|general|alle|jede[sn]?|beliebige[sn]?|tout)[\s~]*$"
)
_NOUN = (
    r"(?:(?:real|square|quadratische|reelle|n\s*x\s*n)\s+)*(?:matri\w+|numbers?|vectors?|zahl(?:en)?"
    r"|vektor\w*|행렬|실수|벡터)"
)
_ARBITRARY = (
    r"(?:completely |entirely |wholly )?(?:arbitrary|general|unrestricted|beliebige?[nrsm]?|allgemeine[nrsm]?"
    r"|quelconques?|arbitraires?)"
)
ARBITRARY_AFTER = _words(
    r"\s*,?\s*(?:(?:(?:may|can|could|might|will|shall) )?"
    r"(?:be|is|are|denotes?|now|again|sei(?:en)?|ist|sind|nun|jetzt|wieder|soit|est|an?|eine?) )*"
    rf"(?:{_ARBITRARY}\b|any (?:real |square )*(?:matrix|number|vector)|no longer (?:restricted|constrained))"
    r"|\s*[를을은는이가]?\s*임의의|\s*[를을은는이가]?\s*일반적인"
)
ARBITRARY_BEFORE = _words(
    rf"\b(?:{_ARBITRARY}|임의의|일반적인)(?:\s+{_NOUN})?[\s~]*$|\bany {_NOUN}[\s~]*$|임의의\s*(?:{_NOUN})?\s*$"
)
REAL = _words(r"\b(?:real|reelle\w*|실수)\b|실수")
DROPPING = _words(
    r"\b(?:drop(?:s|ped|ping)?|forget(?:s|ting)?(?: about)?|ignor(?:e|es|ing)|disregard(?:s|ing)?"
    r"|without(?! (?:any )?loss)|lift(?:s|ed|ing)?|relax(?:es|ed|ing)?|remov(?:e|es|ed"
    r"|ing)|abandon(?:ed|ing)?"
    r"|giv(?:e|ing) up|no longer (?:assume|require|need)|omit(?:ted|ting)?|ohne|verzichten (?:wir )?auf)\b"
    r"(?P<filler>(?:\W+(?:the|any|this|that|these|our|all|its|assum\w+|requirements?|conditions?|restrictions?"
    r"|constraints?|requiring|annahmen?|bedingung\w*|of|on|for"
    r"|about|die|der|das|diese))*\W*)"
)
NOUNS: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = tuple(
    (_words(pattern), frozenset(found))
    for pattern, found in (
        (
            r"\bsymmetry\b|symmetrie\b|symmetric (?:assum|condition)\w*"
            r"|대칭",
            ("symmetric", "positive_definite", "semidefinite"),
        ),
        (r"orthogonality|orthonormality|orthogonalität", ("orthogonal", "orthonormal_rows")),
        (r"invertibility|invertierbarkeit", ("invertible",)),
        (r"(?:positive )?definiteness|definitheit", ("positive_definite", "semidefinite", "negative_definite")),
        (
            r"(?:non-?)?(?:positivity|negativity)|signs? (?:assum|condition|restriction|constraint)\w*|positivität"
            r"|vorzeichen(?:bedingung|annahme)",
            tuple(SIGNS),
        ),
        (r"\bcent(?:e?r)ing\b|(?:zero|vanishing) mean|mean zero|zentrierung", ("centred",)),
        (r"diagonality|diagonal (?:assum|structure)\w*", ("diagonal",)),
        (r"normali[sz]ation", ("unit", "sum_to_one")),
    )
)
ASSUMPTION = _words(
    r"\b(?:assumptions?|conditions?|restrictions?|requirements?|constraints?|annahmen?|bedingung\w*)\W*$|가정"
)
DROPPED = _words(
    r"\s*(?:is|are|was|wird|werden)\s+(?:now |then |here |jetzt |nun )?"
    r"(?:no longer (?:needed|assumed|required)|dropped|lifted|removed|relaxed|abandoned"
    r"|not (?:needed|required|assumed)|fallen ?gelassen)\b"
)
"""Behind a condition: the assumption $b > 0$ is now dropped."""
ALLOWING = _words(
    r"\b(?:allow|admit|permit|erlaube[n]?|lass?en)\b[^.;]*\b(?:negative|zero|any sign|beide vorzeichen)\b"
)
PASSING = _words(
    r"\b(?:if|for|when|whenever|where|without|für|falls|wenn|ohne|pour|si|sans|in general|even)\b|\bist\s*$|경우"
    r"|이면|에 대"
)


@dataclass(frozen=True)
class Lifted:
    """What names lose: these properties, or all (None); `passing`: how far it reaches is not said."""

    properties: frozenset[str] | None
    passing: bool


def of_names(before: str, after: str, spoken: str) -> Lifted | None:
    """What the words beside a name take back of it.

    >>> of_names("Now let ", " be arbitrary.", "Now let ")
    Lifted(properties=None, passing=False)
    >>> of_names("If ", " is not symmetric, ", "If ").passing
    True
    >>> of_names("Let ", " be an arbitrary symmetric matrix.", "Let ")
    """
    said = prose.sentence_after(after)
    before = prose.sentence_before(before)
    passing = PASSING.search(spoken) is not None and not prose.OPENING.match(spoken.strip())
    own = re.split(r"[,;]|\b(?:and|und|et)\b", said)[0]
    asserted = qualities.properties(own) | qualities.signs(before, said) | qualities.properties(before[-40:])
    if (found := ARBITRARY_AFTER.match(said) or ARBITRARY_BEFORE.search(before)) and not asserted:
        real = found.re is ARBITRARY_AFTER or REAL.search(found.group())
        return Lifted(None if real else MATRIX, passing)
    gone = qualities.denied(own) | qualities.denied(before[-40:])
    return Lifted(related(gone), passing) if gone else None


MATRIX = frozenset(("symmetric", "positive_definite", "orthogonal", "invertible", "unit", *FORMS))


def related(found: frozenset[str]) -> frozenset[str]:
    """With symmetry goes what is more than symmetry."""
    return found | {x for pattern, group in NOUNS if group & found and "symmetric" in found for x in group if "s" in x}


def of_all(words: str) -> Lifted | None:
    """What words take back of every name that has it: `without symmetry`, `dropping the sign condition`."""
    found = DROPPING.search(words)
    if found is None:
        return Lifted(SIGNS, False) if ALLOWING.search(words) else None
    behind = words[found.end() : found.end() + 40]
    named = frozenset(x for pattern, group in NOUNS if pattern.match(behind) for x in group)
    passing = found.group().lower().startswith(("without", "ohne"))
    if named:
        return Lifted(named, passing)
    return Lifted(None, True) if ASSUMPTION.search(found["filler"]) else None


def lift(name: str, lifted: Lifted, table: Table) -> bool:
    """Take it back; where it may come back unsaid, it is only in doubt. Whether there was anything."""
    symbol = table.symbols.get(name)
    if symbol is None or name in table.definitions:
        return False
    had = kept_of(symbol)
    gone = had if lifted.properties is None else had & lifted.properties
    if not gone:
        return False
    if lifted.passing:
        before = table.doubted.get(name, Doubt(frozenset(), ""))
        what = f"{name} is {' and '.join(sorted(gone))}".replace("_", " ")
        table.doubted[name] = Doubt(before.properties | gone, what)
    else:
        table.symbols[name] = without(symbol, gone)
        table.vague.pop(name, None)
        table.doubted.pop(name, None)
        table.touch()
    return True


def without(symbol: Symbol, gone: frozenset[str]) -> Symbol:
    """The symbol without these properties."""
    low, high = symbol.low, symbol.high
    if gone & {"low"}:
        low = high = None
    elif gone & {"negative"}:
        high = None
    return replace(
        symbol,
        properties=symbol.properties - gone,
        low=low,
        high=high,
        form="" if symbol.form in gone else symbol.form,
        unit=symbol.unit and "unit" not in gone,
        centred=symbol.centred and "centred" not in gone,
        spectrum=None if gone & {"symmetric", "low"} else symbol.spectrum,
    )


def kept_of(symbol: Symbol) -> frozenset[str]:
    """What may be taken back of a name."""
    more = {
        "unit": symbol.unit,
        "centred": symbol.centred,
        "low": symbol.low is not None or symbol.high is not None or symbol.spectrum is not None,
        "negative": symbol.high is not None and symbol.low is None,
        symbol.form: bool(symbol.form),
    }
    return symbol.properties | {x for x, said in more.items() if said}
