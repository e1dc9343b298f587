"""Measure how accurate estimates are for occupations that no part of a fit has seen."""
