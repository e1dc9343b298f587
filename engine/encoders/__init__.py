"""Encoders, which turn texts into vectors, and a cache of the vectors."""
