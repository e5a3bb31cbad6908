"""Blocks about a function, with other letters for its input and its output than z and a."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import reduce

from sympy import Expr

from derive.analysis.outputs import OUTPUT
from derive.analysis.variable import Z, replaced
from derive.derivation.model import Block, Equation, Prose, Table
from derive.expr import Let, Program, Tensor


def lettered(block: Block, z: Tensor, a: Tensor) -> Block:
    """The block with `z` and `a` for the input and the output, in formulas and in words."""
    letters = {Z: z, OUTPUT: a}

    def formula(e: Expr) -> Expr:
        return reduce(lambda u, pair: replaced(u, pair[0](), pair[1]()), letters.items(), e)

    def words(text: str) -> str:
        named = {t.name: new.name for t, new in letters.items()}
        pattern = rf"\b({'|'.join(named)})\b"
        maths = re.split(r"(\$[^$]*\$)", text)
        parts = (re.sub(pattern, lambda m: named[m[1]], p) if p.startswith("$") else p for p in maths)
        return "".join(parts)

    if isinstance(block, Prose):
        return Prose(words(block.text))
    if isinstance(block, Table):
        cells = (tuple(words(c) if isinstance(c, str) else c for c in row) for row in block.rows)
        return Table(tuple(map(words, block.header)), tuple(cells))
    if not isinstance(block, Equation):
        return block
    steps = tuple(replace(s, after=formula(s.after), reason=words(s.reason)) for s in block.steps)
    known = block.context
    if known is not None:
        lets = (Let(formula(let.target), formula(let.rhs)) for let in known.program)
        known = replace(known, program=Program(tuple(lets)))
    return replace(block, lhs=formula(block.lhs), steps=steps, context=known)
