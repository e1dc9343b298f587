"""Similar careers, career paths and comparisons over the scored catalog."""
