"""Routes of the pages for a pasted job. Nothing that is sent is stored or logged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from engine.display.wording import marked, phrase
from engine.errors import EngineError, InputError
from engine.intake.postings import read_posting
from engine.report import tables
from engine.web import MAX_TYPED_CHARACTERS
from engine.web.content import downloads
from engine.web.content.pasted_job import PastedJob, as_sent, lines_of
from engine.web.content.site import Site
from engine.web.content.time_form import typed_shares
from engine.web.pages import pasted_job as pages
from engine.web.pages.languages import Visit, visiting
from engine.web.pages.links import ServerLinks
from engine.web.server.errors import said, status_of
from engine.web.server.request_queue import RequestQueue
from engine.web.server.responses import CSV, HTML, JSON

_UNCACHED = {"cache-control": "no-store"}
_MAX_FORM_FIELDS = 10_000
_NO_TASKS = marked("No line looks like a task. Check the lines that are, or change the text.")

Form = Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class _Answer:
    """The body of a response.

    Attributes:
        content: the body.
        status: of the response.
        media_type: of the body.
        file_name: makes it a download of this name; "" for a page.
    """

    content: str
    status: int = 200
    media_type: str = HTML
    file_name: str = ""

    def response(self) -> Response:
        """Return the response."""
        headers = dict(_UNCACHED)
        if self.file_name:
            headers["content-disposition"] = f'attachment; filename="{self.file_name}"'
        return Response(self.content, self.status, headers, self.media_type)


class _PastedJobs:
    """Make the pages of a pasted job, step by step; a step is the button that was pressed."""

    def __init__(self, site: Site, links: ServerLinks) -> None:
        self._site = site
        self._links = links
        self._reference = site.engine.corpus.name

    def form(self, form: Form | None = None, fault: str = "", status: int = 200) -> _Answer:
        """Return the form, with what was typed."""
        title, text = (_typed(form, "title"), _typed(form, "text")) if form else ("", "")
        page = pages.score_form(self._links, self._reference, title=title, text=text, fault=fault)
        return _Answer(content=page, status=status)

    def answer(self, form: Form) -> _Answer:
        """Return the page or file that a button of a form asks for."""
        step = _typed(form, "step")
        try:
            if step == "lines":
                return self._scored_lines(form)
            if step in ("score", "time", "csv", "json"):
                return self._scored(form, step)
            if step == "compare":
                return self._compared(form)
            return self._preview(form)
        except EngineError as error:
            return self.form(form, said(error), status_of(error))

    def _preview(self, form: Form, error: EngineError | None = None) -> _Answer:
        """Return the preview: as the text reads or, after an error, as the reader left it."""
        posting = read_posting(_typed(form, "text"))
        lines = lines_of(posting)
        title = _typed(form, "title").strip() or posting.title or ""
        department = _typed(form, "department").strip() or posting.department or ""
        fault, status = "", 200
        if error is not None:
            lines, fault, status = as_sent(lines, form), said(error), status_of(error)
        elif not posting.tasks:
            fault, status = phrase(_NO_TASKS), 422
        page = pages.preview(
            self._links,
            self._reference,
            lines,
            title=title[:MAX_TYPED_CHARACTERS],
            department=department[:MAX_TYPED_CHARACTERS],
            text=_typed(form, "text"),
            fault=fault,
        )
        return _Answer(content=page, status=status)

    def _scored_lines(self, form: Form) -> _Answer:
        try:
            return self._page(PastedJob.of_preview(form))
        except InputError as error:
            return self._preview(form, error)

    def _scored(self, form: Form, step: str) -> _Answer:
        job = PastedJob.of_lines(form)
        if step == "csv":
            record = self._site.submitted.scored(job.occupation())
            content = tables.csv_text(tables.stored_task_table([record]))
            return _Answer(content=content, media_type=CSV, file_name="pasted-job.csv")
        if step == "json":
            with visiting(Visit()):  # downloads are in English
                result = self._site.submitted.scored_with_careers(
                    job.occupation(), department=job.department
                )
            content = downloads.occupation_json(result.record, result.matches)
            return _Answer(content=content, media_type=JSON, file_name="pasted-job.json")
        typed = typed_shares(form, len(job.tasks)) if step == "time" else None
        return self._page(job, typed)

    def _compared(self, form: Form) -> _Answer:
        job, name = PastedJob.of_lines(form), _typed(form, "with").strip()
        try:
            code = self._site.code(name) if name[:1].isdigit() else self._site.titles.code(name)
        except EngineError as error:
            return self._page(job, fault=said(error), compared_with=name, status=status_of(error))
        compared = self._site.submitted.compared(job.occupation(), code)
        page = pages.compared(self._links, self._site.engine, job, compared)
        return _Answer(content=page)

    def _page(
        self,
        job: PastedJob,
        typed: list[float] | None = None,
        *,
        fault: str = "",
        compared_with: str = "",
        status: int = 200,
    ) -> _Answer:
        result = self._site.submitted.scored_with_careers(
            job.occupation(), typed, department=job.department
        )
        page = pages.scored(self._links, job, result, fault=fault, compared_with=compared_with)
        return _Answer(content=page, status=status)


def _typed(form: Form, name: str) -> str:
    return str(form.get(name, ""))


def pasted_job_routes(site: Site, links: ServerLinks, scoring: RequestQueue) -> APIRouter:
    """Routes of the form and its answers."""
    router = APIRouter(include_in_schema=False)
    jobs = _PastedJobs(site, links)

    @router.get("/score")
    @router.head("/score")
    async def score_form() -> Response:
        return HTMLResponse(jobs.form().content, headers={"cache-control": "no-cache"})

    @router.post("/score")
    async def score(request: Request) -> Response:
        form = await request.form(max_fields=_MAX_FORM_FIELDS)
        answer = await scoring.process(lambda: jobs.answer(form))
        return answer.response()

    return router
