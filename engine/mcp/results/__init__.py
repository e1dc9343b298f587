"""The results of tools: parts of the engine's records, under their names, as pydantic models.

A model takes the fields that it names from a record (``from_attributes``), so that every number is
the engine's own. The docstrings of the fields become the output schema.
"""
