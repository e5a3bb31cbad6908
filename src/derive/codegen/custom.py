"""Operations as modules of PyTorch (`torch.autograd.Function`) and JAX (`jax.custom_vjp`).

Each gradient is an operation of its own, with a derived backward: second derivatives do not come from differentiating
the code, in which functions such as `max(z, 0) + log1p(exp(-|z|))` have kinks that the mathematics has not. What is
kept for the way back is what its code mentions.
"""

from __future__ import annotations

import ast
import textwrap
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence

from derive.codegen.backends import BACKENDS, Backend
from derive.codegen.helpers import HELPERS
from derive.codegen.layout import INDENT, paragraph, signature, statement_text
from derive.codegen.module import equation, helper_sources, plain, shape_text
from derive.codegen.operations import Gradient, Operation, class_name
from derive.codegen.plan import Statement
from derive.codegen.printer import TensorPrinter
from derive.errors import OptionError
from derive.expr import Tensor
from derive.notation.code import name_of

# functions of a library's own, written where an operation needs them
OWN = {
    "torch": {
        "once_differentiable": '''
class Undifferentiated(torch.autograd.Function):
    """What it is given, with a backward that refuses: derivatives of two orders are derived."""

    @staticmethod
    def forward(a):
        return a.view_as(a)

    @staticmethod
    def setup_context(ctx, inputs, output):
        pass

    @staticmethod
    def backward(ctx, v):
        raise NotImplementedError("derivatives of order three are not derived")


def once_differentiable(backward):
    """The backward, whose results PyTorch is not to differentiate."""

    def refusing(ctx, v):
        return tuple(None if d is None else Undifferentiated.apply(d) for d in backward(ctx, v))

    return refusing
''',
    },
    "jax": {
        "sum_to_shape": '''
def sum_to_shape(a, like):
    """The sum of a over the axes along which an array of the shape of `like` is repeated."""
    a = jnp.sum(a, axis=tuple(range(a.ndim - like.ndim)))
    repeated = tuple(k for k, n in enumerate(like.shape) if n == 1)
    return jnp.sum(a, axis=repeated, keepdims=True)
''',
        "once_differentiable": '''
def once_differentiable(backward):
    """The backward, whose results JAX is not to differentiate: derivatives of two orders are derived."""
    backward = jax.custom_vjp(backward)

    def refuse(saved, v):
        raise NotImplementedError("derivatives of order three are not derived")

    backward.defvjp(lambda *args: (backward(*args), None), refuse)
    return backward
''',
    },
}


def operation_module(op: Operation, library: str) -> str:
    """The module that defines the operation under its name."""
    if library not in WRITERS:
        raise OptionError(f"--custom-op: expected one of {', '.join(WRITERS)}; found {library[:60]!r}")
    writer = WRITERS[library](op, BACKENDS[library])
    return writer.module()


