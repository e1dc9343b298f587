#!/usr/bin/env python
"""Build an engine, or extend one: ``occupation-risk build``, from a checkout."""

from __future__ import annotations

import sys

from engine.cli.app import main

if __name__ == "__main__":
    main(["build", *sys.argv[1:]])
