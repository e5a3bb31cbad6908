"""Where the formulas of a note are: Markdown and TeX, scanned from left to right, each formula with its offsets."""

from __future__ import annotations

import re
from collections.abc import Callable

from derive.documents.source import macros as mac
from derive.documents.source.accents import spelt
from derive.documents.source.document import CELL, Document, Remark, Segment
from derive.documents.source.wrapped import unwrapped

ENVIRONMENTS = frozenset(
    ("equation", "align", "alignat", "flalign", "gather", "multline", "eqnarray", "displaymath", "math", "aligned",
     "gathered", "split", "dmath", "empheq", "subequations")
)  # fmt: skip
VERBATIM = frozenset(("verbatim", "lstlisting", "minted", "Verbatim", "comment", "tikzpicture", "filecontents"))
TRANSPARENT = frozenset(("subequations", "empheq"))
BEGIN = re.compile(r"\\begin\s*\{([A-Za-z]+)\*?\}")
REMARK = re.compile(r"\s*derive:\s*(.*)", re.DOTALL)
FENCE = re.compile(r"^[ \t>]*(`{3,}|~{3,})[ \t]*\{?([\w-]*)[^\n]*$", re.MULTILINE)
HEADING = re.compile(r"#{1,6}\s|\\(?:sub)*section|\\chapter|\\paragraph")
PARAGRAPH = re.compile(r"\n[ \t>]*\n")
REACH = 10_000  # characters of prose around a formula that are listened to


def extract(text: str, *, tex: bool) -> Document:
    """The formulas, comments and macros of a note."""
    document = Document(text)
    Scanner(document, tex).scan()
    return document


