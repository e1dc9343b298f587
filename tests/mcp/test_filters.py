from __future__ import annotations

from dataclasses import fields

from engine import MoveFilters
from engine.careers.filters import DEFAULT_FILTERS
from engine.mcp.filters import DEFAULT, FilterInput


def test_the_filters_are_those_of_the_engine_and_all_are_described() -> None:
    assert list(FilterInput.model_fields) == [field.name for field in fields(MoveFilters)]
    assert DEFAULT.filters() == DEFAULT_FILTERS
    assert all(field.description for field in FilterInput.model_fields.values())
