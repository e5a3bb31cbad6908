"""Rows under a letter of their own: `let $a$ be a row of $A$ and $s$ the same row of $S$`, where A = softmax(S)."""

from __future__ import annotations

from dataclasses import replace

from derive.documents.names.symbols import Definition, Symbol
from derive.documents.reading.labelling import Labelling
from derive.documents.sentences import prose
from derive.documents.sentences.lines import BY_COLUMN, Line, lines_in, mates
from derive.documents.source.document import Segment
from derive.documents.syntax import tree as s

BY_ROW = frozenset(("softmax", "tanh", "exp", "log", "sin", "cos", "sigmoid", "relu"))
"""Functions of a matrix of which each row depends on the same row of the argument."""


class Lining(Labelling):
    """Enters what words say of single rows; of these, claims must not be held against any vector."""

    def lines(self, segment: Segment) -> None:
        """The rows that the sentence speaks of up to this formula, its last."""
        if segment.display or self.scouting:
            return
        text = self.document.text
        start = max((text.rfind(x, 0, segment.start) for x in (". ", ".\n", "\n\n", ": ")), default=0)
        found = lines_in(text[max(start, 0) : segment.end + 1])
        last = [x for x in found if text[: segment.end].rstrip("} ").endswith(x.matrix)][-1:]
        if not last or prose.UNDER.search(self.spoken.strip()):
            return
        pairs = [(x, y) for x in found for y in last if x != y and (mates(x, y) or mates(y, x))]
        for line in {*last, *(x for pair in pairs for x in pair)}:
            if self.is_line(line):
                self.table.lines[line.name] = line.matrix
        for one, other in pairs:
            self.defined_by_row(one, other)
            self.defined_by_row(other, one)

    def is_line(self, line: Line) -> bool:
        """Whether the name may be a row of the matrix: it has no value, and the matrix is known."""
        symbol = self.table.symbols.get(line.name)
        vector = symbol is None or (len(symbol.dims) == 1 and not (symbol.lead or symbol.letter or symbol.numbered))
        return vector and line.name not in self.table.definitions and self.table.known(line.matrix)

    def defined_by_row(self, row: Line, of: Line) -> None:
        """a = softmax(s), where a is row i of A = softmax(S), and s is row i of S."""
        t = self.table
        d = t.definitions.get(row.matrix)
        if row.kind != "row" or BY_COLUMN.search(self.document.text):
            return
        if {row.name, of.name} - t.lines.keys() or d is None or d.letters or d.letter:
            return
        call = d.rhs
        if not isinstance(call, s.Call) or call.function not in BY_ROW or call.sub or call.sup or call.trailing:
            return
        if len(call.args) != 1 or not isinstance(call.args[0], s.Name) or call.args[0].name != of.matrix:
            return
        matrix = t.symbols.get(of.matrix)
        if of.name not in t.symbols and matrix is not None and len(matrix.dims) == 2 and of.matrix not in t.definitions:
            t.declare(Symbol(of.name, matrix.dims[1:]))
        if of.name in t.symbols:
            argument = replace(call.args[0], name=of.name)
            t.define(Definition(row.name, replace(call, args=(argument,)), d.place, section=t.section))
            self.more = True
