"""Compare the arrays of an engine with the schema: first what headers say, then the numbers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.encoders.probe import LinearProbe, levels
from engine.persistence.facts import Facts, InvalidContentError
from engine.persistence.schema import ANY_SIZE, CAREERS, LIMITS, VECTORS, Array, Schema
from engine.persistence.tensors import Declared
from engine.records import rubric
from engine.retrieval.features import feature_names
from engine.retrieval.reference import VOTED

_UNIT_TOLERANCE = 1e-3


def check_headers(facts: Facts, headers: Mapping[str, Mapping[str, Declared]]) -> Schema:
    """Compare names, types and shapes with the schema; return it.

    Args:
        facts: of the manifest.
        headers: file -> name -> what the header of the file says.

    Raises:
        InvalidContentError: naming the first array that is missing, unknown, or of another type or
            shape.
    """
    schema = Schema.of(facts, headers)
    for file, found in headers.items():
        scopes = schema.files.get(file, {})
        expected = {prefix + name for prefix, scope in scopes.items() for name in scope}
        for name in sorted(expected ^ found.keys()):
            problem = "is missing" if name in expected else "is not part of an engine"
            raise InvalidContentError(f"array {name[:120]!r} of {file} {problem}")
    sizes = _known_sizes(facts, schema, headers)
    own: dict[tuple[str, str], int] = {}
    for file, prefix, name, array in schema.arrays():
        declared = headers[file][name]
        if declared.dtype not in (array.dtype, array.narrow):
            raise InvalidContentError(
                f"array {name!r} of {file} is {declared.dtype}, but must be {array.dtype}"
            )
        _check_shape(f"array {name!r} of {file}", prefix, array, declared.shape, (sizes, own))
    return schema


def _known_sizes(
    facts: Facts, schema: Schema, headers: Mapping[str, Mapping[str, Declared]]
) -> dict[str, int]:
    """Return the sizes that are the same in all files."""
    dimensions = _last(headers[VECTORS]["vectors"])
    titles = _last(headers[CAREERS]["titles"])
    known = {
        "tasks": facts.tasks,
        "occupations": facts.occupations,
        "activities": facts.activities,
        "dimensions": dimensions,
        "dimensions + 1": dimensions + 1,
        "content": titles,
    }
    if "tasks" not in headers[CAREERS]:  # the vectors are the content vectors
        known["content"] = dimensions
    known["features"] = len(feature_names(sorted(schema.measures), VOTED))
    if facts.probe:
        groups = len(rubric.WORK_ACTIVITY_GROUPS)
        known["probe scores"] = sum(len(levels(name)) for name in facts.probe) + groups
        known["features"] += len(LinearProbe(facts.probe, np.empty(0), np.empty(0)).names)
    for name in ("dimensions", "content"):
        low, high = LIMITS[name]
        if not low <= known[name] <= high:
            raise InvalidContentError(f"vectors have {known[name]:,} {name}, not {low} to {high:,}")
    return known


def _last(declared: Declared) -> int:
    return declared.shape[-1] if declared.shape else 0


def _check_shape(
    where: str,
    prefix: str,
    array: Array,
    shape: tuple[int, ...],
    known: tuple[Mapping[str, int], dict[tuple[str, str], int]],
) -> None:
    """Check a shape; a dimension that is met for the first time gets its size.

    Args:
        known: sizes in all files, and sizes in each scope.
    """
    sizes, own = known
    expected: list[int | str] = []
    fits = len(shape) == len(array.shape)
    for position, name in enumerate(array.shape):
        size = _size(name, prefix, sizes, own)
        if size is None and position < len(shape):
            low, high = LIMITS.get(str(name), ANY_SIZE)
            own[prefix, str(name)] = shape[position]
            fits = fits and low <= shape[position] <= high
            expected.append(f"{low:,} to {high:,}")
            continue
        expected.append(name if size is None else size)
        fits = fits and position < len(shape) and shape[position] == size
    if not fits:
        needed = ", ".join(map(str, expected))
        raise InvalidContentError(f"{where} is of shape {shape}, but must be of shape ({needed})")


def _size(
    name: str | int,
    prefix: str,
    sizes: Mapping[str, int],
    own: Mapping[tuple[str, str], int],
) -> int | None:
    if isinstance(name, int):
        return name
    if name == "columns":  # those of the inputs of the model that the scope belongs to
        model = f"{prefix.split('.')[0]}." if prefix.startswith("fold_") else ""
        landmarks = own.get((model, "landmarks"), own.get(("", "landmarks"), 0))
        return sizes["features"] + landmarks
    return sizes.get(name, own.get((prefix, name)))


def check_values(schema: Schema, files: Mapping[str, Mapping[str, np.ndarray]]) -> None:
    """Compare the numbers of all arrays with the schema.

    Args:
        schema: as ``check_headers`` returned it.
        files: file -> name -> array.

    Raises:
        InvalidContentError: naming the first array with a number that is not finite, out of range
            or out of order.
    """
    for file, _, name, array in schema.arrays():
        values = files[file][name]
        if values.size and (problem := _problem(array, values)):
            raise InvalidContentError(f"array {name!r} of {file} {problem}")


def _problem(array: Array, values: np.ndarray) -> str:
    """Return what is wrong with the numbers of an array; "" if nothing is."""
    if values.dtype == np.bool_:
        return "" if values.view(np.uint8).max() <= 1 else "has a truth value that is not 0 or 1"
    if array.lowest:
        if not np.isfinite(values).any():
            return "has no finite number"
        values = values[values != -np.inf]
    low, high = float(values.min()), float(values.max())  # float16 holds no wide limits
    if np.isnan(low):
        if not array.nan:
            return "has NaN, but every number must be known"
        if array.nan == "rows" and (np.isnan(values) != np.isnan(values[:, :1])).any():
            return "has a row that is NaN in part"
        low = float(np.fmin.reduce(values, axis=None))
        high = float(np.fmax.reduce(values, axis=None))
        if np.isnan(low):
            return ""
    if low < array.low or high > array.high:
        wrong = low if low < array.low else high
        return f"has {wrong:g}, but must be from {array.low:g} to {array.high:g}"
    return _shape_of_rows(array, values)


def _shape_of_rows(array: Array, values: np.ndarray) -> str:
    if array.order and (values[1:] < values[:-1]).any():
        return "has numbers that are not in ascending order"
    if array.unit:
        lengths = np.sqrt(np.einsum("ij,ij->i", values, values))
        if (np.abs(lengths - 1) > _UNIT_TOLERANCE).any():  # false for NaN, which has been checked
            return "has rows that do not have length 1"
    return ""
