"""The bodies of requests to the API."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from engine.records.inputs import MAX_TASKS, UNTITLED, Occupation, Task
from engine.web import MAX_TYPED_CHARACTERS

INPUT = ConfigDict(extra="forbid", strict=True)
"""Fields of requests are those and have the types of the description, or the request fails."""


class TaskInput(BaseModel):
    """A sentence of work and facts about it; as ``engine.Task``."""

    model_config = INPUT

    task: str
    time_share: float | None = None
    frequency: float | None = None
    importance: float | None = None
    core: bool = True
    category: str | None = None


class JobInput(BaseModel):
    """A job to score; as ``engine.Occupation``. It is not stored or logged."""

    model_config = INPUT

    title: str = Field(UNTITLED, max_length=MAX_TYPED_CHARACTERS)
    tasks: list[str | TaskInput] = Field(min_length=1, max_length=MAX_TASKS)
    soc_code: str | None = None
    job_zone: int | None = None
    description: str = Field("", max_length=5_000)

    def occupation(self) -> Occupation:
        """The job as a record of the engine."""
        tasks = [
            task
            if isinstance(task, str)
            else Task(**{"text" if k == "task" else k: v for k, v in task.model_dump().items()})
            for task in self.tasks
        ]
        return Occupation(
            self.title,
            tasks,
            soc_code=self.soc_code,
            job_zone=self.job_zone,
            description=self.description,
        )


class PostingInput(BaseModel):
    """A pasted text; as ``engine.intake.postings.read_posting``. It is not stored or logged."""

    model_config = INPUT

    text: str = Field(description="A job posting, a resume, a list of duties or a message.")


class Change(BaseModel):
    """What changes: time shares, the reach of software, or both.

    ``time_shares``: new time shares, in [0, 1], by task text; the other tasks divide the rest.
    ``frontier``: the name of a step, or how much of each barrier software can handle, in [0, 1].
    """

    model_config = INPUT

    time_shares: dict[str, float] | None = Field(None, min_length=1, max_length=MAX_TASKS)
    frontier: str | dict[str, float] | None = None
