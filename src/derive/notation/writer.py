"""Forms as text in a style: one rule a form."""

from __future__ import annotations

from collections.abc import Callable

from sympy import Abs, Expr, Mul, Rational, S, exp

from derive.expr import Where, relu, sigmoid, softplus, step
from derive.notation import forms
from derive.notation.forms import Const, Form, Leaf
from derive.notation.layout import Fraction, before, place_surd, scalar_product, side_by_side, sum_of, surd
from derive.notation.make import full, is_coefficient, negative, parts
from derive.notation.style import ADD, ATOM, MUL, POW, PREFIX, Piece, Style
from derive.notation.vocabulary import PREFIX as PREFIX_WORDS


def write(form: Form, style: Style) -> Piece:
    """The form in this style."""
    return RULES[type(form)](form, style)


def constant(e: Expr, style: Style) -> Piece:
    """A scalar without tensors."""
    from derive.notation.components import scalar_piece

    return scalar_piece(e, style)


# --- leaves


def _leaf(form: Leaf, style: Style, mark: str = "") -> Piece:
    """A tensor or a slice of it. X_{n,:} is a row, as everywhere: the vector is its transpose."""
    if _is_row(form) and mark in ("", style.transposed):
        mark = "" if mark else style.transposed
    return _named(form, style, mark)


def _is_row(form: Leaf) -> bool:
    return len(form.positions) == 2 and form.positions[0] is not None and form.positions[1] is None


def _named(form: Leaf, style: Style, mark: str = "") -> Piece:
    t = form.tensor
    if all(p is None or d == 1 for p, d in zip(form.positions, t.dims, strict=True)):
        return style.symbol(t.name, t.layer, (), mark)  # whole; or a column y of N x 1, a row r of 1 x N
    shown = tuple(":" if p is None else position(p) for p in form.positions)
    if ":" in shown:
        shown = (",".join(shown),)
    return style.symbol(t.name, t.layer, shown, mark)


def position(p: Expr) -> str:
    """A fixed position as it is read: counted from one; parameters by their name."""
    return str(int(p) + 1) if p.is_Integer else p.name  # type: ignore[attr-defined]


def _ones(form: Form, style: Style) -> Piece:
    return Piece(style.ones)


def _basis(form: forms.Basis, style: Style) -> Piece:
    return style.symbol("e", None, (position(form.position),))


def _partial(form: forms.Partial, style: Style, mark: str = "") -> Piece:
    """A derivative. That of a scalar in a row is a row, so the vector is its transpose."""
    if _is_row(form.wrt) and not form.body.shape:
        mark = "" if mark else style.transposed
    p = _derivative(form, style)
    return style.superscript(p, mark) if mark else p


def _derivative(form: forms.Partial, style: Style) -> Piece:
    body = form.body
    wrt = _named(form.wrt, style).text
    if isinstance(body, Leaf):
        return style.partial(_named(body, style).text, wrt)
    if isinstance(body, forms.Partial) and isinstance(body.body, Leaf) and not body.body.shape:
        first = _named(body.wrt, style).text
        return style.second_partial(_named(body.body, style).text, first, wrt, matrix=bool(form.wrt.shape))
    inside = write(body, style)
    inside = inside if inside.precedence == ATOM else style.bracket(inside)
    return Piece(f"{style.partial('', wrt).text} {inside.text}", PREFIX, True)


def _layer_total(form: forms.LayerTotal, style: Style) -> Piece:
    head = style.big_over(form.symbol, form.low, form.high)
    return Piece(f"{head} {style.tight(write(form.body, style), MUL).text}", PREFIX, True)


# --- arithmetic


def _add(form: forms.Add, style: Style) -> Piece:
    if (condition := step_complement(form)) is not None:
        return style.indicator(_condition(condition, style, strict=False))
    terms = []
    entrywise = not any(map(_is_operator, form.terms))  # I - 1/n would read as a multiple of I
    for f in form.terms:
        if f.scalar and form.shape and not (entrywise and _plain_scalar(f)):
            f = full(f, form.shape)
        minus = negative(parts(f)[0])
        terms.append((minus, _product(_flipped(f), style) if minus else write(f, style)))
    return sum_of(style, terms)


