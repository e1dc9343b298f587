from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from engine.mcp.arguments import Tasks
from engine.mcp.faults import argument_faults, unknown_arguments


class _Arguments(BaseModel):
    text: str = ""
    value: str | float = 0.0
    tasks: Tasks = ["File letters."]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"text": 5}, "text is 5; give a valid string"),
        ({"value": [1]}, "value is [1]; give a valid string or give a valid number"),
        ({"tasks": "File letters."}, "tasks is 'File letters.'; give a valid list"),
        ({"tasks": [5]}, "tasks item 1 is 5; give an object with fields"),
        (
            {"tasks": ["Sort mail.", {"task": "File letters.", "importance": 9}, {}]},
            "tasks item 2, importance is 9; give at most 5. tasks item 3, task is missing; give it",
        ),
    ],
)
def test_faults_say_where_and_what_to_do(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as error:
        _Arguments(**given)
    assert argument_faults(error.value) == said


def test_many_faults_are_shortened() -> None:
    with pytest.raises(ValidationError) as error:
        _Arguments(tasks=[{}] * 30)  # type: ignore[list-item]
    assert argument_faults(error.value).endswith(
        "tasks item 10, task is missing; give it. and 20 more"
    )


def test_unknown_arguments_are_named() -> None:
    assert unknown_arguments(["code"], ["code", "k"]) is None
    said = unknown_arguments(["kk", "soc"], ["code", "k"])
    assert said == "unknown argument 'kk', 'soc'; use only code, k"
