"""A recursive-descent parser of matrix-calculus LaTeX. All tokens are consumed, or `Unreadable` says what was expected.

Scripts stay tokens and `f(x)` stays a pair of factors: the symbol table decides about them when the tree is lowered.
"""

from __future__ import annotations

from collections.abc import Sequence

from derive.documents import syntax as s
from derive.documents.tokens import MAX_DEPTH, Token
from derive.documents.trouble import Unreadable

FUNCTIONS = frozenset(
    ("log", "ln", "lg", "exp", "sin", "cos", "tan", "tanh", "sinh", "cosh", "arctan", "det", "max", "min", "tr", "sup", "inf",
     "operatorname", "cot", "sec", "csc", "coth", "arcsin", "arccos", "Pr", "arg", "sign", "diag", "rank", "dim", "ker", "gcd")
)  # fmt: skip
WORDS = frozenset(
    ("softmax", "sigmoid", "relu", "softplus", "sign", "sgn", "diag", "tr", "trace", "det", "exp", "log", "ln", "tanh", "sin",
     "cos", "tan", "sinh", "cosh", "max", "min", "logit", "logsumexp", "lse", "mean", "var", "step", "gelu", "silu", "swish",
     "elu", "vec", "erf", "abs", "sqrt", "arsinh", "artanh", "arcosh", "arctan", "arcsin", "arccos", "prod", "rank", "inv",
     "logsoftmax", "logsigmoid", "sum", "diagonal", "heaviside", "clip", "norm")
)  # fmt: skip
GREEDY = frozenset(
    ("log", "ln", "lg", "exp", "det", "tr", "trace", "sin", "cos", "tan", "tanh", "sinh", "cosh", "sign", "sgn")
)
ACCENTS = {"hat": "hat", "bar": "bar", "tilde": "tilde", "dot": "dot", "ddot": "ddot", "acute": "acute", "check": "check",
           "breve": "breve"}  # fmt: skip
