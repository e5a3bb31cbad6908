"""Dense Hessians in the style `fast`: the lines of `codegen.dense`, with large arrays that are kept from call to call.

What differs from the plain style: where an array is written, which of two equal products BLAS is given, and that the
blocks are set into one array, where the product of a matrix with itself is computed in its place.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from derive.codegen.contraction import Contraction, Line
from derive.codegen.dense import Blocks, Term, dense_lines
from derive.codegen.fast.hessian_parts import NAMES, PARTS, WORKSPACE
from derive.codegen.layout import INDENT
from derive.codegen.module import ModuleWriter
from derive.codegen.names import unique
from derive.codegen.plan import Plan
from derive.codegen.stable import Meanings
from derive.expr import Index, Let, Program, Tensor
from derive.notation.code import Code, call, name_of, sum_of
from derive.notation.einsum import Array, Axes

KEPT_SAYS = "The result is an array of the workspace: the next call writes its own into it."
NAME = re.compile(r"[A-Za-z_]\w*")


def write_fast_dense(writer: ModuleWriter, plan: Plan, name: str, says: str) -> None:
    """The function of the Hessian, after what it works with."""
    lines = dense_lines(writer, plan, FastBlocks)
    named = set(NAME.findall("\n".join(lines)))
    arrays = ", ".join(name_of(t) for t in plan.arguments if t.rank and name_of(t) in named)
    writer.printer.used.add("math")
    writer.functions += [WORKSPACE, *(source for part, source in PARTS.items() if part in named)]
    checked = writer.text(f"dtype = one_type({arrays})")
    writer.function(name, plan.arguments, [checked, *lines], f"{says}\n\n{INDENT}{KEPT_SAYS}")


class FastContraction(Contraction):
    """Weighted products of a matrix with itself are left to a function, which chooses how by their size."""

    def gram(self, weights: list[Array], factors: list[Array], k: Index, axes: Axes) -> Code:
        if not weights:
            return super().gram(weights, factors, k, axes)
        matrix = self._operand(factors, k, axes)
        name = self._free("M")
        self.lines.append((name, call("gram", repr(name), self.product(weights, (k,)).code, matrix)))
        return Code(name)


class FastBlocks(Blocks):
    """The blocks of one Hessian, in arrays that are kept, and the array `H` that they are set into."""

    def contraction_of(self, meanings: Meanings, taken: set[str]) -> Contraction:
        taken |= {*NAMES, "dtype"}
        return FastContraction(self.sizes, meanings, taken)

    def begin(self, plan: Plan) -> None:
        """Where each parameter begins and ends, and the whole array."""
        self.place: Code | None = None  # of the block at hand, where it is on the diagonal
        self.placed: set[Tensor] = set()  # parameters whose block is where it belongs
        self.own_gradient = dict(zip(plan.parameters, plan.gradients, strict=True))
        self.slices: dict[Tensor, str] = {}
        if len(plan.parameters) == 1:
            return
        before = ""
        for p in plan.parameters:
            size = " * ".join(self.sizes.constant(d).text for d in p.dims) or "1"
            end = self.contraction.named_new("c", Code(f"{before} + {size}" if before else size)).text
            self.slices[p], before = f"{before}:{end}", end
        self.whole = unique("H", self.contraction.taken)
        self.contraction.taken.add(self.whole)
        self.contraction.lines.append((self.whole, call("kept", '"H"', f"({before}, {before})", "dtype")))

    def block(self, gradient: Let, v: Tensor, program: Program) -> Code:
        at = self.slices.get(v) if gradient.tensor == self.own_gradient[v] else None
        self.place = Code(f"{self.whole}[{at}, {at}]") if at else None
        found = super().block(gradient, v, program)
        self.placed |= {v} if at and self.place is None else set()
        return found

    def _everywhere(self, terms: list[Term], out: Axes) -> Code:
        """Of a scalar it is a number: it is set into an array anyhow."""
        if out or not terms or not self.slices:
            return super()._everywhere(terms, out)
        return sum_of([(t.minus, t.array.code) for t in terms])

    def _matrix(self, code: Code, out: Axes, rows: int) -> Code:
        return code if code.text and not out and self.slices else super()._matrix(code, out, rows)

    def _scaled(self, t: Term, out: Axes) -> Code:
        """The product of a matrix with itself, which one factor for each two rows scales, goes to its place at once."""
        name = self.contraction.owner[t.array.code.text]
        line = next(x for x in self.contraction.lines if type(x) is tuple and x[0] == name)
        matrix = _squared(str(line[1]))
        rows = len(out) // 2
        ends = (out[0], out[rows])
        if matrix is None or self.place is None or rows != 2 or t.factor is None or t.factor.axes != ends:
            return super()._scaled(t, out)
        self.contraction.lines.remove(line)
        self.contraction.given_up(name)
        factor = f"-({t.factor.code})" if t.minus else f"{t.factor.code}"
        square = call("square", self.place, Code(matrix), self.contraction.named("c", Code(factor)))
        found = self.contraction.named_new("H", Code(f"{square}.reshape{self._shape(out)}"))
        self.own.add(found.text)
        self.place = None
        return found

    def _line(self, line: Line) -> str:
        if type(line) is tuple:
            name, code = line
            return self._translated(f"{name} = {in_place(name, str(code))}")
        return super()._line(line)

    def returned(self, found: Mapping[tuple[int, int], Code]) -> str:
        """The blocks, set into one array; those below the diagonal are transposes."""
        if not self.slices:
            return super().returned(found)
        places, lines = list(self.slices.values()), []
        for (a, b), code in found.items():
            if a != b:
                lines.append(f"{self.whole}[{places[a]}, {places[b]}] = {code}")
                lines.append(f"{self.whole}[{places[b]}, {places[a]}] = {code}.T")
            elif list(self.slices)[a] not in self.placed:
                lines.append(f"{self.whole}[{places[a]}, {places[a]}] = {code}")
        return "\n".join(map(self._translated, [*lines, f"return {self.whole}"]))


def in_place(name: str, code: str) -> str:
    """The code, working in an array kept under this name where it is a product of matrices, or rows of products."""
    match ast.parse(code, mode="eval").body:
        case ast.BinOp(ast.Attribute(left, "T"), ast.MatMult(), right):
            return f"product({name!r}, {ast.unparse(left)}, {ast.unparse(right)})"
        case ast.Call(
            ast.Attribute(ast.BinOp(left, ast.Mult(), right), "reshape"),
            [_, ast.UnaryOp(ast.USub(), ast.Constant(1))],
        ):
            return f"times({name!r}, {ast.unparse(left)}, {ast.unparse(right)})"
    return ast.unparse(Quicker().visit(ast.parse(code, mode="eval")).body)


class Quicker(ast.NodeTransformer):
    """The same for arrays of one or two axes, by functions that take half a microsecond less to be called."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.op, ast.MatMult):
            return ast.Call(ast.Attribute(node.left, "dot"), [node.right], [])
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        if ast.unparse(node.func) == "np.sum" and [k.arg for k in node.keywords] == ["axis"]:
            return ast.Call(ast.Attribute(ast.Attribute(ast.Name("np"), "add"), "reduce"), node.args, node.keywords)
        return node


def _squared(code: str) -> str | None:
    """A, of A.T @ A."""
    match ast.parse(code, mode="eval").body:
        case ast.BinOp(ast.Attribute(ast.Name(a), "T"), ast.MatMult(), ast.Name(b)) if a == b:
            return a
    return None
