"""Options that several commands share, as one record instead of one parameter each.

Typer reads the options of a command from the parameters of its function. A parameter annotated with
``Annotated[SomeDataclass, OptionGroup(...)]`` becomes one option for each field of the dataclass,
with the field's type and default. The command receives the record.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from inspect import Parameter, signature
from typing import Annotated, Any, get_args, get_type_hints

from typer.models import OptionInfo


class OptionGroup:
    """The options of a dataclass.

    Args:
        options: field -> its option; every field has one.
    """

    def __init__(self, **options: Any) -> None:
        self.options: dict[str, OptionInfo] = options


def with_option_groups(command: Callable[..., None]) -> Callable[..., None]:
    """Expand the parameters of a command that are option groups.

    Raises:
        KeyError: if a field has no option.
    """
    hints = get_type_hints(command, include_extras=True)
    records: dict[str, type[Any]] = {}
    parameters: list[Parameter] = []
    for parameter in signature(command).parameters.values():
        hint = hints[parameter.name]
        record, *metadata = get_args(hint) or (hint,)
        group = next((found for found in metadata if isinstance(found, OptionGroup)), None)
        if group is None:
            parameters.append(parameter.replace(annotation=hint, kind=Parameter.KEYWORD_ONLY))
        else:
            records[parameter.name] = record
            parameters += _expanded(record, group)

    @functools.wraps(command)
    def run(**values: Any) -> None:
        for name, record in records.items():
            fields = [field.name for field in dataclasses.fields(record)]
            values[name] = record(**{field: values.pop(field) for field in fields})
        command(**values)

    run.__signature__ = signature(command).replace(parameters=parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return run


def _expanded(record: type[Any], group: OptionGroup) -> list[Parameter]:
    types = get_type_hints(record)
    return [
        Parameter(
            field.name,
            Parameter.KEYWORD_ONLY,
            default=field.default,
            annotation=Annotated[types[field.name], group.options[field.name]],
        )
        for field in dataclasses.fields(record)
    ]
