"""Benchmarks of the engine, one per module, and the pages that are written from their figures.

A module with a benchmark has ``add_options(parser)`` and ``run(options)``, which prints a table and
returns its figures. ``scripts/benchmark.py`` calls them.
"""