LETTERLIKE = frozenset(
    ("alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta", "vartheta", "iota", "kappa", "lambda",
     "mu", "nu", "xi", "pi", "varpi", "rho", "varrho", "sigma", "varsigma", "tau", "upsilon", "phi", "varphi", "chi", "psi",
     "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega", "ell", "hbar", "imath",
     "jmath", "varGamma", "varTheta", "Re", "Im", "wp")
)  # fmt: skip
STYLES = {"mathbf": "bold", "mathcal": "cal", "mathscr": "cal", "mathfrak": "frak", "mathbb": "bb", "cal": "cal"}
BIG = {"sum": "sum", "prod": "prod", "lim": "lim"}
STOP_WORDS = frozenset(("otherwise", "else", "sonst"))
ENTRYWISE = {"odot": "odot", "circ": "odot", "oslash": "oslash", "otimes": "otimes"}
MATRICES = frozenset(
    ("matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "smallmatrix", "array", "psmallmatrix")
)


def parse(tokens: Sequence[Token], end: int = 0) -> s.Node:
    """The tree of one expression; `end` is the offset to report where the tokens give out."""
    if not tokens:
        raise Unreadable(end, "nothing", "an expression")
    parser = Parser(tokens)
    tree = parser.expression()
    if parser.n < len(parser.tokens):
        t = parser.tokens[parser.n]
        raise Unreadable(t.start, str(t), "an operator, a factor or the end of the expression")
    return tree


class Parser:
    def __init__(self, tokens: Sequence[Token], depth: int = 0) -> None:
        self.tokens = list(tokens)
        self.n = 0
        self.depth = depth
        self.bars: list[str] = []  # of the |...| that are open at this level of brackets

    # -- tokens ------------------------------------------------------------------------------------------------
    def peek(self, ahead: int = 0) -> Token | None:
        return self.tokens[self.n + ahead] if self.n + ahead < len(self.tokens) else None

    def next(self) -> Token:
        t = self.peek()
        if t is None:
            raise self.ended("a factor")
        self.n += 1
        return t

    def ended(self, expected: str) -> Unreadable:
        at = self.tokens[-1].end if self.tokens else 0
        return Unreadable(max(at - 1, 0), "the end of the formula", expected)

    def looks(self, *texts: str) -> bool:
        t = self.peek()
        return t is not None and t.is_(*texts)

    def inner(self, tokens: Sequence[Token], what: str = "an expression") -> s.Node:
        """The tree of a group's tokens."""
        if not tokens:
            at = self.tokens[max(self.n - 1, 0)].start if self.tokens else 0
            raise Unreadable(at, "an empty group", what)
        if self.depth > MAX_DEPTH:
            raise Unreadable(tokens[0].start, f"more than {MAX_DEPTH} brackets within each other", "a flatter formula")
        parser = Parser(tokens, self.depth + 1)
        tree = parser.expression()
        if parser.n < len(parser.tokens):
            t = parser.tokens[parser.n]
            raise Unreadable(t.start, str(t), "an operator, a factor or the end of the group")
        return tree

    def group(self) -> tuple[Token, ...]:
        """The tokens of a group {...}, or the single token that stands for one."""
        t = self.next()
        if not t.is_("{"):
            return self.single(t)
        depth, start = 1, self.n
        while depth:
            u = self.peek()
            if u is None:
                raise Unreadable(t.start, "the end of the formula", "a closing brace }")
            depth += u.is_("{") - u.is_("}")
            self.n += 1
        return tuple(self.tokens[start : self.n - 1])

    def single(self, t: Token) -> tuple[Token, ...]:
        """An unbraced argument: one token; a command takes its own argument along. Of a number, only one digit."""
        if t.kind == "num" and len(t.text) > 1:
            rest = Token("num", t.text[1:], t.start + 1, t.end)
            self.tokens.insert(self.n, rest)
            return (Token("num", t.text[0], t.start, t.start + 1),)
        if t.kind == "cmd" and (t.text in STYLES or t.text in ACCENTS or t.text in ("sqrt",)):
            start = self.n
            self.group()
            return (t, *self.tokens[start : self.n])
        if t.kind == "cmd" and t.text == "frac":
            start = self.n
            self.group()
            self.group()
            return (t, *self.tokens[start : self.n])
        return (t,)

    def bracketed(self, t: Token) -> list[Token]:
        """The tokens up to the delimiter that closes `t`."""
        depth, start = 1, self.n
        while self.n < len(self.tokens):
            u = self.tokens[self.n]
            depth += (u.kind == "open" or u.is_("{")) - (u.kind == "close" or u.is_("}"))
            self.n += 1
            if depth == 0:
                if u.kind != "close":
                    raise Unreadable(u.start, str(u), f"the delimiter that closes {t.text}")
                return self.tokens[start : self.n - 1]
        raise Unreadable(t.start, f"{t.text} and no delimiter that closes it", "a closing delimiter")

    # -- sums and products -------------------------------------------------------------------------------------
    def expression(self) -> s.Node:
        terms: list[tuple[int, s.Node]] = []
        first = self.peek()
        if first is None:
            raise self.ended("an expression")
        while True:
            sign = self.sign(bool(terms))
            if sign is None:
                break
            terms.append((sign, self.entrywise()))
        return terms[0][1] if len(terms) == 1 and terms[0][0] == 1 else s.Sum(first.start, tuple(terms))

    def sign(self, more: bool) -> int | None:
        """The sign before a term; None where no term follows."""
        sign, found = 1, False
        while self.looks("+", "-"):
            found = True
            sign *= -1 if self.next().text == "-" else 1
        if more and not found:
            return None
        return sign

    def entrywise(self) -> s.Node:
        factors: list[tuple[str, s.Node]] = [("odot", self.product())]
        while (t := self.peek()) is not None and t.kind == "cmd" and t.text in ENTRYWISE:
            self.n += 1
            if ENTRYWISE[t.text] == "otimes":
                raise Unreadable(t.start, r"\otimes", "a product that is known (Kronecker products are not)")
            factors.append((ENTRYWISE[t.text], self.product()))
        return factors[0][1] if len(factors) == 1 else s.Hadamard(factors[0][1].at, tuple(factors))

    def product(self) -> s.Node:
        factors: list[tuple[str, s.Node]] = []
        op = ""
        while True:
            t = self.peek()
            if t is None or (not op and factors and not self.begins_factor(t)):
                break
            if op == "" and factors and t.is_("\\cdot", "\\times", "*", "/", "\\bullet"):
                self.n += 1
                op = {"\\cdot": "cdot", "/": "/"}.get(str(t), "times")
                continue
            factors.append((op, self.signed_factor() if op else self.factor()))
            op = ""
        if op or not factors:
            t = self.peek()
            raise Unreadable(t.start, str(t), "a factor") if t else self.ended("a factor")
        return factors[0][1] if len(factors) == 1 else s.Juxtaposed(factors[0][1].at, tuple(factors))

    def signed_factor(self) -> s.Node:
        """Behind an operator a sign may stand: 2 \\cdot -1."""
        if self.looks("-"):
            t = self.next()
            return s.Sum(t.start, ((-1, self.factor()),))
        return self.factor()

    def begins_factor(self, t: Token) -> bool:
        if t.kind in ("bar", "bars"):
            return t.text not in self.bars and not (t.kind == "bars" and self.bars)
        if t.kind in ("num", "letter", "open", "begin", "word", "nullopen"):
            return True
        if t.kind == "text":
            return False
        if t.kind == "sym":
            return t.text in "{*/!" or t.text == "∂"
        return t.kind == "cmd" and not (
            t.text in ENTRYWISE or t.text in ("qquad", "quad", "\\", "dots", "wedge", "pm", "mp")
        )

    # -- factors -----------------------------------------------------------------------------------------------
    def factor(self) -> s.Node:
        return self.scripted(self.atom())

    def scripted(self, base: s.Node) -> s.Node:
        """Subscripts, superscripts and primes behind an atom, in any order and number."""
        while True:
            sub: tuple[Token, ...] = ()
            sup: tuple[Token, ...] = ()
            primes = 0
            while (t := self.peek()) is not None and (t.is_("^", "_", "'") or t.is_("!")):
                if t.is_("!"):
                    raise Unreadable(t.start, "!", "an operator (factorials are not known)")
                self.n += 1
                if t.text == "'":
                    primes += 1
                elif t.text == "_" and not sub:
                    sub = self.group()
                elif t.text == "^" and not sup:
                    sup = self.group()
                    if sup and all(u.is_("'") for u in sup):
                        primes, sup = primes + len(sup), ()
                else:
                    self.n -= 1
                    break
            if not (sub or sup or primes):
                return base
            base = s.Script(base.at, base, sub, sup, primes)

    def atom(self) -> s.Node:
        t = self.next()
        if t.kind == "num":
            return s.Num(t.start, t.text)
        if t.kind == "word":
            return self.word(t)
        if t.kind == "letter":
            return self.spelled(t)
        if t.kind == "open":
            return self.opened(t)
        if t.kind in ("bar", "bars"):
            return self.barred(t)
        if t.kind == "begin":
            return self.environment(t)
        if t.kind == "nullopen":
            return self.evaluated(t)
        if t.is_("{"):
            self.n -= 1
            return self.braced()
        if t.kind == "cmd":
            return self.command(t)
        raise Unreadable(t.start, str(t), "a factor")

    def braced(self) -> s.Node:
        """A group as a factor: {\\bf x}, {W^{(l)}}. It binds like brackets, and is none where a product is in it."""
        tokens = self.group()
        if not tokens:
            return s.Juxtaposed(self.tokens[self.n - 1].start, ())
        if tokens[0].kind == "cmd" and tokens[0].text in ("bf", "cal") and len(tokens) == 2:
            return s.Name(tokens[1].start, tokens[1].text if tokens[0].text == "bf" else f"cal{tokens[1].text}", True)
        tree = self.inner(tokens)
        return tree if isinstance(tree, (s.Name, s.Script, s.Num)) else s.Bracket(tree.at, "{", (tree,))

    def spelled(self, t: Token) -> s.Node:
        """A letter; or letters that spell a function before a bracket: softmax(z), tr(A)."""
        word, n = t.text, self.n
        while n < len(self.tokens) and self.tokens[n].kind == "letter" and not self.tokens[n].spaced:
            word += self.tokens[n].text
            n += 1
        following = self.tokens[n] if n < len(self.tokens) else None
        if len(word) > 1 and word.lower() in WORDS and following is not None and following.kind == "open":
            self.n = n
            return self.word(Token("word", word, t.start, self.tokens[n - 1].end))
        if t.text == "d" and self.differential():
            return self.operator(t, "d")
        return s.Name(t.start, t.text)

    def differential(self) -> bool:
        """Whether a d begins d f / d x: a factor, a slash and another d follow."""
        depth = 0
        for m in range(self.n, min(self.n + 25, len(self.tokens))):
            u = self.tokens[m]
            depth += (u.kind == "open" or u.is_("{")) - (u.kind == "close" or u.is_("}"))
            if depth < 0 or (depth == 0 and u.is_("+", "-", "\\cdot")):
                return False
            if depth == 0 and u.is_("/"):
                after = self.tokens[m + 1] if m + 1 < len(self.tokens) else None
                return after is not None and after.kind == "letter" and after.text == "d" and m > self.n
        return False

    def word(self, t: Token) -> s.Node:
        """An upright word: a function, or a name of several letters."""
        if t.text.lower() in WORDS:
            return self.call(t)
        return s.Name(t.start, t.text, word=True)

    def opened(self, t: Token) -> s.Node:
        if t.text in ("floor", "ceil"):
            raise Unreadable(t.start, t.text, "an expression (rounding is not known)")
        tokens = self.bracketed(t)
        if t.text == "[" and _compares(tokens):
            return s.Indicator(t.start, tuple(tokens))
        items = _comma_separated(tokens, t.text)
        return s.Bracket(t.start, t.text, tuple(self.inner(i) for i in items))

    def barred(self, t: Token) -> s.Node:
        """|...| and ||...||: up to the next bar at this level of brackets."""
        self.bars.append(t.text)
        if len(self.bars) > 8:
            raise Unreadable(t.start, "many bars", "brackets that can be told apart: \\lvert and \\rvert")
        body = self.expression()
        self.bars.pop()
        closing = self.peek()
        if closing is not None and closing.kind == "bars" and t.kind == "bar":  # |a||b|: the first of two bars closes
            self.tokens[self.n] = Token("bar", "|", closing.start + 1, closing.end)
            return s.Bracket(t.start, t.text, (body,))
        if closing is None or closing.text != t.text:
            raise Unreadable(t.start, "a bar that is never closed", f"a second {t.text}")
        self.n += 1
        return s.Bracket(t.start, t.text, (body,))

    def evaluated(self, t: Token) -> s.Node:
        r"""\left. ... \right|_{x = 0}."""
        depth, start = 1, self.n
        while self.n < len(self.tokens):
            u = self.tokens[self.n]
            depth += (u.kind in ("open", "nullopen")) - (u.kind in ("close", "nullclose"))
            self.n += 1
            if depth == 0:
                body = self.inner(self.tokens[start : self.n - 1])
                conditions: tuple[Token, ...] = ()
                if u.text == "|" and self.looks("_"):
                    self.n += 1
                    conditions = self.group()
                return s.Evaluated(t.start, body, conditions) if conditions else s.Bracket(t.start, "{", (body,))
        raise Unreadable(t.start, r"\left. that is never closed", r"a \right delimiter")

    # -- environments ------------------------------------------------------------------------------------------
    def environment(self, t: Token) -> s.Node:
        depth, start = 1, self.n
        while depth:
            u = self.peek()
            if u is None:
                raise Unreadable(t.start, f"\\begin{{{t.text}}} without its end", f"\\end{{{t.text}}}")
            depth += (u.kind == "begin") - (u.kind == "end")
            self.n += 1
        rows = _rows(self.tokens[start : self.n - 1])
        if t.text in ("cases", "dcases", "rcases"):
            return self.cases(t, rows)
        if t.text in MATRICES:
            entries = tuple(tuple(self.inner(c, "an entry") for c in row) for row in rows)
            if len({len(row) for row in entries}) != 1:
                raise Unreadable(t.start, "rows of different lengths", "as many entries in each row")
            matrix = s.Matrix(t.start, entries)
            return s.Bracket(t.start, "|", (matrix,)) if t.text == "vmatrix" else matrix
        raise Unreadable(t.start, f"\\begin{{{t.text}}}", "an environment that is known")

    def cases(self, t: Token, rows: list[list[list[Token]]]) -> s.Node:
        out = []
        for row in rows:
            if len(row) == 1:
                row = _condition_by_comma(row[0])
            value = list(row[0])
            while value and value[-1].is_(",", "\\quad", "\\qquad", ".", ";"):
                value.pop()
            condition = [c for cell in row[1:] for c in cell]
            out.append((self.inner(value, "a value"), tuple(condition)))
        if not out:
            raise Unreadable(t.start, "no rows", "a value and its condition")
        return s.Cases(t.start, tuple(out))

    # -- commands ----------------------------------------------------------------------------------------------
    def command(self, t: Token) -> s.Node:
        name = t.text
        if name == "frac":
            return self.fraction(t)
        if name == "sqrt":
            return self.root(t)
        if name in ("partial", "nabla"):
            return self.operator(t, name)
        if name in STYLES or name in ACCENTS:
            return self.styled(t)
        if name in BIG:
            return self.big(t)
        if name in FUNCTIONS:
            return self.call(t)
        if name in LETTERLIKE:
            return s.Name(t.start, name)
        if name in ("infty", "top", "dots", "emptyset"):
            return s.Special(t.start, name)
        if name == "R":
            return s.Special(t.start, "R")
        if name in ("mathrm", "operatorname", "mathsf", "mathit", "mathnormal", "rm", "substack"):
            return self.factor() if self.peek() else s.Special(t.start, name)
        raise Unreadable(t.start, str(t), "a command that is known")

    def fraction(self, t: Token) -> s.Node:
        top, bottom = self.group(), self.group()
        found = self.leibniz(t, top, bottom)
        return found or s.Fraction(t.start, self.inner(top, "a numerator"), self.inner(bottom, "a denominator"))

    def root(self, t: Token) -> s.Node:
        order = 2
        if (u := self.peek()) is not None and u.kind == "open" and u.text == "[":
            self.n += 1
            inside = self.bracketed(u)
            if len(inside) != 1 or inside[0].kind != "num" or not inside[0].text.isdigit():
                raise Unreadable(u.start, "a root of unknown order", "a whole number")
            order = int(inside[0].text[:3])
        return s.Root(t.start, self.inner(self.group()), order)

    def styled(self, t: Token) -> s.Node:
        """\\mathbf x, \\hat{\\bm y}, \\mathcal L, \\mathbb E, \\mathbf 1."""
        inside = self.group()
        style = STYLES.get(t.text)
        if len(inside) == 1 and inside[0].kind == "num" and style in ("bold", "bb"):
            return (
                self.ones(t)
                if inside[0].text == "1"
                else s.Special(t.start, {"0": "zeros"}.get(inside[0].text, inside[0].text))
            )
        if style == "bb":
            return self.blackboard(t, inside)
        tree = self.inner(inside, "a symbol")
        accent = ACCENTS.get(t.text)
        if isinstance(tree, s.Script) and isinstance(tree.base, s.Name):
            return s.Script(t.start, self.named(t, tree.base, style, accent), tree.sub, tree.sup, tree.primes)
        if isinstance(tree, s.Name):
            return self.named(t, tree, style, accent)
        if style == "bold" and isinstance(tree, s.Special):
            return tree
        if accent == "bar" and t.text == "bar":
            raise Unreadable(t.start, "a bar over an expression", "a symbol under the bar")
        raise Unreadable(t.start, f"{t} over an expression", "a single symbol")

    def ones(self, t: Token) -> s.Node:
        r"""\mathbf 1 is a vector of ones, \mathbb 1[x > 0] an indicator."""
        u = self.peek()
        if u is not None and u.kind == "open":
            start = self.n
            self.n += 1
            inside = self.bracketed(u)
            if _compares(inside):
                return s.Indicator(t.start, tuple(inside))
            self.n = start
        return s.Special(t.start, "ones")

    def named(self, t: Token, name: s.Name, style: str | None, accent: str | None) -> s.Name:
        text = name.name + (accent or "")
        if style in ("cal", "frak"):
            text = style + text
        return s.Name(t.start, text, name.bold or style == "bold", name.word)

    def blackboard(self, t: Token, inside: tuple[Token, ...]) -> s.Node:
        letter = "".join(u.text for u in inside)
        if letter in ("E",):
            return self.expectation(t)
        if letter in ("R", "N", "Z", "Q", "C"):
            return s.Special(t.start, letter)
        if letter in ("1", "I"):
            return self.ones(t)
        raise Unreadable(t.start, f"\\mathbb{{{letter}}}", r"\mathbb R, \mathbb E or \mathbb 1")

    def expectation(self, t: Token) -> s.Node:
        sub = self.subscript()
        u = self.peek()
        if u is None or u.kind != "open":
            raise Unreadable(t.start, r"\mathbb E without brackets", r"\mathbb E_n[...]")
        self.n += 1
        return s.Big(t.start, "E", sub, (), self.inner(self.bracketed(u)))

    def subscript(self) -> tuple[Token, ...]:
        if self.looks("_"):
            self.n += 1
            return self.group()
        return ()

    def big(self, t: Token) -> s.Node:
        r"""\sum_{n=1}^N and the term that follows: everything up to a + or - at this level."""
        sub: tuple[Token, ...] = ()
        sup: tuple[Token, ...] = ()
        while self.looks("_", "^"):
            if self.next().text == "_":
                sub = self.group()
            else:
                sup = self.group()
        return s.Big(t.start, BIG[t.text], sub, sup, self.entrywise())

    # -- functions ---------------------------------------------------------------------------------------------
    def call(self, t: Token) -> s.Node:
        name = t.text
        sub: tuple[Token, ...] = ()
        sup: tuple[Token, ...] = ()
        primes = 0
        while self.looks("_", "^", "'"):
            u = self.next()
            if u.text == "'":
                primes += 1
            elif u.text == "_":
                sub = self.group()
            else:
                sup = self.group()
                if sup and all(u.is_("'") for u in sup):
                    primes, sup = primes + len(sup), ()
        if name in ("max", "min") and sub:
            return s.Big(t.start, name, sub, (), self.entrywise())
        u = self.peek()
        if u is not None and u.kind == "open":
            self.n += 1
            items = _comma_separated(self.bracketed(u), u.text)
            args = tuple(self.inner(i, "an argument") for i in items)
            return s.Call(t.start, name, args, sub, sup, primes, True)
        if name not in GREEDY and name.lower() not in WORDS and name not in FUNCTIONS:
            return s.Name(t.start, name, word=True)
        if u is None or not self.begins_factor(u) or u.is_("/", "*"):
            return s.Call(t.start, name, (), sub, sup, primes)  # the function itself
        argument = self.argument()
        following = self.peek()
        trailing = None
        if (
            isinstance(argument, (s.Name, s.Script))
            and following is not None
            and following.kind == "open"
            and following.text == "("
        ):
            trailing = self.factor()
        return s.Call(t.start, name, (argument,), sub, sup, primes, False, trailing)

    def argument(self) -> s.Node:
        """The argument of a function without brackets: factors up to a sign, a space, a bracket or another function."""
        factors: list[tuple[str, s.Node]] = []
        while (t := self.peek()) is not None and self.begins_factor(t):
            if factors and (t.spaced or not self.continues_argument(t)):
                break
            if not factors and t.kind == "cmd" and t.text in BIG:
                return self.big(self.next())
            factors.append(("", self.factor()))
            if t.kind in ("open", "bar", "bars", "begin", "nullopen") or t.is_("\\frac", "\\sqrt"):
                break
        if not factors:
            t = self.peek()
            raise Unreadable(t.start, str(t), "an argument") if t else self.ended("an argument")
        return factors[0][1] if len(factors) == 1 else s.Juxtaposed(factors[0][1].at, tuple(factors))

    def continues_argument(self, t: Token) -> bool:
        if t.kind in ("num", "letter"):
            return True
        return t.kind == "cmd" and (t.text in LETTERLIKE or t.text in STYLES or t.text in ACCENTS)

    # -- derivatives -------------------------------------------------------------------------------------------
    def leibniz(self, t: Token, top: tuple[Token, ...], bottom: tuple[Token, ...]) -> s.Node | None:
        r"""\frac{\partial E}{\partial w}, \frac{d^2 f}{dx^2}, \frac{d}{dt} f: None if it is an ordinary fraction."""
        kind = _differential_sign(top)
        if kind is None or _differential_sign(bottom) != kind or len(bottom) < 2:
            return None
        if kind == "d" and not (bottom[1].kind in ("letter", "cmd", "word") or bottom[1].is_("{")):
            return None
        order, rest = _order(top[1:])
        rest = () if all(u.is_("{", "}") for u in rest) else rest
        variables = self.variables(list(bottom), kind)
        if sum(1 for _ in variables) not in (1, order) and len(variables) != order:
            variables = variables[:1] * order if len(variables) == 1 else variables
        if len(variables) != order:
            raise Unreadable(
                t.start, f"a derivative of order {order} in {len(variables)} variables", "as many variables"
            )
        body = self.inner(rest) if rest else self.operand()
        return s.Derivative(t.start, body, tuple(variables), kind, order)

    def operand(self) -> s.Node:
        r"""What \frac{d}{dt} acts on: the product that follows."""
        if self.looks("\\cdot", "\\times"):
            self.n += 1
        t = self.peek()
        if t is None or not self.begins_factor(t):
            raise Unreadable(t.start, str(t), "what is differentiated") if t else self.ended("what is differentiated")
        return self.product()

    def variables(self, tokens: list[Token], kind: str) -> list[s.Variable]:
        """The variables of \\partial w_i \\partial w_j, \\partial b^2, dx^2."""
        parser = Parser(tokens, self.depth + 1)
        out: list[s.Variable] = []
        while (t := parser.peek()) is not None:
            if not _is_sign(t, kind):
                raise Unreadable(t.start, str(t), "\\partial" if kind == "partial" else "d")
            parser.n += 1
            opened = parser.peek()
            if opened is not None and opened.kind == "open":
                parser.n += 1
                node = parser.scripted(self.inner(parser.bracketed(opened)))
            else:
                node = parser.factor()
            out += _repeated(node)
        return out

    def operator(self, t: Token, name: str) -> s.Node:
        r"""\nabla_w E, \nabla^2 E, \partial_w E, \partial E / \partial w, dE/dw."""
        if name == "nabla":
            return self.nabla(t)
        if self.looks("_"):
            self.n += 1
            variable = self.inner(self.group(), "a variable")
            return s.Derivative(t.start, self.differentiated(), tuple(_repeated(variable)), "partial")
        order = 1
        if self.looks("^"):
            self.n += 1
            order, _ = _order((Token("sym", "^", t.start, t.end), *self.group()))
        body = self.factor()
        while self.peek() is not None and not self.looks("/"):
            u = self.peek()
            if u is None or not self.begins_factor(u) or u.is_("*"):
                break
            body = s.Juxtaposed(body.at, (("", body), ("", self.factor())))
        if not self.looks("/"):
            raise Unreadable(t.start, f"{t} without a denominator", f"{t} f / {t} x or a fraction")
        self.n += 1
        return self.denominator(t, name, body, order)

    def denominator(self, t: Token, name: str, body: s.Node, order: int) -> s.Node:
        variables: list[s.Variable] = []
        kind = "d" if name == "d" else "partial"
        if self.looks("{") or ((u := self.peek()) is not None and u.kind == "open"):
            tokens = self.bracketed(self.next()) if not self.looks("{") else list(self.group())
            variables = self.variables(tokens, kind)
        while (u := self.peek()) is not None and _is_sign(u, kind) and len(variables) < order:
            self.n += 1
            variables += _repeated(self.factor())
        if len(variables) != order:
            raise Unreadable(t.start, f"{len(variables)} variables", f"a derivative in {order}")
        return s.Derivative(t.start, body, tuple(variables), kind, order)

    def nabla(self, t: Token) -> s.Node:
        sub: tuple[Token, ...] = ()
        order = 1
        while self.looks("_", "^"):
            if self.next().text == "_":
                sub = self.group()
            else:
                order, _ = _order((Token("sym", "^", t.start, t.end), *self.group()))
        if order > 2:
            raise Unreadable(t.start, f"\\nabla^{order}", r"\nabla or \nabla^2")
        items = _comma_separated(list(sub), "_") if sub else []
        variables = [s.Variable(i[0].start, self.inner(i, "a variable")) for i in items]
        if order == 2 and len(variables) == 1:
            variables *= 2
        return s.Derivative(t.start, self.differentiated(), tuple(variables), "nabla", order)

    def differentiated(self) -> s.Node:
        """What \\nabla or \\partial_x acts on: numbers in front, then one factor with its argument list."""
        factors: list[tuple[str, s.Node]] = []
        while True:
            t = self.peek()
            if t is None or not self.begins_factor(t):
                break
            node = self.factor()
            factors.append(("", node))
            following = self.peek()
            if _is_transposed(node):
                while (u := self.peek()) is not None and self.begins_factor(u) and not u.is_("/", "*"):
                    factors.append(("", self.factor()))
                break
            if not _constant(node):
                is_name = isinstance(node, (s.Name, s.Script))
                if is_name and following is not None and following.kind == "open" and following.text == "(":
                    factors.append(("", self.factor()))
                break
        if not factors:
            raise self.ended("what is differentiated")
        return factors[0][1] if len(factors) == 1 else s.Juxtaposed(factors[0][1].at, tuple(factors))


def _is_transposed(node: s.Node) -> bool:
    """v^T, which makes a quadratic form with what follows."""
    return isinstance(node, s.Script) and bool(node.sup) and is_transpose(node.sup[-1])


def _constant(node: s.Node) -> bool:
    if isinstance(node, s.Fraction):
        return _constant(node.top) and _constant(node.bottom)
    return isinstance(node, s.Num)


def _is_sign(t: Token, kind: str) -> bool:
    return t.is_("\\partial") if kind == "partial" else t.kind == "letter" and t.text == "d"


def _differential_sign(tokens: tuple[Token, ...]) -> str | None:
    if not tokens:
        return None
    return next((kind for kind in ("partial", "d") if _is_sign(tokens[0], kind)), None)


def _order(tokens: Sequence[Token]) -> tuple[int, tuple[Token, ...]]:
    """The order behind a differential sign, and what follows it."""
    tokens = tuple(tokens)
    if not tokens or not tokens[0].is_("^"):
        return 1, tokens
    if len(tokens) > 1 and tokens[1].kind == "num":
        digits, behind = tokens[1].text, tokens[2:]
    elif len(tokens) > 3 and tokens[1].is_("{") and tokens[2].kind == "num":
        digits, behind = tokens[2].text, tokens[4:]
    else:
        raise Unreadable(tokens[0].start, "a derivative of unknown order", "a whole number")
    if not digits.isdigit() or not 1 <= int(digits[:3]) <= 4:
        raise Unreadable(tokens[1].start, f"a derivative of order {digits}", "an order up to 4")
    return int(digits), behind


def _repeated(node: s.Node) -> list[s.Variable]:
    """A variable with an order (x^2 twice), or a transposed one (w^T once)."""
    if isinstance(node, s.Script) and node.sup:
        sup = [t for t in node.sup if not t.is_("{", "}")]
        bare = s.Script(node.at, node.base, node.sub, (), node.primes) if node.sub or node.primes else node.base
        if len(sup) == 1 and sup[0].kind == "num" and sup[0].text in ("2", "3", "4"):
            return [s.Variable(node.at, bare)] * int(sup[0].text)
        if len(sup) == 1 and is_transpose(sup[0]):
            return [s.Variable(node.at, bare, True)]
        if len(sup) > 1 and is_transpose(sup[-1]):
            kept = s.Script(node.at, node.base, node.sub, tuple(node.sup[: node.sup.index(sup[-1])]), node.primes)
            return [s.Variable(node.at, kept, True)]
    return [s.Variable(node.at, node)]


def is_transpose(t: Token) -> bool:
    return t.is_("\\top", "\\intercal") or (t.kind in ("letter", "word") and t.text in ("T", "⊤"))


def _compares(tokens: list[Token]) -> bool:
    """Whether a relation stands in the tokens, outside of brackets."""
    depth = 0
    for t in tokens:
        depth += (t.kind in ("open", "begin") or t.is_("{")) - (t.kind in ("close", "end") or t.is_("}"))
        if depth == 0 and t.is_("=", "<", ">", "\\le", "\\ge", "\\ne"):
            return True
    return False


def _comma_separated(tokens: list[Token], kind: str) -> list[list[Token]]:
    """The items of a bracket; a single bar, as in KL(p || q), separates like a comma."""
    items: list[list[Token]] = [[]]
    depth = 0
    bars = [t for t in tokens if t.kind in ("bar", "bars")]
    if kind in "([<" and len(bars) == 1:
        tokens = [Token("sym", ",", t.start, t.end) if t is bars[0] else t for t in tokens]
    for t in tokens:
        depth += (t.kind in ("open", "begin") or t.is_("{")) - (t.kind in ("close", "end") or t.is_("}"))
        if (depth == 0 and t.is_(",", ";")) or (depth == 0 and kind == "<" and t.kind == "bar"):
            items.append([])
        elif not t.is_("\\quad"):
            items[-1].append(t)
    return items


def _rows(tokens: list[Token]) -> list[list[list[Token]]]:
    rows: list[list[list[Token]]] = [[[]]]
    depth = 0
    for t in tokens:
        depth += (t.kind == "begin") - (t.kind == "end")
        if depth == 0 and t.is_("\\\\"):
            rows.append([[]])
        elif depth == 0 and t.is_("&"):
            rows[-1].append([])
        else:
            rows[-1][-1].append(t)
    return [row for row in rows if any(row)]


def _condition_by_comma(cell: list[Token]) -> list[list[Token]]:
    """A row of cases without a column mark: value, condition."""
    for n, t in enumerate(cell):
        if t.kind == "text" or t.is_(",", "\\quad", "\\qquad"):
            return [cell[:n], cell[n:]]
    return [cell, []]
