"""One page a file: it states the forward model, the loss and the prose; the engine derives the rest."""
