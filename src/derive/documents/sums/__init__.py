"""Sums, products, extremes and limits over letters."""
