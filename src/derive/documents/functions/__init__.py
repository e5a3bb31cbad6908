"""Functions: known, defined by the note, or unknown; of an entry, of whole arrays, with an index."""
