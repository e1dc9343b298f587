"""Write the tables of a corpus as CSV; equal tables give equal bytes."""

from __future__ import annotations

import csv
import io
import math

import numpy as np
import pandas as pd


def csv_bytes(table: pd.DataFrame) -> bytes:
    """Return a table as UTF-8 CSV; NaN is an empty cell, and numbers have their exact value."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(table.columns)
    for row in table.itertuples(index=False):
        writer.writerow([_cell(value) for value in row])
    return buffer.getvalue().encode("utf-8")


def with_blank_zones(occupations: pd.DataFrame) -> pd.DataFrame:
    """Return the table with an empty cell instead of a job zone of 0, which means unknown."""
    zones = occupations["job_zone"].astype(object)
    return occupations.assign(job_zone=zones.where(zones != 0, ""))


def _cell(value: object) -> str:
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, float):
        return "" if math.isnan(value) else repr(float(value))  # shortest exact form
    return str(value)
