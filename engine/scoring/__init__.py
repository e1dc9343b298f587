"""Build the parts of an engine, and score tasks and occupations with them."""
