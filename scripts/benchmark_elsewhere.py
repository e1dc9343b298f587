"""Accuracy to expect on other occupations, of which only the figures of known methods are at hand.

Sets of occupations differ in how hard they are. A file tells how well other methods do on a set
that is kept elsewhere, as JSON: its number of occupations and, by method and measure, correlations:

    {"occupations": 95, "r": {"minilm: 50 neighbours, weighted": {"automation": 0.856}}}

Many sets of as many left-out occupations are drawn here, and the engine's figures on them regressed
on those of these methods.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine import Corpus, EngineError
from engine.evaluation import metrics
from engine.evaluation.held_out import ENGINE, HeldOut

DRAWS = 3_000


@dataclass(frozen=True)
class Told:
    """What a file tells of a set of occupations.

    Attributes:
        path: of the file.
        occupations: how many.
        r: (method, measure) -> correlation.
    """

    path: Path
    occupations: int
    r: dict[tuple[str, str], float]


def elsewhere(
    results: Mapping[str, HeldOut], shipped: str, corpus: Corpus, told: Told
) -> dict[str, dict[str, float]]:
    """Expected figures of the shipped engine on the set that is told of, printed too.

    Raises:
        EngineError: if it names a method that was not run, or too many occupations.
    """
    path, count, given = told.path, told.occupations, told.r
    rows = np.sort(results[shipped].rows)
    groups = corpus.tasks["soc_code"].to_numpy()[rows]
    codes = np.unique(groups)
    if not 1 < count < len(codes):
        raise EngineError(
            f"{path}, occupations: {count}; expected 2 to {len(codes) - 1}, as sets of so many are "
            "drawn from those left out"
        )
    generator = np.random.default_rng(0)
    weights = np.zeros((DRAWS, len(codes)))
    for draw in weights:
        draw[generator.choice(len(codes), count, replace=False)] = 1.0

    ran = {
        f"{encoder}: {method}": (measures, np.argsort(held_out.rows))
        for encoder, held_out in results.items()
        for method, measures in held_out.methods.items()
    }

    def correlations(method: str, measure: str) -> np.ndarray:
        measures, order = ran.get(method, ({}, None))
        if measure not in measures:
            raise EngineError(
                f"{path}, r, {method!r}, {measure!r}: was not run; expected one of {list(ran)} and "
                "a measure of the reference; more methods run with --contest"
            )
        outcomes = corpus.tasks[measure].to_numpy()[rows]
        return metrics.group_correlations(measures[measure][order], outcomes, groups, weights)

    known = [correlations(method, measure) for method, measure in given]
    own = f"{shipped}: {ENGINE}"
    wanted = {measure: correlations(own, measure) for _, measure in given}
    if "exposure_model" in corpus.measures:
        wanted["level"] = _levels_right(results[shipped], corpus, weights)
    means, deviations = metrics.expected_given(
        np.column_stack(known), np.column_stack(list(wanted.values())), np.array([*given.values()])
    )
    figures = {
        name: {"here": float(here.mean()), "expected": float(mean), "deviation": float(deviation)}
        for (name, here), mean, deviation in zip(wanted.items(), means, deviations, strict=True)
    }
    print(f"\nto expect on the {count} occupations of {path}{'here':>12s}{'there':>12s}")
    for name, line in figures.items():
        print(f"{name:40s}{line['here']:12.3f}{line['expected']:12.3f} ± {line['deviation']:.3f}")
    return figures


def _levels_right(held_out: HeldOut, corpus: Corpus, weights: np.ndarray) -> np.ndarray:
    """Share of tasks whose exposure level is the published model's, in each set."""
    codes = corpus.tasks["soc_code"].to_numpy()[held_out.rows]
    _, group = np.unique(codes, return_inverse=True)
    tasks = weights @ np.bincount(group)
    return np.asarray((weights @ np.bincount(group, held_out.levels_right(corpus))) / tasks)


def read(path: Path) -> Told:
    """What a file tells.

    Raises:
        EngineError: if it is not as above.
    """
    try:
        told: Any = json.loads(path.read_text("utf-8"))
        given = {
            (str(method), str(measure)): float(r)
            for method, measures in told["r"].items()
            for measure, r in measures.items()
        }
        count = int(told["occupations"])
    except OSError as error:
        raise EngineError(f"{path}: cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise EngineError(
            f"{path}: {type(error).__name__}: {error}; expected JSON as "
            '{"occupations": 95, "r": {"minilm: 50 neighbours, weighted": {"automation": 0.856}}}'
        ) from None
    if not given:
        raise EngineError(f"{path}, r: names no method; expected at least one with its figures")
    return Told(path, count, given)
