"""Resources: a page for each occupation, and the methodology, as Markdown."""

from __future__ import annotations

from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError
from mcp.types import (
    Completion,
    CompletionArgument,
    CompletionContext,
    PromptReference,
    ResourceTemplateReference,
)

from engine.errors import EngineError, InputError
from engine.mcp.scorer import Scorer
from engine.mcp.tools.jobs import score_code
from engine.report.markdown import occupation_page
from engine.risk_engine import RiskEngine
from engine.utils import resources

OCCUPATION = "occupation://{code}"
MARKDOWN = "text/markdown"

METHODOLOGY = {
    "numbers": ("docs", "numbers.md", "What these numbers mean"),
    "definitions": ("docs", "definitions.md", "Definitions of all numbers"),
    "quality": ("docs", "quality.md", "How good the numbers are"),
    "model-card": ("models", "README.md", "Model card"),
    "data-card": ("reference_tasks", "README.md", "Data card of the starter reference"),
}
"""Name of a document -> shipped folder, file, title."""

_COMPLETIONS = 20


def add_resources(server: MCPServer[Any], scorer: Scorer) -> None:
    """Add the occupation pages, the documents of the methodology, and completion of codes."""

    @server.resource(
        OCCUPATION,
        name="occupation",
        title="Occupation page",
        description="Risk of an occupation with its tasks, evidence and similar careers, by SOC "
        "code, such as occupation://29-1129.01. The tool search_occupations finds codes.",
        mime_type=MARKDOWN,
    )
    async def occupation(code: str) -> str:
        try:
            return await scorer.run(lambda engine: _page(engine, code))
        except InputError as error:
            raise ResourceNotFoundError(str(error)) from None
        except EngineError as error:
            raise ResourceError(str(error)) from None

    for name, (folder, file, title) in METHODOLOGY.items():
        _add_document(server, name, folder, file, title)

    @server.completion()  # type: ignore[no-untyped-call, untyped-decorator]
    async def complete(
        reference: PromptReference | ResourceTemplateReference,
        argument: CompletionArgument,
        context: CompletionContext | None,
    ) -> Completion | None:
        if not isinstance(reference, ResourceTemplateReference) or reference.uri != OCCUPATION:
            return None
        codes = await scorer.run(lambda engine: engine.titles.find(argument.value, _COMPLETIONS))
        return Completion(values=codes)


def _page(engine: RiskEngine, code: str) -> str:
    scored = score_code(engine, code)
    return occupation_page(scored, engine.similar_careers(scored))


def _add_document(server: MCPServer[Any], name: str, folder: str, file: str, title: str) -> None:
    @server.resource(f"methodology://{name}", name=name, title=title, mime_type=MARKDOWN)
    def document() -> str:
        return (resources.shipped(folder) / file).read_text(encoding="utf-8")
