"""A recursive-descent parser of matrix-calculus LaTeX. All tokens are consumed, or `Unreadable` says what was expected.

Scripts stay tokens and `f(x)` stays a pair of factors: the symbol table decides about them when the tree is lowered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from derive.documents.source.tokens import Token
from derive.documents.syntax import tree as s
from derive.documents.syntax.calls import Calls
from derive.documents.syntax.cursor import ACCENTS, STYLES
from derive.documents.syntax.dotted import summed
from derive.documents.syntax.scan import (
    comma_separated,
    compares,
    condition_by_comma,
    rows_of,
    separated,
    spaced_apart,
    unwrapped,
)
from derive.documents.syntax.words import BIG, ENTRYWISE, FUNCTIONS, LETTERLIKE, MATRICES, PLACE, WORDS
from derive.documents.trouble import Unreadable


def parse(tokens: Sequence[Token], end: int = 0) -> s.Node:
    """The tree of one expression; `end` is the offset to report where the tokens give out."""
    if not tokens:
        raise Unreadable(end, "nothing", "an expression")
    key = tuple(map(id, tokens))
    if key in PARSED:
        return PARSED[key][1]
    parser = Parser(tokens)
    tree = parser.expression()
    if parser.n < len(parser.tokens):
        t = parser.tokens[parser.n]
        raise Unreadable(t.start, str(t), "an operator, a factor or the end of the expression")
    if len(PARSED) >= MOST_PARSED:
        PARSED.clear()
    PARSED[key] = tuple(tokens), tree
    return tree


PARSED: dict[tuple[int, ...], tuple[tuple[Token, ...], s.Node]] = {}
"""Trees by the tokens, as objects, that they were made of: a side is looked at many times. An entry keeps its tokens,
so that no other ones get their ids."""
MOST_PARSED = 2000
FILLED = {"0": "zeros", "1": "ones"}  # 1_n, whether the digit is bold or not


def _left_out(sub: tuple[Token, ...]) -> tuple[Token, ...]:
    """i of \\beta_{(i)}, the estimate without observation i: a name of its own, for each i."""
    bracketed = len(sub) == 3 and sub[0].kind == "open" and sub[0].text == "(" and sub[1].kind == "letter"
    return sub[1:2] if bracketed else ()


class Parser(Calls):
    """Sums, products, factors and functions."""

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
        terms = summed(terms)
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
        if t.is_("\\dots"):
            following = self.peek(1)
            return following is not None and not following.is_("\\dots") and self.begins_factor(following)
        return t.kind == "cmd" and not (t.text in ENTRYWISE or t.text in ("qquad", "quad", "\\", "wedge", "pm", "mp"))

    # -- factors -----------------------------------------------------------------------------------------------
    def factor(self) -> s.Node:
        return self.scripted(self.atom())

    def scripted(self, base: s.Node) -> s.Node:
        """Subscripts, superscripts and primes behind an atom, in any order and number."""
        while True:
            sub: tuple[Token, ...] = ()
            sup: tuple[Token, ...] = ()
            primes = 0
            while (t := self.peek()) is not None and t.is_("^", "_", "'"):
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
                if not self.looks("!"):
                    return base
                self.n += 1
                base = s.Call(base.at, "factorial", (base,), bracketed=True)
                continue
            if isinstance(base, s.Name) and (inside := _left_out(sub)):
                base, sub = s.Name(base.at, f"{base.name}_()", base.bold, base.word), inside
            if isinstance(base, s.Num) and sub and base.text in FILLED:
                base = s.Special(base.at, FILLED[base.text])
            base = s.Script(base.at, base, sub, sup, primes)

    def atom(self) -> s.Node:
        t = self.next()
        if t.kind == "num":
            return self.indicated(t) or s.Num(t.start, t.text)
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
        tree = self.inner(tokens)
        kept = (s.Name, s.Script, s.Num, s.Fraction, s.Derivative)
        return tree if isinstance(tree, kept) else s.Bracket(tree.at, "{", (tree,))

    def spelled(self, t: Token) -> s.Node:
        """A letter; or letters that spell a function before a bracket: softmax(z), tr(A)."""
        if len(t.text) > 1:
            return s.Name(t.start, t.text)  # \mathrm{var}, where it is a name
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
        upright = t.text == "d" and t.end - t.start > 1
        if (
            upright
            and (after := self.peek()) is not None
            and self.begins_factor(after)
            and not after.is_("/", "*", "!")
        ):
            return s.Differential(t.start, self.differentiated_whole())
        return s.Name(t.start, t.text)

    def word(self, t: Token) -> s.Node:
        """An upright word: a function, or a name of several letters."""
        if t.text.lower() in WORDS:
            return self.call(t)
        if t.text.lower() in ("argmax", "argmin"):
            raise Unreadable(t.start, t.text, PLACE)
        return s.Name(t.start, t.text, word=True)

    def opened(self, t: Token) -> s.Node:
        tokens = self.bracketed(t)
        if t.text in ("floor", "ceil"):
            return s.Bracket(t.start, t.text, (self.inner(tokens),))
        if t.text == "[" and compares(inside := unwrapped(tokens)):
            return s.Indicator(t.start, tuple(inside))
        if t.text == "[" and len(rows := separated(tokens, lambda t: t.is_(";"))) > 1:
            return s.Matrix(t.start, tuple((self.inner(row),) for row in rows))  # [h; x]
        items = tuple(self.inner(i) for i in comma_separated(tokens, t.text))
        whole = t is self.tokens[0] and self.n == len(self.tokens)
        if t.text == "[" and len(items) == 1 and whole and len(spaced := spaced_apart(tokens)) > 1:
            apart = tuple(self.inner(i) for i in spaced)  # [X \; \mathbf 1], by itself
            items = apart if all(isinstance(x, (s.Name, s.Script, s.Num, s.Special)) for x in apart) else items
        return s.Bracket(t.start, t.text, items)

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
        rows = rows_of(self.tokens[start : self.n - 1])
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
                row = condition_by_comma(row[0])
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
        rule = COMMANDS.get(t.text)
        if rule is None:
            raise Unreadable(t.start, str(t), "a command that is known")
        return rule(self, t)

    def letter(self, t: Token) -> s.Node:
        return s.Name(t.start, t.text)

    def special(self, t: Token) -> s.Node:
        return s.Special(t.start, t.text)

    def upright(self, t: Token) -> s.Node:
        return self.factor() if self.peek() else self.special(t)

    def place_of_extreme(self, t: Token) -> s.Node:
        raise Unreadable(t.start, str(t), PLACE)

    def derivative(self, t: Token) -> s.Node:
        return self.operator(t, t.text)

    def fraction(self, t: Token) -> s.Node:
        top, bottom = self.group(), self.group()
        found = self.leibniz(t, top, bottom)
        return found or s.Fraction(t.start, self.inner(top, "a numerator"), self.inner(bottom, "a denominator"))

    def root(self, t: Token) -> s.Node:
        order = 2
        if (u := self.peek()) is not None and u.kind == "open" and u.text == "[":
            self.n += 1
            inside = self.bracketed(u)
            if len(inside) != 1 or inside[0].kind != "num" or not inside[0].text.isdigit() or len(inside[0].text) > 3:
                raise Unreadable(u.start, "a root of unknown order", "a whole number below 1000")
            order = int(inside[0].text)
        return s.Root(t.start, self.inner(self.group()), order)


_COMMANDS: tuple[tuple[Iterable[str], Callable[[Parser, Token], s.Node]], ...] = (
    (("frac",), Parser.fraction),
    (("sqrt",), Parser.root),
    (("partial", "nabla"), Parser.derivative),
    ((*STYLES, *ACCENTS), Parser.styled),
    (BIG, Parser.big),
    (("arg",), Parser.place_of_extreme),
    (FUNCTIONS, Parser.call),
    (LETTERLIKE, Parser.letter),
    (("infty", "top", "dots", "emptyset", "R"), Parser.special),
    (("mathrm", "operatorname", "mathsf", "mathit", "mathnormal", "rm", "substack"), Parser.upright),
)
COMMANDS = {name: rule for names, rule in reversed(_COMMANDS) for name in names}
"""What a command begins; the first row with its name counts."""
