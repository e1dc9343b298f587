"""Reference corpora: tasks with known outcomes, their occupations, and the data they come from."""
