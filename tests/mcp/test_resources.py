"""Resources and prompts, over both transports."""

from __future__ import annotations

import pytest
from mcp import MCPError
from mcp.types import ResourceTemplateReference

from engine import RiskEngine
from engine.mcp import limits
from engine.mcp.resources import METHODOLOGY, OCCUPATION
from engine.report.markdown import occupation_page
from engine.utils import resources
from tests.mcp.conftest import Connection
from tests.mcp.test_tools import ART

pytestmark = pytest.mark.slow


def test_an_occupation_is_a_page_of_markdown(
    server: Connection, starter_engine: RiskEngine
) -> None:
    (template,) = server.ask(server.client.list_resource_templates).resource_templates
    assert template.uri_template == OCCUPATION
    server.result("score_occupation", code=ART)  # the engine is loaded
    (page,) = server.ask(server.client.read_resource, f"occupation://{ART}").contents
    assert page.mime_type == "text/markdown"
    scored = starter_engine.score_occupation(ART)
    assert page.text == occupation_page(scored, starter_engine.similar_careers(ART))


def test_an_unknown_occupation_is_reported_with_suggestions(server: Connection) -> None:
    server.result("search_occupations", query="art")
    with pytest.raises(MCPError, match="Did you mean 29-1129.01 Art Therapists"):
        server.ask(server.client.read_resource, "occupation://29-1129.77")


def test_codes_are_completed(server: Connection, starter_engine: RiskEngine) -> None:
    server.result("search_occupations", query="art")
    reference = ResourceTemplateReference(uri=OCCUPATION)
    argument = {"name": "code", "value": "art ther"}
    done = server.ask(server.client.complete, reference, argument)
    assert done.completion.values == starter_engine.titles.find("art ther")


@pytest.mark.parametrize("name", METHODOLOGY)
def test_the_methodology_is_what_ships(server: Connection, name: str) -> None:
    folder, file, title = METHODOLOGY[name]
    listed = {one.uri: one for one in server.ask(server.client.list_resources).resources}
    uri = f"methodology://{name}"
    assert listed[uri].title == title
    (document,) = server.ask(server.client.read_resource, uri).contents
    assert document.text == (resources.shipped(folder) / file).read_text(encoding="utf-8")


def test_prompts_name_existing_tools_and_carry_the_text(server: Connection) -> None:
    listed = {one.name: one for one in server.ask(server.client.list_prompts).prompts}
    assert set(listed) == {"assess_job", "plan_team"}
    for name, argument in (("assess_job", "text"), ("plan_team", "staff_list")):
        given = {argument: "Clerk {braces} stay\nCook"}
        (message,) = server.ask(server.client.get_prompt, name, given).messages
        said = message.content.text
        assert given[argument] in said
        assert "not a forecast of job loss" in said.replace("\n", " ")
        assert any(tool in said for tool in server.tools)
    aim = {"staff_list": "Clerk", "goal": "free a day a week"}
    (message,) = server.ask(server.client.get_prompt, "plan_team", aim).messages
    assert "The plan is for: free a day a week" in message.content.text


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({}, "Missing required arguments"),
        ({"text": " "}, "text is blank; paste the text"),
        (
            {"text": "a" * (limits.MAX_POSTING_CHARACTERS + 1)},
            "text has 50,001 characters, more than 50,000; shorten it",
        ),
    ],
)
def test_bad_arguments_of_a_prompt(server: Connection, given: dict[str, str], fault: str) -> None:
    with pytest.raises(MCPError, match=fault):
        server.ask(server.client.get_prompt, "assess_job", given)
