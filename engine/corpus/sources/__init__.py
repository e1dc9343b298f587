"""Published data as reference corpora; each publisher's files are read by a module of its own."""
