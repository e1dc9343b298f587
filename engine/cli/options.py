"""Options that several commands have."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.option_groups import OptionGroup
from engine.cli.working import working
from engine.utils import resources

if TYPE_CHECKING:
    from engine.risk_engine import RiskEngine


@dataclass(frozen=True, kw_only=True)
class EngineChoice:
    """Options that name the engine of a command.

    Attributes:
        engine: engine folder; the default engine if None.
        allow_encoder: name of an encoder that it may load besides those that ship.
    """

    engine: Path | None = None
    allow_encoder: str | None = None

    def load(self, confidence: float | None = None) -> RiskEngine:
        """Load the engine.

        Raises:
            EngineError: if it cannot be loaded.
        """
        from engine.risk_engine import RiskEngine

        with working("loading the engine"):
            return RiskEngine.load(
                self.engine, allow_encoder=self.allow_encoder, confidence=confidence
            )


AllowEncoder = typer.Option(
    "--allow-encoder",
    metavar="NAME",
    help="Let the engine load this encoder, which does not ship: the name or folder that it "
    "names. Only for an engine and an encoder that you trust.",
)

EngineOptions = Annotated[
    EngineChoice,
    OptionGroup(
        engine=typer.Option(
            "--engine",
            help=f"Engine folder. Default: {resources.ENGINE_VARIABLE}, else the published engine "
            "if it is built, else the starter engine.",
        ),
        allow_encoder=AllowEncoder,
    ),
]
Confidence = Annotated[
    float | None,
    typer.Option("--confidence", help="Probability of the intervals, such as 0.9."),
]
DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        help=f"Folder of the published data. Default: {resources.DATA_VARIABLE}, else the user's "
        "cache folder.",
    ),
]
Report = Annotated[
    Path | None, typer.Option("--report", help="Write a JSON run report to this path.")
]
