"""Results for people to read: terminal text, tables and formatted numbers."""
