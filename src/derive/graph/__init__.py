"""Computational graphs: a formula as gates and edges, with its values and gradients, drawn."""
