"""Gathers the rules: importing this module enters every one of them in `normal.RULES`."""

from __future__ import annotations

from derive.prove import exponentials, functions, kinks, layers, matrices, powers, sums

READY = (exponentials, functions, kinks, layers, matrices, powers, sums)
