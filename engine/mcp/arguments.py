"""Types of the arguments of tools: their schema states units and limits, for models that call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from engine.mcp import limits
from engine.records.inputs import MAX_TASK_CHARACTERS, UNTITLED, Occupation, Task

TEXT, RECORD = "as text", "as object"
"""Tags of the two forms of an item: plain text, or an object with fields."""


class TaskInput(BaseModel):
    """A sentence of work, and facts about it."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    task: Annotated[str, Field(max_length=MAX_TASK_CHARACTERS)]
    """One sentence of work, such as "Write case summaries for clients."."""
    time_share: Annotated[float, Field(ge=0, le=1)] | None = None
    """Share of working time, in [0, 1]; null to estimate it. All shares sum to at most 1."""
    frequency: Annotated[float, Field(ge=0, le=1e6)] | None = None
    """Occurrences a year."""
    importance: Annotated[float, Field(ge=1, le=5)] | None = None
    """Importance on the O*NET scale, 1 to 5."""

    def record(self) -> Task:
        """Return the task as a record of the engine."""
        return Task(
            self.task,
            time_share=self.time_share,
            frequency=self.frequency,
            importance=self.importance,
        )


def form(value: Any) -> str:
    """Return the tag of an item."""
    return TEXT if isinstance(value, str) else RECORD


AnyTask = Annotated[
    Annotated[str, Field(max_length=MAX_TASK_CHARACTERS), Tag(TEXT)]
    | Annotated[TaskInput, Tag(RECORD)],
    Discriminator(form),
]

Tasks = Annotated[list[AnyTask], Field(min_length=1, max_length=limits.MAX_TASKS)]

TASKS_ARE = (
    f"1 to {limits.MAX_TASKS} tasks: sentences of at most {MAX_TASK_CHARACTERS} characters, or "
    "objects with time_share (share of working time, in [0, 1])."
)

ShortText = Annotated[str, Field(max_length=limits.MAX_QUERY_CHARACTERS)]

CODE_IS = (
    "SOC code of an occupation, such as 29-1129.01; also ISCO-08, such as ISCO-3313, and ESCO "
    "where the engine knows them. search_occupations finds codes."
)

JobCode = Annotated[ShortText | None, Field(description=CODE_IS)]

JobTitle = Annotated[
    ShortText | None,
    Field(description="Job title. Without tasks, it must name one occupation of the catalog."),
]

JobTasks = Annotated[Tasks | None, Field(description=TASKS_ARE)]

Evidence = Annotated[
    int,
    Field(
        ge=0,
        le=limits.MAX_EVIDENCE,
        description=f"Reference tasks to show for each task, 0 to {limits.MAX_EVIDENCE}.",
    ),
]


class JobInput(BaseModel):
    """A job that is not in the catalog."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    title: ShortText = UNTITLED
    """Job title."""
    tasks: Annotated[Tasks, Field(description=TASKS_ARE)]


AnyJob = Annotated[
    Annotated[str, Field(max_length=limits.MAX_QUERY_CHARACTERS, description=CODE_IS), Tag(TEXT)]
    | Annotated[JobInput, Tag(RECORD)],
    Discriminator(form),
]


def job(title: str | None, tasks: Sequence[str | TaskInput], code: str | None = None) -> Occupation:
    """Return a job of a caller as a record of the engine.

    Raises:
        InputError: if a task, the code or the sum of the time shares is invalid.
    """
    records = [task if isinstance(task, str) else task.record() for task in tasks]
    return Occupation(title or UNTITLED, records, soc_code=code)
