"""Plans as modules of readable Python, in the words of a backend."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from derive.codegen.backends import Backend
from derive.codegen.dialect import translate
from derive.codegen.helpers import HELPERS, with_needs
from derive.codegen.layout import INDENT, expression, paragraph, signature, statement_text
from derive.codegen.names import MAIN, function_name
from derive.codegen.plan import Formula, Plan, Statement
from derive.codegen.printer import TensorPrinter
from derive.expr import Size, Tensor
from derive.notation import component_text, text
from derive.notation.code import name_of
from derive.notation.forms import Leaf, MatMul, Trace, walk
from derive.notation.vocabulary import identifier

AGAIN = "Arrays are used again from call to call: not for several threads at a time."  # of modules of style fast


def plan_module(plan: Plan, backend: Backend, function: str = MAIN) -> str:
    """The module of a model: forward, predict, loss, and the function of loss and gradients under this name."""
    function_name(function, (name_of(t) for t in (*plan.arguments, *(s.target for s in plan.statements))))
    writer = ModuleWriter(backend, plan.arguments)
    gradients = [name_of(t) for t in plan.gradients]
    run = plan_functions(writer, plan)
    back = [line for s in (plan.loss, *plan.backward) for line in (*writer.remark(s), writer.line(s))]
    returned = f"return {name_of(plan.loss.target)}, ({_tuple(gradients)})"
    writer.function(
        function,
        plan.arguments,
        [run, *back, writer.text(returned)],
        "The loss, and its gradients in the parameters, in their order.",
        plan.backward,
    )
    second_function(writer, plan, run)
    return writer.module(f"{plan.title}: forward pass, loss and gradients.", data_text(plan))


def plan_functions(writer: ModuleWriter, plan: Plan) -> str:
    """The functions forward, predict and loss; the line that runs the first."""
    some = (*plan.parameters, plan.inputs)
    states = [name_of(s.target) for s in plan.forward]
    arguments = ", ".join(map(name_of, some))
    run = writer.text(f"{_tuple(states)} = forward({arguments})")
    writer.function(
        "forward",
        some,
        [*map(writer.line, plan.forward), writer.text(f"return {_tuple(states)}")],
        f"All intermediate results of the model, the prediction {states[-1]} last.",
        plan.forward,
    )
    writer.function("predict", some, [writer.text(f"return forward({arguments})[-1]")], "The prediction.")
    loss = writer.text(f"return {expression(writer.value(plan.loss))}")
    writer.function("loss", plan.arguments, [run, loss], "The loss.", [plan.loss])
    return run


def second_function(writer: ModuleWriter, plan: Plan, run: str) -> None:
    """The Hessian, where there is one."""
    if plan.second is not None:
        result = writer.text(f"return {expression(writer.value(plan.second))}")
        writer.function("hessian", plan.arguments, [run, result], "The Hessian in the weights.", [plan.second])


def data_text(plan: Plan) -> str:
    """What the rows of the data are."""
    if plan.inputs.rank > 1:
        return f"Rows of {name_of(plan.inputs)} and {name_of(plan.target)} are samples."
    return "The data are one sample."


def formula_module(formulas: Sequence[Formula], backend: Backend, title: str) -> str:
    """A module with a function for each formula."""
    writer = ModuleWriter(backend, formulas[0].arguments)
    for f in formulas:
        lines = [line for s in f.statements[:-1] for line in (*writer.remark(s), writer.line(s))]
        lines.append(writer.text(f"return {expression(writer.value(f.result))}"))
        writer.function(f.name, f.arguments, lines, f.title, f.statements)
    return writer.module(title)


class ModuleWriter:
    """Writes functions one by one; at the end it knows what they need."""

    def __init__(self, backend: Backend, arguments: tuple[Tensor, ...]) -> None:
        self.backend, self.arguments = backend, arguments
        arrays = [t for t in arguments if t.rank] or list(arguments)
        first = _sized_first(arguments)
        self.printer = TensorPrinter(backend=backend, declared=first, like=name_of(arrays[0]) if arrays else None)
        self.functions: list[str] = []
        self.imports: list[str] = []  # besides those of the library and of math

    def value(self, s: Statement) -> ast.expr:
        return self.printer.tree(s.form)

    def line(self, s: Statement) -> str:
        target = ast.Name(name_of(s.target))
        return statement_text(ast.fix_missing_locations(ast.Assign([target], self.value(s))))

    def returned(self, s: Statement) -> str:
        return self.text(f"return {expression(self.value(s))}")

    def text(self, line: str) -> str:
        return statement_text(ast.parse(line).body[0])

    def remark(self, s: Statement) -> list[str]:
        """What was derived, where the code says it otherwise."""
        return [paragraph(f"# {equation(s)}", INDENT, "#     ")] if s.rewritten else []

    def function(
        self, name: str, arguments: Sequence[Tensor], lines: Iterable[str], says: str, shown: Iterable[Statement] = ()
    ) -> None:
        described = [paragraph(f"{name_of(t)}: {shape_text(t)}", INDENT * 2) for t in arguments]
        equations = [paragraph(equation(s), INDENT * 2, INDENT) for s in shown]
        doc = [f'{INDENT}"""{says}']
        doc += ["", *equations] if equations else []
        doc += ["", f"{INDENT}Shapes:", *described, f'{INDENT}"""'] if described else ['"""']
        self.functions.append("\n".join([signature(name, map(name_of, arguments)), *doc, *lines]))

    def module(self, title: str, more: str = "", *last: str) -> str:
        helpers, more_used = helper_sources(self.printer.used & HELPERS.keys(), self.backend)
        self.printer.used |= more_used
        imports = ["import math", ""] if "math" in self.printer.used else []
        words = paragraph(f"{more} Written by derive, and independent of it.".strip(), "")
        head = [f'"""{title}', "", words, '"""', ""]
        blocks = ["\n".join([*head, *imports, self.backend.imported, *self.imports]), *helpers, *self.functions, *last]
        return "\n\n\n".join(blocks) + "\n"