class Writer(ABC):
    """What both libraries share: expressions, what they mention, and the words around them."""

    def __init__(self, op: Operation, backend: Backend) -> None:
        self.op, self.backend = op, backend
        self.used: set[str] = set()

    def tree(self, s: Statement, known: Sequence[Tensor]) -> ast.expr:
        """The expression of a statement; sizes and types are read off the tensors that are known, in their order."""
        printer = TensorPrinter(backend=self.backend, declared=tuple(known), like=_array_among(known))
        node = printer.tree(s.form)
        self.used |= printer.used
        return node

    def gradient(self, s: Statement, of: Tensor, known: Sequence[Tensor]) -> ast.expr:
        """The same of a gradient: of the shape of its argument, which may have been repeated along axes."""
        node = self.tree(s, known)
        if not self.op.elementwise or len(self.op.arguments) == 1 or of == self.op.value.target:
            return node
        return self.repeated(node, of) if of == self.op.cotangent else self.summed(node, of)

    def repeated(self, node: ast.expr, like: Tensor) -> ast.expr:
        function = ast.Attribute(ast.Name(self.backend.alias), "broadcast_to")
        return ast.Call(function, [node, ast.Attribute(ast.Name(name_of(like)), "shape")], [])

    @abstractmethod
    def summed(self, node: ast.expr, like: Tensor) -> ast.expr:
        """Summed over the axes along which `like` was repeated."""

    def derivative(self, g: Gradient) -> ast.expr:
        op = self.op
        return self.gradient(g.statement, g.of, (op.cotangent, *op.arguments, op.value.target))

    def seconds(self, g: Gradient) -> dict[Tensor, ast.expr]:
        op = self.op
        known = (g.cotangent, op.cotangent, *op.arguments, op.value.target)
        return {u: self.gradient(s, u, known) for u, s in g.second.items()}

    def kept(self, *nodes: ast.expr) -> tuple[Tensor, ...]:
        """The arguments, and the value, that the code mentions."""
        found = _names(nodes)
        return tuple(t for t in (*self.op.arguments, self.op.value.target) if name_of(t) in found)

    def inputs_of(self, g: Gradient) -> tuple[Tensor, ...]:
        """What the gradient is a function of, the cotangent first: the ways back of two orders mention no more."""
        return (self.op.cotangent, *self.kept(self.derivative(g), *self.seconds(g).values()))

    def doc(self, says: str, statements: Iterable[Statement], arguments: Iterable[Tensor] = ()) -> list[str]:
        shapes = () if self.op.elementwise else tuple(arguments)
        rows = [paragraph(f"{name_of(t)}: {shape_text(t)}", INDENT * 2) for t in shapes]
        first = paragraph(f'"""{says}', INDENT)
        return [first, "", *_equations(statements), *(["", f"{INDENT}Shapes:", *rows] if rows else []), f'{INDENT}"""']

    def gradient_doc(self, g: Gradient) -> list[str]:
        first = f'"""The gradient in {name_of(g.of)}, for a cotangent {name_of(self.op.cotangent)} of the value.'
        then = f"Its own gradients, for a cotangent {name_of(g.cotangent)}:"
        second = ["", paragraph(then, INDENT), "", *_equations(g.second.values())] if g.second else []
        return [paragraph(first, INDENT), "", *_equations([g.statement]), *second, f'{INDENT}"""']

    def head(self) -> str:
        op = self.op
        gradients = ", ".join(name_of(x) for x in op.gradients) or "nothing"
        fixed = ", ".join(name_of(t) for t in op.arguments if t not in op.gradients)
        words = "Arguments are arrays of any shapes that broadcast. " if op.elementwise else ""
        words += f"Differentiable twice in {gradients}" + (f", not in {fixed}." if fixed else ".")
        title = paragraph(f'"""{plain(op.formula)}, with derived gradients.', "")
        rows = [title, "", paragraph(f"{words} Written by derive, and independent of it.", ""), '"""']
        return "\n".join(rows)

    def module(self) -> str:
        blocks = self.blocks()
        helpers, more = helper_sources(self.used & HELPERS.keys(), self.backend)
        imports = ["import math", ""] if "math" in self.used | more else []
        head = "\n".join([self.head(), "", *imports, *self.imports()])
        return "\n\n\n".join([head, *helpers, *self.extra(blocks), *blocks]) + "\n"

    def imports(self) -> list[str]:
        return [self.backend.imported]

    def extra(self, blocks: list[str]) -> list[str]:
        own = OWN[self.backend.name]
        return [source.strip() for name, source in own.items() if any(name in b for b in blocks)]

    @abstractmethod
    def blocks(self) -> list[str]:
        """The functions and classes of the module, in order."""


