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
from derive.notation.vocabulary import identifier

MARKS = str.maketrans("", "", "\\{}$ ")


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

    @cached_property
    def componentwise(self) -> frozenset[Tensor]:
        """What the note defines entry by entry."""
        return frozenset(d.tensor for d in self.definitions if d.by_entry)

    @cached_property
    def remarks(self) -> tuple[str, ...]:
        """What the reader of the page has to know: lines that were passed over."""
        return tuple(f"{self.path}:{s.line}:{s.column}: not read, {_why(s)}" for s in self.unread)

    def program(self, of: str | None, wrt: str | None = None) -> Program:
        """The lets that the output rests on, in the order of the note.

        `of` names the output; without it, it is the only scalar that rests on the variables `wrt`, and on which nothing
        rests in turn. Raises OptionError where it cannot be told.
        """
        chosen = self._output(_split(wrt)) if of is None else self._named_output(of)
        order = {d.tensor: n for n, d in enumerate(self.definitions)}
        return _in_order(_without_aliases(chosen.program, order), order)

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
        if self.unread:
            first = self.unread[0]
            raise OptionError(f"{self.path}:{first.line}:{first.column}: {_why(first)}")


def forward(text: str, path: str) -> Forward:
    """The forward equations of a note; its ending tells the format, as for `derive check`."""
    note = read(text, path)
    wanted = [s for s in note.statements if s.kind == "definition" and s.definite]
    asked = read(_with_lines(text, path, (f"{s.lhs_text} = {s.lhs_text}" for s in wanted)), path)
    answers = asked.statements[len(note.statements) :]
    if len(answers) != len(wanted):
        raise OptionError(f"{path}: the lines after the last definition are not closed. Try: a blank line at the end")
    found, unread = [], list(_unreadable(note))
    for statement, answer in zip(wanted, answers, strict=True):
        value = _value(answer)
        if value is not None:
            found.append(Defined(statement, value, answer.program, _by_entry(answer)))
        elif answer.instances:
            unread.append(_standing_for_many(statement))
    return Forward(path, tuple({d.tensor: d for d in found}.values()), tuple(unread))


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


def _in_order(program: Program, order: dict[Tensor, int]) -> Program:
    """The lets in the order of the note, as far as each stands behind what it uses."""
    rest, done, out = list(program), set(program.inputs), []
    rest.sort(key=lambda let: order.get(let.tensor, -1))
    while rest:
        let = next(v for v in rest if tensors(v.rhs) <= done)
        rest.remove(let)
        done.add(let.tensor)
        out.append(let)
    return lettered(out, keep=str.isalpha)


def _is_called(t: Tensor, name: str) -> bool:
    plain = name.translate(MARKS)
    return plain in {t.name, str(t), identifier(t.name, t.layer), t.name.replace("_", "")}


def _unknown(name: str, known: Sequence[Tensor], what: str) -> str:
    names = list(dict.fromkeys(str(t) for t in known))
    close = get_close_matches(name.translate(MARKS), names, n=1)
    guess = f" Did you mean {close[0]}?" if close else ""
    return f"{name[:60]!r} {what}.{guess} Known names: {', '.join(names[:40]) or 'none'}"
