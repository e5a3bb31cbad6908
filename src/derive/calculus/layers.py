"""Weights that several layers share: what each layer contributes to the derivative, summed over the layers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sympy import Expr, S

from derive.calculus.reverse import Adjoint
from derive.expr import LAYER, LayerSum

STAGES = ("chain", "unfolded", "local", "inserted", "simplified", "value")


def along_layers(of_layer: Adjoint, low: Any, high: Any, besides: Adjoint | None = None) -> Adjoint:
    """The adjoint of a tensor that every layer low .. high uses, given what comes through the layer called l.

    `besides` is what does not come through the layers: that of a penalty. Each stage of the derivation is the sum.
    """

    def total(stage: str) -> Expr:
        rest = S.Zero if besides is None else getattr(besides, stage)
        return LayerSum(getattr(of_layer, stage), LAYER, low, high) + rest

    more = () if besides is None else besides.assumptions
    assumptions = tuple(dict.fromkeys((*of_layer.assumptions, *more)))
    return replace(of_layer, **{stage: total(stage) for stage in STAGES}, assumptions=assumptions)
