"""A note's forward equations as a program: what it declares are the inputs, what it defines are the lets.

The note is read by the reader of `derive check`. What a definition means, with all that it rests on, is what the reader
makes of the name by itself; so each name is asked for once, in a line `z = z` behind the last line of the note.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property

from derive.documents import Note, Statement, read
from derive.errors import OptionError
from derive.expr import Elem, Let, Program, Tensor, substitute, tensors
from derive.models.build import lettered
from derive.notation.style import TEXT
from derive.notation.vocabulary import identifier

MARKS = str.maketrans("", "", "\\{}$ ")
PREVIOUS = "-1"
ADDED = (
    r"adds to an index, and formulas have no such arithmetic. Try: an array that picks entries, "
    r"\sum_j T_{ilj} x_j for x_{i+l-1}"
)
Rank = tuple[tuple[int, int], int, tuple[int, int]]
"""Line and column, the step of a family, line and column of the family."""
BEGINNING: Rank = ((0, 0), 0, (0, 0))


@dataclass(frozen=True)
class Defined:
    """A definition of the note: the tensor that it gives, the program behind it, and whether entries are defined."""

    statement: Statement
    tensor: Tensor
    program: Program
    by_entry: bool

    @property
    def place(self) -> str:
        return f"{self.statement.line}:{self.statement.column}"


@dataclass(frozen=True)
class Forward:
    """The forward equations of a note."""

    path: str
    definitions: tuple[Defined, ...]
    unread: tuple[Statement, ...]  # what could not be read, or has no value by itself
    families: tuple[Statement, ...] = ()  # what stands for many: h_t = ... at every step t
    one_step: bool = False  # a recursion, of which one step is looked at

    @cached_property
    def componentwise(self) -> frozenset[Tensor]:
        """What the note defines entry by entry."""
        return frozenset(d.tensor for d in self.definitions if d.by_entry)

    @property
    def gaps(self) -> int:
        """How many lines have no value by themselves."""
        return len(self.unread) + len(self.families)

    def remarks(self, program: Program) -> tuple[str, ...]:
        """What the reader of the page has to know: that it is about one step, and lines that were passed over."""
        before = ", ".join(TEXT.symbol(t.name).text for t in program.inputs if t.name.endswith(PREVIOUS))
        step = (f"{self.path}: one step of the recursion is looked at, from {before}",) if self.one_step else ()
        made = {name for let in program for name in _families_of(let.tensor)}
        unused = (_standing_for_many(s) for s in self.families if made.isdisjoint(s.definite))
        return (*step, *(f"{self.path}:{s.line}:{s.column}: not read, {_why(s)}" for s in (*self.unread, *unused)))

    def program(self, of: str | None, wrt: str | None = None) -> Program:
        """The lets that the output rests on, in the order of the note.

        `of` names the output; without it, it is the only scalar that rests on the variables `wrt`, and on which nothing
        rests in turn. Raises OptionError where it cannot be told.
        """
        chosen = self._output(_split(wrt)) if of is None else self._named_output(of)
        order = self._order(chosen.program)
        return _in_order(_without_aliases(chosen.program, order), order)

    def _order(self, program: Program) -> dict[Tensor, Rank]:
        """Where the note has what it defines; of families one step stands behind the other, where the first begins."""
        rank: dict[Tensor, Rank] = {}
        family = {name: (s.line, s.column) for s in reversed(self.families) for name in s.definite}
        first = min(family.values(), default=(0, 0))
        for let in program:
            for name in _families_of(let.tensor) & family.keys():
                rank[let.tensor] = (first, _step_of(let.tensor), family[name])
        return rank | {d.tensor: ((d.statement.line, d.statement.column), 0, (0, 0)) for d in self.definitions}

    def _output(self, wrt: Sequence[str]) -> Defined:
        used = {t for d in self.definitions for let in d.program for t in tensors(let.rhs)}
        last = [d for d in self.definitions if d.tensor not in used and not d.tensor.rank and d.program.inputs]
        if len(resting := [d for d in last if _rests_on(d.program, wrt)]) == 1:
            return resting[0]
        self._refuse_unread()
        if not last:
            raise OptionError(
                f"{self.path}: no definition of a scalar was found that nothing else rests on. "
                r"Try: a line such as L = \frac{1}{2} \|z - y\|^2"
            )
        found = ", ".join(f"{d.tensor.name} ({d.place})" for d in last)
        if len(last) == 1:
            return last[0]
        raise OptionError(f"{self.path}: which scalar is meant? There is {found}. Try: --of {last[-1].tensor.name}")

    def _named_output(self, of: str) -> Defined:
        named = [d for d in self.definitions if _is_called(d.tensor, of)]
        if named:
            return named[-1]
        self._refuse_unread()
        raise OptionError(f"--of: {_unknown(of, [d.tensor for d in self.definitions], 'is not defined in the note')}")

    def _refuse_unread(self) -> None:
        """Nothing can be said of an output while a line is not understood: that line is the news."""
        if unread := (*self.unread, *map(_standing_for_many, self.families)):
            first = unread[0]
            raise OptionError(f"{self.path}:{first.line}:{first.column}: {_why(first)}")


def forward(text: str, path: str) -> Forward:
    """The forward equations of a note; its ending tells the format, as for `derive check`.

    Where it states a recursion without a beginning or an end, they are those of one step.
    """
    found = _forward(text, path, one_step=False)
    if not found.families:
        return found
    step = _forward(text, path, one_step=True)
    return step if step.gaps < found.gaps else found


def _forward(text: str, path: str, one_step: bool) -> Forward:
    note = read(text, path, one_step=one_step)
    wanted = [s for s in note.statements if s.kind == "definition" and s.definite]
    asked = read(_with_lines(text, path, (f"{s.lhs_text} = {s.lhs_text}" for s in wanted)), path, one_step=one_step)
    answers = asked.statements[len(note.statements) :]
    if len(answers) != len(wanted):
        raise OptionError(f"{path}: the lines after the last definition are not closed. Try: a blank line at the end")
    found, families, unread = [], [], list(_unreadable(note))
    for statement, answer in zip(wanted, answers, strict=True):
        value = _value(answer)
        if value is not None:
            found.append(Defined(statement, value, answer.program, _by_entry(answer)))
        elif _at_numbers(answer):
            unread.append(replace(statement, problem=f"{statement.lhs_text} {ADDED}"))
        elif answer.instances:
            families.append(statement)
    definitions = tuple({d.tensor: d for d in found}.values())
    return Forward(path, definitions, tuple(unread), tuple(families), one_step)


def variables(names: str, program: Program) -> tuple[Tensor, ...]:
    """The tensors of a program that a list of names means: W, b_1, W^{(2)}, \\gamma."""
    known = [*program.inputs, *(let.tensor for let in program)]
    found = []
    for name in _split(names):
        named = [t for t in known if _is_called(t, name)]
        if not named:
            raise OptionError(f"--wrt: {_unknown(name, known, f'is not what {program.output.tensor.name} depends on')}")
        found.append(named[0])
    return tuple(dict.fromkeys(found))


def _split(names: str | None) -> list[str]:
    return [] if names is None else [n.strip() for n in names.split(",")]


def _rests_on(program: Program, wrt: Sequence[str]) -> bool:
    known = [*program.inputs, *(let.tensor for let in program.lets[:-1])]
    return all(any(_is_called(t, name) for t in known) for name in wrt)


def _families_of(t: Tensor) -> set[str]:
    """The family that a tensor may be a member of: h of h^(2) and of h_2."""
    base, _, step = t.name.rpartition("_")
    return {t.name} if t.layer is not None else {base} if step.isdigit() else set()


def _step_of(t: Tensor) -> int:
    return int(t.layer if t.layer is not None else t.name.rpartition("_")[2])


def _standing_for_many(s: Statement) -> Statement:
    """A definition at any layer, step or place: a page is about one network, whose equations are written out."""
    many = "stands for many, one at each layer, step or place. Try: write one of them out, x_1"
    return replace(s, problem=f"{s.lhs_text} {many}")


def _value(answer: Statement) -> Tensor | None:
    """The tensor that a definition gives, where it is one tensor."""
    if answer.kind != "claim" or answer.sides is None or answer.instances or answer.clash:
        return None
    e = answer.sides[0].expr
    return e.tensor if isinstance(e, Elem) and e.tensor in answer.program.by_tensor else None


def _at_numbers(answer: Statement) -> bool:
    """Whether the checker reads it at several sizes: there is no arithmetic among the indices of a formula."""
    used = {t for i in answer.instances for side in i.sides for t in tensors(side.expr)}
    return len({(t.name, t.layer) for t in used}) < len({(t.name, t.layer, t.dims) for t in used})


def _by_entry(answer: Statement) -> bool:
    """Whether there are index letters on the left: z_i, not z."""
    side = answer.sides[0] if answer.sides else None
    return side is not None and len(side.indices) > len([d for d in side.shape if d != 1])


def _unreadable(note: Note) -> Iterable[Statement]:
    return (s for s in note.statements if s.kind == "unreadable")


def _why(s: Statement) -> str:
    """The reader's words, without the place, which is told by itself."""
    _, colon, words = s.problem.partition(": ")
    return words if colon and s.problem.startswith("line ") else s.problem


