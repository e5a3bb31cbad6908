"""Pieces of formulas to statements: definitions and claims, with the two sides of each claim."""
