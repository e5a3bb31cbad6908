"""The text of a note: where its formulas are, its macros, and clean tokens in rows and pieces."""
