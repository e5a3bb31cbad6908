"""The checker: what each claim of a note is worth."""
