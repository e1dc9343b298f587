"""Programs that make the weights that ship, with their card and checksums."""
