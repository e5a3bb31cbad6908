"""What the words around a formula say of its names: properties, rows of a matrix, unit vectors, eigenvalues."""

from __future__ import annotations

import re
from collections.abc import Sequence

from derive.documents.declarations.enumerations import (
    Enumeration,
    count_members,
    declare_all,
    declare_like,
    enumeration,
)
from derive.documents.names.bare import bare_name
from derive.documents.names.mentions import mentioned
from derive.documents.names.scope import retire
from derive.documents.names.scripts import letter_of, listed
from derive.documents.names.symbols import OBLONG, SIGNS, Definition, Symbol
from derive.documents.reading.arrows import Item
from derive.documents.reading.placing import Placing
from derive.documents.sentences import asides, choosing, constants, entered, nouns, owners, prose, qualities
from derive.documents.sentences import stacked as rows
from derive.documents.sentences.operators import names_variable
from derive.documents.source.document import Segment
from derive.documents.source.tokens import Token
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse

EIGENVALUE = re.compile(r"\b(?:eigenvalue|singular value|eigenwert)s?[\s~]*$", re.IGNORECASE)
HAS = re.compile(r"\b(?:has|have|having|with)(?: the)?(?: vectors?)?[\s~]*$", re.IGNORECASE)
AT_A_STEP = re.compile(
    r"\b(?:at|in|for|after|per)(?: every| each| any)? (?:times?|steps?|layers?|iterations?)[\s~]*$", re.IGNORECASE
)
"""The values at time $t$ are numbers; t may be anything."""
SO_IS = re.compile(r"\bso (?:is|are)[\s~]*$|\bas (?:is|are)[\s~]*$|\bebenso[\s~]*$", re.IGNORECASE)


