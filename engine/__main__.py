"""``python -m engine`` is ``occupation-risk``."""

from engine.cli import main

main()