def step_complement(form: forms.Add) -> Form | None:
    """c if the form is 1 - step(c): one where c is not positive."""
    if len(form.terms) == 2 and form.terms[0] == Const(S.One):
        c, rest = parts(form.terms[1])
        if c == -1 and len(rest) == 1 and isinstance(rest[0], forms.Apply) and rest[0].function is step:
            return rest[0].args[0]
    return None


def _is_operator(f: Form) -> bool:
    return any(isinstance(g, (forms.Eye, forms.Diag, forms.Inverse)) for g in parts(f)[1])


def _plain_scalar(f: Form) -> bool:
    """A scalar that may stand for itself beside arrays: 1 - a, x - mu, but not x - (1^T x / N)."""
    _, rest = parts(f)
    return all(isinstance(g, (Leaf, forms.Named)) for g in rest)


def _flipped(f: Form) -> Form:
    c, rest = parts(f)
    return forms.Product((Const(-c), *rest)) if c != -1 or not rest else forms.Product(rest)


def _product(form: Form, style: Style) -> Piece:
    factors = form.factors if isinstance(form, forms.Product) else (form,)
    scalars = Fraction()
    top: list[Form] = []
    bottom: list[Form] = []
    for f in factors:
        base, reciprocal = _reciprocal(f)
        if isinstance(f, Const):
            _place_constant(f.value, scalars, style)
        elif not f.scalar:
            (bottom if reciprocal else top).append(base)
        elif reciprocal:
            scalars.below.append(write(base, style))
        else:
            (scalars.front if _leads(f, factors) else scalars.body).append(write(base, style))
    minus, scalars.minus = scalars.minus, False
    if top and not bottom and scalars.below and not scalars.front and not scalars.body:
        numerator = _hadamard(top, style)  # (x - a) / |x - a|
    else:
        numerator = Piece("", tall=True)
    if not numerator.tall:
        p = style.fraction(numerator, side_by_side(style, scalars.under + scalars.below))
        return Piece("-" + style.tight(p, MUL).text, ADD, True) if minus else p
    if (top or bottom) and scalars.body and scalars.under:
        scalars.below, scalars.under = scalars.under + scalars.below, []
    if (top or bottom) and scalars.body and not scalars.below:
        scalars.body = [style.tight(p, POW) for p in scalars.body]
    p = scalar_product(style, scalars) if _any(scalars) else None
    if top or bottom:
        arrays = _arrays(top, bottom, style)
        p = arrays if p is None else before(style, p, arrays)
    p = p or Piece("1")
    return Piece("-" + style.tight(p, MUL).text, ADD, p.tall) if minus else p


def _leads(f: Form, factors: tuple[Form, ...]) -> bool:
    """Whether a scalar stands in front: a symbol does, but beside a derivative only one of the method (eta dC/db)."""
    derivative = any(isinstance(g, forms.Partial) for g in factors)
    return isinstance(f, forms.Named) or is_coefficient(f) or (isinstance(f, Leaf) and not derivative)


def _any(f: Fraction) -> bool:
    return bool(f.front or f.under or f.body or f.below)


def _place_constant(c: Expr, f: Fraction, style: Style) -> None:
    if negative(c):
        f.minus, c = True, -c
    if (square := surd(c)) is not None:
        place_surd(square, f, style, lambda e: constant(e, style))
        return
    top, bottom = c.as_numer_denom()
    if top != 1:
        f.front.append(style.tight(constant(top, style), MUL))
    for g in Mul.make_args(bottom) if bottom != 1 else ():
        f.under.append(constant(g, style))


def _reciprocal(f: Form) -> tuple[Form, bool]:
    """The base to write, and whether it goes under the bar."""
    if isinstance(f, forms.Power) and isinstance(f.exponent, Const):
        q = f.exponent.value
        if q.is_number and negative(q):
            return (f.base if q == -1 else forms.Power(f.base, Const(-q))), True
    return f, False


def _arrays(top: list[Form], bottom: list[Form], style: Style) -> Piece:
    if not bottom:
        return _hadamard(top, style)
    above = _hadamard(top, style) if top else Piece(style.ones if style.column else "1")
    return style.fraction(above, _hadamard(bottom, style))


def _hadamard(arrays: list[Form], style: Style) -> Piece:
    if len(arrays) == 1:
        return write(arrays[0], style)
    pieces = [style.tight(write(f, style), POW if n + 1 < len(arrays) else PREFIX) for n, f in enumerate(arrays)]
    return Piece(style.hadamard.join(p.text for p in pieces), MUL, any(p.tall for p in pieces))


