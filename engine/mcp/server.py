"""The server: its tools, resources and prompts, and how it reports errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp.shared.exceptions import MCPError
from mcp.types import (
    INVALID_PARAMS,
    CallToolResult,
    GetPromptResult,
    InputRequiredResult,
)
from pydantic import ValidationError

from engine.mcp.faults import argument_faults, unknown_arguments
from engine.mcp.prompts import add_prompts
from engine.mcp.resources import add_resources
from engine.mcp.results.base import NOTE, Result
from engine.mcp.scorer import Scorer
from engine.mcp.tool import UNITS, as_tool
from engine.mcp.tools import careers, occupations, scoring, workforce
from engine.version import __version__

NAME = "occupation-risk"

INSTRUCTIONS = f"""\
Estimates how much of an occupation's work software could automate, task by task, with an interval \
and evidence for every number. {NOTE}

Which tool: score_posting for a pasted advert, resume or list of duties; search_occupations and \
then score_occupation for an occupation; match_titles or score_workforce for a staff list; \
similar_careers, career_paths and compare_occupations for other careers.

All risks, shares and intervals are in [0, 1]. Give the interval with each risk, and name the \
reference. Say so where a score has little support (unlike_reference) or raters disagree. Explain \
a score by its evidence: the nearest reference tasks and their known outcomes.

Everything runs on this computer; nothing that is sent is stored or leaves it. The engine loads in \
the background after the start, so the first call may wait for some seconds."""


class RiskServer(MCPServer[Any]):
    """A server of the SDK whose errors say what is wrong and what to do, in the engine's words.

    Args:
        scorer: has the engine.
    """

    def __init__(self, scorer: Scorer) -> None:
        self._own_tools = {tool.name: tool for tool in _tools(scorer)}
        super().__init__(
            NAME,
            title="Occupation risk engine",
            instructions=INSTRUCTIONS,
            version=__version__,
            tools=list(self._own_tools.values()),
            log_level="WARNING",
        )
        add_resources(self, scorer)
        add_prompts(self)

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Call a tool; see ``MCPServer.call_tool``.

        Raises:
            ToolError: with the message of the engine, or with what is wrong with the arguments.
        """
        if name not in self._own_tools:
            raise ToolError(f"unknown tool {name[:60]!r}; use one of {', '.join(self._own_tools)}")
        fault = unknown_arguments(arguments, self._own_tools[name].parameters["properties"])
        if fault is not None:
            raise ToolError(fault)
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            cause = error.__cause__
            if isinstance(cause, ValidationError):
                raise ToolError(argument_faults(cause)) from None
            if isinstance(cause, ToolError):
                raise cause from None
            raise

    async def get_prompt(
        self,
        name: str,
        arguments: dict[str, Any] | None = None,
        context: Context[Any, Any] | None = None,
    ) -> GetPromptResult | InputRequiredResult:
        """Return a prompt with its arguments; see ``MCPServer.get_prompt``.

        Raises:
            MCPError: if there is no such prompt, or an argument is missing or too long.
        """
        try:
            return await super().get_prompt(name, arguments, context)
        except ValueError as error:
            raise MCPError(code=INVALID_PARAMS, message=str(error)) from None


def _tools(scorer: Scorer) -> list[Tool]:
    titled: dict[Callable[..., Result], str] = {
        occupations.search_occupations: "Search occupations",
        scoring.score_occupation: "Score an occupation or a job",
        scoring.score_tasks: "Score tasks",
        scoring.score_posting: "Score a pasted advert, resume or list of duties",
        occupations.match_titles: "Match job titles to occupations",
        workforce.score_workforce: "Score a staff list",
        careers.similar_careers: "Find similar careers",
        careers.career_paths: "Find career paths",
        careers.compare_occupations: "Compare occupations",
    }
    without_risk = {occupations.search_occupations, occupations.match_titles}
    return [
        as_tool(function, title, scorer, units="" if function in without_risk else UNITS)
        for function, title in titled.items()
    ]
