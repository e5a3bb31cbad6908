"""Tokens without typesetting: spaces, labels, sizes of brackets and the like are gone; delimiters have a side."""

from __future__ import annotations

import re
from dataclasses import replace

from derive.documents.source.delimiters import settled
from derive.documents.source.evaluated import evaluated
from derive.documents.source.fonts import modern
from derive.documents.source.tokens import MAX_DEPTH, Token, group_end
from derive.documents.trouble import Unreadable

SPACES = frozenset((",", ";", "!", ":", ">", " ", "quad", "qquad", "thinspace", "enspace", "medspace", "hspace",
                    "hfill", "\n", "/"))  # fmt: skip
DROPPED = frozenset(
    ("displaystyle", "textstyle", "scriptstyle", "limits", "nolimits", "nonumber", "notag", "centering", "noindent",
     "hline", "allowdisplaybreaks", "mathstrut", "strut", "relax", "boldmath", "unboldmath", "normalsize", "small",
     "Large", "large", "protect", "medskip", "smallskip", "bigskip", "qed", "qedhere", "nobreak", "allowbreak",
     "negthinspace", "par")
)  # fmt: skip
WITH_ARGUMENT = frozenset(("label", "tag", "eqref", "ref", "cite", "phantom", "vphantom", "hphantom", "color",
                           "textcolor", "hspace", "vspace", "footnote", "setlength", "cref", "Cref"))  # fmt: skip
KEEP_ARGUMENT = frozenset(("boxed", "mathstrut", "ensuremath", "mathop", "mathbin", "mathrel", "underbrace",
                           "overbrace", "mathclose", "mathopen", "cancel", "smash", "fbox", "colorbox",
                           "underline"))  # fmt: skip
