"""The scored occupation with round numbers of the report's tests."""

from __future__ import annotations

from tests.report.conftest import rated, result

__all__ = ["rated", "result"]
