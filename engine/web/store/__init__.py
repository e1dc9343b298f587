"""The store of scores: its database, its tables, and the pipeline that fills them."""
