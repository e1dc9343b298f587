from __future__ import annotations

from engine import Occupation, RiskEngine
from engine.careers.results import CareerMatches
from engine.report.formatting import WHAT_RISK_IS, interval, percent
from engine.report.markdown import occupation_page

ART = "29-1129.01"


def test_a_page_has_the_figures_every_task_and_every_career(engine: RiskEngine) -> None:
    scored = engine.score_occupation(ART)
    matches = engine.similar_careers(ART, 3, safer_only=False, max_rank=None)
    page = occupation_page(scored, matches)
    assert page.startswith("# Art Therapists · SOC 29-1129.01")
    assert f"- Risk: {percent(scored.risk)} ({interval(scored.risk_interval)}" in page
    for task in scored.tasks:
        cells = f"{percent(task.risk)} ({interval(task.risk_interval)}) | "
        assert f"{cells}{percent(task.time_share or 0)} |" in page
    assert len(matches) == 3
    for match in matches:
        assert f"| {match.title} | {match.soc_code} | {percent(match.risk)} (" in page
    assert page.count(WHAT_RISK_IS) == 1


def test_text_cannot_add_structure_to_the_page(engine: RiskEngine) -> None:
    job = Occupation("*Clerk*\n# Boss", ["File | sort [letters](http://x) `daily`."])
    page = occupation_page(engine.score_occupation(job), CareerMatches(considered=3))
    assert page.startswith("# \\*Clerk\\* \\# Boss")
    assert "| File \\| sort \\[letters\\](http://x) \\`daily\\`." in page
    assert "No occupation of the catalog passes the filters. Compared 3 occupations" in page
