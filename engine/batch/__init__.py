"""Files of millions of rows: planned in parts, scored by many processes, written part by part."""
