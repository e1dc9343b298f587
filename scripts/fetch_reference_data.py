#!/usr/bin/env python
"""Download the published data: ``occupation-risk fetch``, from a checkout."""

from __future__ import annotations

import sys

from engine.cli.app import main

if __name__ == "__main__":
    main(["fetch", *sys.argv[1:]])
