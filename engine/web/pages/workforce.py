"""The page for staff lists: a form to upload one, and its report with files to download."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from engine.display.wording import gettext
from engine.records.workforce import MIN_SHOWN, ScoredStaff
from engine.report.workforce_html import report_body
from engine.web.pages.links import Links
from engine.web.pages.rendering import in_english, render
from engine.workforce.result import WorkforceRisk

_FAULTS_LISTED = 50


@dataclass(frozen=True, kw_only=True)
class Download:
    """A file in a link, so that the server keeps nothing.

    Attributes:
        name: of the file.
        words: what it is, for people.
        address: data URI with its content.
    """

    name: str
    words: str
    address: str

    @classmethod
    def of(cls, name: str, words: str, media_type: str, content: str) -> Download:
        """Put a text into the address of a link."""
        encoded = base64.b64encode(content.encode()).decode()
        return cls(
            name=name, words=words, address=f"data:{media_type};charset=utf-8;base64,{encoded}"
        )


def workforce_form(
    links: Links, reference: str, *, max_bytes: int = 0, text: str = "", fault: str = ""
) -> str:
    """The form to upload a staff list.

    Args:
        links: addresses relative to the page.
        reference: name of the engine's reference.
        max_bytes: largest request that the server accepts; a static copy has none.
        text: what was pasted before.
        fault: why the last list could not be scored; "" if there was none.
    """
    return render(
        "workforce.html",
        links,
        reference=reference,
        text=text,
        fault=fault,
        max_megabytes=max_bytes / 1_000_000,
        min_shown=MIN_SHOWN,
    )


def workforce_report(links: Links, result: WorkforceRisk) -> str:
    """The report of a staff list, with its files as links that hold their content."""
    downloads = [
        Download.of("workforce.html", gettext("Report"), "text/html", result.to_html()),
        Download.of("workforce.csv", gettext("Table (CSV)"), "text/csv", result.to_csv()),
        Download.of("workforce.json", "JSON", "application/json", result.to_json()),
    ]
    confirmations = result.confirmations()
    to_confirm = None
    if confirmations.count("\n") > 1:
        to_confirm = Download.of(
            "titles.csv", gettext("Titles to confirm"), "text/csv", confirmations
        )
    faulty = [row for row in result.rows if row.faults]
    return render(
        "workforce_report.html",
        links,
        reference=result.shared.reference,
        body=report_body(result.shared),
        downloads=downloads,
        to_confirm=to_confirm,
        faults=[_fault(row) for row in faulty[:_FAULTS_LISTED]],
        more_faults=len(faulty[_FAULTS_LISTED:]),
        show_small=result.shared.show_small,
        min_shown=MIN_SHOWN,
    )


def _fault(row: ScoredStaff) -> tuple[str, str]:
    """Return the row, and its faults in English."""
    return gettext("Row %(number)s", number=f"{row.line}"), in_english("; ".join(row.faults))
