"""Columns of the input: which are refused, and in which form the others pass through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pyarrow as pa

from engine.batch.plan import Settings
from engine.errors import InputError
from engine.scoring.table import column_names

MAX_COLUMNS = 20_000
"""Each column takes memory in every process, also the columns that only pass through."""

_PLAIN = {
    pa.string_view(): pa.string(),
    pa.binary_view(): pa.binary(),
}


def plain(table: pa.Table) -> pa.Table:
    """Return a table without metadata, and without types that Arrow cannot select rows of.

    Raises:
        ArrowNotImplementedError: if it cannot convert a type.
    """
    schema = pa.schema([field.with_type(_plain_type(field.type)) for field in table.schema])
    bare = table.replace_schema_metadata(None)
    return bare if schema.equals(bare.schema) else bare.cast(schema)


def _plain_type(kind: pa.DataType) -> pa.DataType:
    return _PLAIN.get(kind, kind)


def check_columns(names: Sequence[str], source: str) -> None:
    """Check that columns are not too many, and that each has its own name.

    Raises:
        InputError: naming the file and the column.
    """
    if len(names) > MAX_COLUMNS:
        raise InputError(
            f"{source} has {len(names):,} columns, and at most {MAX_COLUMNS:,} can pass through; "
            "keep those that you need"
        )
    duplicates = sorted(name for name, count in Counter(names).items() if count > 1)
    if duplicates:
        raise InputError(f"{source}: duplicate column {duplicates[0]!r}; rename one")


def check_schema(
    schema: pa.Schema, source: str, settings: Settings, measures: Sequence[str]
) -> None:
    """Check that a file has the columns that the settings name, and none that scores would replace.

    Args:
        schema: columns of the file.
        source: the file, as error messages name it.
        measures: measures that the engine estimates.

    Raises:
        InputError: naming the file, the column and what to do.
    """
    check_columns(schema.names, source)
    _check_text_column(schema, source, settings.text_column, "--text-column")
    if settings.soc_column is not None:
        _check_text_column(schema, source, settings.soc_column, "--soc-column")
    taken = sorted(set(schema.names) & set(column_names(measures)))
    if taken:
        raise InputError(
            f"{source}: the scores would replace column {', '.join(taken)}; rename it in the input"
        )
    for field in {field.type: field for field in schema}.values():
        _check_passes_through(field, source)


def _check_text_column(schema: pa.Schema, source: str, name: str, option: str) -> None:
    if name not in schema.names:
        raise InputError(
            f"{source} has no column {name!r}, only {', '.join(schema.names)[:200]}; "
            f"name one with {option}"
        )
    kind = schema.field(name).type
    values = kind.value_type if pa.types.is_dictionary(kind) else kind
    is_text = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    if not any(check(values) for check in is_text):
        raise InputError(f"{source}: column {name!r} holds {kind}; convert it to text")


def _check_passes_through(field: pa.Field, source: str) -> None:
    try:
        plain(pa.schema([field]).empty_table()).take(pa.array([], pa.int64()))
    except pa.ArrowNotImplementedError:
        raise InputError(
            f"{source}: column {field.name!r} holds {field.type}, which cannot be copied row by "
            "row; remove it or convert it"
        ) from None
