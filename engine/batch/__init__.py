"""Score files of millions of rows: split them into parts, score the parts in parallel, resume."""
