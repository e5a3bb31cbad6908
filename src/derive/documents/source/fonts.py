"""Plain TeX, in the commands of today: {\\bf x}, {\\rm tr}, {a \\over b}, \\buildrel ... \\over."""

from __future__ import annotations

from dataclasses import replace

from derive.documents.source.tokens import Token

SWITCHES = {"bf": "mathbf", "bfseries": "mathbf", "rm": "mathrm", "sf": "mathrm", "cal": "mathcal", "it": "", "sl": "",
            "mit": "", "em": "", "itshape": "", "rmfamily": ""}  # fmt: skip
"""A switch holds up to the end of its group; the empty ones say nothing."""


def modern(tokens: list[Token]) -> list[Token]:
    """The tokens with each letter in the style that a switch before it asks for."""
    if not any(t.kind == "cmd" and (t.text in SWITCHES or t.text in ("buildrel", "over")) for t in tokens):
        return tokens
    return _styled(_divided(_built(tokens)))


def _built(tokens: list[Token]) -> list[Token]:
    r"""\buildrel above \over relation is \stackrel{above}{relation}."""
    out: list[Token] = []
    n = 0
    while n < len(tokens):
        t = tokens[n]
        over = next((m for m in range(n + 1, len(tokens)) if tokens[m].is_("\\over")), None)
        if not t.is_("\\buildrel") or over is None or over + 1 == len(tokens):
            out.append(t)
            n += 1
            continue
        relation = tokens[over + 1]
        out += [replace(t, text="stackrel"), *_group(tokens[n + 1 : over], t), *_group([relation], relation)]
        n = over + 2
    return out


def _divided(tokens: list[Token]) -> list[Token]:
    r"""{a \over b} is {\frac{a}{b}}: the fraction reaches over its group, or its cell of a table."""
    done: list[list[Token]] = [[]]  # of each group that is open: what stands before its last cell
    cells: list[list[Token]] = [[]]
    for n, t in enumerate(tokens):
        behind_left = n > 0 and tokens[n - 1].is_("\\left")
        if t.is_("}", "\\right") and len(cells) > 1:
            group = [*done.pop(), *_fraction(cells.pop()), t]
            cells[-1] += group
        elif t.is_("{", "\\left") and not behind_left:
            done.append([t])
            cells.append([])
        elif behind_left:
            done[-1].append(t)
        elif t.is_("&", "\\\\", "\\begin", "\\end"):
            done[-1] += [*_fraction(cells[-1]), t]
            cells[-1] = []
        else:
            cells[-1].append(t)
    return [t for before, cell in zip(done, cells, strict=True) for t in (*before, *_fraction(cell))]


def _fraction(inside: list[Token]) -> list[Token]:
    places = [n for n, t in enumerate(inside) if t.is_("\\over")]
    if len(places) != 1:
        return inside
    n, over = places[0], inside[places[0]]
    return [replace(over, text="frac"), *_group(inside[:n], over), *_group(inside[n + 1 :], over)]


def _group(tokens: list[Token], at: Token) -> list[Token]:
    return [Token("sym", "{", at.start, at.end), *tokens, Token("sym", "}", at.start, at.end)]


def _styled(tokens: list[Token]) -> list[Token]:
    out: list[Token] = []
    styles = [""]  # of the groups that are open
    n = 0
    while n < len(tokens):
        t = tokens[n]
        n += 1
        if t.kind == "cmd" and t.text in SWITCHES:
            if n < len(tokens) and tokens[n].is_("{"):  # \rm{new}, meant as \mathrm{new}
                out.append(replace(t, text=SWITCHES[t.text] or "mathit"))
            else:
                styles[-1] = SWITCHES[t.text]
            continue
        if t.is_("{"):
            styles.append(styles[-1])
        elif t.is_("}") and len(styles) > 1:
            styles.pop()
        style = styles[-1]
        if not style or not (t.kind == "letter" or (t.kind == "num" and style == "mathbf")):
            out.append(t)
            continue
        stop = n
        while style == "mathrm" and stop < len(tokens) and tokens[stop].kind == "letter":
            stop += 1  # letters in roman spell a word
        out += [Token("cmd", style, t.start, t.start), *_group([t, *tokens[n:stop]], t)]
        n = stop
    return out
