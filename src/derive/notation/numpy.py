"""Forms as NumPy expressions in the names of the tensors: X.T @ (p - y) / X.shape[0].

Stable by construction: sigmoid, softplus, softmax and log-sum-exp go through `np.logaddexp`. Vectors are 1-d arrays, a
diagonal matrix is never built where it multiplies, and sizes are read off the arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sympy import Expr, S, cosh, log

from derive.errors import DeriveError
from derive.expr import LogSumExp, Max_, Prod_, Tensor, Where, relu, sigmoid, softplus, step, tensors
from derive.notation import forms
from derive.notation.chain import mat
from derive.notation.code import ADD, ATOM, MATMUL, MUL, POW, UNARY, Code, Sizes, call, name_of, quotient, sum_of
from derive.notation.forms import Const, Form, Leaf, Ones, is_column, is_row, walk
from derive.notation.make import is_ones, negative, parts, product, transpose
from derive.notation.vocabulary import FUNCTIONS, identifier


def numpy(form: Form, declared: Iterable[Tensor] = ()) -> str:
    """The form as a NumPy expression of the form's shape.

    declared: tensors besides those in the form whose shapes may give sizes.
    """
    inside = [f.tensor for f in walk(form) if isinstance(f, Leaf)]
    for f in walk(form):
        if isinstance(f, forms.Components):
            inside += sorted(tensors(f.expr), key=str)
    writer = Writer(Sizes([*inside, *declared]))
    return writer.exact(form).text


class Writer:
    """Writes forms; knows how to say a size."""

    def __init__(self, sizes: Sizes) -> None:
        self.sizes = sizes

    def write(self, form: Form) -> Code:
        """Code that broadcasts to the form's shape: u 1^T may come as u[:, None]."""
        return RULES[type(form)](self, form)

    def exact(self, form: Form) -> Code:
        """Code of exactly the form's shape."""
        spread = axes_of(form)
        if len(spread) == len(form.shape):
            return self.whole(form) if isinstance(form, forms.MatMul) else self.write(form)
        if isinstance(form, forms.MatMul):
            return self.outer(form)
        return call("np.broadcast_to", self.write(form), self.shape(form.shape))

    def shape(self, dims: tuple[Expr, ...]) -> str:
        sizes = [self.sizes.constant(d).text for d in dims]
        return f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})"

    # --- leaves

    def leaf(self, form: Leaf) -> Code:
        name = name_of(form.tensor)
        if form.whole:
            return Code(name)
        return Code(f"{name}[{', '.join(':' if p is None else self.sizes.constant(p).text for p in form.positions)}]")

    def ones(self, form: Ones) -> Code:
        return call("np.ones", self.sizes.constant(form.dim))

    def eye(self, form: forms.Eye) -> Code:
        return call("np.eye", self.sizes.constant(form.dim))

    def basis(self, form: forms.Basis) -> Code:
        return Code(f"np.eye({self.sizes.constant(form.dim)})[{self.sizes.constant(form.position)}]")

    def partial(self, form: forms.Partial) -> Code:
        if not isinstance(form.body, Leaf):
            raise DeriveError("a derivative that is not carried out has no NumPy code: differentiate first")
        return Code(f"d{name_of(form.body.tensor)}_d{name_of(form.wrt.tensor)}")

    def layer_total(self, form: forms.LayerTotal) -> Code:
        raise DeriveError("a sum over a symbolic number of layers has no NumPy code: put in the number of layers")

    # --- arithmetic

    def add(self, form: forms.Add) -> Code:
        stable = self.complement(form)
        if stable is not None:
            return stable
        terms = []
        for f in form.terms:
            minus = negative(parts(f)[0])
            c, rest = parts(f)
            body = forms.Product((Const(-c), *rest)) if minus else f
            terms.append((minus, self.product(body) if isinstance(body, forms.Product) else self.write(body)))
        return sum_of(terms)

    def complement(self, form: forms.Add) -> Code | None:
        """1 - sigmoid(z) as sigmoid(-z)."""
        z = complement_of(form)
        return None if z is None else call("np.exp", "-" + self.logaddexp(z).text)

    def product(self, form: Form) -> Code:
        top: list[Code] = []
        bottom: list[Code] = []
        minus = False
        for f in form.factors if isinstance(form, forms.Product) else (form,):
            if isinstance(f, Const):
                minus = negative(f.value)
                above, below = (-f.value if minus else f.value).as_numer_denom()
                top += self.sizes._factors(above)
                bottom += self.sizes._factors(below)
            elif isinstance(f, forms.Power) and isinstance(f.exponent, Const) and negative(f.exponent.value):
                q = -f.exponent.value
                bottom.append(self.write(f.base if q == 1 else forms.Power(f.base, Const(q))))
            else:
                top.append(self.write(f))
        out = quotient(top, bottom)
        return Code("-" + out.tight(UNARY if out.precedence == MATMUL else MUL), UNARY) if minus else out

    def power(self, form: forms.Power) -> Code:
        exponent = form.exponent
        if isinstance(exponent, Const) and negative(exponent.value):
            return self.product(form)
        if exponent == Const(S.Half):
            return call("np.sqrt", self.write(form.base))
        return Code(f"{self.write(form.base).tight(ATOM)}**{self.write(exponent).tight(ATOM)}", POW)

    # --- functions

    def apply(self, form: forms.Apply) -> Code:
        rule = APPLY.get(form.function)
        if rule is not None:
            return rule(self, *form.args)
        name = FUNCTIONS.get(form.function.__name__, (None, None, None))[2]
        if name is None:
            raise DeriveError(f"no NumPy function for {form.function.__name__}")
        return call(name, *map(self.write, form.args))

    def logaddexp(self, z: Form) -> Code:
        """log(1 + exp(z))."""
        return call("np.logaddexp", "0", self.write(z))

    def minus(self, z: Form) -> Form:
        return product(Const(S.NegativeOne), z)

    def sigmoid(self, z: Form) -> Code:
        return call("np.exp", f"-{self.logaddexp(self.minus(z))}")

    def log(self, z: Form) -> Code:
        """Logarithms of probabilities without the probabilities."""
        if isinstance(z, forms.Softmax):
            return self.log_softmax(z)
        if isinstance(z, forms.Apply) and z.function is sigmoid:
            return Code(f"-{self.logaddexp(self.minus(z.args[0]))}", UNARY)
        if isinstance(z, forms.Apply) and z.function is cosh:
            t = z.args[0]
            return Code(f"{call('np.logaddexp', self.write(t), self.write(self.minus(t)))} - np.log(2)", ADD)
        other = complement_of(z) if isinstance(z, forms.Add) else None
        if other is not None:
            return Code(f"-{self.logaddexp(other)}", UNARY)
        return call("np.log", self.write(z))

    def where(self, c: Form, a: Form, b: Form) -> Code:
        return call("np.where", f"{self.write(c).tight(ADD)} > 0", self.write(a), self.write(b))

    def log_softmax(self, form: forms.Softmax) -> Code:
        z = self.exact(form.body)
        lse = call("np.logaddexp.reduce", z, axis="-1", keepdims="True")
        return Code(f"{z.tight(MUL)} - {lse}", ADD)

    def softmax(self, form: forms.Softmax) -> Code:
        return call("np.exp", self.log_softmax(form))

    def winner(self, form: forms.WinnerOf) -> Code:
        z = self.exact(form.body)
        top = call("np.max", z, axis="-1", keepdims="True")
        return call("np.where", f"{z.tight(ADD)} == {top}", "1.0", "0.0")

    def reduce(self, form: forms.Reduce) -> Code:
        z = self.exact(form.body)
        if form.whole:
            return call(REDUCTIONS[form.kind], f"{z.tight(ATOM)}.ravel()")
        return call(REDUCTIONS[form.kind], z, axis="-1")

    # --- matrices

    def transpose(self, form: forms.Transpose) -> Code:
        return Code(f"{self.exact(form.body).tight(ATOM)}.T")

    def matmul(self, form: forms.MatMul) -> Code:
        """A chain; u 1^T and 1 v^T as what broadcasts to them."""
        spread = axes_of(form)
        if len(spread) == len(form.shape):
            return self.whole(form)
        if not spread:
            return Code("1")
        left, right = split_outer(form)
        return Code(f"{self.write(left).tight(ATOM)}[:, None]") if spread == {0} else self.write(transpose(right))

    def outer(self, form: forms.MatMul) -> Code:
        if is_ones(form):
            return call("np.ones", self.shape(form.shape))
        left, right = split_outer(form)
        return call("np.outer", self.write(left), self.write(transpose(right)))

    def whole(self, form: forms.MatMul) -> Code:
        return self.outer(form) if cut_of(form.factors) is not None else self.chain(form.factors)

    def chain(self, factors: tuple[Form, ...]) -> Code:
        """A chain without an outer product in it."""
        first, last = factors[0], factors[-1]
        if len(factors) == 1:
            return self.operand(first)
        if is_row(first) and isinstance(first.body, Ones):
            rest = factors[1:-1] if isinstance(last, Ones) and len(factors) > 2 else factors[1:]
            return call("np.sum", self.chain(rest))
        if isinstance(last, Ones):
            m = factors[-2]
            sums = call("np.sum", self.exact(m.body), axis="0") if isinstance(m, forms.Transpose) else call(
                "np.sum", self.exact(m), axis="1")  # fmt: skip
            return self.joined(factors[:-2], sums)
        if isinstance(last, forms.Basis) and len(factors) == 2 and not is_row(first):
            return Code(f"{self.exact(first).tight(ATOM)}[:, {self.sizes.constant(last.position)}]")
        return self.special(factors) or self.joined(factors[:-1], self.operand(last), is_column(last))

    def operand(self, f: Form) -> Code:
        return self.exact(f.body if is_row(f) else f)

    def joined(self, left: tuple[Form, ...], right: Code, column: bool = True) -> Code:
        """left @ right, from the right when that is a vector: X.T @ (X @ w)."""
        if not left:
            return right
        if column and not is_row(left[0]):
            for f in reversed(left):
                right = Code(f"{self.operand(f).tight(ATOM)} @ {right.tight(UNARY)}", MATMUL)
            return right
        return Code(" @ ".join([*(self.operand(f).tight(ATOM) for f in left), right.tight(UNARY)]), MATMUL)

    def special(self, factors: tuple[Form, ...]) -> Code | None:
        """diag(u) as broadcasting and an inverse as a solve, at the first place where there is one."""
        for k, f in enumerate(factors):
            rest = factors[k + 1 :]
            matrix = _inverted(f)
            if isinstance(f, forms.Diag):
                u = self.write(f.body)
                if not rest:
                    return Code(f"{self.chain(factors[:k]).tight(MUL)} * {u.tight(UNARY)}", MUL)
                spread = u.tight(UNARY) if is_column(factors[-1]) else f"{u.tight(ATOM)}[:, None]"
                scaled = Code(f"{spread} * {self.chain(rest).tight(UNARY)}", MUL)
                return self.joined(factors[:k], scaled, is_column(factors[-1]))
            if matrix is not None and rest:
                solved = call("np.linalg.solve", self.exact(matrix), self.chain(rest))
                return self.joined(factors[:k], solved, is_column(factors[-1]))
        return None

    def diag(self, form: forms.Diag) -> Code:
        return call("np.diag", self.write(form.body))

    def diag_part(self, form: forms.DiagPart) -> Code:
        return call("np.diag", self.exact(form.body))

    def trace(self, form: forms.Trace) -> Code:
        body = form.body
        if isinstance(body, forms.MatMul) and len(body.factors) == 2 and not any(map(_inverted, body.factors)):
            a, b = body.factors
            if isinstance(a, forms.Transpose) or isinstance(b, forms.Transpose):  # tr(A^T B) is the sum of A * B
                a, b = (transpose(a), b) if isinstance(a, forms.Transpose) else (a, transpose(b))
                return call("np.sum", f"{self.exact(a).tight(UNARY)} * {self.exact(b).tight(UNARY)}")
        return call("np.trace", self.exact(body))

    def norm(self, form: forms.Norm) -> Code:
        if form.order == 1:
            return call("np.sum", call("np.abs", self.exact(form.body)))
        return call("np.linalg.norm", self.exact(form.body))

    def inverse(self, form: forms.Inverse) -> Code:
        return call("np.linalg.inv", self.exact(form.body))

    def det(self, form: forms.Det) -> Code:
        return call("np.linalg.det", self.exact(form.body))

    def logdet(self, form: forms.LogDet) -> Code:
        return Code(f"{call('np.linalg.slogdet', self.exact(form.body))}[1]")

    def kronecker(self, form: forms.Kronecker) -> Code:
        outer = call("np.multiply.outer", self.exact(form.left), self.exact(form.right))
        return Code(f"{outer.text}.swapaxes(1, 2)")

    def components(self, form: forms.Components) -> Code:
        from derive.notation.einsum import array_code

        return array_code(form.expr, form.out, self.sizes)

    def squares(self, form: forms.Power) -> Code:
        """|r|^2 as a sum of squares, without the root."""
        if isinstance(form.base, forms.Norm) and form.base.order == 2 and form.exponent == Const(S(2)):
            body = self.exact(form.base.body)
            return call("np.sum", f"{body.tight(ATOM)}**2")
        return self.power(form)