def _power(form: forms.Power, style: Style) -> Piece:
    exponent = form.exponent
    if not isinstance(exponent, Const):
        mark = write(exponent, style).text
        return style.superscript(write(form.base, style), style.entrywise(mark) if form.base.shape else mark)
    q = exponent.value
    if q.is_number and negative(q):
        return _product(form, style)
    base = write(form.base, style)
    if q == S.Half:
        return style.root(base)
    mark = constant(q, style).text if not isinstance(q, Rational) or q.is_Integer else f"{q.p}/{q.q}"
    return style.superscript(base, style.entrywise(mark) if form.shape else mark)


# --- functions


def _apply(form: forms.Apply, style: Style) -> Piece:
    rule = APPLY.get(form.function)
    pieces = [write(a, style) for a in form.args]
    return rule(pieces, form, style) if rule else called(style, form.function.__name__, pieces)


def called(style: Style, name: str, args: list[Piece]) -> Piece:
    """f(x), or f x for a word like log before a single symbol."""
    head = style.function(name)
    if name in PREFIX_WORDS and len(args) == 1 and args[0].precedence == ATOM and _is_symbol(args[0].text):
        return Piece(f"{head} {args[0].text}", PREFIX)
    return style.call(head, *args)


def _is_symbol(text: str) -> bool:
    return not any(c in text for c in "()[]| ‖") and r"\mathrm" not in text and r"\begin" not in text


def softplus_piece(z: Piece, style: Style) -> Piece:
    inside = sum_of(style, [(False, Piece("1")), (False, style.exponential(z))])
    return style.call(style.function("log"), inside)


def _step(pieces: list[Piece], form: forms.Apply, style: Style) -> Piece:
    return style.indicator(_condition(form.args[0], style))


def _where(pieces: list[Piece], form: forms.Apply, style: Style) -> Piece:
    return style.cases(_condition(form.args[0], style), *pieces[1:])


def _condition(c: Form, style: Style, strict: bool = True) -> Piece:
    """c > 0, with the negative terms of a sum on the other side: |r| > 1. Not strict: c <= 0."""
    terms = c.terms if isinstance(c, forms.Add) else (c,)
    left = [t for t in terms if not negative(parts(t)[0])]
    right = [t for t in terms if negative(parts(t)[0])]
    sides = [_side(left, False, style), _side(right, True, style)]
    if all(isinstance(t, Const) for t in left) and right:
        return _related(sides[1], "<" if strict else style.at_least, sides[0])
    return _related(sides[0], ">" if strict else style.at_most, sides[1])


def _related(a: Piece, relation: str, b: Piece) -> Piece:
    return Piece(f"{a.text} {relation} {b.text}", ADD, a.tall or b.tall)


def _side(terms: list[Form], flip: bool, style: Style) -> Piece:
    pieces = [(False, _product(_flipped(t), style) if flip else write(t, style)) for t in terms]
    return sum_of(style, pieces) if pieces else Piece("0")


def _absolute(p: Piece, form: forms.Apply, style: Style) -> Piece:
    """Bars around a matrix are a determinant."""
    return style.call(style.function("Abs"), p) if len(form.shape) == 2 else style.absolute(p)


APPLY: dict[type, Callable[[list[Piece], forms.Apply, Style], Piece]] = {
    exp: lambda p, form, style: style.exponential(p[0]),
    softplus: lambda p, form, style: softplus_piece(p[0], style),
    Abs: lambda p, form, style: _absolute(p[0], form, style),
    step: _step,
    Where: _where,
    sigmoid: lambda p, form, style: style.call(style.function("sigmoid"), p[0]),
    relu: lambda p, form, style: style.call(style.function("relu"), p[0]),
}


def _unknown(form: forms.ApplyUnknown, style: Style) -> Piece:
    return style.call(style.primes(form.name, form.order), write(form.argument, style))


def _operation(name: str) -> Callable[[Form, Style], Piece]:
    def rule(form: Form, style: Style) -> Piece:
        return called(style, name, [write(form.body, style)])  # type: ignore[attr-defined]

    return rule


def _reduce(form: forms.Reduce, style: Style) -> Piece:
    inside = write(form.body, style)
    if form.whole:
        inside = style.call(style.function("vec"), inside)
    by_row = len(form.body.shape) == 2 and not form.whole
    name = form.kind.__name__
    return style.call(style.function(BY_ROW.get(name, name) if by_row else name), inside)


