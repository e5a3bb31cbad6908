"""Hand-written NumPy functions, held against what is derived."""
