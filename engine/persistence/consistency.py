"""What the parts of an engine folder must say together; see ``engine.persistence.schema``."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np

from engine.corpus.corpus import Corpus
from engine.model.conformal import PARTS
from engine.persistence.facts import Facts, InvalidContentError
from engine.persistence.schema import CAREERS, HEADS, SCORES, Schema
from engine.records.measures import OBSERVED
from engine.retrieval.index import NO_NEIGHBOUR

Arrays = Mapping[str, np.ndarray]

_TOLERANCE = 1e-6

MIN_ROW_BYTES: Mapping[str, int] = {"tasks.csv": 18, "occupations.csv": 12}
"""File -> least size of a row: a code, a character of text, the separators."""


def check_sizes(facts: Facts, sizes: Mapping[str, int]) -> None:
    """Check that the tables can have as many rows as the manifest says.

    Args:
        facts: of the manifest.
        sizes: file -> size in bytes.

    Raises:
        InvalidContentError: if a table is missing or too small.
    """
    rows = {"tasks.csv": facts.tasks, "occupations.csv": facts.occupations}
    for file, least in MIN_ROW_BYTES.items():
        if file not in sizes:
            raise InvalidContentError(f"{file} is missing")
        if sizes[file] < rows[file] * least:
            raise InvalidContentError(
                f"{file} has {sizes[file]:,} bytes, too few for the {rows[file]:,} rows that the "
                "manifest names"
            )


def check_corpus(facts: Facts, schema: Schema, corpus: Corpus) -> None:
    """Check that the corpus is the one that the manifest and the arrays are about.

    Raises:
        InvalidContentError: if numbers or measures differ.
    """
    found = {"tasks": len(corpus.tasks), "occupations": len(corpus.rows_of)}
    for name, expected in {"tasks": facts.tasks, "occupations": facts.occupations}.items():
        if found[name] != expected:
            raise InvalidContentError(
                f"{name}.csv has {found[name]:,} {name}, but the manifest names {expected:,}"
            )
    if differing := sorted(schema.measures ^ set(corpus.measures)):
        raise InvalidContentError(
            f"tasks.csv and array 'means.{differing[0]}' of {SCORES} do not have the same measures"
        )


def check_fingerprint(facts: Facts, files: Mapping[str, bytes]) -> None:
    """Check the fingerprint of the corpus, as ``Corpus.fingerprint`` computes it.

    Args:
        files: file -> content, of the files of the corpus in their order.

    Raises:
        InvalidContentError: if it differs.
    """
    digest = hashlib.sha256()
    for name, content in files.items():
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    if digest.hexdigest() != facts.corpus_fingerprint:
        raise InvalidContentError("reference.fingerprint is not that of the tables")


def check_arrays(facts: Facts, files: Mapping[str, Arrays], corpus: Corpus) -> None:
    """Check arrays against each other and against the corpus.

    Args:
        facts: of the manifest.
        files: file -> name -> array; each array is as the schema declares it.
        corpus: of the engine.

    Raises:
        InvalidContentError: naming the array, and what is wrong.
    """
    _check_heads(files[HEADS])
    _check_scores(facts, files[SCORES], files[HEADS])
    _check_shares(files[SCORES]["shares"], corpus)
    _check_steps(files[CAREERS]["steps.rows"])


def _fail(name: str, file: str, problem: str) -> None:
    raise InvalidContentError(f"array {name!r} of {file} {problem}")


def _check_heads(heads: Arrays) -> None:
    for name, array in heads.items():
        if name.endswith("task_cells"):
            cells = (len(heads[name.removesuffix("cells") + "edges"]) + 1) * PARTS
            if array.max() >= cells:
                _fail(name, HEADS, f"has cell {array.max()}, but there are {cells}")
        if name.endswith("level.weights") and abs(array.sum() - 1) > _TOLERANCE:
            _fail(name, HEADS, f"sums to {array.sum():g}, but must sum to 1")


def _check_scores(facts: Facts, scores: Arrays, heads: Arrays) -> None:
    fold, count = scores["fold"], len(scores["fold"])
    if fold.max() > facts.folds:
        _fail("fold", SCORES, f"has fold {fold.max()}, but only {facts.folds + 1} models")
    if scores["shown.rows"].max() >= count:
        _fail("shown.rows", SCORES, f"has row {scores['shown.rows'].max()} of {count} tasks")
    partial = [number for number in range(facts.folds) if f"fold_{number}.nearness" in heads]
    for name in facts.sources:
        lacking = [n + 1 for n in partial if f"fold_{n}.measure.{name}.intercept" not in heads]
        unknown = np.isin(fold, lacking)
        if (np.isnan(scores[f"scales.{name}"]) != unknown).any():
            _fail(f"scales.{name}", SCORES, "is not known exactly where a model estimates it")
        missing = np.isnan(scores[f"values.{name}"])
        if (unknown & ~missing).any() or (name not in OBSERVED and (missing & ~unknown).any()):
            _fail(f"values.{name}", SCORES, "is not known exactly where a model estimates it")


def _check_shares(shares: np.ndarray, corpus: Corpus) -> None:
    """Time shares of an occupation sum to 1; tasks of no occupation of the catalog have none."""
    occupations = list(corpus.rows_of.values())
    rows = np.concatenate(occupations)
    starts = np.cumsum([0, *map(len, occupations[:-1])])
    totals = np.add.reduceat(shares[rows], starts)
    if (np.abs(totals - 1) > _TOLERANCE).any():
        wrong = int(np.abs(totals - 1).argmax())
        code = list(corpus.rows_of)[wrong]
        _fail("shares", SCORES, f"sums to {totals[wrong]:g} for {code}, but must sum to 1")
    rest = np.ones(len(shares), dtype=bool)
    rest[rows] = False
    if shares[rest].any():
        _fail("shares", SCORES, "has time for tasks of no occupation of the catalog")


def _check_steps(rows: np.ndarray) -> None:
    """Moves lead to other occupations of the catalog, and to each of them once."""
    if rows.max() >= len(rows):
        _fail("steps.rows", CAREERS, f"has row {rows.max()} of {len(rows)} occupations")
    if (rows == np.arange(len(rows))[:, None]).any():
        _fail("steps.rows", CAREERS, "has a move from an occupation to itself")
    ordered = np.sort(rows, axis=1)
    if ((ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] != NO_NEIGHBOUR)).any():
        _fail("steps.rows", CAREERS, "has the same move twice")
