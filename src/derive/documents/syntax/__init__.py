"""How a formula is put together: the parser and its tree, before any name means anything."""
