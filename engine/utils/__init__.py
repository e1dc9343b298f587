"""Files, text, locks and other helpers that do not depend on risk."""
