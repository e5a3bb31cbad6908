"""Component notation straight from an index expression: \\sum_{n=1}^{N} (\\hat{y}_n - y_n) X_{nd}."""

from __future__ import annotations

from collections.abc import Callable

from sympy import Abs, Add, Expr, Function, Mul, Pow, Rational, S, Symbol, exp, gamma, log

from derive.expr import (
    Delta,
    Det,
    Diff,
    Elem,
    Index,
    Inverse,
    LayerSum,
    Limit,
    LogDet,
    LogSumExp,
    Max_,
    Prod_,
    Size,
    Sum_,
    Tensor,
    Unknown,
    Where,
    Winner,
    factors,
    free_indices,
    open_binder,
    sigmoid,
    softplus,
    step,
    tensors,
)
from derive.expr.nodes import Binder
from derive.notation import recognise
from derive.notation.layout import Fraction, place_surd, scalar_product, sum_of, surd
from derive.notation.make import abs_, negative
from derive.notation.ordering import chained, coefficient_order, degree, has_factor, is_coefficient, transcendental
from derive.notation.style import ADD, ATOM, LATEX, MUL, POW, PREFIX, TEXT, Piece, Style
from derive.notation.vocabulary import GREEK, index_letters, split_name
from derive.notation.writer import called, softplus_piece


def component_latex(e: Expr) -> str:
    """The expression entry by entry, in LaTeX. Free indices show their names, bound ones get letters by their size.

    >>> from derive.expr import Index, Size, Tensor, sum_over
    >>> N, D = Size("N"), Size("D"); n, d = Index("n", N), Index("d", D)
    >>> component_latex(sum_over(Tensor("X", (N, D))(n, d) * Tensor("w", (D,))(d), d))
    '\\\\sum_{d=1}^{D} X_{nd} w_d'
    """
    return component_piece(e, LATEX).text


def component_text(e: Expr) -> str:
    """The expression entry by entry, in plain text."""
    return component_piece(e, TEXT).text


def component_piece(
    e: Expr,
    style: Style,
    *,
    literal: bool = False,
    taken: frozenset[str] = frozenset(),
    updated: Tensor | None = None,
) -> Piece:
    """The expression entry by entry; `literal` leaves 1/(1 + exp(-z)) as it stands instead of writing sigma(z).

    `taken` are letters that mean something else around it: no summed index is called so. Terms that have the tensor
    that is `updated` stand in front.
    """
    writer = Components(style, e, literal, taken)
    writer.updated = updated
    return writer.write(e)


def scalar_piece(e: Expr, style: Style) -> Piece:
    """An expression without indices, such as the size 1/(2N)."""
    return component_piece(e, style)


