"""Time % changed by the reader: rolled up on the server, for those without JavaScript."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from engine import Occupation, RiskEngine, Task
from engine.web.content.site import Site
from engine.web.content.time_form import with_shares
from tests.conftest import ART

LINES = ["Write reports for the board of the club.", "Paint the walls and ceilings of rooms."]


def _form(shares: list[object]) -> dict[str, str]:
    return {f"share-{row}": str(share) for row, share in enumerate(shares)}


def _shown(html: str, place: str) -> str:
    found = re.search(rf'id="{place}"[^>]*>([^<]*)<', html)
    assert found
    return found[1]


def test_the_form_rolls_up_as_the_engine_does(
    client: TestClient, engine: RiskEngine, site: Site
) -> None:
    scored = engine.score_occupation(ART)
    shares = [float(row + 1) for row in range(len(scored.tasks))]
    expected = scored.what_if(
        {task.task: share / sum(shares) for task, share in zip(scored.tasks, shares, strict=True)}
    ).after
    record = site.at_shares(ART, shares)
    assert record["risk"] == pytest.approx(expected.risk)
    assert record["risk_interval"] == pytest.approx(expected.risk_interval)
    answer = client.post(f"/occupations/{ART}", data=_form(shares))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    low, high = expected.risk_interval
    assert _shown(answer.text, "risk") == f"{100 * expected.risk:.0f} %"
    assert _shown(answer.text, "risk-interval") == f"{100 * low:.0f}–{100 * high:.0f} %"
    assert f'name="share-0" form="time" min="0" max="100" step="any" autocomplete="off" value="{100 / sum(range(len(shares) + 1)):.1f}"' in answer.text  # fmt: skip  # noqa: E501
    assert f'href="/occupations/{ART}">Back to the published numbers' in answer.text


def test_a_pasted_job_is_rolled_up_again_with_its_text(
    client: TestClient, engine: RiskEngine
) -> None:
    job = {"title": "Odd jobs", "text": "\n".join(LINES)}
    first = client.post("/score", data=job | {"step": "score"}).text
    assert '<input type="hidden" name="step" value="time">' in first
    page = client.post("/score", data=job | {"step": "time"} | _form([30, 10])).text
    tasks = [Task(LINES[0], time_share=0.75), Task(LINES[1], time_share=0.25)]
    expected = engine.score_occupation(Occupation("Odd jobs", tasks))
    assert _shown(page, "risk") == f"{100 * expected.risk:.0f} %"
    assert 'value="75.0"' in page


def test_what_was_pasted_comes_back_as_it_was(client: TestClient) -> None:
    """Quotes and line ends of the text survive the hidden field of the form."""
    text = 'Write "minutes" & letters of < 5 pages for members.\nSet up chairs and tables.'
    page = client.post("/score", data={"text": text, "step": "score"}).text
    hidden = re.search(r'name="text" value="([^"]*)"', page)
    assert hidden
    assert "&#34;minutes&#34; &amp; letters of &lt; 5" in hidden[1]
    assert len(hidden[1].splitlines()) == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"share-1": "much"}, "Time % of task 2 is &#39;much&#39;"),
        ({"share-1": ""}, "Time % of task 2 is"),
        ({"share-1": "-1"}, "expected numbers from 0 up"),
        ({"share-1": "nan"}, "expected numbers from 0 up"),
        ({"share-1": "inf"}, "expected numbers from 0 up"),
        ({"share-0": "0", "share-1": "0"}, "at least one above 0"),
        ({"share-1": "\x07<script>"}, r"\x07&lt;script&gt;"),
    ],
)
def test_shares_that_are_none(client: TestClient, change: dict[str, str], said: str) -> None:
    form = {"text": "\n".join(LINES), "step": "time"} | _form([50, 50]) | change
    answer = client.post("/score", data=form)
    assert answer.status_code == 422
    assert said in answer.text
    assert LINES[0] in answer.text  # nothing typed is lost


def test_shares_of_an_occupation_that_are_none(client: TestClient) -> None:
    assert client.post(f"/occupations/{ART}", data={"share-0": "5"}).status_code == 422
    assert client.post("/occupations/55-1011", data={"share-0": "5"}).status_code == 404
    with pytest.raises(ValueError, match="1 shares of time for 2 tasks"):
        with_shares(Occupation("Odd jobs", LINES), [1.0])
