"""The arrays that a generated function works in, and the code that makes them once for each shape of the arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sympy import Expr

from derive.codegen.fast.graph import Shape, Value
from derive.codegen.fast.lines import broken, tupled
from derive.codegen.fast.schedule import Loop, Storage
from derive.codegen.layout import INDENT
from derive.notation.code import name_of

if TYPE_CHECKING:
    from derive.codegen.fast.write import Function

EMPTY = '''
def empty(shape, dtype):
    """An array that begins with a line of the cache: most operations on it take half the time."""
    size = math.prod(shape) * dtype.itemsize
    room = np.empty(size + 64, np.uint8)
    first = -room.__array_interface__["data"][0] % 64
    return room[first : first + size].view(dtype).reshape(shape)
'''


FULL = '''
def full(shape, number, dtype):
    """An array of one number: NumPy has vector code for the minimum of two arrays only."""
    found = empty(shape, dtype)
    found[...] = number
    return found
'''


class Workspace:
    """Which arrays there are: of the whole (results, and what is made of them), of a block of rows, of a part of it."""

    def __init__(self, function: Function) -> None:
        self.function, self.schedule, self.names = function, function.schedule, function.names

    @property
    def global_storage(self) -> list[Storage]:
        """Arrays that are there once, whatever the blocks: what is made before and after them, and their sums."""
        found = {self.schedule.storage[v]: v for v in self.schedule.sequence if v in self.schedule.storage}
        return [s for s, v in found.items() if self.schedule.in_blocks and not self.schedule.by_row(v)]

    @property
    def sum_storage(self) -> list[Storage]:
        return [self.schedule.storage[v] for v in self.schedule.sums if v.shape] if self.schedule.in_blocks else []

    @property
    def block_storage(self) -> list[Storage]:
        found = dict.fromkeys(self.schedule.storage[v] for v in self.schedule.sequence if v in self.schedule.storage)
        outside = {*self.global_storage, *self.sum_storage}
        return [s for s in found if s not in outside]

    @property
    def global_names(self) -> list[str]:
        return [self.names[s] for s in self.global_storage]

    @property
    def sum_names(self) -> list[str]:
        return [self.names[s] for s in self.sum_storage]

    @property
    def block_names(self) -> list[str]:
        loops = [f"parts{n}" for n, s in enumerate(self.schedule.steps) if isinstance(s, Loop)]
        arrays = [self.names[s] for s in self.block_storage if s.part is None]
        return [*self.function.units.values(), *self.function.constants.values(), *arrays, *self.function.views, *loops]

    def empty(self, s: Storage, first: str = "") -> str:
        """The array; `first` is how long a part is, along the axis that is cut."""
        sizes = self.sizes(s.shape)
        if first:
            sizes[self.cut(s, self.schedule.steps[s.part])] = first
        shape = tupled(sizes)
        if s.filled:
            return f"full({shape}, {s.filled}, dtype)"
        return f"np.empty({shape}, np.bool_)" if s.truth else f"empty({shape}, dtype)"

    def sizes(self, shape: Shape) -> list[str]:
        """The lengths of the axes of an array of a block."""
        return ["rows" if d == self.schedule.rows else self.size(d) for d in shape]

    def size(self, d: Expr) -> str:
        assert self.function.writer.printer.sizes is not None
        return self.function.writer.printer.sizes.constant(d).text

    def loop_arrays(self, loop: Loop) -> list[tuple[str, Storage]]:
        """The arrays that a loop goes through, under the names that they have in it."""
        found: dict[Storage, str] = {}
        for v in loop.values:
            for u in (*(a.base for a in v.args), v):
                s = self.schedule.storage.get(u)
                if s is not None and self.schedule.by_row(u):
                    found[s] = self.names[s] + "_part" * (s.part is None)
        found |= {s: self.names[s] for (at, *_), s in self.function.filled.items() if at is loop}
        return [(name, s) for s, name in found.items()]

    @property
    def arrays(self) -> list[str]:
        """The arguments that have axes."""
        return [name_of(t) for t in self.function.plan.arguments if name_of(t) in self.function.inputs]

    @property
    def key(self) -> str:
        """Calls with arguments of such shapes and types work in the same arrays."""
        return ", ".join(f"{n}.shape, {n}.dtype" for n in self.arrays)

    def source(self) -> str:
        """The functions empty, made and block."""
        like = ", ".join(self.arrays)
        self.function.writer.printer.used.add("math")
        full = [FULL.strip(), "", ""] if self.function.filled else []
        lines = [EMPTY.strip(), "", "", *full, *self.of_all(like), "", "", *self.of_block(like)]
        return "\n".join(map(broken, lines))

    def of_all(self, like: str) -> list[str]:
        """What does not depend on a block, and the blocks; the sums of later blocks have arrays of their own."""
        rows = "1" if self.schedule.rows is None else self.size(self.schedule.rows)
        inputs = name_of(self.function.plan.inputs)
        whole = "BLOCK" if self.schedule.in_blocks else f"max({rows}, 1)"
        size = "size" if self.function.cached else whole
        sums = self.sum_names
        expected = [f"({n}, {self.lengths(v)})" for n, v in self.function.inputs.items()]
        made = dict.fromkeys([*self.global_storage, *self.sum_storage])
        later = [
            f"{INDENT}if first == 0:",
            f"{INDENT * 2}sums, results = (), {tupled(sums)}",
            f"{INDENT}elif first == {size}:",
            f"{INDENT * 2}results = {tupled([f'empty({n}.shape, dtype)' for n in sums])}",
            f"{INDENT * 2}sums = {tupled([f'({n}, results[{k}])' for k, n in enumerate(sums)])}",
        ]
        more = "sums, *results" if sums else "()"
        body = [
            '"""The arrays that calls with such arguments work in: of the whole, and of each block."""',
            f"dtype = {inputs}.dtype",
            f"expected = {tupled(expected)}",
            "for array, shape in expected:",
            f"{INDENT}if array.shape != shape:",
            f'{INDENT * 2}raise ValueError(f"expected an array of shape {{shape}}, found {{array.shape}}")',
            INDENT + 'if array.dtype != dtype or dtype.kind != "f":',
            INDENT * 2 + 'found = f"{dtype.str} and {array.dtype.str}"',
            INDENT * 2 + 'raise ValueError(f"expected arrays of one floating-point type, found {found}")',
            *(f"{self.names[s]} = {self.empty(s)}" for s in made),
            *([f"size = max(1, min(BLOCK, CACHE // max(1, {inputs}[:1].nbytes)))"] if self.function.cached else []),
            "blocks, sizes = [], {}",
            f"for first in range(0, max({rows}, 1), {size}):",
            f"{INDENT}length = min({size}, {rows} - first)",
            f"{INDENT}if length not in sizes:",
            f"{INDENT * 2}sizes[length] = block(length, dtype, {like})",
            *(later if sums else []),
            f"{INDENT}rows = slice(first, first + length) if length < {rows} else None",
            f"{INDENT}blocks.append((rows, {more}, *sizes[length]))",
            "if len(MADE) >= KEPT:",
            f"{INDENT}MADE.clear()",
            f"MADE[key] = {tupled(self.global_names)}, blocks",
            "return MADE[key]",
        ]
        return [f"def made(key, {like}):", *(INDENT + line for line in body)]

    def of_block(self, like: str) -> list[str]:
        constants = self.function.constants.items()
        body = [
            '"""The arrays of a block of so many rows, and their parts."""',
            *(f"{name} = np.ones({shape}, dtype)" for shape, name in self.function.units.items()),
            *(f"{name} = np.array({text}, dtype)" for text, name in constants),
            *(f"{self.names[s]} = {self.empty(s)}" for s in self.block_storage if s.part is None),
            *(f"{name} = {view}" for name, view in self.function.views.items()),
        ]
        for n, loop in enumerate(self.schedule.steps):
            if isinstance(loop, Loop):
                body += self.parts(n, loop)
        body.append(f"return {tupled(self.block_names)}")
        return [f"def block(rows, dtype, {like}):", *(INDENT + line for line in body)]

    def parts(self, n: int, loop: Loop) -> list[str]:
        widths = [self.size(d) for d in loop.widest if d not in (self.schedule.rows, 1)]
        whole = widths[0] if loop.by_unit else "rows"
        part = "part" if loop.by_unit else f"part if length < {whole} else None"
        divisor = " * ".join([*(["rows"] if loop.by_unit else widths), "dtype.itemsize"])
        arrays = self.loop_arrays(loop)
        lines = [f"length = max(1, PART // max(1, {divisor}))" if widths else f"length = max(1, PART // {divisor})"]
        lines += [f"{name} = {self.empty(s, f'min(length, {whole})')}" for name, s in arrays if s.part is not None]
        views = [self.view(name.removesuffix("_part") if s.part is None else name, s, loop) for name, s in arrays]
        return [
            *lines,
            f"parts{n} = []",
            f"for first in range(0, {whole}, length):",
            f"{INDENT}part = slice(first, min(first + length, {whole}))",
            f"{INDENT}parts{n}.append(({part}, {', '.join(views)}))",
        ]

    def cut(self, s: Storage, loop: Loop) -> int:
        """The axis along which a loop cuts an array."""
        return 0 if loop.by_unit else s.shape.index(self.schedule.rows)

    def view(self, name: str, s: Storage, loop: Loop) -> str:
        part = "part" if s.part is None else ": part.stop - part.start"
        return f"{name}[{':, ' * self.cut(s, loop)}{part}]"

    def lengths(self, v: Value) -> str:
        sizes = [self.size(d) for d in v.shape]
        return f"({', '.join(sizes)}{',' * (len(sizes) == 1)})"
