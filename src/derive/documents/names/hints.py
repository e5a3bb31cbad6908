"""A first look over the whole note: letters of sums, layers and steps, sizes, and the ranks that notation suggests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise

from derive.documents.names import letters
from derive.documents.names.mentions import is_exponential
from derive.documents.names.scripts import (
    base_of,
    items,
    letter_of,
    shift_letter,
    size_before,
    strip,
    superscript,
    word_of,
)
from derive.documents.names.sets import set_under
from derive.documents.names.symbols import DIMENSION, Tokens
from derive.documents.names.table import Table
from derive.documents.source.rows import relations
from derive.documents.syntax import tree as s
from derive.documents.syntax.dotted import listed
from derive.documents.syntax.parser import parse
from derive.documents.syntax.tree import walk
from derive.documents.trouble import Unreadable

LAYERS = frozenset(("l", "ell"))
"""Letters of layers."""


def look(trees: list[s.Node], table: Table, equations: list[list[s.Node | None]]) -> None:
    """Enter what the trees of a note suggest; `equations` are the sides of those whose left side is understood."""
    nodes = [n for tree in trees for n in walk(tree)]
    pairs = [pair for sides in equations for a, b in pairwise(sides) for pair in ((a, b), (b, a))]
    table.made_of = [
        (x[0].name, x[1]) for x in equations if len(x) == 2 and isinstance(x[0], s.Name) and x[1] and _whole(x[1])
    ]
    table.equated = {a.name for a, b in pairs if isinstance(a, s.Name) and not isinstance(b, s.Num)}
    table.plain_bare |= {n.name for n in trees if isinstance(n, s.Name) and not n.bold}
    for n in nodes:
        _node(n, table)
    table.indices |= set(_beside_summed(equations))
    for letter in table.indices & set("ijkl") - set(_dimensions(nodes)):
        table.sizes.pop(letter, None)  # j of \\sum_{i=1}^j, beside \\sum_j
    _steps(trees, nodes, equations, table)
    uppers: list[tuple[str, Tokens]] = []
    for n in nodes:
        if isinstance(n, s.Script):
            _script(n, table, uppers)
    for a, b in pairs:
        _input(a, b, table)
    for name, layer in uppers:
        _layer(name, layer, table)
    _layer_pass(uppers, _numbered(trees) | set(_members(equations, table)), table)
    table.steps |= letters.layers(equations, nodes, table)
    table.paired = letters.paired([sides[0] for sides in equations], nodes, table)
    table.at_zero = set(_at_zero(nodes))


def _node(n: s.Node, table: Table) -> None:
    """What one node suggests by itself."""
    if isinstance(n, s.Script) and isinstance(n.base, s.Special):
        table.plain_bare |= {t.text for t in n.sup if t.kind == "letter"}
        table.steps |= _layers_of(n.sup)
    if isinstance(n, s.Big):
        _big(n, table)
    elif isinstance(n, (s.Call, s.Bracket)):
        _argument(n, table)
    elif isinstance(n, (s.Differential, s.Juxtaposed)):
        table.varied |= set(_varied(n))
    elif isinstance(n, s.Name):
        (table.bold if n.bold else table.plain).add(n.name)
        if n.bold and len(n.name) <= 9:
            _rank(table, n.name, 2 if n.name[0].isupper() else 1)


def _steps(trees: list[s.Node], nodes: list[s.Node], equations: list[list[s.Node | None]], table: Table) -> None:
    """The letters that count steps, by the recursions that shift them; and the gates, whose letters are values."""
    heads = [sides[0] for sides in equations]
    recursive = {
        (base.name, letter_of(n.sub)) for n in heads if isinstance(n, s.Script) and (base := base_of(n)) and n.sub
    }
    shifts = [(base_of(n), shift_letter(n.sub)) for n in nodes if isinstance(n, s.Script) and n.sub]
    stepping = {(base.name, letter) for base, letter in shifts if base is not None}
    table.recursive = {name for name, letter in recursive & stepping if letter}
    places = {(name, letter) for name in _arrays(equations) for letter in _summed(nodes)} - recursive
    places |= set(_differences(stepping, recursive, equations))
    for base, letter in shifts:
        stepped = letter and base is not None and (letter not in table.indices or (base.name, letter) in recursive)
        if letter and base is not None and stepped and (base.name, letter) not in places:
            table.steps.add(letter)
    of_steps = {letter for base, letter in shifts if base is not None and base.name in table.recursive}
    for letter in {*_list_ends(trees), *_sum_ends(nodes, table)} - of_steps:
        table.sizes.setdefault(letter, DIMENSION)
        table.steps.discard(letter)
    at_steps = {name for name, letter in recursive if letter in table.steps and len(name) == 1}
    table.gates = (at_steps | set(_gates(equations))) - table.indices


def _at_zero(nodes: list[s.Node]) -> Iterator[str]:
    """x of x_0 and of x^{(0)}."""
    for n in nodes:
        if not isinstance(n, s.Script) or not isinstance(n.base, s.Name):
            continue
        if "0" in ("".join(t.text for t in strip(x)) for x in (n.sub, superscript(n.sup).layer)):
            yield n.base.name


def _differences(
    stepping: set[tuple[str, str | None]], recursive: set[tuple[str, str | None]], equations: list[list[s.Node | None]]
) -> Iterator[tuple[str, str | None]]:
    """x and i of y_i = x_i - x_{i-1}: places in a declared array, where no recursion counts with the letter."""
    arrays, heads = set(_arrays(equations)), [sides[0] for sides in equations]
    steps = {letter for name, letter in stepping if name not in arrays} | {x for _, x in recursive & stepping}
    steps |= {shift_letter(n.sub) for n in heads if isinstance(n, s.Script) and n.sub}  # x_{k+1} = ...
    yield from ((name, letter) for name, letter in stepping if letter and letter not in steps)


def _beside_summed(equations: list[list[s.Node | None]]) -> Iterator[str]:
    """w of p_w = e^{z_w} / \\sum_k e^{z_k}: the letter of an entry, whatever letter it is."""
    for head, *rest in equations:
        letter = letter_of(head.sub) if isinstance(head, s.Script) and head.sub and not head.sup else None
        if letter is None or len(letter) > 1 or not letter.islower() or not rest:
            continue
        summed = {x for n in walk(rest[0]) if isinstance(n, s.Big) for x in _under(n)}
        used = [(base.name, letter_of(n.sub)) for n in _scripts(rest[0]) if (base := base_of(n)) is not None]
        if {name for name, x in used if x in summed} & {name for name, x in used if x == letter}:
            yield letter


def _under(n: s.Big) -> Iterator[str]:
    """The letter that a sum binds."""
    chain = relations(list(strip(n.sub))) if n.sub and n.kind != "lim" else None
    if chain is not None and (letter := letter_of(tuple(chain.sides[0]))) is not None:
        yield letter


def _scripts(tree: s.Node | None) -> Iterator[s.Script]:
    """The names with subscripts, in exponents as well."""
    for n in walk(tree):
        if isinstance(n, s.Script):
            if n.sub:
                yield n
            if is_exponential(n):
                with suppress(Unreadable):
                    yield from _scripts(parse(n.sup))


def _arrays(equations: list[list[s.Node | None]]) -> Iterator[str]:
    """x of x \\in \\mathbb R^N."""
    for head, *rest in equations:
        if isinstance(head, s.Name) and isinstance(rest[0], s.Script) and isinstance(rest[0].base, s.Special):
            yield head.name


def _members(equations: list[list[s.Node | None]], table: Table) -> Iterator[str]:
    """x of x^{(i)} \\in \\mathbb R^n, where the note sums over i: x^{(1)} is one of these, and of no layer."""
    for head, *rest in equations:
        base = base_of(head) if isinstance(head, s.Script) and head.sup else None
        inside = rest[0].base if isinstance(rest[0], s.Script) else rest[0]
        letter = letter_of(superscript(head.sup).layer) if isinstance(head, s.Script) and base is not None else None
        real = isinstance(inside, s.Special) and inside.name == "R"
        if base is not None and real and letter in table.indices - table.steps - table.depths - LAYERS:
            yield base.name


def _summed(nodes: list[s.Node]) -> Iterator[str]:
    """i and k of x_{i+k-1}: places in an array, and no steps."""
    for n in nodes:
        letters = [t.text for t in n.sub if t.kind == "letter"] if isinstance(n, s.Script) else []
        if isinstance(n, s.Script) and len(letters) > 1 and any(t.is_("+", "-") for t in n.sub):
            yield from letters


def _gates(equations: list[list[s.Node | None]]) -> Iterator[str]:
    """i of i = \\sigma(a_i), of i_1 = \\sigma(W_i x_1) and of i^{(t)}: a value, and the label of what it is made of.

    So is k of k = \\tanh(a), a = U_k p: the label may stand in what a name on the right is defined as.
    """
    made_of: dict[str, list[s.Node]] = {}
    for sides in equations:
        if sides and isinstance(sides[0], s.Name):
            made_of.setdefault(sides[0].name, []).extend(rhs for rhs in sides[1:2] if rhs is not None)
    for sides in equations:
        head = base_of(sides[0]) if sides[0] is not None else None
        if head is not None and len(head.name) == 1 and head.name.islower():
            own = [n for rhs in sides[1:2] for n in walk(rhs)]
            calls = [n for n in own if isinstance(n, s.Call)]
            within = {n.name for call in calls for n in walk(call) if isinstance(n, s.Name)} - {head.name}
            behind = [n for name in sorted(within) for rhs in made_of.get(name, ()) for n in walk(rhs)]
            labelled = (n for n in [*own, *behind] if isinstance(n, s.Script) and isinstance(n.base, s.Name))
            if any(letter_of(n.sub) == head.name for n in labelled if n.sub):
                yield head.name


def _big(n: s.Big, table: Table) -> None:
    chain = relations(list(strip(n.sub))) if n.sub else None
    if chain is None or n.kind == "lim":
        return
    for item in items(tuple(chain.sides[0])) if chain.sides[0] else []:
        letter = letter_of(item)
        if letter:
            table.indices.add(letter)
    if (found := set_under(n.sub)) is not None:
        table.sets.add(found[1])
    top = letter_of(strip(n.sup)) if n.sup else None
    if top:
        table.sizes.setdefault(top, f"it bounds a {n.kind}")


def _dimensions(nodes: list[s.Node]) -> Iterator[str]:
    """The letters of \\mathbb{R}^{k \\times m}, and of I_k."""
    for n in nodes:
        if isinstance(n, s.Script) and isinstance(n.base, s.Special):
            yield from (t.text for t in n.sup)
        elif isinstance(n, s.Script) and isinstance(n.base, s.Name) and n.base.name == "I":
            yield from (t.text for t in n.sub)


def _sum_ends(nodes: list[s.Node], table: Table) -> Iterator[str]:
    """K of a sum over k from 0 to K - 1."""
    for n in nodes:
        chain = relations(list(strip(n.sub))) if isinstance(n, s.Big) and n.sub and n.kind != "lim" else None
        if isinstance(n, s.Big) and chain is not None and [str(r) for r in chain.relations] == ["="]:
            letter, low = letter_of(tuple(chain.sides[0])), "".join(t.text for t in chain.sides[1])
            if low == "0" and letter is not None and letter not in table.steps:
                yield from size_before(n.sup)


def _varied(n: s.Differential | s.Juxtaposed) -> Iterator[str]:
    """X of \\mathrm dX and of dX."""
    bodies = [n.body] if isinstance(n, s.Differential) else []
    if isinstance(n, s.Juxtaposed):
        pairs = zip(n.factors, n.factors[1:], strict=False)
        bodies = [b for (_, a), (_, b) in pairs if isinstance(a, s.Name) and a.name == "d"]
    yield from (base.name for body in bodies if (base := base_of(body)) is not None)


def _script(n: s.Script, table: Table, uppers: list[tuple[str, Tokens]]) -> None:
    base = base_of(n)
    if base is None or not isinstance(n.base, s.Name):
        return
    sup = superscript(n.sup) if n.sup else None
    if sup is not None and sup.layer:
        uppers.append((f"{base.name}_{word_of(n.sub)}" if _worded(n.sub) else base.name, sup.layer))
    if sup is not None and sup.transposed and not n.sub and not sup.layer:
        _rank(table, base.name, 2 if base.name[0].isupper() else 1)
    if sup is not None and len(sup.acts) == 2 and sup.acts[0].is_("-") and base.name[:1].isupper() and not n.sub:
        table.ranks.setdefault(base.name, 0)
    if n.sub and _worded(n.sub) and base.bold:
        _rank(table, f"{base.name}_{word_of(n.sub)}", 2 if base.name[0].isupper() else 1)
    if n.sub and not _worded(n.sub):
        letters = [letter_of(i) for i in items(n.sub)]
        if len(letters) == 1 and letters[0] in table.gates:
            return
        table.subscripts |= {x for x in letters if x}
        if all(letters) and all(len(x or "") == 1 for x in letters):
            indices = [
                x for x in letters if x and x not in table.steps and not x.isupper()
            ]  # v_t is v at a step, x_N the last
            _rank(table, base.name, len(indices))
            table.indexed |= {base.name} if indices else set()


def _input(a: s.Node | None, b: s.Node | None, table: Table) -> None:
    """x of a^{(1)} = x has as many axes as the a^{(l)}_j have indices."""
    base = base_of(a) if isinstance(a, s.Script) and not a.sub and superscript(a.sup).layer else None
    if base is not None and isinstance(b, s.Name) and b.name != base.name:
        _rank(table, b.name, table.ranks.get(base.name, 0))


def _worded(sub: Tokens) -> bool:
    return any(t.kind in ("word", "text") for t in sub)


def _rank(table: Table, name: str, rank: int) -> None:
    table.ranks[name] = max(rank, table.ranks.get(name, 0))


def _argument(n: s.Call | s.Bracket, table: Table) -> None:
    """diag(u) and |x| have vectors inside, tr(A) and det(A) matrices."""
    inside = n.args if isinstance(n, s.Call) else n.items
    if len(inside) != 1 or not isinstance(inside[0], s.Name):
        return
    name = inside[0].name
    if isinstance(n, s.Call) and n.function in ("tr", "trace", "det"):
        _rank(table, name, 2)
    elif (isinstance(n, s.Call) and n.function in ("diag", "softmax")) or (isinstance(n, s.Bracket) and n.kind == "||"):
        _rank(table, name, 2 if name[0].isupper() else 1)


def _layer(name: str, layer: Tokens, table: Table) -> None:
    letter = shift_letter(layer)
    if letter:
        table.steps.add(letter)
        table.layered.add(name)


def _numbered(trees: list[s.Node]) -> set[str]:
    """x of x^{(1)}, \\dots, x^{(N)}, also one below the other: numbers in brackets say nothing of layers there."""
    out: set[str] = set()
    laid = [n for tree in trees for n in walk(tree) if isinstance(n, s.Matrix)]
    runs = [listed(items) for n in laid for items in (*n.rows, *zip(*n.rows, strict=True))]
    scripts = [n for r in runs if r is not None for n in walk(r[1].term) if isinstance(n, s.Script)]
    out |= {n.base.name for n in scripts if isinstance(n.base, s.Name)}
    for first, dots, last in zip(trees, trees[1:], trees[2:], strict=False):
        ends = [base_of(n) for n in (first, last) if isinstance(n, s.Script) and superscript(n.sup).layer]
        if isinstance(dots, s.Special) and dots.name == "dots" and len(ends) == 2 and ends[0] and ends[1]:
            out |= {ends[0].name} & {ends[1].name}
    return out


def _layer_pass(uppers: list[tuple[str, Tokens]], numbered: set[str], table: Table) -> None:
    """Bare letters and numbers in brackets are layers if the letter is one, or if the name carries layers elsewhere."""
    for _ in range(2):
        for name, layer in uppers:
            letter = letter_of(layer)
            number = len(layer) == 1 and layer[0].kind == "num" and name not in numbered
            if letter in table.steps or number or letter in table.depths:
                table.layered.add(name)
            elif letter and letter.isupper() and name in table.layered:
                table.depths.add(letter)
            elif letter in LAYERS - table.indices and name in table.layered:
                table.steps.add(letter)  # delta^{(l)} beside delta^{(1)}


def _layers_of(sizes: Tokens) -> set[str]:
    """l of W_l \\in R^{d_{l-1} \\times d_l}: each layer has sizes of its own."""
    shown = [t.text for t in sizes]
    shifts = zip(shown, shown[1:], shown[2:], shown[3:], strict=False)
    return {b for a, b, c, d in shifts if a == "{" and b.isalpha() and c in "+-" and d == "1"}


def _list_ends(trees: list[s.Node]) -> Iterator[str]:
    """N of x_0, \\dots, x_{N-1}."""
    for first, dots, last in zip(trees, trees[1:], trees[2:], strict=False):
        scripts = isinstance(first, s.Script) and isinstance(last, s.Script)
        if not scripts or not isinstance(dots, s.Special) or dots.name != "dots" or word_of(first.sub) != "0":
            continue
        if len({b.name for b in (base_of(first), base_of(last)) if b is not None}) == 1:
            yield from size_before(last.sub)


def _whole(tree: s.Node | None) -> bool:
    """Whether a formula is made of letters and whole numbers by sums and products only."""
    kinds = (s.Name, s.Num, s.Sum, s.Juxtaposed, s.Bracket)
    return tree is not None and all(
        isinstance(n, kinds) and (not isinstance(n, s.Num) or n.text.isdigit()) for n in walk(tree)
    )
