"""The formulas of a note in order: each a declaration, a definition, something given, or a claim."""
