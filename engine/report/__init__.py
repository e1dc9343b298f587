"""Results as people read them: terminal text, tables and formatted numbers."""