def helper_sources(names: set[str], backend: Backend) -> tuple[list[str], set[str]]:
    """The sources of these helpers and of those that they call, and what they use besides."""
    sources, used = [], set()
    for name in with_needs(names):
        tree, found = translate(HELPERS[name].source, backend)
        used |= found & {"math"}
        sources.append(function_text(tree.body[0]))
    return sources, used


def function_text(node: ast.FunctionDef) -> str:
    """A function whose first statement is its docstring."""
    doc = ast.get_docstring(node)
    arguments = ast.unparse(node.args)
    rows = "\n".join(f"{INDENT}{row}".rstrip() for row in f'"""{doc}'.splitlines())
    end = f'\n{INDENT}"""' if "\n" in rows else '"""'
    body = [statement_text(s) for s in node.body[1:]]
    return "\n".join([f"def {node.name}({arguments}):", rows + end, *body])


def equation(s: Statement) -> str:
    """What was derived, in text."""
    target = Leaf(s.target, (None,) * s.target.rank)
    summed = not s.out and any(isinstance(f, (Trace, MatMul)) for f in walk(s.derived))
    return plain(f"{text(target)} = {component_text(s.expr) if summed else text(s.derived)}")


def plain(words: str) -> str:
    """Words that may stand in a docstring or a comment."""
    return " ".join(words.replace("\\", "/").replace('"', "'").split())


def shape_text(t: Tensor) -> str:
    """(N, n0) as the docstrings and `Compiled.parameters` call the sizes."""
    sizes = shape_names(t)
    return f"({', '.join(sizes)}{',' * (len(sizes) == 1)})" if sizes else "scalar"


def shape_names(t: Tensor) -> tuple[str, ...]:
    return tuple(identifier(d.name, d.layer) if isinstance(d, Size) else str(d) for d in t.dims)


def _tuple(names: Sequence[str]) -> str:
    return f"({names[0]},)" if len(names) == 1 else ", ".join(names)


def _sized_first(arguments: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """Data before weights: N and D are read off X."""
    return tuple(sorted(arguments, key=lambda t: t.name not in ("X", "x")))
