"""Immutable records of the engine's inputs and results, and a reader of inputs."""
