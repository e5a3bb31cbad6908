"""Composing a model in Python: each assignment to an attribute is one forward equation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from sympy import Expr

from derive.errors import OptionError, ShapeError
from derive.expr import Elem, Index, Let, Program, Tensor, rename
from derive.expr.arrays import TensorExpr, array, as_array, show
from derive.expr.nodes import tensors
from derive.notation.vocabulary import index_letters, split_name

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


class Model:
    """Forward equations, in order: `net.z = W @ x + b` names the right side z, and `net.z` is that name from then on.

    The last equation is the output. Names are those of Python: `xhat` is printed with a hat, `z_1` and `z1` with an
    index; `net["z_1"]` is `net.z_1`. Raises OptionError for a name that is taken, and for what is no formula.

    >>> from derive.expr.arrays import tensor
    >>> W, x = tensor("W", "K", "D"), tensor("x", "D")
    >>> net = Model()
    >>> net.z = W @ x
    >>> net.C = (net.z * net.z).sum()
    >>> net.program.inputs
    (W, x)
    """

    _lets: dict[str, Let]

    def __init__(self) -> None:
        object.__setattr__(self, "_lets", {})

    def __setitem__(self, name: str, value: Any) -> None:
        if not NAME.fullmatch(name):
            raise OptionError(f"{name!r}: expected a name, a letter and then letters, digits or _")
        if name in self._lets:
            raise OptionError(f"{name}: this name has an equation already: {self._lets[name].rhs}")
        try:
            right = as_array(value)
        except ShapeError as error:
            raise OptionError(f"{name}: {error}") from None
        if any(t.name == name for t in tensors(right.expr)):
            raise OptionError(f"{name}: it is defined by itself")
        if any(t.name == name for let in self._lets.values() for t in tensors(let.rhs)):
            raise OptionError(f"{name}: this is the name of an input of an earlier equation")
        self._lets[name] = _let(name, right)

    def __getitem__(self, name: str) -> TensorExpr:
        if name not in self._lets:
            raise OptionError(f"{name}: no equation has this name; there is {', '.join(self._lets) or 'none'}")
        target = self._lets[name].target
        return array(target, *target.indices)

    def __setattr__(self, name: str, value: Any) -> None:
        if hasattr(type(self), name):
            raise OptionError(f"{name}: a method of a model has this name. Try: another one")
        self[name] = value

    def __getattr__(self, name: str) -> TensorExpr:
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return self[name]
        except OptionError as error:
            raise AttributeError(str(error)) from None

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._lets]

    def __repr__(self) -> str:
        lets = self.program if self._lets else ()
        return "\n".join(f"{let.target} = {let.rhs}" for let in lets) or "a model without equations"

    @property
    def program(self) -> Program:
        """All equations, in order."""
        if not self._lets:
            raise OptionError("a model without equations. Try: net.z = W @ x + b")
        return lettered(self._lets.values())


def _let(name: str, value: TensorExpr) -> Let:
    if any(d == 1 for d in value.shape):
        raise OptionError(
            f"{name}: an axis of size 1 in {show(value.shape)} has no index. Try: keepdims=False, or x[:, 0]"
        )
    return Let(Elem(Tensor(name, value.shape), *value.indices), value.expr)


def lettered(lets: Iterable[Let], keep: Callable[[str], bool] = lambda _: False) -> Program:
    """The program with letters that say what is counted, n for N and d for D, and that are no names of tensors.

    `keep` says of the name of an index whether it is such a letter already.
    """
    lets = tuple(lets)
    names = {t.name for let in lets for t in (let.tensor, *tensors(let.rhs))}
    taken = frozenset(names | {split_name(name).base for name in names})  # h is the letter of h_1, too
    return Program(tuple(_relettered(let, taken, keep) for let in lets))


def _relettered(let: Let, taken: frozenset[str], keep: Callable[[str], bool]) -> Let:
    indices: tuple[Index, ...] = let.target.indices
    used = {i.name for i in indices if keep(i.name)}
    names: dict[Index, Expr] = {}
    for i in indices:
        if i.name not in used:
            names[i] = Index(next(x for x in index_letters(i.dim) if x not in taken | used), i.dim)
            used.add(names[i].name)
    return Let(rename(let.target, names), rename(let.rhs, names)) if names else let
