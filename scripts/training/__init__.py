"""Programs that make the shipped weights, their card, and their checksums."""