def _inverted(f: Form) -> Form | None:
    """The matrix that a factor is the inverse of."""
    if isinstance(f, forms.Inverse):
        return f.body
    if isinstance(f, forms.Transpose) and isinstance(f.body, forms.Inverse):
        return transpose(f.body.body)
    return None


def complement_of(form: forms.Add) -> Form | None:
    """z if the form is 1 - sigmoid(z)."""
    if len(form.terms) != 2 or form.terms[0] != Const(S.One):
        return None
    c, rest = parts(form.terms[1])
    found = rest[0] if c == -1 and len(rest) == 1 else None
    return found.args[0] if isinstance(found, forms.Apply) and found.function is sigmoid else None


def cut_of(factors: tuple[Form, ...]) -> int | None:
    """Where a column is followed by a row: an outer product."""
    return next((k for k in range(1, len(factors)) if is_row(factors[k]) and is_column(factors[k - 1])), None)


def split_outer(form: forms.MatMul) -> tuple[Form, Form]:
    """u and v^T of u v^T."""
    k = cut_of(form.factors)
    row = form.factors[k:]
    return mat(*form.factors[:k]), row[0] if len(row) == 1 else forms.MatMul(row)


def axes_of(form: Form) -> set[int]:
    """The axes along which the code from `write` has its full length."""
    if isinstance(form, forms.MatMul) and len(form.shape) == 2 and cut_of(form.factors) is not None:
        left, right = split_outer(form)
        return {n for n, f in enumerate((left, transpose(right))) if not isinstance(f, Ones)}
    if isinstance(form, (forms.Add, forms.Product, forms.Power, forms.Apply, forms.ApplyUnknown)):
        return set().union(*map(axes_of, form.children))
    return set(range(len(form.shape)))