class Torch(Writer):
    """Classes: one for the operation, one for each gradient."""

    def summed(self, node: ast.expr, like: Tensor) -> ast.expr:
        shape = ast.Attribute(ast.Name(name_of(like)), "shape")
        if isinstance(node, ast.Name):  # what is returned as it came cannot be saved
            node = ast.Call(ast.Attribute(node, "view_as"), [node], [])
        return ast.Call(ast.Attribute(node, "sum_to_size"), [shape], [])

    def blocks(self) -> list[str]:
        op, kind = self.op, class_name(self.op.name)
        value = self.tree(op.value, op.arguments)
        inputs = {x: self.inputs_of(g) for x, g in op.gradients.items()}
        saved = tuple(t for t in (*op.arguments, op.value.target) if any(t in i for i in inputs.values()))
        calls = {
            x: f"{kind}_d{name_of(x)}.apply({', '.join(map(name_of, names))})" for x, names in inputs.items()
        }  # fmt: skip
        parts = [f"class {kind}(torch.autograd.Function):", *self.doc("The operation.", (op.value,), op.arguments)]
        parts += self._forward(op.arguments, [statement_text(ast.Return(value), INDENT * 2)])
        parts += self._setup(op.arguments, saved, op.value.target if op.value.target in saved else None)
        parts += self._backward(op.cotangent, saved)
        if len(op.arguments) == 1:
            parts.append(f"{INDENT * 2}return {next(iter(calls.values()))}")
        else:
            parts.append(f"{INDENT * 2}needed = ctx.needs_input_grad")
            rows = [f"{calls[x]} if needed[{n}] else None" if x in calls else "None"
                    for n, x in enumerate(op.arguments)]  # fmt: skip
            parts.append(_returned(rows))
        blocks = ["\n".join(parts)]
        blocks += [self._gradient(g, inputs[x]) for x, g in op.gradients.items()]
        return [*blocks, f"{op.name} = {kind}.apply"]

    def _gradient(self, g: Gradient, inputs: tuple[Tensor, ...]) -> str:
        """The class of one gradient; its backward is the second derivative."""
        kind = f"{class_name(self.op.name)}_d{name_of(g.of)}"
        first, seconds = self.derivative(g), self.seconds(g)
        saved = tuple(t for t in inputs if name_of(t) in _names(seconds.values()))
        parts = [f"class {kind}(torch.autograd.Function):", *self.gradient_doc(g)]
        parts += self._forward(inputs, [statement_text(ast.Return(first), INDENT * 2)])
        parts += self._setup(inputs, saved, None)
        parts += ["", f"{INDENT}@staticmethod", f"{INDENT}@once_differentiable"]
        parts += self._backward(g.cotangent, saved)[2:]
        results = {u: s.target for u, s in g.second.items()}
        if results:
            parts.append(f"{INDENT * 2}{' = '.join(map(name_of, results.values()))} = None")
        for n, u in enumerate(inputs):
            if u in seconds:
                assign = ast.Assign([ast.Name(name_of(results[u]))], seconds[u])
                parts.append(f"{INDENT * 2}if ctx.needs_input_grad[{n}]:")
                parts.append(statement_text(assign, INDENT * 3))
        parts.append(_returned([name_of(results[u]) if u in results else "None" for u in inputs]))
        return "\n".join(parts)

    def _forward(self, arguments: Sequence[Tensor], lines: list[str]) -> list[str]:
        header = signature("forward", map(name_of, arguments))
        return ["", f"{INDENT}@staticmethod", textwrap.indent(header, INDENT), *lines]

    def _setup(self, arguments: Sequence[Tensor], saved: Sequence[Tensor], value: Tensor | None) -> list[str]:
        names = [name_of(t) if t in saved else "_" for t in arguments]
        kept = [("output" if t == value else name_of(t)) for t in saved]
        lines = ["", f"{INDENT}@staticmethod", f"{INDENT}def setup_context(ctx, inputs, output):"]
        if any(n != "_" for n in names):
            lines.append(f"{INDENT * 2}{_targets(names)} = inputs")
        lines.append(f"{INDENT * 2}ctx.save_for_backward({', '.join(kept)})" if kept else f"{INDENT * 2}pass")
        return lines

    def _backward(self, cotangent: Tensor, saved: Sequence[Tensor]) -> list[str]:
        lines = ["", f"{INDENT}@staticmethod", f"{INDENT}def backward(ctx, {name_of(cotangent)}):"]
        if saved:
            lines.append(f"{INDENT * 2}{_targets([name_of(t) for t in saved])} = ctx.saved_tensors")
        return lines


