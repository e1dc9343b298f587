"""The scored catalog as a data set to publish: CSV and Parquet with a description of each column.

``export_dataset`` of ``engine.dataset.export`` writes it.
"""
