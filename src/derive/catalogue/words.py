"""Words about a symbol that no set says: that it sums to one, that a matrix is symmetric."""

from __future__ import annotations

from derive.expr import Tensor

WORDS = {
    "one_hot": "one-hot",
    "sum_to_one": "sums to one",
    "symmetric": "symmetric",
    "positive_definite": "positive definite",
    "invertible": "invertible",
    "orthogonal": "orthogonal",
    "nonzero": "nonzero",
}


def described(tensor: Tensor, what: str) -> str:
    """What a symbol is, with the properties that a formula may rely on.

    >>> described(Tensor("y", (), None, ("sum_to_one",)), "target")
    'target, sums to one'
    """
    rows = "each row " if tensor.rank == 2 and "sum_to_one" in tensor.properties else ""
    said = [(rows if p == "sum_to_one" else "") + words for p, words in WORDS.items() if p in tensor.properties]
    return ", ".join([what, *said])
