"""Find the reference tasks nearest to a task, and turn their outcomes into features."""
