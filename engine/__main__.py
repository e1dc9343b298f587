"""``python -m engine`` is ``occupation-risk``."""

from engine.cli.app import main

main()
