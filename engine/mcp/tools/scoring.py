"""Tools that score: an occupation, tasks, a pasted text."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from engine.careers.own_occupation import find_own
from engine.errors import InputError
from engine.intake.postings import read_posting
from engine.mcp import limits
from engine.mcp.arguments import (
    TASKS_ARE,
    Evidence,
    JobCode,
    JobTasks,
    JobTitle,
    ShortText,
    Tasks,
)
from engine.mcp.results.scores import (
    EVIDENCE,
    LeftOutLine,
    OccupationScore,
    OwnOccupation,
    PostingScore,
    TaskScore,
    TaskScores,
)
from engine.mcp.tools import jobs
from engine.records.inputs import Task
from engine.report.posting import shown_left_out
from engine.risk_engine import RiskEngine


def score_occupation(
    engine: RiskEngine,
    code: JobCode = None,
    title: JobTitle = None,
    tasks: JobTasks = None,
    evidence: Evidence = 1,
) -> OccupationScore:
    """Score an occupation: its risk with an interval, and every task with its evidence.

    Give code for an occupation of the catalog, title alone for one that it names, or title and
    tasks for any other job. With tasks, code names the occupation that the job belongs to, whose
    reference tasks are then left out.
    """
    result = jobs.score(engine, code, title, tasks)
    return OccupationScore.of(result, **{EVIDENCE: evidence})


def score_tasks(
    engine: RiskEngine,
    tasks: Annotated[Tasks, Field(description=TASKS_ARE)],
    evidence: Evidence = 3,
) -> TaskScores:
    """Score tasks that belong to no occupation, each with an interval and its evidence.

    One task is one sentence of work, such as "Write case summaries for clients.". For a whole job
    use score_occupation, which weighs its tasks by time; for an advert or resume, score_posting.
    """
    records = [Task(task) if isinstance(task, str) else task.record() for task in tasks]
    return TaskScores(
        tasks=[
            TaskScore.of(scored, **{EVIDENCE: evidence}) for scored in engine.score_tasks(records)
        ],
        confidence=engine.confidence,
        reference=engine.corpus.name,
    )


def score_posting(
    engine: RiskEngine,
    text: Annotated[
        str,
        Field(
            max_length=limits.MAX_POSTING_CHARACTERS,
            description="A job advert, resume, list of duties or message, as it was pasted: at "
            f"most {limits.MAX_POSTING_CHARACTERS:,} characters, of one job.",
        ),
    ],
    title: Annotated[
        ShortText | None, Field(description="Job title, if the text does not name it.")
    ] = None,
    evidence: Evidence = 1,
) -> PostingScore:
    """Read a pasted advert, resume or list of duties into tasks, and score the job.

    Pass the text unchanged, in English, German, Spanish or French: the engine finds the tasks and
    says of every other line why it is none. Nothing of it is stored, logged or sent anywhere.
    """
    posting = read_posting(text)
    occupation = posting.occupation(title)
    count = len(posting.tasks)
    if count > limits.MAX_TASKS:
        raise InputError(
            f"the text has {count:,} tasks, more than {limits.MAX_TASKS}; give one job at a time"
        )
    scored = engine.score_occupation(occupation)
    own = find_own(engine, scored, posting.department or "")
    left_out = shown_left_out(posting)
    return PostingScore.read(
        posting,
        job=OccupationScore.of(scored, **{EVIDENCE: evidence}),
        looks_like=OwnOccupation.if_any(own),
        left_out=[LeftOutLine.of(line) for line in left_out[: limits.MAX_LEFT_OUT]],
        left_out_lines=len(left_out),
    )