class Wording(Placing):
    """The part of the reader of statements that listens to the words around names."""

    last: frozenset[str] = frozenset()  # what was said of the last name
    owning: frozenset[str] = frozenset()  # matrices of which words have named the rows or columns
    members: tuple[tuple[tuple[Token, ...], ...], int] = ((), 0)  # the vectors declared last, and where that ends

    def words(self, segment: Segment, items: list[Item]) -> None:
        """Properties that the prose around a declaration or a bare name asserts."""
        if not segment.display and len(items) == 1:
            after = self.document.text[segment.end : segment.end + 90]
            part = items[0].part
            member = [str(r) for r in part.relations] == ["\\in"]  # e_i \\in \\mathbb{R}^n is the i-th unit vector
            rows.unit_vectors(part.sides[0 if member else -1], segment.before, after, self.table)
        self.listed_numbers(items, segment)
        self.spoken_number(items, segment)
        self.placed(items, segment)
        self.averaged(items, segment)
        self.with_sum(items, segment)
        self.labels(items, segment)
        self.lines(segment)
        self.adds(items, segment)
        self.another_matrix(items, segment)
        self.fixed_index(items, segment)
        self.chosen(items, segment)
        bare = not segment.display and len(items) == 1 and not items[0].part.relations
        self.linked(segment, items, bare)
        if bare:
            self.entries(tuple(items[0].part.sides[0]), segment)
            if len(items[0].part.sides[0]) == 1 and nouns.are_ones(prose.sentence_after(segment.after)):
                self.table.all_ones.add(items[0].part.sides[0][0].text)
        names = [n for i in items for n in self.names(i)]
        self.lately |= {n for i in items for n in self.names(i) if [str(r) for r in i.part.relations] == ["\\in"]}
        self.subject = next((n for n in reversed(names) if n in self.table.symbols), self.subject)
        self.orthonormal(segment)
        self.perpendicular(items)
        if (others := self.also_named(items)) and not segment.display:
            self.heard(others, segment, bare=False)
            self.described(others, segment, understood=True)
        if EIGENVALUE.search(segment.before) and [str(r) for i in items for r in i.part.relations] in (["<"], [">"]):
            signed = bare_name(tuple(items[0].part.sides[0]), self.table)  # an eigenvalue $m > 0$
            names, bare = [signed.name] if signed is not None and signed.name in self.table.symbols else [], True
        if not names or segment.display:
            return
        found = self.heard(names, segment, bare=bare)
        if SO_IS.search(segment.before):
            found |= self.last
        self.last = found
        self.described(names, segment, bool(found))
        if prose.PLURAL.match(segment.after) or qualities.begins(segment.after):  # A and B symmetric
            names = [*self.together, *names]
        self.together = names if segment.after.strip() in ("and", ",", ", and") else []
        for name in names:
            symbol = self.table.symbols.get(name)
            if symbol is None and found and found <= SIGNS and bare and not self.scouting:
                self.undeclared(name, found, segment, self.running(items[0].part))
                symbol = self.table.symbols.get(name)
            if symbol is None or name in self.table.definitions:
                continue
            square = len(symbol.dims) == 2 or _is_stack(symbol)
            fits = {p for p in found if (square if p in qualities.SQUARE else p not in OBLONG or len(symbol.dims) == 2)}
            if "one_hot" in fits or "sum_to_one" in fits:
                fits = fits if symbol.dims else fits - {"one_hot", "sum_to_one"}
            if fits and (bare or qualities.UNDER_AFTER.match(segment.after)):
                self.asserted(name, fits, segment)
            elif fits:
                self.more = self.table.add_properties(name, *fits) or self.more
        self.explain()

    def entries(self, tokens: tuple[Token, ...], segment: Segment) -> None:
        """q_ij, which the words call the entries of an array, or begin anew."""
        text = self.document.text
        if name := entered.begun_anew(tokens, segment.before, segment.after, self.table):
            self.table.forget(name)
            retire(name, self.table)
        behind = text[segment.end : segment.end + 160]
        entered.of_array(tokens, behind, self.table)
        entered.with_entries(tokens, text[max(0, segment.start - 160) : segment.start], behind, self.table)

    def linked(self, segment: Segment, items: list[Item], bare: bool) -> None:
        """What the words make of a name: a row or a column of a matrix, the variable of gradients, eigenvalues."""
        if bare:
            self.pending.append(items[0].part.sides[0])
            if not self.is_row(items[0].part.sides[0], segment):
                tokens = items[0].part.sides[0]
                rows.link(tokens, self.spoken, self.said_after(segment), self.table, self.owner(tokens, segment))
            if segment.after.strip() not in ("and", ","):  # u_i and v_j, the rows of U and V
                both = owners.of_both(self.document.text[segment.end : segment.end + 120])
                if both and len(self.pending) == 2:
                    for tokens, of in zip(self.pending, both[1:], strict=True):
                        rows.link(tokens, "", both[0], self.table, of)
                for tokens in self.pending:
                    rows.link(tokens, self.spoken, self.said_after(segment), self.table, self.owner(tokens, segment))
                self.pending = []
            rows.in_vector(items[0].part.sides[0], self.spoken, self.table)
            if rows.is_transposed(items[0].part.sides[0]):
                self.spoken = nouns.of_the_transpose(self.spoken)
        else:
            self.pending = []
        self.unowned(segment, items)
        if bare and names_variable(self.document.text, self.spoken, segment):
            self.table.nabla = tuple(items[0].part.sides[0])
        if bare and nouns.EIGENVALUES.search(self.spoken):
            self.eigenvalues(items[0].part.sides[0])
        for item in items:
            if not segment.display and [str(r) for r in item.part.relations] == ["\\in"]:
                self.made_up(tuple(item.part.sides[0]), segment)
                rows.stack(item.part.sides[0], self.spoken, prose.sentence_after(segment.after), self.table)
                rows.columns(listed(tuple(item.part.sides[0])), self.spoken, self.table)
                tokens = item.part.sides[0]
                if not self.is_row(tokens, segment):
                    rows.link(tokens, self.spoken, "", self.table, self.owner(tokens, segment))

    def made_up(self, tokens: tuple[Token, ...], segment: Segment) -> None:
        """`$n_1, \\dots, n_K \\in \\mathbb R^d$ form the rows of $M \\in \\mathbb R^{K \\times d}$`: any letters."""
        members, end = self.members
        line = owners.made_up(self.document.text[end : segment.start]) if members else ""
        matrix = bare_name(tokens, self.table) if line else None
        if matrix is not None:
            rows.link_all(members, line, "", self.table, of=matrix.name)
        self.members = (tuple(listed(tokens)), segment.end)

    def unowned(self, segment: Segment, items: list[Item]) -> None:
        """Rows that words give to some matrix, not surely to which: of those of the sentence nothing is refuted."""
        behind = prose.sentence_after(self.document.text[segment.end : segment.end + 150])
        if segment.display or any(i.part.relations for i in items):
            return
        members = [rows.member_name(tuple(i.part.sides[0])) for i in items]
        known = [x for x in members if (of := self.table.symbols.get(x)) is not None and (of.lead or of.numbered)]
        if not known or any(x in self.table.definitions for x in known) or not rows.speaks(self.spoken, behind):
            return
        for name in self.lately | {self.subject, owners.named_behind(self.spoken, behind)}:
            fits = self.is_matrix(name) and rows.may_have(known[0], name, self.table)
            if fits and name not in self.table.definitions:
                self.table.vague[name] = f"the rows or columns of {name} may be the {known[0]}"

    def owner(self, member: Sequence[Token], segment: Segment) -> str:
        """The matrix of which the words around a formula say that its rows or columns are named there, if they do.

        Of several matrices that the sentence has declared, x_n belongs to X.
        """
        behind = prose.sentence_after(self.document.text[segment.end : segment.end + 150])
        if named := owners.named_behind(self.spoken, behind):
            return named
        others = {x for x in self.lately - self.owning - {self.subject} if self.is_matrix(x)}
        if others or not self.is_matrix(self.subject):
            return ""
        if rows.matrix_of(rows.member_name(tuple(member))) in self.lately:
            return ""
        if not owners.has_lines(segment.before, behind, self.spoken):
            return ""
        self.owning |= {self.subject}
        return self.subject

    def is_matrix(self, name: str) -> bool:
        symbol = self.table.symbols.get(name)
        return symbol is not None and len(symbol.dims) == 2 and not (symbol.lead or symbol.numbered)

    def said_after(self, segment: Segment) -> str:
        """The words behind a formula; rows of a transpose are columns."""
        words = prose.sentence_after(segment.after)
        following = self.document.text[segment.until :]
        return nouns.of_the_transpose(words) if rows.TRANSPOSED.match(following) else words

    def is_row(self, tokens: list[Token], segment: Segment) -> bool:
        """Whether the words behind a formula say that it is a row: `the $n$-th row of $X$`."""
        text = self.document.text[segment.end : segment.end + 90]
        said = nouns.ITS_ROW.match(text)
        if said:
            has = "its" in said.group().split() and HAS.search(segment.before)  # $X$ has $x_n^T$ as its $n$th row
            of = rows.matrix_in(text[said.end() :]) or (self.subject if has and self.is_matrix(self.subject) else "")
            rows.link(tokens, "", said.group(), self.table, of)
        return said is not None

    def described(self, names: list[str], segment: Segment, understood: bool) -> None:
        """`J \\in R^{N x m} for the matrix whose entries are all one`; what else the words say is kept as a caution."""
        after, before = prose.sentence_after(segment.after), segment.before
        ones = nouns.are_ones(after) or nouns.are_ones(prose.belongs_before(before))
        ones = ones or bool(nouns.ONES_ARE.search(prose.sentence_before(before)))
        special = constants.constant(prose.sentence_before(before), self.following(segment)) if len(names) == 1 else ""
        if special == constants.LIKENED and "\\in" not in self.document.text[segment.start : segment.end]:
            special = ""  # if $M$ is the identity: it is so in this sentence
        for name in names:
            symbol = self.table.symbols.get(name)
            if symbol is None or name in self.table.definitions:
                continue
            if self.is_sized(name, symbol):
                self.table.define(Definition(name, s.Num(segment.end, "1"), segment.end))
                continue
            if special or constants.may_be_identity(name, symbol):
                self.constant(name, symbol, special, segment)
                continue
            if ones and (symbol.dims or symbol.lead):
                if not symbol.lead:
                    self.table.define(Definition(name, s.Num(segment.end, "1"), segment.end))
            elif not understood and (said := nouns.RESTRICTED.match(after)):
                self.table.vague[name] = " ".join(f"{name} {said.group().strip()}".split())

    def is_sized(self, name: str, symbol: Symbol) -> bool:
        """Whether e_N lies in R^N, where the words say that e has all entries one."""
        base, _, size = name.partition("_")
        return base in self.table.all_ones and [[t.text for t in d] for d in symbol.dims] == [[size]]

    def following(self, segment: Segment) -> str:
        """The rest of the sentence behind a formula, with the formulas in it."""
        return prose.sentence_after(segment.after + self.document.text[segment.until : segment.until + 120])

    def constant(self, name: str, symbol: Symbol, said: str, segment: Segment) -> None:
        """`let $I \\in \\mathbb R^{n x n}$ be the identity` defines it; in other words, nothing is refuted of it."""
        value = constants.value(said, symbol, segment.end) if said and name in self.lately else None
        if value is not None:
            self.table.define(Definition(name, value, segment.end))
        else:
            self.table.vague[name] = f"{name} {'is' if said else 'may be'} {said or 'the identity'}"

    def listed_numbers(self, items: list[Item], segment: Segment) -> None:
        """`$g_0, g_1, \\dots$ are real numbers`: the words declare, as `\\in \\mathbb R` would."""
        if segment.display or len(items) < 2 or any(i.part.relations for i in items):
            return
        members = [tuple(i.part.sides[0]) for i in items]
        of = self.owner(members[0], segment)
        rows.link_all(members, self.spoken, prose.sentence_after(segment.after), self.table, of)
        numbered = enumeration(members, self.table)
        if numbered is not None:
            declare_like(numbered, self.table)
        said = nouns.NUMBERS_AFTER.match(segment.after) or nouns.NUMBERS_BEFORE.search(
            prose.sentence_before(segment.before)
        )
        if numbered is None and said:
            self.plain_numbers(members, frozenset(("positive",)) if said["sign"] else frozenset())
        if numbered is None or self.table.known(numbered.name):
            return
        if said or self.counts_from_zero(numbered):
            positive = frozenset(("positive",)) if said and said["sign"] else frozenset[str]()
            declare_all(numbered, Symbol(numbered.name, properties=positive), self.table)
        else:
            count_members(numbered, self.table)

    def spoken_number(self, items: list[Item], segment: Segment) -> None:
        """`$x$ is a real number`: the words declare, as `\\in \\mathbb R` would."""
        said = nouns.NUMBER_AFTER.match(segment.after)
        between = nouns.BETWEEN_AFTER.match(segment.after) is not None
        if (said is None and not between) or segment.display or len(items) != 1 or items[0].part.relations:
            return
        named = bare_name(tuple(items[0].part.sides[0]), self.table)
        if named is None or named.lead or named.letter or AT_A_STEP.search(segment.before):
            return
        before = self.table.symbols.get(named.name)
        if named.name in self.table.definitions or (before is not None and not before.ahead):
            return
        positive = said is not None and bool(said["sign"] or said["more"])
        found = "unit_interval" if between else "positive" if positive else ""
        self.table.declare(Symbol(named.name, properties=frozenset((found,)) if found else frozenset()))
        if self.scouting:
            self.table.future.setdefault(self.heading, {})[named.name] = self.table.symbols[named.name]

    def plain_numbers(self, members: list[tuple[Token, ...]], properties: frozenset[str]) -> None:
        """`with numbers $r$, $v$`: what they were in an earlier section is over."""
        for member in members:
            x = bare_name(member, self.table)
            if x is None or x.lead or x.letter or x.name in self.table.sizes or x.name in self.table.definitions:
                continue
            before = self.table.symbols.get(x.name)
            anew = before is None or before.ahead or x.name in self.table.inherited
            if self.scouting and x.name in self.table.future.get(self.heading, {}):
                continue
            if anew or self.scouting:
                self.table.declare(Symbol(x.name, properties=properties))
                if self.scouting:
                    self.table.future.setdefault(self.heading, {})[x.name] = self.table.symbols[x.name]

    def counts_from_zero(self, found: Enumeration) -> bool:
        """`A signal $x_0, \\dots, x_{N-1}$`: numbers, where no word says that they are more."""
        alone = self.table.ranks.get(found.name, 0) < 2 and found.name not in self.table.bold
        return not found.first and alone and not nouns.ARRAYS.search(self.spoken)

    def fixed_index(self, items: list[Item], segment: Segment) -> None:
        """`Fix one $n$`: what is defined from here on may depend on n without showing it."""
        letter = letter_of(tuple(items[0].part.sides[0])) if len(items) == 1 and not items[0].part.relations else None
        said = prose.FIXING.search(prose.sentence_before(segment.before))
        if letter is not None and asides.DROPPED.search(segment.before) and not segment.display:
            ranged = letter in self.table.ranges
            for x in (*self.table.symbols.values(), *self.table.definitions.values()):
                if ranged or letter in (x.lead if isinstance(x, Symbol) else x.letters):
                    self.table.vague[x.name] = f"{x.name} without its index {letter}"
        if letter in self.table.ranges.keys() | self.table.indices and said and not segment.display:
            self.table.labels.add(letter)

    def chosen(self, items: list[Item], segment: Segment) -> None:
        """`the index of the true word is $o$`, and `$y$ is the one-hot vector of the class $o$`."""
        if segment.display or len(items) != 1:
            return
        part = items[0].part
        letter = letter_of(tuple(part.sides[0]))
        alike = letter is not None and choosing.is_alike(letter, segment.before, self.document.text, self.table)
        if letter is not None and not part.relations and (alike or choosing.is_chosen(segment.before, segment.after)):
            choosing.choose(letter, self.table)
        named = bare_name(tuple(part.sides[0]), self.table)
        member = not part.relations or [str(r) for r in part.relations] == ["\\in"]
        place = self.document.text[segment.end : segment.end + 200]
        place = choosing.marked(place.lstrip("$)\\"), named.name) if named is not None and member else ""
        if place and named is not None and not named.lead:
            choosing.mark(named.name, place, part.sides[0][0].start, self.table)

    def another_matrix(self, items: list[Item], segment: Segment) -> None:
        """`covariances $\\Sigma_0$ and $\\Sigma_1$`, where Sigma is a declared matrix: two others of its size."""
        if segment.display or len(items) != 1 or items[0].part.relations:
            return
        named = bare_name(tuple(items[0].part.sides[0]), self.table)
        base, _, number = named.name.rpartition("_") if named is not None else ("", "", "")
        symbol = self.table.symbols.get(base)
        if not number.isdigit() or symbol is None or len(symbol.dims) != 2 or symbol.letter or symbol.lead:
            return
        beside = any(f"{base}_{k}" in self.table.symbols for k in range(10))
        said = nouns.A_MATRIX.search(prose.sentence_before(segment.before))
        if named is not None and (said or beside) and not self.table.known(named.name):
            symmetric = (
                symbol.properties & {"symmetric"} if said is None else {"symmetric"} if said["symmetric"] else set()
            )
            self.table.declare(Symbol(named.name, symbol.dims, properties=frozenset(symmetric)))

    def orthonormal(self, segment: Segment) -> None:
        """Let W have orthonormal columns; let the columns of W be orthonormal."""
        said = nouns.ORTHONORMAL.search(f"{self.spoken} {prose.sentence_after(segment.after)}")
        symbol = self.table.symbols.get(self.subject)
        if said and said.end() > len(self.spoken) and symbol is not None and len(symbol.dims) == 2:
            if re.match(r"\s*(?:having|with|have)\b", segment.after):  # U and V having orthonormal columns
                self.table.vague |= {x: f"{x} has orthonormal columns" for x in self.lately - {self.subject}}
            by_row = any(said.groupdict().values())
            self.table.add_properties(self.subject, "orthonormal_rows" if by_row else "orthogonal")

    def eigenvalues(self, tokens: list[Token]) -> None:
        """A symmetric matrix with all eigenvalues in [a, b]: the one that the sentence declared last."""
        inside = (
            listed(tuple(tokens[1:-1])) if tokens and tokens[0].kind == "open" and tokens[-1].kind == "close" else []
        )
        symbol = self.table.symbols.get(self.subject)
        if len(inside) == 2 and symbol is not None and "symmetric" in symbol.properties:
            symbol.spectrum = (parse(inside[0]), parse(inside[1]))
            self.table.spectra.names |= mentioned(symbol.spectrum)
            self.table.touch()


def _is_stack(symbol: Symbol) -> bool:
    """Square matrices, one for each place of the leading axes: K x D x D."""
    *leading, rows, columns = (
        (tuple(t.text for t in d) for d in symbol.dims[-3:]) if symbol.dims[2:] else ((), (), ("",))
    )
    return bool(leading) and rows == columns
