"""Make tools of the SDK from plain functions of an engine."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any

from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp.types import CallToolResult, TextContent, ToolAnnotations

from engine.errors import EngineError
from engine.mcp.results.base import Result
from engine.mcp.scorer import Scorer

UNITS = (
    "Risks, shares, probabilities and interval ends are numbers in [0, 1], not percentages. Risk "
    "is the potential of software, not of robots, to do the work, as raters judged it. It is not a "
    "forecast of job loss. Do not use it to decide about a person, such as in hiring, promotion or "
    "dismissal. Show the interval with every risk."
)
"""End of the description of every tool that returns risks."""


def as_tool(function: Callable[..., Result], title: str, scorer: Scorer, *, units: str) -> Tool:
    """Return a tool that calls a function with the engine, in a thread of the scorer.

    Args:
        function: its first parameter is the engine; the others are the arguments, with annotations
            that pydantic understands. It returns a ``Result``, whose class is the output schema.
        title: for people.
        scorer: has the engine.
        units: end of the description; "" for none.
    """
    signature = inspect.signature(function, eval_str=True)
    _, *parameters = signature.parameters.values()
    returned = Annotated[CallToolResult, signature.return_annotation]

    async def call(**arguments: Any) -> CallToolResult:
        try:
            return reply(await scorer.run(lambda engine: function(engine, **arguments)))
        except EngineError as error:
            raise ToolError(str(error)) from None

    call.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=parameters, return_annotation=returned
    )
    call.__annotations__ = {one.name: one.annotation for one in parameters} | {"return": returned}
    tool = Tool.from_function(
        call,
        name=function.__name__,
        title=title,
        description=f"{inspect.getdoc(function)}\n\n{units}".strip(),
        annotations=ToolAnnotations(
            title=title,
            read_only_hint=True,
            destructive_hint=False,
            idempotent_hint=True,
            open_world_hint=False,
        ),
        structured_output=True,
    )
    tool.parameters["additionalProperties"] = False
    return tool


def reply(result: Result) -> CallToolResult:
    """Return a result as structured content, and as the same JSON in text for older clients."""
    return CallToolResult(
        content=[TextContent(type="text", text=result.model_dump_json(exclude_none=True))],
        structured_content=result.model_dump(mode="json", exclude_none=True),
    )