REDUCTIONS = {LogSumExp: "np.logaddexp.reduce", Max_: "np.max", Prod_: "np.prod"}


def _unknown(w: Writer, form: forms.ApplyUnknown) -> Code:
    return call(identifier(form.name) + "_prime" * form.order, w.write(form.argument))


APPLY: dict[type, Callable[..., Code]] = {
    sigmoid: Writer.sigmoid,
    softplus: Writer.logaddexp,
    log: Writer.log,
    relu: lambda w, z: call("np.maximum", w.write(z), "0"),
    step: lambda w, z: call("np.heaviside", w.write(z), "0.0"),
    Where: Writer.where,
}

RULES: dict[type, Callable[..., Code]] = {
    Const: lambda w, f: w.sizes.constant(f.value),
    Leaf: Writer.leaf,
    forms.Named: lambda w, f: Code(identifier(f.name)),
    Ones: Writer.ones,
    forms.Zeros: lambda w, f: call("np.zeros", w.shape(f.dims)),
    forms.Eye: Writer.eye,
    forms.Basis: Writer.basis,
    forms.Partial: Writer.partial,
    forms.LayerTotal: Writer.layer_total,
    forms.Add: Writer.add,
    forms.Product: Writer.product,
    forms.Power: Writer.squares,
    forms.Apply: Writer.apply,
    forms.ApplyUnknown: _unknown,
    forms.Softmax: Writer.softmax,
    forms.WinnerOf: Writer.winner,
    forms.Reduce: Writer.reduce,
    forms.Transpose: Writer.transpose,
    forms.MatMul: Writer.matmul,
    forms.Diag: Writer.diag,
    forms.DiagPart: Writer.diag_part,
    forms.Trace: Writer.trace,
    forms.Norm: Writer.norm,
    forms.Inverse: Writer.inverse,
    forms.Det: Writer.det,
    forms.LogDet: Writer.logdet,
    forms.Kronecker: Writer.kronecker,
    forms.Components: Writer.components,
}
