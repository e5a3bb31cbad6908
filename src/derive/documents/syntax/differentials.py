"""Derivatives as they are written: fractions of differentials, nabla, partial with a subscript, slashes."""

from __future__ import annotations

from abc import abstractmethod

from derive.documents.source.tokens import Token
from derive.documents.syntax import tree as s
from derive.documents.syntax.cursor import Cursor
from derive.documents.syntax.scan import (
    comma_separated,
    differential_sign,
    has_transpose,
    is_constant,
    is_sign,
    is_square,
    opened,
    order_of,
    repeated,
)
from derive.documents.trouble import Unreadable


class Differentials(Cursor):
    """The part of the parser that reads derivatives. Factors and products are the parser's."""

    @abstractmethod
    def factor(self) -> s.Node: ...

    @abstractmethod
    def product(self) -> s.Node: ...

    @abstractmethod
    def scripted(self, base: s.Node) -> s.Node: ...

    @abstractmethod
    def begins_factor(self, t: Token) -> bool: ...

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

    # -- derivatives -------------------------------------------------------------------------------------------
    def leibniz(self, t: Token, top: tuple[Token, ...], bottom: tuple[Token, ...]) -> s.Node | None:
        r"""\frac{\partial E}{\partial w}, \frac{d^2 f}{dx^2}, \frac{d}{dt} f: None if it is an ordinary fraction."""
        kind, bottom = differential_sign(top), opened(bottom)
        if kind is None or differential_sign(bottom) != kind or len(bottom) < 2:
            return None
        if kind == "d" and not (bottom[1].kind in ("letter", "cmd", "word") or bottom[1].is_("{")):
            return None
        order, rest = order_of(top[1:])
        rest = () if all(u.is_("{", "}") for u in rest) else rest
        variables = self.variables(list(bottom), kind)
        if sum(1 for _ in variables) not in (1, order) and len(variables) != order:
            variables = variables[:1] * order if len(variables) == 1 else variables
        if len(variables) != order:  # \\partial \\sigma^2, a derivative of order one in the variance
            whole = self.variables(list(bottom), kind, whole=True)
            variables = whole if len(whole) == order else variables
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

    def variables(self, tokens: list[Token], kind: str, *, whole: bool = False) -> list[s.Variable]:
        """The variables of \\partial w_i \\partial w_j, \\partial b^2, dx^2; `whole`: b^2 is one, and no b twice."""
        parser = type(self)(tokens, self.depth + 1)
        out: list[s.Variable] = []
        while (t := parser.peek()) is not None:
            if not is_sign(t, kind):
                raise Unreadable(t.start, str(t), "\\partial" if kind == "partial" else "d")
            parser.n += 1
            opened = parser.peek()
            if opened is not None and opened.kind == "open":
                parser.n += 1
                node = parser.scripted(self.inner(parser.bracketed(opened)))
            else:
                node = parser.factor()
            out += [s.Variable(node.at, node)] if whole and is_square(node) else repeated(node)
        return out

    def operator(self, t: Token, name: str) -> s.Node:
        r"""\nabla_w E, \nabla^2 E, \partial_w E, \partial E / \partial w, dE/dw."""
        if name == "nabla":
            return self.nabla(t)
        if self.looks("_"):
            self.n += 1
            variable = self.inner(self.group(), "a variable")
            return s.Derivative(t.start, self.differentiated(), tuple(repeated(variable)), "partial")
        order = 1
        if self.looks("^"):
            self.n += 1
            order, _ = order_of((Token("sym", "^", t.start, t.end), *self.group()))
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
        while (u := self.peek()) is not None and is_sign(u, kind) and len(variables) < order:
            self.n += 1
            variables += repeated(self.factor())
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
                order, _ = order_of((Token("sym", "^", t.start, t.end), *self.group()))
        if order > 2:
            raise Unreadable(t.start, f"\\nabla^{order}", r"\nabla or \nabla^2")
        items = comma_separated(list(sub), "_") if sub else []
        variables = [s.Variable(i[0].start if i else t.start, self.inner(i, "a variable")) for i in items]
        if order == 2 and len(variables) == 1:
            variables = self.both(variables[0])
        return s.Derivative(t.start, self.differentiated(), tuple(variables), "nabla", order)

    @staticmethod
    def both(variable: s.Variable) -> list[s.Variable]:
        """The variables of \\nabla^2_x, which is x twice, and of \\nabla^2_{xy}."""
        of = variable.of
        if isinstance(of, s.Juxtaposed) and [op for op, _ in of.factors] == ["", ""]:
            return [s.Variable(factor.at, factor) for _, factor in of.factors]
        return [variable] * 2

    def differentiated_whole(self) -> s.Node:
        r"""What \mathrm d acts on: one factor, with its argument list."""
        body, following = self.factor(), self.peek()
        applied = following is not None and following.kind == "open" and following.text == "("
        if not applied or not isinstance(body, (s.Name, s.Script)):
            return body
        return s.Juxtaposed(body.at, (("", body), ("", self.factor())))

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
            if has_transpose(node):
                while (u := self.peek()) is not None and self.begins_factor(u) and not u.is_("/", "*"):
                    factors.append(("", self.factor()))
                break
            if not is_constant(node):
                is_name = isinstance(node, (s.Name, s.Script))
                if is_name and following is not None and following.kind == "open" and following.text == "(":
                    factors.append(("", self.factor()))
                break
        if not factors:
            raise self.ended("what is differentiated")
        return factors[0][1] if len(factors) == 1 else s.Juxtaposed(factors[0][1].at, tuple(factors))