BY_ROW = {"Max_": "rowmax", "Prod_": "rowprod"}  # softmax and logsumexp of a matrix are by row anyway


# --- matrices


def _transpose(form: forms.Transpose, style: Style) -> Piece:
    body = form.body
    if isinstance(body, (Leaf, forms.Partial)):
        return (_leaf if isinstance(body, Leaf) else _partial)(body, style, style.transposed)  # type: ignore[operator]
    if isinstance(body, forms.Inverse):
        return _inverse(body, style, style.inverse_transposed)
    return style.superscript(write(body, style), style.transposed)


def _inverse(form: forms.Inverse, style: Style, mark: str = "") -> Piece:
    mark = mark or style.inverted
    body = form.body
    if isinstance(body, Leaf):
        return _leaf(body, style, mark)
    return style.superscript(write(body, style), mark)


def _matmul(form: forms.MatMul, style: Style) -> Piece:
    factors = tuple(f for f in form.factors if not _is_one(f)) or form.factors[:1]
    pieces = [_repeated(f, n, style) for f, n in _runs(factors)]
    last = len(pieces) - 1
    return side_by_side(style, [style.tight(p, PREFIX if n == last else POW) for n, p in enumerate(pieces)])


def _is_one(f: Form) -> bool:
    """The vector of ones of length one: a factor without effect."""
    return (f.body if isinstance(f, forms.Transpose) else f) == forms.Ones(S.One)


def _runs(factors: tuple[Form, ...]) -> list[tuple[Form, int]]:
    """Equal neighbours counted: A A x is A^2 x."""
    out: list[tuple[Form, int]] = []
    for f in factors:
        if out and out[-1][0] == f and len(f.shape) == 2 and not isinstance(f, forms.Transpose):
            out[-1] = (f, out[-1][1] + 1)
        else:
            out.append((f, 1))
    return out


def _repeated(f: Form, n: int, style: Style) -> Piece:
    return write(f, style) if n == 1 else style.superscript(write(f, style), str(n))


def _norm(form: forms.Norm, style: Style) -> Piece:
    mark = "1" if form.order == 1 else "F" if len(form.body.shape) == 2 else ""
    return style.norm(write(form.body, style), mark)


def _logdet(form: forms.LogDet, style: Style) -> Piece:
    det = called(style, "det", [write(form.body, style)])
    return Piece(f"{style.function('log')} {style.absolute(det).text}", PREFIX, det.tall)


def _kronecker(form: forms.Kronecker, style: Style) -> Piece:
    sides = [f for f in (form.left, form.right) if set(f.shape) != {S.One}]
    if len(sides) == 1:
        return write(sides[0], style)
    return style.kronecker(*(style.tight(write(f, style), POW) for f in (form.left, form.right)))


def _components(form: forms.Components, style: Style) -> Piece:
    from derive.notation.components import component_piece

    return component_piece(form.expr, style)


RULES: dict[type, Callable[..., Piece]] = {
    Const: lambda form, style: constant(form.value, style),
    Leaf: _leaf,
    forms.Named: lambda form, style: style.symbol(form.name),
    forms.Ones: _ones,
    forms.Zeros: lambda form, style: Piece("0"),
    forms.Eye: lambda form, style: Piece(style.identity),
    forms.Basis: _basis,
    forms.Partial: _partial,
    forms.Add: _add,
    forms.Product: _product,
    forms.Power: _power,
    forms.Apply: _apply,
    forms.ApplyUnknown: _unknown,
    forms.Softmax: _operation("softmax"),
    forms.WinnerOf: _operation("hardmax"),
    forms.Reduce: _reduce,
    forms.Transpose: _transpose,
    forms.MatMul: _matmul,
    forms.Diag: lambda form, style: style.call(style.function("diag"), write(form.body, style)),
    forms.DiagPart: lambda form, style: style.call(style.function("diag"), write(form.body, style)),
    forms.Trace: lambda form, style: style.call(style.function("trace"), write(form.body, style)),
    forms.Norm: _norm,
    forms.Inverse: _inverse,
    forms.Det: _operation("det"),
    forms.LogDet: _logdet,
    forms.Kronecker: _kronecker,
    forms.LayerTotal: _layer_total,
    forms.Components: _components,
}
