"""Words that give a name another meaning: `for $f(x) = x^3$ instead`, `here $y = \\cos x$`, `some use $L = ...$`."""

from __future__ import annotations

import re


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


_PLAIN = (
    r"(?: (?!(?:we|it|one|have|has|get|gets|obtain|find|is|are|gives?|see|so|then|that|ist|sind|gilt|wir"
    r"|identity|identities|fact|rule|rules|formula|relation|equation|result|theorem|lemma)\b)[\w-]+){0,3}"
)
CASE = _words(
    rf"(?:^|[\s,;.(])(?:(?:for|if|when|whenever|consider|für|wenn|falls|betrachte|pour|si)(?: now| instead)?{_PLAIN}"
    r"|^\W*ist)[\s:]*$"
)
"""One of several cases, each with a function of its own: `for $f(x) = x^2$`, `if $s = \\tanh z$`."""
WITH = _words(
    r"(?:^|[\s,;.(])(?:with|where|taking|take|choosing|choose|using|use|given|assuming|under|mit|wobei|unter|nimm|avec|où"
    rf"|여기서){_PLAIN}[\s:]*$"
)
"""Beside what it explains; for a name that was explained so before, it may be another one."""
OR = _words(r"\b(?:or|oder|ou|bzw)\b|또는|혹은")
"""`with $s = 1$ or $s = 2$`."""
HERE = _words(
    r"^[\W_]*(?:here|now|hier|nun|jetzt|ici|여기서는?|이제)\s*,?\s*(?:(?:is|ist|let|sei|we (?:have|take|use))\s*)?$"
)
"""At the beginning of a sentence of another section."""
NOW = _words(r"\b(?:now|instead|nun|jetzt|stattdessen|이제|대신)[\s,]*$")
REPLACED = _words(
    r"\b(?:replac|exchang|swap|switch|chang|ersetz|tausch)\w*\b[^.;]*\b(?:by|with|to|for|durch|gegen)\s*$"
    r"|\b(?:we|let us|wir)\b[^.;]*\b(?:now|instead|nun|jetzt|stattdessen) (?:also )?(?:averag|normali[sz]|rescal"
    rf"|regulari[sz]|penali[sz]|use\b|take\b|choose\b|switch\b|mitteln|nehmen|verwenden|setzen)\w*{_PLAIN}\s*:?\s*$"
    r"|\b(?:instead of|rather than|unlike|statt|anstelle von|anders als|대신)\b[^.;]*\b(?:use|take|choose|consider"
    r"|minimi[sz]e|set|let|have|nehmen|verwenden|setzen|nutzen)\b(?: \w+){0,3}\s*$"
)
"""`Replace $y$ by $y = w^2 x$`, `we now average: $L = ...$`, `instead of ... we use $L = ...$`."""
_HAD = r"^\W*(?:had|hätten?) (?:we|one|wir|man)\b[^.;]*$|\bif (?:we|one) had\b[^.;]*$"
HAD = _words(_HAD)
"""What is not done here is defined all the same where its name is new, for the paragraph."""
_UNLIKE = (
    r"\b(?:instead of|in place of|rather than|unlike|in contrast to|as opposed to|contrary to|(?:an)?statt(?: von)?"
    r"|anstelle von|anders als|im (?:gegensatz|unterschied) zu|au lieu de|contrairement à|plutôt que)"
)
OTHERS = _words(
    rf"^\W*{_UNLIKE}(?: [\w-]+){{0,3}}\s*$"
    rf"|{_UNLIKE}(?: (?!(?:is|are|we|it|ist|sind|gilt|wird|hat|est|on)\b)[\w-]+){{0,3}}\s*$"  # not: `statt Brüchen ist`
    r"|\b(?:some|many|most|other|several|various|certain|manche|viele|einige|andere)\b (?:\w+ )?"
    r"(?:authors?|books?|textbooks?|texts?|people|papers?|sources?|references?|libraries|lecturers|courses|autoren|bücher"
    r"|quellen)\b[^.;]*\b(?:use|write|define|take|put|set|prefer|choose|include|have|verwenden|schreiben|definieren"
    r"|setzen)(?: [\w-]+){0,4}\s*$"
    rf"|{_HAD}"
)
"""What others write, or what is not done here, is neither a definition nor a claim."""
OTHERS_AFTER = re.compile(r"^[\s,)]*(?:[을를]? ?대신|[과와]는? ?(?:달리|다르게))")
KOREAN_NAMING = re.compile(
    r"^[\s,)]*(?:이?라고? (?:하자|하면|하고|둔다|두자|두면|정의하\w*)"
    r"|으?로 (?:두자|두면|두고|놓자|놓으면|정의하\w*|바꾸\w*))"
)
GERMAN_NAMING = _words(
    r"(?:^|[\s,;.])(?:sei(?:en)?|definiere|setze|setzen wir|definieren wir|wählen wir|soit|posons)"
    r"(?: (?:nun|jetzt|nun aber|also|stattdessen|die|das|der|eine?|maintenant|\w+funktion))*\s*$"
)
_LABEL = r"(?:(?:\*\*|\\textbf\{|\\emph\{|[*_])?[\w ()'/-]{1,40}(?:\*\*|\}|[*_])?[:.]?(?:\*\*|\}|[*_])?[:|]?\s*)?"
LEADING = re.compile(rf"^(?:\s*(?:[-*+]|\d+[.)]|\([a-z0-9]+\)|\|)|.*\\item(?:\[[^]]*\])?)\s*{_LABEL}$")
"""The line before the first formula of an item, or of a row of a table; it may have a label."""
DENOTES = _words(
    r"^[\s$,]*(?:(?:always|here|hereby)\s)?(?:denotes?|stands? for|means?|is|be|are"
    r"|bezeichne\w*|steht? für|sei|ist|désigne)\b"
    r"|^[\s$,]*(?:[은는을를이가])\b"
)
DENOTED = _words(r"\b(?:denot\w+|writ\w+|call\w*|abbreviat\w+|bezeichne\w*)\b[^.;]{0,60}\b(?:by|as|mit|durch)?\s*$")
EULER = _words(r"\beuler|\bbase\b|2\.71|exponential|\bbasis\b|자연|오일러|\blogarithm")
OF_ENTRIES = _words(
    r"\b(?:entr(?:y|ies)|element\w*|component\w*|coordinate\w*|squares? of|einträge\w*|eintrag\w*)\b|성분|원소"
)
