"""The tools: plain functions of an engine and typed arguments. ``tool`` makes tools of them."""