class Scanner:
    """One pass over the source; `place` is where it stands."""

    def __init__(self, document: Document, tex: bool) -> None:
        self.document, self.text, self.tex = document, document.text, tex
        self.place = 0
        self.found: list[tuple[int, int, int, int, bool]] = []  # outer start, start, end, outer end, display
        self.skipped: list[tuple[int, int]] = []
        document.macros.update(mac.collect(self.text))
        self.absent: dict[str, int] = {}  # closers that do not occur from some place on
        self.openers = _environment_macros(document.macros) if tex else {}

    def scan(self) -> None:
        rules: dict[str, Callable[[], bool]] = {
            "$": self.dollars, "\\": self.command, "%": self.comment, "<": self.html, "`": self.code, "~": self.fence,
        }  # fmt: skip
        stops = re.compile(r"[$\\%<`~]")
        while found := stops.search(self.text, self.place):
            self.place = found.start()
            if not rules[found.group()]():
                self.place = max(self.place, found.start() + 1)
        self.finish()

    # -- what begins a formula, or hides one ------------------------------------------------------------------
    def dollars(self) -> bool:
        at = self.place
        if self.text.startswith("$$", at):
            return self.until("$$", at, at + 2, True, "$$")
        return self.inline(at)

    def inline(self, at: int) -> bool:
        """`$...$` within a paragraph. In Markdown, one before a blank or with a digit behind its end is money."""
        stop = at + 1
        while stop < len(self.text) and self.text[stop] != "$":
            if self.text[stop] == "\\":
                stop += 1
            elif self.text[stop] == "\n" and PARAGRAPH.match(self.text, stop):
                break
            stop += 1
        inner = self.text[at + 1 : stop]
        if stop >= len(self.text) or self.text[stop] != "$":
            if self.tex or re.match(r"[\\A-Za-z({|]", inner):
                self.document.trouble(at, "a $ opens a formula that is not closed in its paragraph")
            return False
        if not self.tex and self.is_money(inner, stop):
            return False
        if inner.strip():
            self.found.append((at, at + 1, stop, stop + 1, False))
        self.place = stop + 1
        return True

    def is_money(self, inner: str, stop: int) -> bool:
        blank = inner[:1].isspace() or inner[-1:].isspace()
        digit = self.text[stop + 1 : stop + 2].isdigit()
        return (blank or digit) and not re.search(r"[\\^_={}]", inner)

    def until(self, closer: str, outer: int, start: int, display: bool, opener: str) -> bool:
        stop = self._find(closer, start)
        blank = PARAGRAPH.search(self.text, start, stop if stop >= 0 else len(self.text))
        if stop < 0 or (blank and not display) or self.text.find(CELL, start, stop) >= 0:
            self.document.trouble(outer, f"{opener} opens a formula that is never closed by {closer}")
            return False
        if self.text[start:stop].strip():
            self.found.append((outer, start, stop, stop + len(closer), display))
        self.place = stop + len(closer)
        return True

    def _find(self, closer: str, start: int) -> int:
        """The first closer that is not escaped."""
        if start > self.absent.get(closer, len(self.text)):
            return -1
        while (stop := self.text.find(closer, start)) > 0 and self.text[stop - 1] == "\\" and closer[0] != "\\":
            start = stop + 1
        if stop < 0:
            self.absent[closer] = min(start, self.absent.get(closer, start))
        return stop

    def command(self) -> bool:
        at = self.place
        if self.text.startswith(("\\(", "\\["), at):
            if self.text[at - 1 : at] == "\\":
                return False
            closer = "\\)" if self.text[at + 1] == "(" else "\\]"
            return self.until(closer, at, at + 2, self.text[at + 1] == "[", self.text[at : at + 2])
        if begin := BEGIN.match(self.text, at):
            return self.environment(begin.group(1), at, begin.end())
        if definition := self.definition(at):
            self.place = definition
            return True
        return self.tex_command(at)

    def definition(self, at: int) -> int | None:
        try:
            found = mac.definition_at(self.text, at)
        except mac.Unreadable:
            return None
        return found.end if found else None

    def environment(self, name: str, at: int, inside: int) -> bool:
        if name in VERBATIM:
            stop = self.text.find(f"\\end{{{name}", inside)
            self.place = len(self.text) if stop < 0 else stop + 5
            self.skipped.append((at, self.place))
            return True
        if name not in ENVIRONMENTS or name in TRANSPARENT:
            self.place = inside
            return True
        ends = None
        if inside <= self.absent.get(name, len(self.text)):
            ends = re.compile(rf"\\end\s*\{{{name}\*?\}}").search(self.text, inside)
        if ends is None:
            self.absent[name] = min(inside, self.absent.get(name, inside))
        if ends is None or self.text.find(CELL, inside, ends.start()) >= 0:
            self.document.trouble(at, f"\\begin{{{name}}} has no \\end{{{name}}}")
            self.place = inside
            return True
        if name == "alignat":
            inside = mac.group_end(self.text, inside) or inside
        self.found.append((at, inside, ends.start(), ends.end(), True))
        self.place = ends.end()
        return True

    def tex_command(self, at: int) -> bool:
        word = re.compile(r"\\([A-Za-z]+)").match(self.text, at)
        if word is None:
            self.place = at + 2
            return True
        if word.group(1) == "verb" and self.tex:
            stop = self.text.find(self.text[word.end() : word.end() + 1], word.end() + 1)
            self.place = max(stop + 1, word.end())
            return True
        closer = self.openers.get(word.group(1))
        if closer is not None:
            return self.until(f"\\{closer}", at, word.end(), True, word.group())
        self.place = word.end()
        return True

    def comment(self) -> bool:
        if not self.tex:
            return False
        stop = self.text.find("\n", self.place)
        stop = len(self.text) if stop < 0 else stop
        self.remark(self.place + 1, stop)
        self.skipped.append((self.place, stop))
        self.place = stop
        return True

    def html(self) -> bool:
        if self.tex or not self.text.startswith("<!--", self.place):
            return False
        stop = self.text.find("-->", self.place)
        stop = len(self.text) if stop < 0 else stop
        self.remark(self.place + 4, stop)
        self.skipped.append((self.place, stop + 3))
        self.place = stop + 3
        return True

    def remark(self, start: int, stop: int) -> None:
        if found := REMARK.match(self.text, start, stop):
            self.document.remarks.append(Remark(found.start(1), found.group(1).rstrip()))

    def code(self) -> bool:
        return not self.tex and (self.fence() or self.span())

    def fence(self) -> bool:
        """A fenced block: skipped, unless it is ```math."""
        line = self.text.rfind("\n", 0, self.place) + 1
        opened = FENCE.match(self.text, line) if not self.tex else None
        if opened is None:
            return False
        mark, start = opened.group(1), opened.end()
        closing = re.compile(rf"^[ \t>]*{mark[0]}{{{len(mark)},}}[ \t]*$", re.MULTILINE).search(self.text, start)
        stop = closing.start() if closing else len(self.text)
        if opened.group(2) == "math":
            self.found.append((line, start, stop, closing.end() if closing else stop, True))
        else:
            self.skipped.append((line, closing.end() if closing else stop))
        if closing is None:
            self.document.trouble(line, f"the block {mark}{opened.group(2)} is never closed")
        self.place = closing.end() if closing else stop
        return True

    def span(self) -> bool:
        run = re.compile(r"`+").match(self.text, self.place)
        ticks = run.group() if run else "`"
        if ticks == "`" and self.text[self.place - 1 : self.place] == "$":  # $`...`$ as GitHub has it
            return False
        stop = self.text.find(ticks, self.place + len(ticks))
        blank = PARAGRAPH.search(self.text, self.place)
        if stop < 0 or (blank and blank.start() < stop):
            self.place += len(ticks)
            return True
        self.place = stop + len(ticks)
        return True

    # -- prose between formulas -------------------------------------------------------------------------------
    def finish(self) -> None:
        heading = 0
        whole = unwrapped(self.text, ((outer, behind, display) for outer, _, _, behind, display in self.found))
        for n, (outer, start, end, behind, display) in enumerate(self.found):
            left = self.found[n - 1][3] if n else 0
            right = self.found[n + 1][0] if n + 1 < len(self.found) else len(self.text)
            before, after = whole[left:outer], whole[behind:right]
            heading += len(HEADING.findall(before))
            before, after = before[-REACH:], after[:REACH]
            if not display and self.text.startswith("`", start) and self.text.endswith("`", start, end):
                start, end = start + 1, end - 1
            until = behind + len(after)
            self.document.segments.append(Segment(start, end, display, spelt(before), spelt(after), heading, until))
        self.document.text = whole


def _environment_macros(macros: mac.Macros) -> dict[str, str]:
    """Macros such as \\be and \\ee that stand for the begin and the end of a display."""
    begins: dict[str, str] = {}
    for name, macro in macros.items():
        if found := BEGIN.match(macro.text.strip()):
            begins[found.group(1)] = name
        elif macro.text.strip() == "\\[":
            begins["["] = name
    ends: dict[str, str] = {}
    for name, macro in macros.items():
        if found := re.match(r"\\end\s*\{([A-Za-z]+)\*?\}", macro.text.strip()):
            ends[found.group(1)] = name
        elif macro.text.strip() == "\\]":
            ends["["] = name
    return {begins[e]: ends[e] for e in begins if e in ends and (e in ENVIRONMENTS or e == "[")}