def _with_lines(text: str, path: str, lines: Iterable[str]) -> str:
    """The note with displayed formulas after its last line."""
    if path.lower().endswith(".ipynb"):
        return _with_cell(text, "\n\n".join(f"$$ {line} $$" for line in lines))
    if path.lower().endswith((".tex", ".ltx", ".latex")):
        head, end, tail = text.rpartition(r"\end{document}")
        more = "\n\n".join(rf"\[ {line} \]" for line in lines)
        return f"{head}\n\n{more}\n\n{end}{tail}" if end else f"{text}\n\n{more}\n"
    return "\n\n".join([text, *(f"$$ {line} $$" for line in lines)]) + "\n"


def _with_cell(text: str, source: str) -> str:
    try:
        notebook = json.loads(text)
        notebook["cells"].append({"cell_type": "markdown", "metadata": {}, "source": source})
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise OptionError("the notebook cannot be read: it is no JSON with a list of cells") from None
    return json.dumps(notebook)


def _without_aliases(program: Program, defined: Container[Tensor]) -> Program:
    """Without the names that no equation of the note defines: v for V, where v_i is declared a row of V."""
    other = {let.tensor: let for let in program if let.tensor not in defined and isinstance(let.rhs, Elem)}
    return Program(
        tuple(Let(let.target, substitute(let.rhs, other, deep=True)) for let in program if let.tensor not in other)
    )


def _in_order(program: Program, order: dict[Tensor, Rank]) -> Program:
    """The lets in the order of the note, as far as each stands behind what it uses."""
    rest, done, out = list(program), set(program.inputs), []
    rest.sort(key=lambda let: order.get(let.tensor, BEGINNING))
    while rest:
        let = next(v for v in rest if tensors(v.rhs) <= done)
        rest.remove(let)
        done.add(let.tensor)
        out.append(let)
    return lettered(out, keep=str.isalpha)


def _is_called(t: Tensor, name: str) -> bool:
    plain = name.translate(MARKS)
    own = t.name.replace(".", "")
    return plain in {own, str(t), identifier(own, t.layer), own.replace("_", "")}


def _unknown(name: str, known: Sequence[Tensor], what: str) -> str:
    names = list(dict.fromkeys(str(t).replace(".", "") for t in known))
    close = get_close_matches(name.translate(MARKS), names, n=1)
    guess = f" Did you mean {close[0]}?" if close else ""
    return f"{name[:60]!r} {what}.{guess} Known names: {', '.join(names[:40]) or 'none'}"
