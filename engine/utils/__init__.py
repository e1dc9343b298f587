"""Files, text, locks and other helpers that know nothing about risk."""