class Jax(Writer):
    """Functions with a forward and a backward; a gradient that nobody asks for is left out when it is traced."""

    def summed(self, node: ast.expr, like: Tensor) -> ast.expr:
        return ast.Call(ast.Name("sum_to_shape"), [node, ast.Name(name_of(like))], [])

    def imports(self) -> list[str]:
        return ["import jax", "import jax.numpy as jnp"]

    def blocks(self) -> list[str]:
        op = self.op
        value = self.tree(op.value, op.arguments)
        inputs = {x: self.inputs_of(g) for x, g in op.gradients.items()}
        saved = tuple(t for t in (*op.arguments, op.value.target) if any(t in i for i in inputs.values()))
        results = {
            x: _call(f"{op.name}_d{name_of(x)}", names) for x, names in inputs.items()
        }  # fmt: skip
        doc = self.doc("The operation.", (op.value,), op.arguments)
        own = self._function(op.name, op.arguments, doc, value, saved, op.cotangent, results, op.value.target)
        return [own, *(self._gradient(g, inputs[x]) for x, g in op.gradients.items())]

    def _gradient(self, g: Gradient, inputs: tuple[Tensor, ...]) -> str:
        name = f"{self.op.name}_d{name_of(g.of)}"
        first, seconds = self.derivative(g), self.seconds(g)
        doc = self.gradient_doc(g)
        saved = tuple(t for t in inputs if name_of(t) in _names(seconds.values()))
        return self._function(name, inputs, doc, first, saved, g.cotangent, seconds)

    def _function(
        self, name: str, arguments: Sequence[Tensor], doc: list[str], value: ast.expr, saved: Sequence[Tensor],
        cotangent: Tensor, results: dict[Tensor, ast.expr], output: Tensor | None = None,
    ) -> str:  # fmt: skip
        given = ", ".join(map(name_of, arguments))
        kept = [name_of(t) for t in saved]
        call = f"{name}({given})"
        lines = ["@jax.custom_vjp", signature(name, map(name_of, arguments)), *doc, statement_text(ast.Return(value))]
        lines += ["", "", signature(f"{name}_forward", map(name_of, arguments))]
        if output in saved:
            lines.append(f"{INDENT}{name_of(output)} = {call}")
            call = name_of(output)
        lines.append(f"{INDENT}return {call}, {_tuple(kept)}")
        last = ["@once_differentiable"] if output is None and results else []
        lines += ["", "", *last, f"def {name}_backward(saved, {name_of(cotangent)}):"]
        if kept:
            lines.append(f"{INDENT}{_targets(kept)} = saved")
        targets = {u: f"d{name_of(u)}" for u in results}
        for u, node in results.items():
            lines.append(statement_text(ast.Assign([ast.Name(targets[u])], node)))
        lines.append(f"{INDENT}return {_tuple([targets.get(u, 'None') for u in arguments])}")
        return "\n".join([*lines, "", "", f"{name}.defvjp({name}_forward, {name}_backward)"])


WRITERS: dict[str, Callable[[Operation, Backend], Writer]] = {"torch": Torch, "jax": Jax}


def _equations(statements: Iterable[Statement]) -> list[str]:
    return [paragraph(equation(s), INDENT * 2, INDENT) for s in statements]


def _array_among(known: Sequence[Tensor]) -> str | None:
    found = next((t for t in known if t.rank), known[0] if known else None)
    return None if found is None else name_of(found)


def _names(nodes: Iterable[ast.expr]) -> set[str]:
    return {n.id for node in nodes for n in ast.walk(node) if isinstance(n, ast.Name)}


def _call(function: str, arguments: Sequence[Tensor]) -> ast.expr:
    return ast.Call(ast.Name(function), [ast.Name(name_of(t)) for t in arguments], [])


def _tuple(names: Sequence[str]) -> str:
    return f"({', '.join(names)}{',' * (len(names) == 1)})"


def _targets(names: Sequence[str]) -> str:
    return f"({names[0]},)" if len(names) == 1 else ", ".join(names)


def _returned(rows: Sequence[str]) -> str:
    line = f"{INDENT * 2}return {_targets(rows)}"
    if len(line) <= 100:
        return line
    return "\n".join([f"{INDENT * 2}return (", *(f"{INDENT * 3}{row}," for row in rows), f"{INDENT * 2})"])