class Components:
    """A writer with the letters of the indices in scope."""

    def __init__(self, style: Style, e: Expr, literal: bool = False, taken: frozenset[str] = frozenset()) -> None:
        self.style = style
        self.by_name = self if style.names is style else Components(style.names, e, literal, taken)
        self.literal = literal
        self.updated: Tensor | None = None
        self.names: dict[Expr, str] = {}
        self.taken = taken | {split_name(t.name).base for t in tensors(e)}
        self.taken |= {s.name for t in tensors(e) for d in t.dims for s in d.atoms(Size)}
        if any(t.layer is not None for t in tensors(e)):
            self.taken |= {"l", "L"}  # the letters of the layers
        for i in sorted(free_indices(e), key=str):
            self.letter(i)

    def letter(self, i: Index) -> str:
        """The letter of an index; a new one if it has none yet."""
        if i not in self.names:
            shown = set(self.names.values())
            own = not i.name.startswith(("~", "#"))
            options = (i.name,) if own else (s for s in index_letters(i.dim) if s not in shown | self.taken)
            fallback = (f"i{n}" for n in range(1, 1000) if f"i{n}" not in shown)
            self.names[i] = next(iter(options), None) or next(fallback)
        return self.names[i]

    def subscript(self, p: Expr) -> str:
        """An index or position as a subscript; positions are read from one."""
        if isinstance(p, Index):
            word = self.letter(p)
            return ("\\" if self.style.column == 0 else "") + word if word in GREEK else word
        return str(int(p) + 1) if p.is_Integer else str(p)

    def opened(self, e: Binder) -> tuple[Expr, list[Index]]:
        """The body and its bound indices, with letters that are free here; call `close` when it is written."""
        body, names = open_binder(e)
        for i in names:
            self.letter(i)
        return body, list(names)

    def close(self, names: list[Index]) -> None:
        for i in names:
            del self.names[i]

    def write(self, e: Expr) -> Piece:
        rule = RULES.get(type(e))
        if rule is not None:
            return rule(self, e)
        if isinstance(e, Function):
            return called(self.style, type(e).__name__, [self.write(a) for a in e.args])  # type: ignore[arg-type]
        return Piece(str(e))

    # --- leaves

    def elem(self, e: Elem) -> Piece:
        """An entry; an axis of size one has no index: a column y of N x 1 has the entries y_n."""
        t = e.tensor
        shown = tuple(self.subscript(i) for i, d in zip(e.indices, t.dims, strict=True) if d != 1)
        return self.style.symbol(t.name, t.layer, shown)

    def number(self, e: Rational) -> Piece:
        if e < 0:
            return Piece("-" + self.number(-e).text, ADD)  # type: ignore[arg-type]
        return Piece(str(e.p)) if e.q == 1 else self.style.fraction(Piece(str(e.p)), Piece(str(e.q)))

    def delta(self, e: Delta) -> Piece:
        return self.style.delta_of(*(self.subscript(i) for i in e.args))  # type: ignore[arg-type]

    def diff(self, e: Diff) -> Piece:
        wrt = self.elem(e.wrt).text
        if isinstance(e.body, Elem):
            return self.style.partial(self.elem(e.body).text, wrt)
        if isinstance(e.body, Diff) and isinstance(e.body.body, Elem):
            first, whole = self.elem(e.body.wrt).text, self.elem(e.body.body).text
            return self.style.second_partial(whole, first, wrt, matrix=False)
        body = self.write(e.body)
        body = body if body.precedence == ATOM else self.style.bracket(body)
        return Piece(f"{self.style.partial('', wrt).text} {body.text}", PREFIX, True)

    def limit(self, e: Limit) -> Piece:
        inside = self.style.tight(self.write(e.body), MUL)
        return Piece(f"{self.style.tends(self.elem(e.variable).text, e.point)} {inside.text}", PREFIX, True)

    # --- arithmetic

    def add(self, e: Add) -> Piece:
        if len(e.args) == 2 and e.args[0] == 1 and isinstance(-e.args[1], step):
            return self.style.indicator(self.condition((-e.args[1]).args[0], strict=False))  # 1 - step(c)  # type: ignore[arg-type]
        e = Add(*map(_sign_outside, e.args))
        pieces = {t: self.write(-t if negative(t) else t) for t in e.args}
        shown = pieces if self.by_name is self else {t: self.by_name.write(-t if negative(t) else t) for t in e.args}
        terms = sorted(pieces, key=lambda t: self.term_order(t, e, shown[t].text))
        return sum_of(self.style, [(negative(t), pieces[t]) for t in terms])

    def term_order(self, t: Expr, e: Expr, text: str) -> tuple:
        """Positive terms first; a constant before functions (1 + e^z), last in a polynomial; by degree."""
        minus = negative(t)
        updated = () if self.updated is None else (minus, self.updated not in tensors(t))
        return (updated, *self.usual_order(t, e, text, minus))

    def usual_order(self, t: Expr, e: Expr, text: str, minus: bool) -> tuple:
        if not tensors(t):
            others = [s for s in e.args if tensors(s)]
            first = all(negative(s) for s in others) or any(transcendental(s) for s in others)  # type: ignore[arg-type]
            return (False, minus, 0 if first else 4, text)
        _, rest = t.as_coeff_Mul()
        total = has_factor(rest, Sum_) or has_factor(rest, LayerSum)
        scaled = isinstance(rest, Mul) and any(isinstance(g, Elem) and not g.indices for g in rest.args)
        penalty = scaled and total and not minus  # lambda times a sum comes after the loss, whatever its sign
        return (penalty, minus, 2, not total, *coefficient_order(rest), -degree(rest), len(text), text)

    def mul(self, e: Expr) -> Piece:
        f = Fraction()
        pieces: list[Expr] = []
        for g in map(_sign_outside, self.factors(e)):
            pieces += g.args if isinstance(g, Mul) else (g,)
        roots = [g for g in pieces if not tensors(g) and not free_indices(g) and g.is_number]
        if (square := surd(Mul(*(abs_(g) for g in roots)))) is not None:
            place_surd(square, f, self.style, self.write)
            f.minus = sum(map(negative, roots)) % 2 == 1
            pieces = [g for g in pieces if g not in roots]
        for g in chained(sorted(pieces, key=self.factor_order)):
            self.place(g, f)
        minus = f.minus
        p = scalar_product(self.style, f)
        return Piece("-" + self.style.tight(p, MUL).text, ADD, p.tall) if minus else p

    def factors(self, e: Expr) -> list[Expr]:
        """The factors of a product, with quotients of exponentials by name."""
        return list(factors(e)) if self.literal else recognise.normalised(e)

    def logistic(self, e: Expr) -> Expr | None:
        """z if e is 1/(1 + exp(z)), which is written sigma(-z)."""
        return None if self.literal else recognise.logistic_denominator(e)

    def place(self, g: Expr, f: Fraction) -> None:
        if g.is_Number and negative(g):
            f.minus = not f.minus
            g = -g
        constant = not tensors(g) and not isinstance(g, (Index, Delta)) and not free_indices(g)
        base, q = g.as_base_exp() if isinstance(g, Pow) else (g, S.One)
        if isinstance(g, Rational):
            top, bottom = Rational(g.p), Rational(g.q)
            f.front += [self.number(top)] if top != 1 else []  # type: ignore[arg-type]
            f.under += [self.number(bottom)] if bottom != 1 else []  # type: ignore[arg-type]
        elif q.is_number and negative(q) and self.logistic(g) is None:
            (f.under if constant else f.below).append(self.write(base if q == -1 else Pow(base, -q)))
        else:
            simple = constant or is_coefficient(g) or (isinstance(g, Elem) and not g.indices)
            (f.front if simple else f.body).append(self.write(g))

    def factor_order(self, g: Expr) -> tuple:
        base = g.args[0] if isinstance(g, Pow) else g
        if not tensors(base) and not free_indices(base):
            return (0, 0 if isinstance(base, Rational) else 1 if base.is_Atom else 2, str(base))
        if isinstance(base, Diff) and not free_indices(base.body):
            return (0, 2, self.by_name.write(base).text)  # dC/da before f'(z)
        last = isinstance(base, (Sum_, Prod_, Binder, log, Diff))
        names = tensors(base) if isinstance(base, Elem) else ()
        greek = any(split_name(t.name).base in GREEK for t in names)
        kind = (2 if last else 1, len(free_indices(base)), not greek, not is_coefficient(base))
        return (*kind, isinstance(base, Add), self.own_order(base))

    def own_order(self, base: Expr) -> tuple:
        """By what is shown, since fresh names of indices depend on what went before."""
        if isinstance(base, Elem):
            return (str(base.tensor), tuple(map(self.subscript, base.indices)))
        return ("~", self.by_name.write(base).text)

    def power(self, e: Pow) -> Piece:
        z = self.logistic(e)
        if z is not None:
            return self.write(sigmoid(-z))  # type: ignore[arg-type]
        base, q = e.args
        if q.is_number and negative(q):
            return self.mul(e)
        if q == S.Half:
            return self.style.root(self.write(base))
        mark = f"{q.p}/{q.q}" if isinstance(q, Rational) and q.q != 1 else self.write(q).text
        return self.style.superscript(self.write(base), mark)

    # --- functions

    def exponential(self, e: exp) -> Piece:
        pieces = self.factors(e)
        if len(pieces) > 1:
            return self.mul(e)
        found = recognise.softmax_of(e)
        if found is None:
            return self.style.exponential(self.write(e.args[0]))  # type: ignore[arg-type]
        z, _, lse = found
        return self.style.fraction(self.style.exponential(self.write(z)), self.exp_sum(lse))  # type: ignore[arg-type]

    def exp_sum(self, lse: Binder) -> Piece:
        """The sum of exponentials inside a log-sum-exp."""
        body, names = self.opened(lse)
        head = self.heads("sum", names)
        inside = self.style.tight(self.style.exponential(self.write(body)), MUL)
        self.close(names)
        return Piece(f"{head} {inside.text}", PREFIX, True)

    def logarithm(self, e: log) -> Piece:
        z = None if self.literal else recognise.one_plus_exp(e.args[0])
        return self.softplus(softplus(z)) if z is not None else called(self.style, "log", [self.write(e.args[0])])  # type: ignore[arg-type]

    def softplus(self, e: Expr) -> Piece:
        return softplus_piece(self.write(e.args[0]), self.style)  # type: ignore[arg-type]

    def gamma(self, e: gamma) -> Piece:
        """n! where the argument is one more than a whole number."""
        n = e.args[0] - 1
        if not n.is_integer:
            return called(self.style, "gamma", [self.write(e.args[0])])  # type: ignore[arg-type]
        return Piece(self.style.tight(self.write(n), ATOM).text + "!", POW)

    def absolute(self, e: Abs) -> Piece:
        return self.style.absolute(self.write(e.args[0]))

    def step(self, e: step) -> Piece:
        return self.style.indicator(self.condition(e.args[0]))  # type: ignore[arg-type]

    def where(self, e: Where) -> Piece:
        c, a, b = e.args
        return self.style.cases(self.condition(c), self.write(a), self.write(b))  # type: ignore[arg-type]

    def condition(self, c: Expr, strict: bool = True) -> Piece:
        """c > 0 with the negative terms on the other side; not strict: c <= 0."""
        above, below = (">", "<") if strict else (self.style.at_most, self.style.at_least)
        terms = c.args if isinstance(c, Add) else (c,)
        left = Add(*(t for t in terms if not negative(t)))
        right = Add(*(-t for t in terms if negative(t)))
        a, b = self.write(left), self.write(right)
        a, relation, b = (b, below, a) if not tensors(left) and tensors(right) else (a, above, b)
        return Piece(f"{a.text} {relation} {b.text}", ADD, a.tall or b.tall)

    def unknown(self, e: Unknown) -> Piece:
        return self.style.call(self.style.primes(e.name, e.order), self.write(e.argument))

    # --- binders

    def heads(self, operator: str, names: list[Index]) -> str:
        return " ".join(self.style.big(operator, self.subscript(i), self.write(i.dim)) for i in names)

    def sum(self, e: Sum_) -> Piece:
        signed = _sign_outside(e)
        return self.big("sum", e) if signed is e else self.mul(signed)  # type: ignore[arg-type]

    def layer_sum(self, e: LayerSum) -> Piece:
        body, symbol, low, high = e.args
        inside = self.style.tight(self.write(body), MUL)  # type: ignore[arg-type]
        return Piece(f"{self.style.big_over(symbol, low, high)} {inside.text}", PREFIX, True)  # type: ignore[arg-type]

    def prod(self, e: Prod_) -> Piece:
        return self.big("prod", e)

    def big(self, operator: str, e: Binder) -> Piece:
        body, names = self.opened(e)
        head, inside = self.heads(operator, names), self.style.tight(self.write(body), MUL)
        self.close(names)
        return Piece(f"{head} {inside.text}", PREFIX, True)

    def logsumexp(self, e: LogSumExp) -> Piece:
        return Piece(f"{self.style.function('log')} {self.exp_sum(e).text}", PREFIX, True)

    def maximum(self, e: Max_) -> Piece:
        body, names = self.opened(e)
        index = ",".join(map(self.subscript, names))
        inside = self.style.tight(self.write(body), MUL)
        self.close(names)
        return Piece(f"{self.style.under('max', index)} {inside.text}", PREFIX, inside.tall)

    def winner(self, e: Winner) -> Piece:
        body, names = self.opened(e)
        inside = self.style.tight(self.write(body), MUL)
        top = f"{self.style.argmax(self.subscript(names[0]))} {inside.text}"
        self.close(names)
        return self.style.indicator(Piece(f"{self.subscript(e.slots[0])} = {top}", ADD, inside.tall))

    def matrix(self, e: Binder) -> Piece:
        """The matrix inside an inverse or determinant: in matrix notation if it has one, else by its entry."""
        from derive.notation.forms import Components as Fallback
        from derive.notation.recover import recover
        from derive.notation.writer import write

        body, names = open_binder(e)
        if isinstance(body, Elem) and body.tensor.rank > 2 and body.indices[-2:] == names:  # one matrix of a stack
            return self.style.symbol(body.tensor.name, body.tensor.layer, tuple(map(self.subscript, body.indices[:-2])))
        form = recover(body, names) if not self.depends(body, names) else None
        if form is not None and not isinstance(form, Fallback):
            return write(form, self.style)
        opened, names = self.opened(e)
        inside = self.write(opened)
        shown = "".join(map(self.subscript, names))
        self.close(names)
        return Piece(self.style.bracket(inside, "[", "]").text + f"_{{{shown}}}", ATOM, inside.tall)

    def depends(self, body: Expr, names: tuple[Index, ...]) -> bool:
        return bool(free_indices(body) - set(names))

    def inverse(self, e: Inverse) -> Piece:
        inside = self.style.superscript(self.matrix(e), self.style.inverted)
        return Piece(self.style.bracket(inside).text + self.below(e.slots))

    def below(self, slots: tuple[Expr, ...]) -> str:
        shown = tuple(map(self.subscript, slots))
        joined = ("" if all(len(s) == 1 and not s.isdigit() for s in shown) else ",").join(shown)
        return f"_{{{joined}}}" if self.style.column == 0 else f"_{joined}"

    def det(self, e: Det) -> Piece:
        return called(self.style, "det", [self.matrix(e)])

    def logdet(self, e: LogDet) -> Piece:
        det = self.style.absolute(called(self.style, "det", [self.matrix(e)]))
        return Piece(f"{self.style.function('log')} {det.text}", PREFIX, det.tall)


