"""Immutable records that go into the engine and come out of it, and how they are read."""
