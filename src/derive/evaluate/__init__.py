"""What expressions are worth at given values: a slow oracle over any ring, fast arrays, and sample points.

Nothing is imported here: NumPy, flint and the engines are loaded by the module that needs them.
"""
