#!/usr/bin/env python
"""Write SHA256SUMS into each folder of weights that ships. Run it after weights have changed."""

from __future__ import annotations

from engine.utils import checksums, resources

FOLDERS = ("work", "minilm", "static", "multilingual", "careers", "moves", "postings", "titles")


def main() -> None:
    for name in FOLDERS:
        checksums.write(resources.shipped("models") / name)


if __name__ == "__main__":
    main()
