"""The pages for a pasted job: the form, the preview of its lines, and its scores."""

from __future__ import annotations

from collections.abc import Sequence

from engine.records.inputs import MAX_TASKS
from engine.web.content.pasted_job import Line, PastedJob
from engine.web.content.site import ScoredJob
from engine.web.pages.rendering import Links, render


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


def scored(links: Links, job: PastedJob, result: ScoredJob) -> str:
    """The scores of a pasted job, what it looks like, other careers, files, and a link to it.

    Args:
        links: addresses relative to the page.
        job: as it was sent.
        result: its scores.
    """
    return render(
        "scored.html",
        links,
        reference=result.record["reference"],
        record=result.record,
        matches=result.matches,
        own=result.own,
        fields=job.fields(),
        fragment=job.fragment(),
    )
