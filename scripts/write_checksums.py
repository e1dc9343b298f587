#!/usr/bin/env python
"""Write SHA256SUMS into the folders of weights that ship, after one of them was made anew."""

from __future__ import annotations

from engine.utils import checksums, resources

for name in ("work", "static", "careers"):
    checksums.write(resources.shipped("models") / name)
