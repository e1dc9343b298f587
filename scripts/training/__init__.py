"""Programs that make the weights that ship, and the card and checksums beside them."""
