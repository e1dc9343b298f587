"""Every array of an engine folder: its name, type, shape, range and order.

This module alone says what an engine may contain. ``engine.persistence.array_checks`` compares it
with the headers of the files and with the arrays. ``engine.persistence.consistency`` checks what
several arrays say together. Both run when an engine is loaded and when it is saved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.careers.paths import STEPS_FROM_EACH
from engine.careers.similarity import PARTS
from engine.model.conformal import MAX_BINS, MAX_OCCUPATION_BINS, MIN_SCALE
from engine.model.exposure_level import EXPOSURE_LEVELS
from engine.model.nystroem import LANDMARKS
from engine.model.shown_evidence import NEAREST
from engine.persistence.facts import Facts, InvalidContentError
from engine.records import rubric
from engine.retrieval.index import NO_NEIGHBOUR

VECTORS, HEADS = "vectors.safetensors", "heads.safetensors"
SCORES, CAREERS = "scores.safetensors", "careers.safetensors"
INDEX = "index.safetensors"
"""The learned part of an approximate index; an exact index needs no file."""

REQUIRED = (VECTORS, HEADS, SCORES, CAREERS)

MEANS = "means."
"""Start of the names of the arrays of mean outcomes, one for each measure of the corpus."""

_LARGE = 1e6
"""Bound of coefficients: no product or sum of them overflows."""

_ROUNDING = 1e-6
"""By how much rounding may take a number beyond its range, or a length away from 1."""

LIMITS = {
    "dimensions": (1, 4_096),
    "content": (1, 4_096),
    "projected": (1, 1_024),
    "landmarks": (0, LANDMARKS),
    "knots": (1, 100_000),
    "bins": (0, MAX_BINS - 1),
    "occupation bins": (0, MAX_OCCUPATION_BINS - 1),
    "steps": (1, STEPS_FROM_EACH),
    "lists": (1, 1_000_000),
}
"""Smallest and largest size of the dimensions that only the arrays themselves say."""

ANY_SIZE = (1, 1 << 30)
"""Smallest and largest size of any other dimension."""


@dataclass(frozen=True, kw_only=True)
class Array:
    """What an array must be.

    Attributes:
        dtype: name of its numpy type.
        narrow: name of a smaller type that it may have instead, as in heads that ship; "" if none.
        shape: size of each dimension, as a number or a name. Dimensions of one name have one size:
            in all files if the manifest or the vectors say it, or else in one head.
        low, high: smallest and largest number.
        nan: NaN is allowed: "" nowhere, "any" anywhere, "rows" in entire rows.
        lowest: −∞ is allowed, but not everywhere.
        order: "ascending" along the last dimension; "" if not.
        unit: rows have length 1.
    """

    dtype: str
    shape: tuple[str | int, ...]
    low: float = -_LARGE
    high: float = _LARGE
    nan: str = ""
    lowest: bool = False
    order: str = ""
    unit: bool = False
    narrow: str = ""


Scope = Mapping[str, Array]
"""Name -> array, of arrays that share the sizes of their own dimensions."""


def _parts(*scopes: tuple[str, Scope]) -> dict[str, Array]:
    return {prefix + name: array for prefix, scope in scopes for name, array in scope.items()}


_SHARE = Array(dtype="float64", shape=("tasks",), low=0, high=1 + _ROUNDING)
_MEAN = Array(dtype="float64", shape=("tasks",), low=0, high=1 + _ROUNDING, nan="any")
_FLAG = Array(dtype="bool", shape=("tasks",), low=0, high=1)

VECTOR_ARRAYS: Scope = {
    "vectors": Array(dtype="float32", shape=("tasks", "dimensions"), unit=True),
}

SCORE_ARRAYS: Scope = {
    "fold": Array(dtype="uint8", shape=("tasks",), low=0, high=255),
    "shares": _SHARE,
    "share_errors": Array(dtype="float64", shape=("tasks",), low=0, high=10),
    "novelty": _SHARE,
    "top_probability": _SHARE,
    "out_of_scope": _FLAG,
    "unlike_reference": _FLAG,
    "levels": Array(dtype="uint8", shape=("tasks",), low=0, high=len(EXPOSURE_LEVELS) - 1),
    "categories": Array(dtype="uint8", shape=("tasks",), low=0, high=len(rubric.CATEGORIES) - 1),
    "shown.rows": Array(
        dtype="int32", shape=("tasks", NEAREST + 1), low=NO_NEIGHBOUR, high=1 << 30
    ),
    "shown.similarity": Array(dtype="float64", shape=("tasks", NEAREST + 1), low=-1, high=1),
    "similar_time": Array(dtype="float64", shape=("tasks",), low=0, nan="any"),
}
"""Besides these: ``values`` and ``scales`` of each estimated measure, and ``means``."""

_SCORES_OF_MEASURE: Scope = {
    "values.": Array(dtype="float64", shape=("tasks",), low=0, high=1, nan="any"),
    "scales.": Array(dtype="float64", shape=("tasks",), low=MIN_SCALE, high=10, nan="any"),
}

_CURVE: Scope = {
    "coefficients": Array(dtype="float64", shape=("columns",)),
    "intercept": Array(dtype="float64", shape=(1,)),
    "curve_x": Array(dtype="float64", shape=("knots",), order="ascending"),
    "curve_y": Array(dtype="float64", shape=("knots",), low=0, high=1, order="ascending"),
}

MEASURE_ARRAYS: Scope = {
    **_CURVE,
    "error_coefficients": Array(dtype="float64", shape=(6,)),
    "error_bounds": Array(dtype="float64", shape=(2,), low=MIN_SCALE, high=10, order="ascending"),
    "task_edges": Array(dtype="float64", shape=("bins",), order="ascending"),
    "task_scores": Array(dtype="float32", narrow="float16", shape=("fitted tasks",), low=0),
    "task_cells": Array(dtype="uint8", shape=("fitted tasks",), low=0, high=255),
    "correlation": Array(dtype="float64", shape=(1,), low=0, high=1),
    "occupation_estimates": Array(
        dtype="float64",
        narrow="float32",
        shape=("fitted occupations",),
        low=-_ROUNDING,
        high=1 + _ROUNDING,
    ),
    "occupation_scores": Array(
        dtype="float64", narrow="float32", shape=("fitted occupations",), low=0
    ),
    "occupation_edges": Array(dtype="float64", shape=("occupation bins",), order="ascending"),
    "occupation_groups": Array(dtype="uint8", shape=("fitted occupations",), low=0, high=99),
}
"""The head of a measure."""

_POOL: Scope = {"weights": Array(dtype="float64", shape=(2,), low=0, high=1)}


def _classes(count: int) -> Scope:
    return {
        "coefficients": Array(dtype="float64", shape=("columns", count)),
        "intercepts": Array(dtype="float64", shape=(count,), lowest=True),
    }


MODEL_ARRAYS: Scope = _parts(
    (
        "",
        {
            "landmarks": Array(dtype="float32", shape=("landmarks", "dimensions")),
            "nearness": Array(
                dtype="float64", shape=("nearness",), low=-1, high=1, order="ascending"
            ),
            "scope.coefficients": Array(dtype="float64", shape=("dimensions + 1",)),
            "scope.bounds": Array(dtype="float64", shape=(2,)),
        },
    ),
    ("category.", _classes(len(rubric.CATEGORIES))),
)
"""The heads of a model besides those of its measures, of its levels and of use."""

PROBE_ARRAYS: Scope = {
    "readout.weight": Array(dtype="float64", shape=("probe scores", "dimensions")),
    "readout.bias": Array(dtype="float64", shape=("probe scores",)),
}

_UNIT_ROWS = Array(dtype="float32", shape=("occupations", "content"), nan="rows", unit=True)

CAREER_ARRAYS: Scope = {
    "titles": _UNIT_ROWS,
    "descriptions": _UNIT_ROWS,
    "names": Array(dtype="float32", shape=("occupations", "content"), low=-2, high=2, nan="rows"),
    **{
        f"centre.{part}": Array(dtype="float32", shape=("content",), low=-2, high=2)
        for part in PARTS[:-1]
    },
    "steps.rows": Array(
        dtype="int32", shape=("occupations", "steps"), low=NO_NEIGHBOUR, high=1 << 30
    ),
    "steps.similarity": Array(dtype="float32", shape=("occupations", "steps"), low=0, high=1),
    "steps.carries_over": Array(
        dtype="float32", shape=("occupations", "steps"), low=0, high=1 + _ROUNDING
    ),
}

_CONTENT = Array(dtype="float32", shape=("tasks", "content"), unit=True)
_PROJECTIONS: Scope = {
    f"projection.{part}": Array(
        dtype="float32",
        shape=("activities" if part == PARTS[-1] else "content", "projected"),
        low=-100,
        high=100,
    )
    for part in PARTS
}

INDEX_ARRAYS: Scope = {
    "centroids": Array(dtype="float32", shape=("lists", "dimensions")),
    "lists": Array(dtype="int32", shape=("evidence",), low=0, high=1 << 30),
    "nprobe": Array(dtype="int32", shape=(1,), low=1, high=1 << 30),
}


# What an engine has ---------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Schema:
    """The arrays of one engine.

    Attributes:
        files: file -> prefix of a scope -> its arrays.
        measures: measures of the corpus, as the names of the arrays say; in no order.
    """

    files: Mapping[str, Mapping[str, Scope]]
    measures: frozenset[str]

    @classmethod
    def of(cls, facts: Facts, names: Mapping[str, Iterable[str]]) -> Schema:
        """Return the arrays that an engine with these facts must have.

        Args:
            facts: of the manifest.
            names: file -> names of the arrays in it. They say which optional parts there are.

        Raises:
            InvalidContentError: if a file is missing.
        """
        missing = [file for file in REQUIRED if file not in names]
        if missing:
            raise InvalidContentError(f"{missing[0]} is missing")
        found = {file: frozenset(inside) for file, inside in names.items()}
        measures = frozenset(
            name.removeprefix(MEANS) for name in found[SCORES] if name.startswith(MEANS)
        )
        careers = dict(CAREER_ARRAYS)
        careers |= {"tasks": _CONTENT} if "tasks" in found[CAREERS] else {}
        careers |= {name: array for name, array in _PROJECTIONS.items() if name in found[CAREERS]}
        scores = dict(SCORE_ARRAYS) | {MEANS + name: _MEAN for name in measures}
        scores |= {
            table + name: array
            for name in facts.sources
            for table, array in _SCORES_OF_MEASURE.items()
        }
        files: dict[str, Mapping[str, Scope]] = {
            VECTORS: {"": VECTOR_ARRAYS},
            HEADS: _heads(facts, found[HEADS]),
            SCORES: {"": scores},
            CAREERS: {"": careers},
        }
        if INDEX in found:
            files[INDEX] = {"": INDEX_ARRAYS}
        return cls(files=files, measures=measures)

    def arrays(self) -> Iterator[tuple[str, str, str, Array]]:
        """Yield file, scope, name and declaration of each array."""
        for file, scopes in self.files.items():
            for prefix, scope in scopes.items():
                for name, array in scope.items():
                    yield file, prefix, prefix + name, array


def _heads(facts: Facts, names: frozenset[str]) -> dict[str, Scope]:
    scopes = _model("", facts, names, facts.sources, probe=facts.probe)
    for number in range(facts.folds):
        prefix = f"fold_{number}."
        own = frozenset(name.removeprefix(prefix) for name in names if name.startswith(prefix))
        measures = [name for name in facts.sources if f"measure.{name}.coefficients" in own]
        if not own:
            raise InvalidContentError(f"{HEADS} lacks the arrays of fold {number}")
        if all(name.startswith("measure.") for name in own):  # the rest is that of the final model
            scopes |= {f"{prefix}measure.{name}.": MEASURE_ARRAYS for name in measures}
        else:
            required = dict.fromkeys([rubric.CAPABILITY_MEASURE, rubric.RISK_MEASURE, *measures])
            scopes |= _model(prefix, facts, own, required, probe=())
    return scopes


def _model(
    prefix: str,
    facts: Facts,
    names: frozenset[str],
    measures: Iterable[str],
    *,
    probe: tuple[str, ...],
) -> dict[str, Scope]:
    """Return prefix of a scope -> its arrays, of one model."""
    level = _POOL if facts.probe else _classes(len(EXPOSURE_LEVELS))
    own = _parts(("", MODEL_ARRAYS), ("level.", level), *((("", PROBE_ARRAYS),) if probe else ()))
    scopes: dict[str, Scope] = {prefix: own}
    if "use.intercept" in names:
        scopes[f"{prefix}use."] = _CURVE
    return scopes | {f"{prefix}measure.{name}.": MEASURE_ARRAYS for name in measures}
