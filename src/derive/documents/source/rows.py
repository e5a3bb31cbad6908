"""A formula's tokens to its statements: rows, columns, lists and chains of relations taken apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from derive.documents.source.tokens import Token

ALIGNED = frozenset(("aligned", "align", "alignedat", "alignat", "flalign", "gather", "gathered", "split", "multline",
                     "eqnarray", "equation", "multlined", "IEEEeqnarray", "dmath"))  # fmt: skip
EQUALS = frozenset(("=", "\\coloneq"))  # the signs of equations and definitions
RELATIONS = {
    "=": "=", "\\shouldbe": "=", "\\equiv": "=", "\\coloneq": ":=", "\\approx": "\\approx", "\\le": "\\le", "\\ge":
    "\\ge", "<": "<", ">": ">", "\\ne": "\\ne", "\\leftarrow": "\\leftarrow", "\\in": "\\in", "\\to": "\\to", ":":
    ":", "\\sim": "\\sim", "\\succ": "\\succ", "\\succeq": "\\succeq", "\\propto": "\\propto", "\\subset": "\\subset",
    "\\subseteq": "\\subset", "\\prec": "\\prec", "\\preceq": "\\preceq", "\\preccurlyeq": "\\preceq", "\\succcurlyeq":
    "\\succeq", "\\ll": "\\ll", "\\gg": "\\gg", "\\notin": "\\notin", "\\mapsto": "\\mapsto",
}  # fmt: skip
ARROWS = frozenset(
    ("\\Rightarrow", "\\iff", "\\therefore", "\\because", "\\Leftarrow", "\\leadsto", "\\rightsquigarrow")
)
CONTINUING = frozenset(("+", "-", "\\cdot", "\\times", "\\odot", "\\circ", "\\pm", "/"))
OPEN_ENDED = CONTINUING | frozenset(("*", "\\sum", "\\prod"))
SIGNS = CONTINUING | frozenset(("*", "\\\\", "\\quad", "\\qquad"))
FOR = ("for", "if", "when", "whenever", "where", "with", "provided", "given", "as long as", "at", "인", "일 때")


@dataclass
class Piece:
    """A list item of a formula: expressions joined by relations.

    `carried`: the first expression is the last one of the piece before (a row that begins with a relation).
    `words`: the words set before it in `\\text{}`, if any.
    """

    tokens: list[Token] = field(default_factory=list)
    words: str = ""
    row: int = 0
    first: bool = False  # the first on its row, in the first column
    closed_by: str = ""  # the separator behind it
    behind: str = ""  # the words behind it


@dataclass
class Part:
    """The expressions of a piece and the relations between them: parts[0] relations[0] parts[1] ...

    `numbers`: of index letters, where the piece is told for each number by itself.
    """

    sides: list[list[Token]]
    relations: list[Token]
    numbers: Mapping[str, int] = field(default_factory=dict)


def split(tokens: list[Token]) -> list[Piece]:
    """The pieces of a formula: separated by rows, columns, commas, wide spaces, words and arrows."""
    return Splitter(_flat(tokens)).run()


def _flat(tokens: list[Token]) -> list[Token]:
    """Environments that only align are opened; a column or row mark inside braces is none."""
    out: list[Token] = []
    tokens = _without_spacers(tokens)
    for n, t in enumerate(tokens):
        if t.kind in ("begin", "end") and (t.text in ALIGNED or (t.text == "array" and _is_layout(tokens, n))):
            continue
        out.append(t)
    return out


def _without_spacers(tokens: list[Token]) -> list[Token]:
    """Without the {} of `f = {}& a` and `& {} + b`, which keep signs apart."""
    out: list[Token] = []
    skip = False
    for t, following, behind in zip(tokens, [*tokens[1:], None], [*tokens[2:], None, None], strict=False):
        last = out[-1] if out else None
        wanted = last is not None and (last.kind == "cmd" or last.is_("_", "^", "}"))  # \mathbf{}, x_{}, \frac{1}{}
        wanted = wanted and str(last) not in RELATIONS and str(last) not in SIGNS
        script = behind is not None and behind.is_("_", "^", "'")
        if skip or (t.is_("{") and following is not None and following.is_("}") and not (wanted or script)):
            skip = not skip
        else:
            out.append(t)
    return out


def _is_layout(tokens: list[Token], n: int) -> bool:
    """Whether an array lines up relations, as {rcl} does, rather than being a matrix or cases."""
    if tokens[n].kind == "end":
        depth = 0
        for m in range(n, -1, -1):
            depth += (tokens[m].kind == "end") - (tokens[m].kind == "begin")
            if depth == 0:
                return _is_layout(tokens, m)
        return False
    before = tokens[n - 1] if n else None
    if before is not None and before.kind == "open":
        return False
    return any(str(t) in RELATIONS for t in tokens[n:])


class Splitter:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.pieces: list[Piece] = []
        self.now = Piece(first=True)
        self.depth = self.row = 0

    def run(self) -> list[Piece]:
        for n, t in enumerate(self.tokens):
            if t.kind in ("open", "begin", "nullopen") or t.is_("{"):
                self.depth += 1
            elif t.kind in ("close", "end") or t.is_("}"):
                self.depth = max(0, self.depth - 1)
            kept = self.depth > 0 or not self.separates(t, n)
            if kept and (not self.lines_up(n) or self.inside_table(n)):
                self.now.tokens.append(t)
        self.close("")
        return [p for p in self.pieces if p.tokens]

    def lines_up(self, n: int) -> bool:
        """Whether a token ends a row, or begins the next one: the space before what goes on within brackets."""
        t = self.tokens[n]
        space = t.is_("\\quad", "\\qquad") and n > 0
        return t.is_("\\\\", "&") or (space and self.tokens[n - 1].is_("\\\\", "&"))

    def inside_table(self, n: int) -> bool:
        """Whether a row or column mark belongs to cases or to a matrix."""
        depth = 0
        for t in self.tokens[:n]:
            depth += (t.kind == "begin") - (t.kind == "end")
        return depth > 0

    def separates(self, t: Token, n: int) -> bool:
        word = str(t)
        if t.kind == "text":
            return self.text(t, last=all(u.is_(".", ",", ";") for u in self.tokens[n + 1 :]))
        if word == "\\\\":
            return self.new_row(n)
        if word == "&":
            return self.column(n)
        if word in ("\\quad", "\\qquad"):
            self.wide(word, n)
            return True
        if word in (",", ";") and t.kind == "sym":
            self.close(word)
            return True
        if word == "." and t.kind == "sym":
            self.close(word)
            return True
        if word in ARROWS:
            self.close(word)
            return True
        if word == "\\forall" and self.now.tokens:
            self.close("text")
            return False
        wide = n + 1 < len(self.tokens) and self.tokens[n + 1].is_("\\quad", "\\qquad", "&")
        wide = wide or _compares_letters(self.now.tokens, self.tokens[n + 1 :])
        ranging = self.ranges(self.now) or (len(self.now.tokens) == 1 and self.ranges(*self.pieces[-1:]))
        if word == ":" and (ranging or (wide and relations(self.now.tokens).relations)):  # y = 1: and what holds then
            self.close(word)
            return True
        return False

    def ranges(self, *pieces: Piece) -> bool:
        """`\\forall i` and, behind a comma, `j: A = B`."""
        return any(p.tokens and p.tokens[0].is_("\\forall") and p.closed_by in ("", ",") for p in pieces)

    def wide(self, word: str, n: int) -> None:
        """A wide space ends a piece, unless the formula goes on behind it."""
        following = self.following(n)
        if not self.now.tokens or self.goes_on(following):
            return
        if str(self.now.tokens[-1]) in OPEN_ENDED or str(self.now.tokens[-1]) in RELATIONS:
            return
        self.close(word)

    def goes_on(self, t: Token | None) -> bool:
        return t is not None and (str(t) in CONTINUING or str(t) in RELATIONS)

    def following(self, n: int) -> Token | None:
        """The next token that is no mark, space or words."""
        for t in self.tokens[n + 1 :]:
            if not (t.is_("&", "\\quad", "\\qquad")):
                return t
        return None

    def stands_alone(self, last: bool) -> bool:
        """Whether words stand in a column of their own, or at the end behind a wide space."""
        if not self.pieces or self.now.words or self.pieces[-1].row != self.row:
            return False
        return last or self.pieces[-1].closed_by == "&"

    def text(self, t: Token, *, last: bool) -> bool:
        words = t.text.strip().lower()
        if self.now.tokens:
            self.close("text")
            self.pieces[-1].behind = words
        elif self.stands_alone(last):
            self.pieces[-1].behind = words
        self.now.words = (self.now.words + " " + words).strip()
        return True

    def new_row(self, n: int) -> bool:
        self.row += 1
        following = self.following(n)
        last = self.now.tokens[-1] if self.now.tokens else None
        empty_cell = n + 1 < len(self.tokens) and self.tokens[n + 1].is_("&")
        if last is not None and str(last) in OPEN_ENDED | set(RELATIONS):
            return True
        if following is not None and str(following) in CONTINUING and (empty_cell or str(following) != "-"):
            if not self.now.tokens and self.pieces:
                self.now = self.pieces.pop()
            return True
        self.close("\\\\")
        self.now.first = True
        return True

    def column(self, n: int) -> bool:
        """A column mark: between an expression and its relation it says nothing."""
        following = self.following(n)
        last = self.now.tokens[-1] if self.now.tokens else None
        if following is None or self.goes_on(following) or (last is not None and str(last) in RELATIONS):
            return True
        if last is not None and (str(last) in OPEN_ENDED):
            return True
        self.close("&")
        return True

    def close(self, by: str) -> None:
        self.now.closed_by = by
        while self.now.tokens and (
            self.now.tokens[-1].is_("\\quad", "\\qquad") or self.now.tokens[-1].kind == "nullclose"
        ):
            self.now.tokens.pop()
        if self.now.tokens or self.now.words:
            self.now.row = self.row
            self.pieces.append(self.now)
        words = "" if self.now.tokens else self.now.words
        self.now = Piece(words=words if by in ("&", "text") else "")


def _compares_letters(tokens: list[Token], behind: list[Token]) -> bool:
    """`i \\ne j: A = 0`, which is no function f: X \\to Y."""
    plain = len(tokens) == 3 and tokens[1].is_("=", "\\ne") and all(t.kind == "letter" for t in tokens[::2])
    return plain and any(t.is_("=") for t in behind) and not any(t.is_("\\to", "\\mapsto") for t in behind)


def relations(tokens: list[Token]) -> Part:
    """The expressions of a piece and the relations between them."""
    sides: list[list[Token]] = [[]]
    found: list[Token] = []
    depth = 0
    for n, t in enumerate(tokens):
        if t.kind in ("open", "begin", "nullopen") or t.is_("{"):
            depth += 1
        elif t.kind in ("close", "end") or t.is_("}"):
            depth -= 1
        if depth == 0 and str(t) in RELATIONS and t.kind in ("sym", "cmd") and not _raised(tokens, n):
            found.append(replace(t, text=t.text))
            sides.append([])
        else:
            sides[-1].append(t)
    return Part(sides, found)


def without_colon(tokens: list[Token]) -> list[Token]:
    """A formula with a colon behind it leads on to what follows."""
    return tokens[:-1] if len(tokens) > 1 and tokens[-1].is_(":") else tokens


def _raised(tokens: list[Token], n: int) -> bool:
    """Whether the token is a superscript or subscript by itself: x_> ."""
    return n > 0 and tokens[n - 1].is_("^", "_")


def unquantified(piece: Piece) -> Piece:
    """`\\forall j \\ne c` says for what a claim holds, as `for` does."""
    forall = piece.tokens[0].is_("\\forall") and len(piece.tokens) > 1
    return replace(piece, tokens=piece.tokens[1:], words="for") if forall else piece


def unbracketed(piece: Piece) -> Piece:
    """`(j = 2, \\dots, K)` and `[i = j]` behind a claim says for what it holds."""
    tokens = piece.tokens
    if len(tokens) < 5 or tokens[0].kind != "open" or tokens[0].text not in "([" or tokens[-1].kind != "close":
        return piece
    depth = 0
    for n, t in enumerate(tokens):
        depth += (t.kind == "open") - (t.kind == "close")
        if depth == 0 and n < len(tokens) - 1:
            return piece
    return replace(piece, tokens=tokens[1:-1], words="for") if relations(tokens[1:-1]).relations else piece
