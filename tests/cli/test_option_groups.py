from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from engine.cli.option_groups import OptionGroup, with_option_groups


@dataclass(frozen=True, kw_only=True)
class Size:
    width: int = 3
    height: int | None = None


SizeOptions = Annotated[
    Size, OptionGroup(width=typer.Option(help="W."), height=typer.Option("-y", help="H."))
]
Incomplete = Annotated[Size, OptionGroup(width=typer.Option())]


def test_a_record_is_expanded_into_one_option_for_each_field() -> None:
    seen: list[tuple[Size, str]] = []
    app = typer.Typer()

    @app.command()
    @with_option_groups
    def command(*, size: SizeOptions, name: str = "box") -> None:
        """Measure."""
        seen.append((size, name))

    for arguments in ([], ["--width", "5", "-y", "7", "--name", "crate"]):
        result = CliRunner().invoke(app, arguments)
        assert result.exit_code == 0, result.output
    assert seen == [(Size(), "box"), (Size(width=5, height=7), "crate")]
    assert command.__doc__ == "Measure."


def test_a_field_without_an_option_is_a_mistake() -> None:
    def command(*, size: Incomplete) -> None:
        """Measure."""

    with pytest.raises(KeyError, match="height"):
        with_option_groups(command)
