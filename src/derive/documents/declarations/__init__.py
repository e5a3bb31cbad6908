"""What a note declares: sets, ranges, lists, rows of matrices, properties, remarks for `derive`."""
