"""Shapes of responses, derived from the records that ``serialize.as_plain`` writes.

A record class is the one home of its shape: its fields, without the internal ones, and its derived
properties, under the same names and with the types that they declare.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, Union, get_args, get_origin

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field, create_model

from engine.records import serialize

_CONFIG = ConfigDict(extra="forbid")


def shape_of(record: type, *, complete: bool = False) -> type[BaseModel]:
    """Return the shape of a record as ``serialize.as_plain`` writes it.

    Args:
        record: class of the record.
        complete: with the internal fields of the record and its parts.
    """
    return _shape_of(record, complete)


@cache
def _shape_of(record: type, complete: bool) -> type[BaseModel]:
    names = serialize.names(record, complete)
    title = f"Stored{record.__name__}" if complete else record.__name__
    return shape(title, **types_of(record, names, complete=complete))


def types_of(record: type, names: Sequence[str], *, complete: bool = False) -> dict[str, Any]:
    """Return the types of some fields and properties of a record, as ``as_plain`` writes them."""
    hints = typing.get_type_hints(record)
    return {
        name: _plain(
            hints[name]
            if name in hints
            else typing.get_type_hints(_getter(record, name))["return"],
            complete,
        )
        for name in names
    }


def shape(
    name: str,
    base: type[BaseModel] | None = None,
    /,
    *,
    lacks: Sequence[str] = (),
    may_have: Mapping[str, Any] = MappingProxyType({}),
    **fields: Any,
) -> type[BaseModel]:
    """Return a shape.

    Args:
        name: of the shape in the description.
        base: another shape, whose fields it has, too.
        lacks: fields of the other shape that it does not have.
        may_have: types of fields that may be missing.
        fields: types of all other fields.
    """
    inherited = {} if base is None else base.model_fields
    definitions: dict[str, Any] = {
        field: (info.annotation, info) for field, info in inherited.items() if field not in lacks
    }
    definitions |= {field: (declared, ...) for field, declared in fields.items()}
    definitions |= {field: (declared, Field(None)) for field, declared in may_have.items()}
    found: type[BaseModel] = create_model(name, __config__=_CONFIG, **definitions)
    return found


def columns_of(columns: Sequence[sa.Column[Any]]) -> dict[str, Any]:
    """Return the types of columns that may all be null, by name."""
    return {column.name: Union[column.type.python_type, None] for column in columns}  # noqa: UP007


def _getter(record: type, name: str) -> Any:
    found = getattr(record, name)
    return found.fget if isinstance(found, property) else found.func


def _plain(declared: Any, complete: bool) -> Any:
    """Return the type of a value after ``as_plain``."""
    origin, arguments = get_origin(declared), get_args(declared)
    if origin in (Union, types.UnionType):
        return Union[tuple(_plain(one, complete) for one in arguments)]  # noqa: UP007
    if origin is Literal:
        return declared
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return dict[str, _plain(arguments[1], complete)]  # type: ignore[misc]
    if origin is tuple and arguments[-1] is not Ellipsis:
        return tuple[tuple(_plain(one, complete) for one in arguments)]  # type: ignore[misc]
    if isinstance(origin, type) and issubclass(origin, Sequence):
        return list[_plain(arguments[0], complete)]  # type: ignore[misc]
    if dataclasses.is_dataclass(declared):
        record: Any = declared
        return _shape_of(record, complete)
    return declared
