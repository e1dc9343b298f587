"""The pages for a pasted job: the form, the preview of its lines, and its scores."""

from __future__ import annotations

from collections.abc import Sequence

from engine.careers.filters import LEAST_WAGE_RATIO
from engine.records.inputs import MAX_TASKS
from engine.risk_engine import RiskEngine
from engine.web import MAX_TYPED_CHARACTERS
from engine.web.content.comparison import all_categories
from engine.web.content.pasted_job import Line, PastedJob
from engine.web.content.submitted_jobs import ScoredJob
from engine.web.pages.links import Links
from engine.web.pages.rendering import render
from engine.web.store.store import Record


def score_form(
    links: Links, reference: str, *, title: str = "", text: str = "", fault: str = ""
) -> str:
    """The form to paste a job into.

    Args:
        links: addresses relative to the page.
        reference: name of the engine's reference.
        title, text: what was typed before.
        fault: why that could not be read or scored; "" if there was none.
    """
    return render(
        "score.html",
        links,
        reference=reference,
        title=title,
        text=text,
        fault=fault,
        max_tasks=MAX_TASKS,
    )


def preview(
    links: Links,
    reference: str,
    lines: Sequence[Line],
    *,
    title: str,
    department: str,
    text: str,
    fault: str = "",
) -> str:
    """Every line of a pasted text with what it was taken for, to change before scoring.

    Args:
        links: addresses relative to the page.
        reference: name of the engine's reference.
        lines: in the order of the text.
        title, department: of the job, as typed or as read; "" if unknown.
        text: what was pasted.
        fault: why the lines could not be scored; "" if there was none.
    """
    return render(
        "preview.html",
        links,
        reference=reference,
        lines=lines,
        tasks=sum(line.is_task for line in lines),
        title=title,
        department=department,
        text=text,
        fault=fault,
        max_tasks=MAX_TASKS,
    )


def scored(
    links: Links, job: PastedJob, result: ScoredJob, *, fault: str = "", compared_with: str = ""
) -> str:
    """The scores of a pasted job, what it looks like, other careers, files, and a link to it.

    Args:
        links: addresses relative to the page.
        job: as it was sent.
        result: its scores.
        fault: why it could not be compared; "" if there was no reason.
        compared_with: what the reader typed to compare it with.
    """
    return render(
        "scored.html",
        links,
        reference=result.record["reference"],
        record=result.record,
        matches=result.matches,
        nearly=result.nearly,
        least_wage=LEAST_WAGE_RATIO,
        own=result.own,
        fields=job.fields(),
        fragment=job.fragment(),
        fault=fault,
        compared_with=compared_with[:MAX_TYPED_CHARACTERS],
    )


def compared(links: Links, engine: RiskEngine, job: PastedJob, record: Record) -> str:
    """A pasted job beside an occupation of the catalog, and a path of moves that leads there.

    Args:
        links: addresses relative to the page.
        engine: has scored them.
        job: as it was sent.
        record: see ``SubmittedJobs.compared``.
    """
    return render(
        "scored_comparison.html",
        links,
        reference=engine.corpus.name,
        compared=record,
        categories=all_categories(record["occupations"]),
        confidence=engine.confidence,
        fields=job.fields(),
    )
