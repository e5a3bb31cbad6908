"""Plots of functions of one number: in the terminal, as SVG, as PNG."""
