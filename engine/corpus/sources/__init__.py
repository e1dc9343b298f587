"""Published data as reference corpora: each publisher's files are read in a module of their own."""
