"""The style `fast`: the statements of a plan as a graph of array operations, scheduled and written with workspaces.

read (statements -> graph) -> identities (while the graph is built) -> layout (small softmaxes lie on their side)
-> schedule (blocks of rows, loops over parts that fit the cache, storage that is used again) -> write (source).
"""

from __future__ import annotations

from derive.codegen.fast.write import fast_module

__all__ = ["fast_module"]
