"""What the sentences say around formulas: given numbers, conditions, what follows from what."""
