"""From trees to values: what a name with its scripts stands for, and one rule for each kind of node."""
