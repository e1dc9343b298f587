"""Predict measures, intervals, categories and scope of tasks from evidence of a reference."""
