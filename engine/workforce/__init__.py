"""A staff list scored: the risk of its jobs, weighted by headcount or pay."""
