"""A scheduled graph as source: a function that works in arrays which are made once for each shape of its arguments."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from itertools import count

from derive.codegen.backends import Backend
from derive.codegen.fast.graph import ARITHMETIC, BINARY, ONE, UNARY, Graph, Shape, Unreadable, Value, arithmetic
from derive.codegen.fast.lines import broken, tupled, unpacked
from derive.codegen.fast.read import Reader
from derive.codegen.fast.scale import scaled
from derive.codegen.fast.schedule import FRESH, Loop, Storage, scheduled
from derive.codegen.fast.sideways import turned
from derive.codegen.fast.workspace import Workspace
from derive.codegen.layout import INDENT, expression, paragraph, signature
from derive.codegen.module import AGAIN, ModuleWriter, data_text, equation, plan_functions, second_function, shape_text
from derive.codegen.names import MAIN, RESERVED, function_name, unique
from derive.codegen.plan import Plan, Statement
from derive.errors import OptionError
from derive.expr import Tensor
from derive.notation.code import name_of

CONSTANTS = """
BLOCK = 4096  # rows that are taken at a time, at most; what they add up to is added up
PART = 2**17  # bytes of an array that is worked on at a time: what the nearest cache holds
KEPT = 4  # shapes of arguments whose workspaces are kept
"""
#: Inputs that are only multiplied by vectors are read from memory once: a block of them stays in the cache meanwhile.
CACHE = "CACHE = 3 * 2**18  # bytes of such rows: what the second cache holds beside the workspace\n"
NUMERALS = {"0": "zero", "1": "one", "2": "two", "3": "three", "4": "four", "-1": "minus_one", "-2": "minus_two"}
BY_KEYWORD = ("minimum", "maximum")  # NumPy warns of a third argument of these
UFUNCS = {"abs": "absolute"}  # the name of a function of Python
OWN = (
    "BLOCK", "PART", "KEPT", "CACHE", "MADE", "empty", "full", "made", "block", "step", "key", "found", "expected",
    "array", "shape", "dtype", "room", "blocks", "size", "sizes", "first", "length", "rows", "part", "sums",
    "results", "total", "more", "ones", "kept", "gradients", *sorted(UFUNCS.get(op, op) for op in UNARY | BINARY),
)  # fmt: skip
SUFFIXED = re.compile(r".*_(rows|part|T|flat)|parts\d+")


def fast_module(plan: Plan, backend: Backend, function: str = MAIN) -> str:
    """The module of a model: `loss_and_gradients` and `step` in workspaces, the others as in the plain style."""
    named = [name_of(t) for t in (*plan.arguments, *(s.target for s in plan.statements))]
    function_name(function, (*named, *OWN))
    for name in named:
        if name in OWN or SUFFIXED.fullmatch(name):
            raise OptionError(f"--l2: {name!r} means something else in code of style fast. Try: --l2 lambda")
    writer = ModuleWriter(backend, plan.arguments)
    second_function(writer, plan, plan_functions(writer, plan))
    made = Function(plan, function, writer)
    writer.imports.append(broken(f"from numpy import {', '.join(sorted(made.imported))}"))
    about = f"{data_text(plan)} {AGAIN}"
    return writer.module(f"{plan.title}: forward pass, loss and gradients.", about, made.source)


class Function:
    """The function of loss and gradients of a plan, its workspace, and a step of gradient descent."""

    def __init__(self, plan: Plan, name: str, writer: ModuleWriter) -> None:
        self.plan, self.name, self.writer = plan, name, writer
        self.taken = {*RESERVED, *OWN, *map(name_of, (*plan.arguments, *(s.target for s in plan.statements)))}
        self.rate = Tensor(self.fresh("rate"), ())
        dims = plan.inputs.dims
        rows = dims[0] if len(dims) > 1 else None
        self.graph = Graph(rows)
        self.inputs: dict[str, Value] = {}
        self.targets: dict[Value, Statement] = {}
        roots = self.read((*plan.forward, plan.loss, *scaled(plan, self.rate)))
        if rows is not None:
            roots, place = turned(self.graph, roots, rows)
            self.targets = {place[v]: s for v, s in self.targets.items() if v in place}
        self.schedule = scheduled(roots, rows)
        self.names: dict[Storage, str] = {}
        self.scalars: dict[Value, str] = {}
        self.hoisted: dict[str, str] = {}
        self.constants: dict[str, str] = {}
        self.views: dict[str, str] = {}
        self.units: dict[str, str] = {}
        self.within_block = False
        self.loop: Loop | None = None
        self.filled: dict[tuple[Loop, Value, Shape], Storage] = {}
        self.imported = {"add", "subtract"}
        self.own: dict[Value, str] = {}
        self.work = Workspace(self)
        self.source = self.written()

    def fresh(self, name: str) -> str:
        found = unique(name, self.taken)
        self.taken.add(found)
        return found

    # --- the graph

    def read(self, statements: Iterable[Statement]) -> list[Value]:
        """The loss and the gradients as values."""
        numbers = [*(t for t in self.plan.arguments if not t.rank), self.rate]
        names: dict[str, Value] = {}
        for t in self.plan.arguments:
            if t.rank:
                names[name_of(t)] = self.inputs[name_of(t)] = self.graph.value("input", (), t.dims, name_of(t))
        reader = Reader(self.graph, frozenset(map(name_of, numbers)))
        for s in statements:
            tree = self.writer.printer.tree(s.form)
            try:
                found = reader.read(tree, names)
                if found.shape != s.target.dims:
                    raise Unreadable("spread only when it is used")
            except Unreadable:
                found = self.as_it_is(tree, names, s)
            names[name_of(s.target)] = found
            self.targets[found] = s
        return [names[name_of(t)] for t in (self.plan.loss.target, *self.plan.gradients)]

    def as_it_is(self, tree: ast.expr, names: dict[str, Value], s: Statement) -> Value:
        used = sorted({n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} & names.keys())
        return self.graph.value("plain", tuple(names[n] for n in used), s.target.dims, (expression(tree), tuple(used)))

    # --- names

    def name_storage(self) -> None:
        """An array is called like the first statement whose value it holds."""
        for v in self.schedule.sequence:
            s = self.schedule.storage.get(v)
            if s is not None and s not in self.names and v in self.targets:
                name = name_of(self.targets[v].target)
                self.names[s] = name if name not in self.names.values() else self.fresh(name)
        for kind, numbers in (("t", count(1)), ("w", count(1))):
            for v in self.schedule.sequence:
                s = self.schedule.storage.get(v)
                if s is not None and s not in self.names and (s.part is not None) == (kind == "t"):
                    self.names[s] = self.fresh(f"{kind}{next(numbers)}")

    def text(self, v: Value, part: bool = False) -> str:
        """A value as an operand."""
        if v.op == "number":
            return self.number(v)
        if v.op == "transpose":
            return self.seen(v.args[0], "T", ".T", part)
        if v.op == "column":
            which = "part" if self.loop is not None and self.loop.by_unit else ":"
            return f"{self.text(v.args[0], part)}[{which}, None]"
        if v.op == "input":
            return self.suffixed(v.text, part, self.schedule.by_row(v))
        if v in self.own:
            return self.own[v]
        s = self.schedule.storage.get(v)
        if s is None:
            return expression(self.scalar(v))
        return self.suffixed(self.names[s], part and s.part is None and self.schedule.by_row(v), False)

    def seen(self, a: Value, suffix: str, view: str, part: bool = False) -> str:
        """A view of an array; that of an array of the block is made with the block."""
        s = self.schedule.storage.get(a)
        if s is None or s.part is not None or s not in self.work.block_storage:
            return f"{self.text(a, part)}{view}"
        name = f"{self.names[s]}_{suffix}"
        self.views[name] = f"{self.names[s]}{view}"
        return name

    def suffixed(self, name: str, part: bool, row: bool) -> str:
        if part and (row or name in self.names.values()):
            return f"{name}_part"
        return f"{name}_rows" if row and self.schedule.in_blocks else name

    def number(self, v: Value) -> str:
        """What is more than a literal or a name is worked out once, at the top."""
        node = ast.parse(v.text, mode="eval").body
        simple = isinstance(node, (ast.Constant, ast.Name)) or not any(isinstance(n, ast.Name) for n in ast.walk(node))
        if isinstance(node, ast.Name):
            return v.text
        if simple and v.literal is not None:
            return self.constant(v) if self.within_block else v.text
        if v.text not in self.hoisted:
            self.hoisted[v.text] = self.fresh("scale")
        return self.hoisted[v.text]

    def constant(self, v: Value) -> str:
        """An array without axes: NumPy takes it faster than a number of Python's."""
        if v.text not in self.constants:
            self.constants[v.text] = self.fresh(NUMERALS.get(v.text, "number"))
        return self.constants[v.text]

    def beside(self, a: Value, v: Value) -> str | None:
        """The number of a minimum or maximum as an array: NumPy has vector code for these only with two arrays."""
        if self.loop is None or v.op not in BY_KEYWORD or a.op != "number" or a.literal is None:
            return None
        key = (self.loop, a, v.shape)
        if key not in self.filled:
            self.filled[key] = s = Storage(v.shape, False, self.schedule.loop_of[v], a.text)
            self.names[s] = self.fresh(f"{NUMERALS.get(a.text, 'number')}s")
        return self.names[self.filled[key]]

    def scalar(self, v: Value) -> ast.expr:
        """A number that is known only when arrays are: an expression."""
        if v in self.scalars or v in self.own:
            return ast.Name(self.scalars.get(v) or self.own[v])
        if v.op == "number":
            return ast.parse(v.text, mode="eval").body
        if v.op in ARITHMETIC and not v.shape:
            return arithmetic(v.op, *map(self.scalar, v.args))
        return ast.parse(self.call(v, False), mode="eval").body

    # --- operations

    def call(self, v: Value, part: bool) -> str:
        """The expression of an operation, without the place for its result."""
        args = [self.beside(a, v) or self.text(a, part) for a in v.args]
        if v.op == "call":
            self.writer.printer.used.add(v.text)
            return f"{v.text}({args[0]})"
        if v.op == "plain":
            return self.plain(v)
        if v.op == "inner":
            if not v.args[0].shape:
                return f"{self.ufunc('multiply')}({args[0]}, {args[1]})"
            first, second = map(self.flat, v.args)
            return f"{first}.dot({second})"
        if v.op == "sum" and not v.args[0].truth and self.within_block:
            return self.added(v, args[0])
        if v.op in ("sum", "max") and v.note is not None:
            axis, keep = v.note
            which = f"{self.ufunc('add' if v.op == 'sum' else 'maximum')}.reduce"
            return f"{which}({args[0]}, axis={axis}{', keepdims=True' * keep})"
        if v.op == "dot":  # the method costs less to call than the function
            return f"{args[0]}.dot({args[1]})"
        name = self.ufunc(v.op) if v.op in UNARY | BINARY else f"np.{v.op}"
        return f"{name}({', '.join(args)})"

    def added(self, v: Value, a: str) -> str:
        """A sum, along an axis or of all entries, as a product with ones: it costs a third of a reduction."""
        (array,) = v.args
        if v.note is None:
            return f"{self.ones(array.shape, flat=True)}.dot({self.flat(array)})"
        axis, keep = v.note
        length = array.shape[axis]
        ones = self.ones(((ONE, length) if axis == 0 else (length, ONE)) if keep else (length,))
        return f"{ones}.dot({a})" if axis == 0 else f"{a}.dot({ones})"

    def ones(self, shape: Shape, flat: bool = False) -> str:
        """The array of ones of this shape, or of as many entries, which is made with the block."""
        sizes = self.work.sizes(shape)
        text = " * ".join(sizes) if flat or len(sizes) == 1 else tupled(sizes)
        if text not in self.units:
            self.units[text] = "ones" if text == "rows" else self.fresh("ones")
        return self.units[text]

    def flat(self, a: Value) -> str:
        """All entries in a row."""
        return self.seen(a, "flat", ".ravel()") if len(a.shape) > 1 else self.text(a)

    def ufunc(self, op: str) -> str:
        """A name of NumPy's that the module imports: it is looked up once for each call, where np.add is twice."""
        name = UFUNCS.get(op, op)
        self.imported.add(name)
        return name

    def plain(self, v: Value) -> str:
        text, names = v.note
        texts = {n: self.text(a) for n, a in zip(names, v.args, strict=True)}
        return expression(ast.fix_missing_locations(Renamed(texts).visit(ast.parse(text, mode="eval").body)))

    def line(self, v: Value, part: bool) -> str:
        if v.op == "laid":
            return f"np.copyto({self.out(v, part)}, {self.text(v.args[0], part)}.T)"
        if not v.shape or not self.schedule.stored(v):
            self.own[v] = name = self.fresh(self.word(v))
            return f"{name} = {self.call(v, part)}"
        if v.op in FRESH:
            return f"{self.out(v, part)}[...] = {self.call(v, part)}"
        text = self.call(v, part)
        place = "out=" if v.op in BY_KEYWORD or ".reduce(" in text else ""  # without the keyword a call costs less
        return f"{text[:-1]}, {place}{self.out(v, part)})"

    def word(self, v: Value) -> str:
        """A name for a number, or for an array that the operation makes by itself."""
        if v in self.targets:
            return self.fresh(name_of(self.targets[v].target))
        return next(name for n in count(1) if (name := f"s{n}") not in self.taken)

    def out(self, v: Value, part: bool) -> str:
        name = self.names[self.schedule.storage[v]]
        return f"{name}_part" if part and self.schedule.storage[v].part is None else name

    # --- the source

    def written(self) -> str:
        self.name_storage()
        schedule = self.schedule
        for v in schedule.sums:
            if not v.shape:
                self.scalars[v] = self.fresh(self.word(v))
        before = [line for v in schedule.before if v.shape or self.named(v) for line in self.told(v, False)]
        self.within_block = True
        inside = [line for n, s in enumerate(schedule.steps) for line in self.step_lines(n, s)]
        self.within_block = False
        after = [line for v in schedule.after if v.shape or self.named(v) for line in self.told(v, False)]
        loss, *gradients = schedule.roots
        value = expression(self.scalar(loss))
        slopes = ", ".join(self.text(r) for r in gradients) + "," * (len(gradients) == 1)
        return "\n\n\n".join(
            [
                CONSTANTS.lstrip() + (CACHE if self.cached else "") + "MADE = {}",
                self.work.source(),
                self.main(before, inside, after, f"return {value}, ({slopes})"),
                self.step(),
            ]
        )

    @property
    def cached(self) -> bool:
        """Whether blocks are to fit the cache."""
        matrices = any(v.op == "dot" and len(v.shape) == 2 for v in self.schedule.values)
        return self.schedule.in_blocks and not matrices

    def named(self, v: Value) -> bool:
        """Whether a scalar is worked out where it stands: all but arithmetic that is used once."""
        return v.op not in ARITHMETIC or len(self.schedule.used_by[v]) > 1

    def told(self, v: Value, part: bool) -> list[str]:
        s = self.targets.get(v)
        words = [f"# {equation(s)}"] if s is not None else []
        return [*words, self.line(v, part)]

    def step_lines(self, n: int, s: Value | Loop) -> list[str]:
        if isinstance(s, Loop):
            self.loop = s
            lines = [INDENT + line for v in s.values for line in self.told(v, True)]
            self.loop = None
            names, inputs = self.work.loop_arrays(s), self.loop_inputs(s)
            whole = [self.text(self.inputs[i]) for i in inputs]
            cut = [INDENT + line for line in sliced([f"{i}_part" for i in inputs], whole, "part")]
            head = [f"for part, {', '.join(text for text, _ in names)} in parts{n}:"]
            return [*head, *cut, *lines]
        if s in self.scalars:
            return [f"{self.scalars[s]} = {self.scalars[s]} + {self.call(s, False)}"]
        if not s.shape and not self.named(s):
            return []
        return self.told(s, False)

    def loop_inputs(self, loop: Loop) -> list[str]:
        bases = {a.base for v in loop.values for a in v.args}
        return [name for name, v in self.inputs.items() if v in bases and self.schedule.by_row(v)]

    def main(self, before: list[str], inside: list[str], after: list[str], returned: str) -> str:
        plan, arguments = self.plan, [name_of(t) for t in self.plan.arguments]
        doc = [f'{INDENT}"""The loss, and its gradients in the parameters times `{self.rate.name}`.', ""]
        doc += [paragraph(equation(s), INDENT * 2, INDENT) for s in plan.backward]
        doc += ["", f"{INDENT}The gradients are arrays of the workspace: the next call writes its own into them.", ""]
        doc += [f"{INDENT}Shapes:", *(paragraph(f"{name_of(t)}: {shape_text(t)}", INDENT * 2) for t in plan.arguments)]
        doc += [f'{INDENT}"""']
        work = self.work
        kept, block = work.global_names, work.block_names
        rows = [v.text for v in self.inputs.values() if self.schedule.by_row(v)] if self.schedule.in_blocks else []
        lines = [f"{name} = {text}" for text, name in self.hoisted.items()]
        arrays = ", ".join(n for n in arguments if n in self.inputs)
        lines += [f"key = {self.work.key}", "found = MADE.get(key)", "if found is None:"]
        lines += [f"{INDENT}found = made(key, {arrays})", "kept, blocks = found"]
        unpack = unpacked(kept, "kept")
        if before:
            lines += [*unpack, *before]
        lines += [f"{name} = 0" for name in self.scalars.values()]
        head = unpacked(["rows", "sums", *work.sum_names, *block], "")[0].removesuffix(" = ")
        lines.append(f"for {head} in blocks:")
        body = sliced([f"{r}_rows" for r in rows], rows, "rows")
        body += inside
        if self.schedule.in_blocks and work.sum_names:
            body += ["for total, more in sums:", f"{INDENT}add(total, more, total)"]
        lines += [INDENT + line for line in body]
        lines += [*unpack, *after, returned]
        head = signature(self.name, [*arguments, f"{self.rate.name}=1"])
        return "\n".join([head, *doc, *(broken(INDENT + line) if line else "" for line in lines)])

    def step(self) -> str:
        plan, names = self.plan, [name_of(t) for t in self.plan.arguments]
        gradients = [name_of(t) for t in plan.gradients]
        value, called = name_of(plan.loss.target), f"{self.name}({', '.join([*names, self.rate.name])})"
        lines = [
            signature("step", [*names, self.rate.name]),
            f'{INDENT}"""Gradient descent: the parameters are changed in place. The loss before the step."""',
            f"{INDENT}{value}, gradients = {called}",
            f"{INDENT}{unpacked(gradients, 'gradients')[0]}",
            *(f"{INDENT}subtract({p}, {g}, {p})" for p, g in zip(names, gradients, strict=False)),
            f"{INDENT}return {value}",
        ]
        return "\n".join(map(broken, lines))


def sliced(names: Sequence[str], arrays: Sequence[str], at: str) -> list[str]:
    """The lines that give names to some of the rows of arrays; None stands for all rows, which cost nothing then."""
    return [f"{name} = {a}[{at}] if {at} else {a}" for name, a in zip(names, arrays, strict=True)]


class Renamed(ast.NodeTransformer):
    """Names for what they stand for; sizes are read off the arguments still."""

    def __init__(self, texts: dict[str, str]) -> None:
        self.texts = texts

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if node.attr not in ("shape", "dtype"):
            self.generic_visit(node)
        return node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.parse(self.texts[node.id], mode="eval").body if node.id in self.texts else node
