"""Products of matrices, transposes, inverses, determinants and norms."""

from __future__ import annotations

from sympy import S

from derive.notation import forms
from derive.notation.forms import Form, Leaf
from derive.notation.layout import called, side_by_side
from derive.notation.style import POW, PREFIX, Piece, Style
from derive.notation.writer.dispatch import Rule, write
from derive.notation.writer.leaves import leaf, partial


def _transpose(form: forms.Transpose, style: Style) -> Piece:
    body = form.body
    if isinstance(body, (Leaf, forms.Partial)):
        return (leaf if isinstance(body, Leaf) else partial)(body, style, style.transposed)
    if isinstance(body, forms.Inverse):
        return _inverse(body, style, style.inverse_transposed)
    return style.superscript(write(body, style), style.transposed)


def _inverse(form: forms.Inverse, style: Style, mark: str = "") -> Piece:
    mark = mark or style.inverted
    body = form.body
    if isinstance(body, Leaf):
        return leaf(body, style, mark)
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


def _det(form: forms.Det | forms.LogDet, style: Style) -> Piece:
    return called(style, "det", [write(form.body, style)])


def _logdet(form: forms.LogDet, style: Style) -> Piece:
    det = _det(form, style)
    return Piece(f"{style.function('log')} {style.absolute(det).text}", PREFIX, det.tall)


def _kronecker(form: forms.Kronecker, style: Style) -> Piece:
    sides = [f for f in (form.left, form.right) if set(f.shape) != {S.One}]
    if len(sides) == 1:
        return write(sides[0], style)
    return style.kronecker(*(style.tight(write(f, style), POW) for f in (form.left, form.right)))


RULES: dict[type, Rule] = {
    forms.Transpose: _transpose,
    forms.MatMul: _matmul,
    forms.Diag: lambda form, style: style.call(style.function("diag"), write(form.body, style)),
    forms.DiagPart: lambda form, style: style.call(style.function("diag"), write(form.body, style)),
    forms.Trace: lambda form, style: style.call(style.function("trace"), write(form.body, style)),
    forms.Norm: _norm,
    forms.Inverse: _inverse,
    forms.Det: _det,
    forms.LogDet: _logdet,
    forms.Kronecker: _kronecker,
}
