"""Save fitted engines to folders of plain files, and load them."""
