"""Derivatives, differentials, and functions at a point."""
