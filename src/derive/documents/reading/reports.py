"""What the reader of statements holds, and how it reports: places, slices of the source, what was unreadable."""

from __future__ import annotations

from derive.documents.declarations.remarks import apply_remarks
from derive.documents.model import Place, Statement
from derive.documents.names.symbols import Symbol
from derive.documents.names.table import Table
from derive.documents.sentences.conditions import Condition
from derive.documents.source.document import Document
from derive.documents.source.rows import Part
from derive.documents.source.tokens import Token
from derive.documents.source.uses import ANY, as_noted
from derive.documents.trouble import Unreadable
from derive.expr.symbols import ENDS


class Reports:
    """The note, its symbol table, and the statements found so far. `scouting`: nothing is reported."""

    def __init__(self, document: Document, table: Table, *, scouting: bool = False) -> None:
        self.document, self.table, self.scouting = document, table, scouting
        self.statements: list[Statement] = []
        self.sentence: list[Condition] = []
        self.spoken = self.subject = ""  # the prose of the sentence so far, and what it declared last
        self.stopped = True
        self.together: list[str] = []  # names that share what is said next: A and B are symmetric
        self.carried: list[Token] = []
        self.heading = -1
        self.pending: list[list[Token]] = []
        self.headed: set[tuple[int, str]] = set()  # names that an equation of a section gave a value
        apply_remarks(self.document, table, quiet=scouting)
        self.layout = table.layout  # of the note, where a sentence does not name another one

    # -- statements --------------------------------------------------------------------------------------------
    def add(self, part: Part, n: int, statement: Statement) -> None:
        if not self.scouting:
            self.statements.append(statement)

    def failed(self, part: Part, tokens: list[Token], error: Unreadable) -> None:
        if self.scouting or not tokens:
            return
        at = error.offset or tokens[0].start
        left, relation, right = ("", "", "")
        place = self.document.place(tokens[0].start)
        if part.relations and len(part.sides) > 1 and part.sides[1]:
            left, relation, right = self.texts(part, 0)
            place = self.place(part.sides[1])
        where = self.document.place(at)
        problem = f"line {where.line}, column {where.column}: {error}"
        self.add(part, 0, Statement("unreadable", place, left, relation, right, problem=problem, trouble=where))

    def unreadable(self, start: int, end: int, error: Unreadable) -> None:
        if self.scouting:
            return
        where = self.document.place(error.offset or start)
        text = self.document.slice(start, min(end, start + 200))
        problem = f"line {where.line}, column {where.column}: {error}"
        place = self.document.place(start)
        self.statements.append(Statement("unreadable", place, "", "", text, problem=problem, trouble=where))

    def place(self, tokens: list[Token]) -> Place:
        return self.document.place(tokens[0].start)

    def text(self, first: list[Token], last: list[Token]) -> str:
        tokens = [*first, *last]
        return self.document.slice(min(t.start for t in tokens), max(t.end for t in tokens))

    def texts(self, part: Part, n: int) -> tuple[str, str, str]:
        relation = {"\\coloneq": ":=", "\\equiv": "="}.get(str(part.relations[n]), str(part.relations[n]))
        return self.slice(part.sides[n]), relation, self.slice(part.sides[n + 1])

    def slice(self, tokens: list[Token]) -> str:
        return self.document.slice(min(t.start for t in tokens), max(t.end for t in tokens)) if tokens else ""

    def summary(self) -> dict[str, str]:
        """What was declared or inferred, by name."""
        return {_shown(name): _symbol_text(x) for name, x in self.table.symbols.items()}


def _shown(name: str) -> str:
    """`x, one of them`, where x_1, ..., x_N are a list and x is one more."""
    return f"{name.removesuffix(ANY)}, one of them" if name.endswith(ANY) else as_noted(name)


def _symbol_text(x: Symbol) -> str:
    sizes = ["".join(")" if t.kind == "close" else t.text for t in d) for d in x.dims]
    dims = " x ".join(sizes) or "scalar"
    said = {p for p in x.properties if p not in ENDS}
    interval = f"in {'(['['closed_low' in x.properties]}0, 1{')]'['closed_high' in x.properties]}"
    return f"{dims} {' '.join(interval if p == 'unit_interval' else p for p in sorted(said))}".strip()
