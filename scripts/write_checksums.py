#!/usr/bin/env python
"""Write SHA256SUMS into the folders of weights that ship, after one of them was made anew."""

from __future__ import annotations

from engine import checksums, places

for name in ("work", "static", "careers"):
    checksums.write(places.shipped("models") / name)