RULES: dict[type, Callable[[Components, Expr], Piece]] = {
    Elem: Components.elem,
    Tensor: lambda w, e: w.style.symbol(e.name, e.layer),  # type: ignore[arg-type]
    Size: lambda w, e: _size(w.style, e),  # type: ignore[arg-type]
    Symbol: lambda w, e: w.style.symbol(e.name),  # type: ignore[arg-type]
    Index: lambda w, e: Piece(w.subscript(e)),
    Delta: Components.delta,
    Diff: Components.diff,
    Limit: Components.limit,
    Add: Components.add,
    Mul: Components.mul,
    Pow: Components.power,
    exp: Components.exponential,
    log: Components.logarithm,
    softplus: Components.softplus,
    Abs: Components.absolute,
    gamma: Components.gamma,
    step: Components.step,
    Where: Components.where,
    Unknown: Components.unknown,
    Sum_: Components.sum,
    LayerSum: Components.layer_sum,
    Prod_: Components.prod,
    LogSumExp: Components.logsumexp,
    Max_: Components.maximum,
    Winner: Components.winner,
    Inverse: Components.inverse,
    Det: Components.det,
    LogDet: Components.logdet,
}  # type: ignore[dict-item]


def _sign_outside(e: Expr) -> Expr:
    """A sum of terms that are all negative, with the sign before it: -sum (a + b)."""
    if isinstance(e, Mul):
        return Mul(*map(_sign_outside, e.args))
    if isinstance(e, Sum_) and isinstance(e.body, Add) and all(map(negative, e.body.args)):
        return Mul(-1, Sum_(-e.body, *e.bound))
    return e


def _size(style: Style, e: Size) -> Piece:
    from derive.notation.style import layer_text

    return style.symbol(e.name, None, () if e.layer is None else (layer_text(e.layer),))


def _rationals() -> None:
    for e in (S.One, S.Zero, S.NegativeOne, S.Half, S(2), Rational(2, 3)):
        RULES[type(e)] = Components.number  # type: ignore[assignment]
    RULES[type(S.Pi)] = lambda w, e: w.style.symbol("pi")
    RULES[type(S.Exp1)] = lambda w, e: Piece("e")
    RULES[type(S.Infinity)] = lambda w, e: Piece(w.style.infinity)
    RULES[type(S.NegativeInfinity)] = lambda w, e: Piece(f"-{w.style.infinity}", ADD)


_rationals()
