"""Whether the right side of a definition fits: with ranks, sizes and parameters that the note leaves to be inferred."""

from __future__ import annotations

from derive.documents.names.symbols import Definition, Symbol
from derive.documents.reading.renewing import Renewing
from derive.documents.sentences.conditions import restricting
from derive.documents.sentences.passage import put_in
from derive.documents.statements.fitting import SAID, capitals, fits
from derive.documents.statements.sides import read_pair
from derive.documents.syntax import tree as s
from derive.documents.trouble import Clash, Rounded, Unreadable

FITTING = "shapes that fit"


class Fitting(Renewing):
    """Infers what a definition says of its name, and tries what else its right side may mean."""

    def misfit(self, found: Definition) -> Unreadable | None:
        """Why a definition that was just entered is not understood, whatever is tried to make its right side fit."""
        sizes = set(self.table.solved)
        problem = self.check(found)
        self.table.firm |= set(self.table.solved) - sizes
        if problem is not None and self.has_matrices(found):
            problem = None
            self.table.firm |= set(self.table.solved) - sizes
        if isinstance(problem, Rounded) and found.parameters:
            problem = None  # o(n, k) = \\lfloor n / k \\rfloor has a value at numbers
        if problem is not None and found.parameters:
            problem = self.shadowed(found, problem)
        if problem is not None and problem.expected == FITTING and self.is_other_size(found):
            problem = None
        if problem is not None and (given := self.passage.relevant(self.table, found.rhs)):
            with put_in(given, self.table):
                problem = self.check(found)
        return problem

    def infer_rank(self, found) -> None:
        """A recursion says itself what it is a recursion of: a scalar, a vector or a matrix."""
        from derive.documents.statements.recursions import companions, dims_of_start, partner, rank_of

        dims = dims_of_start(found, self.table)
        for name in companions(found, self.table) if len(dims) == 1 else ():
            self.table.declare(Symbol(name, dims, letter=found.letter))
        rank = rank_of(found, self.table)
        if rank is not None:
            self.table.ranks[found.name] = rank
            self.table.touch()
        elif (other := partner(found, self.table)) is not None:
            self.table.ranks |= dict([other])
            self.table.touch()

    def is_other_size(self, found: Definition) -> bool:
        """Whether a definition fits once the size that an earlier section gave its name is forgotten."""
        symbol = self.table.symbols.get(found.name)
        if symbol is None or symbol.section == self.table.section or symbol.lead or symbol.letter:
            return False
        del self.table.symbols[found.name]
        self.table.touch()
        if self.check(found) is None:
            return True
        self.table.symbols[found.name] = symbol
        self.table.touch()
        return False

    def has_matrices(self, found) -> bool:
        """Whether the right side fits once its undeclared capitals are matrices, of which the note speaks."""
        names = capitals(found.rhs, self.table) if SAID.search(self.document.text) else []
        return bool(names) and fits(names, found.rhs, self.table, lambda: self.check(found))

    def declare_primed(self, found: Definition) -> None:
        """x' of k(x, x') is such a thing as x."""
        for p in found.parameters:
            base = self.table.symbols.get(p.removesuffix("prime"))
            if p.endswith("prime") and base is not None and not self.table.known(p) and not base.letter:
                self.table.declare(_member_of(base, p))

    def of_members(self, found: Definition) -> bool:
        """Whether f(x) is understood where x is one of x_1, ..., x_N."""
        kept = dict(self.table.symbols)
        members = {p: _member_of(x, p) for p in found.parameters if (x := kept.get(p)) is not None and x.numbered}
        self.table.symbols |= members
        self.table.touch()
        try:
            return bool(members) and self.check(found) is None
        finally:
            self.table.symbols = kept
            self.table.touch()

    def shadowed(self, found, problem: Unreadable) -> Unreadable | None:
        """f(x) = x^2 where x was an array: from here on x is the number that f takes."""
        if self.of_members(found):
            return None
        before = {p: self.table.symbols.get(p) for p in found.parameters}
        kept, renewed = dict(self.table.definitions), list(self.table.renewed)
        for p, symbol in before.items():
            self.table.definitions.pop(p, None)
            if symbol is None or symbol.dims or symbol.lead:
                self.table.declare(Symbol(p))
        if self.check(found) is None:
            return None
        self.table.definitions, self.table.renewed = kept, renewed
        for p, symbol in before.items():
            if symbol is None:
                self.table.symbols.pop(p, None)
            else:
                self.table.symbols[p] = symbol
        self.table.touch()
        return problem

    def check(self, found) -> Unreadable | None:
        """Read the right side once, so that a shape or an index that does not fit is told at its place."""
        rhs = found.rhs
        tree: s.Node = s.Name(found.place, found.name)
        if found.letters or found.letter or found.name not in self.table.definitions:
            tree = rhs
        try:
            with self.table.taking([found.name]):
                reading = read_pair(tree, tree, self.table, restricting([]))
        except Unreadable as error:
            return error
        except Clash as error:
            return Unreadable(found.place, str(error), FITTING)
        return Unreadable(found.place, reading.clash, FITTING) if reading.clash else None


def _member_of(listed: Symbol, name: str) -> Symbol:
    """What one of x_1, ..., x_N is; of what is no list, another such thing."""
    return Symbol(name, listed.dims[1:] if listed.numbered else listed.dims, properties=listed.properties)