FRAMES = frozenset(("boxed", "fbox", "ensuremath", "framebox", "Aboxed"))
STATING = frozenset(("le", "ge", "ne", "in", "approx", "equiv", "coloneq"))
BIG = frozenset(("\\sum", "\\prod", "\\lim", "\\max", "\\min"))  # what runs over the letter below
SIZES = frozenset(f"{big}{side}" for big in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m"))
OPENING = {"(": "(", "[": "[", "\\{": "{", "\\lbrace": "{", "\\langle": "<", "\\lvert": "|", "\\lVert": "||",
           "\\lbrack": "[", "\\lfloor": "floor", "\\lceil": "ceil"}  # fmt: skip
CLOSING = {")": "(", "]": "[", "\\}": "{", "\\rbrace": "{", "\\rangle": "<", "\\rvert": "|", "\\rVert": "||",
           "\\rbrack": "[", "\\rfloor": "floor", "\\rceil": "ceil"}  # fmt: skip
BARS = {"|": "|", "\\vert": "|", "\\|": "||", "\\Vert": "||", "\\mid": "|"}
SAME = {
    "dfrac": "frac", "tfrac": "frac", "cfrac": "frac", "leq": "le", "geq": "ge", "leqslant": "le", "geqslant": "ge",
    "neq": "ne", "lt": "<", "gt": ">", "gets": "leftarrow", "coloneqq": "coloneq", "triangleq": "coloneq",
    "circledcirc": "odot", "ast": "*", "intercal": "top", "prime": "'", "ldots": "dots", "cdots": "dots", "dotsc":
    "dots", "dotsb": "dots", "hdots": "dots", "vdots": "dots", "ddots": "dots",
    "simeq": "approx", "land": "wedge", "Longleftrightarrow": "iff",
    "Leftrightarrow": "iff", "Longrightarrow": "Rightarrow", "implies": "Rightarrow", "impliedby": "Rightarrow",
    "bold": "mathbf", "boldsymbol": "mathbf", "bm": "mathbf", "pmb": "mathbf", "symbf": "mathbf", "mathbfit":
    "mathbf", "vec": "mathbf", "widehat": "hat", "widetilde": "tilde", "overline": "bar", "symbfup": "mathbf",
    "mathop": "", "colon": ":", "to": "to", "rightarrow": "to", "longrightarrow": "to", "trace": "tr", "Tr": "tr",
    "eqdef": "coloneq", "doteq": "coloneq", "sp": "^", "sb": "_", "owns": "ni", "odiv": "oslash", "mathbbm": "mathbb",
    "mathds": "mathbb", "longleftarrow": "leftarrow", "approxeq": "approx", "textrm": "mathrm", "mathds1": "mathbb",
}  # fmt: skip
MODULO = frozenset(("mod", "bmod", "pmod", "pod"))
MODULO_SPELLED = "(mod"
LENGTH = re.compile(
    r"-?[0-9.]+(?:pt|em|ex|mm|cm|in|mu|pc|bp|sp)|-?[0-9.]*\\(?:baselineskip|jot|medskipamount|smallskipamount)"
)
DEFINING = re.compile(r"(?:def|Def|triangle|Delta|vartriangle|bigtriangleup|d)\.?")
SYMBOLS = frozenset("<>*':^_")
EXTREMA = frozenset(("argmin", "argmax"))
WORD_STYLES = frozenset(("operatorname", "mathrm", "mathsf", "mathtt", "mathit", "mathnormal", "rm", "up"))
FUNCTION_WORDS = frozenset(
    ("softmax", "sigmoid", "relu", "ReLU", "softplus", "sign", "sgn", "diag", "Diag", "tr", "Tr", "trace", "det",
     "exp", "log", "ln", "tanh", "sin", "cos", "max", "min", "logit", "logsumexp", "LSE", "mean", "Var", "var",
     "step", "GELU", "SiLU", "swish", "ELU", "vec", "erf", "Softmax", "Sigmoid", "Tanh", "MSE", "CE", "BCE")
)  # fmt: skip
PROSE = frozenset(
    ("and", "or", "if", "for", "where", "with", "so", "then", "when", "but", "hence", "thus", "otherwise", "else",
     "by", "since", "as", "all", "any", "each", "every", "because", "therefore", "i.e.", "let", "is", "to", "we",
     "have", "that")
)  # fmt: skip

CONSTANT = frozenset(("const", "constant", "constants", "cst", "c", "Konst", "konst", "Konstante", "상수"))
"""What is added and does not depend on anything that matters: `-x^2/2 + \\text{const}`."""


def clean(tokens: list[Token]) -> list[Token]:
    """The tokens that carry meaning."""
    _refuse_depth(tokens)
    return settled(evaluated(Cleaner(modern(_unframed(_without_empty_groups(tokens)))).run()))


def _unframed(tokens: list[Token]) -> list[Token]:
    """`\\boxed{a = b}` as `a = b`; the frame around what is no statement is a bracket."""
    for n, t in enumerate(tokens):
        if t.kind == "cmd" and t.text in FRAMES and n + 1 < len(tokens) and tokens[n + 1].is_("{"):
            end = group_end(tokens, n + 1)
            inside = tokens[n + 2 : end - 1]
            if _states(inside) and not (end < len(tokens) and tokens[end].is_("^", "_")):
                return [*tokens[:n], *_unframed([*inside, *tokens[end:]])]
    return tokens


def _states(tokens: list[Token]) -> bool:
    """Whether a sign between two sides stands there outside of all groups."""
    depth = 0
    for t in tokens:
        depth += t.is_("{") - t.is_("}")
        if not depth and (t.is_("=", "<", ">") or (t.kind == "cmd" and SAME.get(t.text, t.text) in STATING)):
            return True
    return False


def _without_empty_groups(tokens: list[Token]) -> list[Token]:
    """`a{}^T` as `a^T`; before a name, in `{}^T a`, the group is kept."""
    out: list[Token] = []
    for n, t in enumerate(tokens):
        empty = t.is_("{") and [str(u) for u in tokens[n + 1 : n + 2]] == ["}"]
        raised = empty and tokens[n + 2 : n + 3] and tokens[n + 2].is_("^", "_") and out
        if raised and (out[-1].kind in ("letter", "num") or out[-1].is_("}", ")", "]")):
            continue
        if t.is_("}") and n and tokens[n - 1].is_("{") and (not out or out[-1] is not tokens[n - 1]):
            continue
        out.append(t)
    return out


def _refuse_depth(tokens: list[Token]) -> None:
    """Brackets within brackets are counted before anything recursive looks at them."""
    depth = 0
    for t in tokens:
        if t.kind == "sym" and t.text in "{([":
            depth += 1
        elif t.kind == "sym" and t.text in "})]":
            depth = max(0, depth - 1)
        if depth > MAX_DEPTH:
            raise Unreadable(t.start, f"more than {MAX_DEPTH} brackets within each other", "a flatter formula")


class Cleaner:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens, self.n = tokens, 0
        self.out: list[Token] = []
        self.spaced = False
        self.modular = any(t.text.lower() in MODULO for t in tokens) or MODULO_SPELLED in "".join(map(str, tokens))

    def run(self) -> list[Token]:
        while self.n < len(self.tokens):
            t = self.tokens[self.n]
            self.n += 1
            self.one(t)
        return self.out

    def text(self, t: Token) -> None:
        """Words in `\\text`: a function or a name such as softmax or Loss, or prose."""
        word = t.text.strip()
        following = self.peek()
        named = following is not None and str(following) in ("(", "=", "_", "^", "'", "\\left")
        if word in FUNCTION_WORDS or (named and word.isalpha() and word.lower() not in PROSE):
            self.emit(Token("word", word, t.start, t.end))
        elif word.rstrip(".") in CONSTANT and self.out and self.out[-1].is_("+", "-"):
            self.emit(Token("word", "const", t.start, t.end))
        else:
            self.emit(t)

    def word(self, t: Token) -> None:
        """`\\operatorname{softmax}`, `\\mathrm{d}`: a word, or a single upright letter."""
        if self.peek_is("*"):
            self.n += 1
        name, stop = "", self.n
        if self.peek_is("{"):
            depth = 0
            while stop < len(self.tokens):
                token = self.tokens[stop]
                depth += token.is_("{") - token.is_("}")
                name += "" if token.text in "{}," or token.text in SPACES else token.text
                stop += 1
                if depth == 0:
                    break
        elif stop < len(self.tokens):
            name, stop = self.tokens[stop].text, stop + 1
        if not name or not name.replace("-", "").replace("_", "").isalnum():
            return  # \\mathrm{...} around a formula: the group stays
        end = self.tokens[stop - 1].end
        self.n = stop
        if name == "t" and self.is_raised():
            self.emit(Token("cmd", "top", t.start, end))
            return
        kind = (
            "word" if len(name) > 1 or (name.isalpha() and self.is_label()) else "num" if name.isdigit() else "letter"
        )
        self.emit(Token(kind, name.replace("-", "").replace("_", ""), t.start, end))

    def is_label(self) -> bool:
        """Whether an upright letter here is the f of W_{\\mathrm f}: right behind _, and not under a sum."""
        behind = [str(t) for t in self.out[-3:]]
        behind = behind[:-1] if behind and behind[-1] == "{" else behind
        return len(behind) > 1 and behind[-1] == "_" and behind[-2] not in BIG

    def is_raised(self) -> bool:
        """Whether an upright letter here is all of a superscript, of no number: the t of X^{\\mathrm t}."""
        braced = bool(self.out) and self.out[-1].is_("{")
        before = [str(t) for t in (self.out[-3:-1] if braced else self.out[-2:])]
        following = self.peek()
        alone = not braced or (following is not None and following.is_("}"))
        return alone and len(before) == 2 and before[1] == "^" and before[0] != "e" and not before[0].isdigit()

    def emit(self, t: Token) -> None:
        self.out.append(replace(t, spaced=True) if self.spaced else t)
        self.spaced = False

    def one(self, t: Token) -> None:
        if t.kind == "text":
            self.text(t)
        elif t.kind != "cmd":
            self.symbol(t)
        elif t.text in WORD_STYLES:
            self.word(t)
        elif t.text in EXTREMA:
            self.emit(Token("word", t.text, t.start, t.end))
        elif t.text in ("quad", "qquad"):
            self.emit(t)
        elif t.text in ("left", "right", "middle"):
            self.delimiter(t)
        elif t.text in SIZES:
            self.sized(t)
        elif t.text in ("begin", "end"):
            self.environment(t)
        elif t.text in WITH_ARGUMENT:
            self.skip_argument()
        elif t.text in ("stackrel", "overset", "underset"):
            self.stacked(t)
        elif t.text == "substack" or t.text in DROPPED:
            return
        elif t.text in KEEP_ARGUMENT:
            if self.peek_is("{") and self.n + 1 < len(self.tokens) and self.tokens[self.n + 1].is_("}"):
                self.n += 2  # \\mathopen{}: only the room around it
        elif t.text in SPACES:
            self.spaced = True
        else:
            self.command(t)

    def command(self, t: Token) -> None:
        text = SAME.get(t.text, t.text)
        word = "\\" + text
        if t.text in ("lnot", "not"):
            self.negated(t)
        elif t.text == "\\":
            self.emit(t)
            self.row_space()
        elif word in OPENING or word in CLOSING:
            side, table = ("open", OPENING) if word in OPENING else ("close", CLOSING)
            self.emit(Token(side, table[word], t.start, t.end))
        elif word in BARS:
            self.emit(Token("bar", BARS[word], t.start, t.end))
        elif text == "equiv" and not self.modular:
            self.emit(Token("sym", "=", t.start, t.end))
        elif text in SYMBOLS:
            self.emit(Token("sym", text, t.start, t.end))
        elif text:
            self.emit(Token("cmd", text, t.start, t.end))

    def negated(self, t: Token) -> None:
        following = self.peek()
        if following is not None and str(following) == "=":
            self.n += 1
            self.emit(Token("cmd", "ne", t.start, following.end))
        else:
            raise Unreadable(t.start, "\\not", "a relation that is known")

    def symbol(self, t: Token) -> None:
        text = t.text
        if t.kind == "sym" and text in OPENING:
            self.emit(Token("open", OPENING[text], t.start, t.end))
        elif t.kind == "sym" and text in CLOSING:
            self.emit(Token("close", CLOSING[text], t.start, t.end))
        elif t.kind == "sym" and text == "|":
            self.bar(t)
        elif t.kind == "sym" and len(text) == 2 and text[0] == "^":
            self.emit(Token("sym", "^", t.start, t.end))
            self.emit(Token("num" if text[1].isdigit() else "letter", text[1], t.start, t.end))
        elif t.kind == "sym" and text == ":" and self.peek_is("="):
            self.n += 1
            self.emit(Token("cmd", "coloneq", t.start, self.tokens[self.n - 1].end))
        else:
            self.emit(t)

    def bar(self, t: Token) -> None:
        following = self.peek()
        if following is not None and following.kind == "sym" and following.text == "|" and following.start == t.end:
            self.emit(
                Token("bars", "||", t.start, following.end)
            )  # a norm, or the end of one |..| and the begin of another
            self.n += 1
        else:
            self.emit(Token("bar", "|", t.start, t.end))

    def peek(self) -> Token | None:
        return self.tokens[self.n] if self.n < len(self.tokens) else None

    def peek_is(self, *texts: str) -> bool:
        t = self.peek()
        return t is not None and t.text in texts

    def delimiter(self, t: Token) -> None:
        """`\\left(`, `\\right)`; the invisible ones are left out, except that `\\right|` behind `\\left.` is kept."""
        following = self.peek()
        if following is None:
            raise Unreadable(t.start, "the end of the formula", f"a delimiter after \\{t.text}")
        self.n += 1
        word = str(following)
        side = {"left": "open", "right": "close", "middle": "bar"}[t.text]
        if word == ".":
            self.emit(Token(f"null{side}", ".", t.start, following.end))
            return
        name = OPENING.get(word) or CLOSING.get(word) or BARS.get(word)
        if word in ("/", "<", ">"):
            name = "<" if word != "/" else "/"
        if name is None:
            raise Unreadable(following.start, word, f"a delimiter after \\{t.text}")
        if word in ("]", "[") and side == "open" and word == "]":
            name = "["
        self.emit(Token(side, name, t.start, following.end))

    def sized(self, t: Token) -> None:
        """`\\bigl|` opens and `\\bigr|` closes; `\\big` says nothing."""
        following = self.peek()
        word = str(following) if following is not None else ""
        if word in BARS and t.text[-1] in "lr":
            self.n += 1
            side = "open" if t.text[-1] == "l" else "close"
            self.emit(Token(side, BARS[word], t.start, following.end))  # type: ignore[union-attr]
        elif following is not None and (word in OPENING or word in CLOSING):
            self.n += 1
            side, table = ("open", OPENING) if word in OPENING else ("close", CLOSING)
            self.emit(Token(side, table[word], t.start, following.end))

    def environment(self, t: Token) -> None:
        name, start = "", self.n
        if self.peek_is("{"):
            self.n += 1
            while self.n < len(self.tokens) and not self.tokens[self.n].is_("}"):
                name += self.tokens[self.n].text
                self.n += 1
            self.n += 1
        if self.n > len(self.tokens) or not name:
            raise Unreadable(
                self.tokens[min(start, len(self.tokens)) - 1].start, f"\\{t.text}", "an environment in braces"
            )
        if t.text == "begin":
            self.optional()
        self.emit(Token(t.text, name.rstrip("*"), t.start, self.tokens[self.n - 1].end))
        if t.text == "begin" and name.rstrip("*") in ("array", "alignedat", "alignat"):
            self.skip_argument()

    def stacked(self, t: Token) -> None:
        """`\\overset{!}{=}`, `\\stackrel{\\text{def}}{=}`: a relation with a remark set above it."""
        remark, sign = self.argument(), self.argument()
        word = "".join(u.text for u in remark if u.text not in ("{", "}", *WORD_STYLES))
        if (below := "".join(u.text for u in sign if u.text not in ("{", "}", "*", *SPACES, *WORD_STYLES))) in EXTREMA:
            self.emit(Token("word", below, t.start, sign[-1].end))  # \\underset{w}{\\arg\\min}
            end = self.tokens[self.n - 1].end
            braces = Token("sym", "{", t.start, t.start), Token("sym", "}", end, end)
            self.out += [Token("sym", "_", t.start, t.start), braces[0], *remark, braces[1]]
            return
        if len(sign) != 1 or sign[0].kind == "text":
            raise Unreadable(t.start, str(t), "a relation with a remark above it")
        if str(sign[0]) == "=" and DEFINING.fullmatch(word):
            self.emit(Token("cmd", "coloneq", t.start, self.tokens[self.n - 1].end))
        elif word == "!":
            self.emit(Token("cmd", "shouldbe", t.start, self.tokens[self.n - 1].end))
        else:
            self.one(sign[0])

    def argument(self) -> list[Token]:
        """The tokens of the next group, or the next token."""
        start = self.n
        if self.peek_is("{"):
            self.skip_argument()
            return self.tokens[start + 1 : self.n - 1]
        self.n += 1
        return self.tokens[start : self.n]

    def row_space(self) -> None:
        """`\\\\*[4pt]`: that a page may not break there, and how much room there is."""
        if self.peek_is("*"):
            self.n += 1
        if not self.peek_is("["):
            return
        stop = next((m for m in range(self.n + 1, min(self.n + 9, len(self.tokens))) if self.tokens[m].is_("]")), None)
        if stop is not None and LENGTH.fullmatch("".join(str(t) for t in self.tokens[self.n + 1 : stop])):
            self.n = stop + 1

    def optional(self) -> None:
        if self.peek_is("[") and self.n + 2 < len(self.tokens) and self.tokens[self.n + 2].is_("]"):
            self.n += 3

    def skip_argument(self) -> None:
        if self.peek_is("*"):
            self.n += 1
        if not self.peek_is("{"):
            return
        depth = 0
        while self.n < len(self.tokens):
            t = self.tokens[self.n]
            depth += t.is_("{") - t.is_("}")
            self.n += 1
            if depth == 0:
                return
