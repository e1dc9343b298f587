"""Encoders, which turn texts into vectors, and what keeps the vectors."""
