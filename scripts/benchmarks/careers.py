"""Careers: does the similarity find the occupations that O*NET lists as related?"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from engine import RiskEngine
from engine.careers.index import CANDIDATES
from engine.careers.occupation_index import OccupationIndex
from engine.careers.similarity import PARTS, SimilarityModel
from engine.records import soc
from engine.utils.vectors import unit
from scripts.benchmarks.career_prospects import prospect_figures
from scripts.benchmarks.common import Figures, add_data_dir, add_engine
from scripts.training import fit_careers
from scripts.training.fit_careers import PRIMARY_GAIN, Catalog

FOLDS = 4
LIST_LENGTH, PRIMARY = 20, 10
"""Number of related occupations in a list, and how many of them are primary."""

PAIRS_JUDGED = 3_000
"""Pairs of related occupations whose tasks are compared to calibrate the cosine of counterparts."""

WELL_KNOWN = tuple(
    f"{code}.00"
    for code in (
        *("11-1021", "13-2011", "15-1252", "17-2051", "19-3033", "21-1021", "23-1011", "25-2021"),
        *("27-1024", "29-1141", "29-1171", "31-1131", "33-3051", "35-2014", "37-2011", "39-5012"),
        *("41-2031", "43-4051", "43-3031", "45-2092", "47-2111", "47-2031", "49-3023", "51-4121"),
        "53-3032",
    )
)

VIEWS: Mapping[str, tuple[str, ...]] = {
    "all parts": PARTS,
    "tasks, title, description": ("tasks", "title", "description"),
    "tasks and title": ("tasks", "title"),
    "tasks alone": ("tasks",),
}
"""Parts of a source that the model gets."""

Ranked = np.ndarray
"""Rows of the nearest occupations, nearest first."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    add_data_dir(parser)
    add_engine(parser)
    parser.add_argument(
        "--prospects",
        action="store_true",
        help="measure the default suggestions of an engine instead",
    )
    add_folds(parser)


def add_folds(parser: argparse.ArgumentParser) -> None:
    """Add ``--folds``."""
    parser.add_argument(
        "--folds",
        type=int,
        choices=range(1, FOLDS + 1),
        default=2,
        help=f"number of the {FOLDS} folds to measure (default: %(default)s)",
    )


def held_out_folds(catalog: Catalog, count: int) -> list[np.ndarray]:
    """Return the rows of the sources in the first ``count`` of ``FOLDS`` folds."""
    order = np.random.default_rng(0).permutation(catalog.sources)
    return np.array_split(order, FOLDS)[:count]


def run(options: argparse.Namespace) -> Figures:
    """Measure recall of O*NET's related occupations, or the prospects of default suggestions."""
    if options.prospects:
        figures = prospect_figures(RiskEngine.load(options.engine))
        for name, figure in figures.items():
            print(name, figure if isinstance(figure, dict) else round(figure, 3))
        return figures
    catalog = fit_careers.read(options.data_dir)
    figures = {"counterparts": _counterparts(catalog)}
    folds = held_out_folds(catalog, options.folds)
    judged = np.concatenate(folds)
    methods = _methods(catalog, folds)
    figures["methods"] = {name: quality(catalog.gains, ranked) for name, ranked in methods.items()}
    print_quality("held-out sources", figures["methods"])
    learned = methods["learned, all parts"]
    zone_of = np.array([catalog.profiles[row].job_zone or 0 for row in judged])
    major_of = np.array([catalog.codes[row][:2] for row in judged])
    splits = {
        "by job zone": {f"job zone {zone}": judged[zone_of == zone] for zone in range(1, 6)},
        "by major group": {
            f"{code} {name}": judged[major_of == code] for code, name in soc.MAJOR_GROUPS.items()
        },
    }
    for title, split in splits.items():
        figures[title] = {
            name: quality(catalog.gains, {int(row): learned[int(row)] for row in rows})
            for name, rows in split.items()
            if len(rows)
        }
        print_quality(f"learned, all parts, {title}", figures[title])
    figures["examples"] = _examples(catalog)
    return figures


def _methods(catalog: Catalog, folds: list[np.ndarray]) -> dict[str, dict[int, Ranked]]:
    """Return the nearest occupations of every source in ``folds`` by each method."""
    methods: dict[str, dict[int, Ranked]] = defaultdict(dict)
    for number, held_out in enumerate(folds, start=1):
        sources = np.setdiff1d(catalog.sources, held_out)
        model = fit_careers.fit(catalog, sources)
        for name, known in VIEWS.items():
            methods[f"learned, {name}"] |= _nearest(catalog, model, held_out, known)
        unseen = fit_careers.fit(catalog, sources, held_out)
        methods["learned, in no list"] |= _nearest(catalog, unseen, held_out, PARTS)
        print(f"fold {number} of {len(folds)}: {len(held_out)} held out", flush=True)
    for name, scores in _baselines(catalog).items():
        methods[name] = {int(row): top(scores[row], row) for row in np.concatenate(folds)}
    return methods


def _nearest(
    catalog: Catalog, model: SimilarityModel, rows: np.ndarray, known: Iterable[str]
) -> dict[int, Ranked]:
    """Return the nearest occupations as the engine finds them, from the known parts of a source."""
    searched = OccupationIndex(catalog.profiles, model)
    hidden: dict[str, Any] = {name: None for name in PARTS if name not in known}
    if hidden:
        hidden["job_zone"] = None
    hidden.pop("tasks", None)
    return {
        int(row): searched.nearest(
            replace(catalog.profiles[row], **hidden), CANDIDATES, without=int(row)
        ).rows[:LIST_LENGTH]
        for row in rows
    }


def top(scores: np.ndarray, own: int) -> Ranked:
    """Return the rows with the highest scores, without ``own``; ties are in order of row number."""
    order = np.argsort(-scores, kind="stable")
    return order[order != own][:LIST_LENGTH]


def _baselines(catalog: Catalog) -> dict[str, np.ndarray]:
    """Return single signals, each comparing all occupations with all, shape (n, n)."""
    profiles = catalog.profiles
    centered = SimilarityModel.plain(profiles)

    def cosine(vectors: np.ndarray) -> np.ndarray:
        units = unit(vectors)
        return units @ units.T

    def z(scores: np.ndarray) -> np.ndarray:
        return (scores - scores.mean()) / scores.std()

    found = {
        "mean of task vectors": cosine(np.stack([p.tasks for p in profiles])),
        "centered mean of task vectors": cosine(centered.part(profiles, "tasks")),
        "titles": cosine(np.stack([_known(p.title) for p in profiles])),
        "descriptions": cosine(np.stack([_known(p.description) for p in profiles])),
        "best match of tasks": catalog.signals[:, :, 1] + catalog.signals[:, :, 2],
        "other names": cosine(centered.part(profiles, "names")),
    }
    four = ("centered mean of task vectors", "titles", "descriptions", "best match of tasks")
    return found | {"z-score sum of four": sum((z(found[name]) for name in four), np.float64(0))}


def _known(vector: np.ndarray | None) -> np.ndarray:
    assert vector is not None  # every occupation of O*NET has a title and a description
    return vector


def quality(gains: np.ndarray, ranked: Mapping[int, Ranked]) -> dict[str, float]:
    """Return mean recall and nDCG of rankings over their sources.

    Recall at 10 counts the primary occupations, and recall at 20 all listed ones. nDCG at 20 counts
    each listed occupation by its gain (Järvelin & Kekäläinen 2002).

    Args:
        gains: gain of each occupation in the list of each source, shape (n, n).
        ranked: row of a source -> rows of the nearest occupations, nearest first.
    """
    discount = 1 / np.log2(np.arange(LIST_LENGTH) + 2)
    primary, listed, gain = [], [], []
    for row, order in ranked.items():
        own = gains[row]
        found = np.zeros(LIST_LENGTH)
        found[: len(order)] = own[order]
        ideal = np.zeros(LIST_LENGTH)
        best = np.sort(own)[::-1][:LIST_LENGTH]
        ideal[: len(best)] = best
        primary.append((found[:PRIMARY] == PRIMARY_GAIN).sum() / (own == PRIMARY_GAIN).sum())
        listed.append((found > 0).sum() / (own > 0).sum())
        gain.append(found @ discount / (ideal @ discount))
    return {
        "sources": len(ranked),
        "recall at 10": float(np.mean(primary)),
        "recall at 20": float(np.mean(listed)),
        "nDCG": float(np.mean(gain)),
    }


# Counterparts ---------------------------------------------------------------------------------


def _counterparts(catalog: Catalog) -> Figures:
    """Calibrate the cosine of a task and its best counterpart in a related occupation.

    The curve gives the probability that the two share an intermediate work activity, as
    ``engine.careers.overlap`` uses it.
    """
    pairs = list(_counterpart_pairs(catalog))
    cosines = np.array([cosine for cosine, _ in pairs])
    alike = np.array([same for _, same in pairs])
    slope, intercept = fit_careers.curve(cosines, alike)
    print("\nbest counterparts in related occupations: share with a work activity in common")
    print(f"{'cosine from':52s}{'pairs':>8s}{'measured':>10s}{'curve':>8s}")
    bands = []
    for edge in np.arange(0.2, 1.0, 0.05).round(2):
        band = (cosines >= edge) & (cosines < edge + 0.05)
        curve = 1 / (1 + np.exp(-(slope * cosines[band] + intercept)))
        line = {
            "cosine": float(edge),
            "pairs": float(band.sum()),
            "measured": float(alike[band].mean()),
            "curve": float(curve.mean()),
        }
        bands.append(line)
        print(f"{edge:<52.2f}{band.sum():8d}{line['measured']:10.2f}{line['curve']:8.2f}")
    half = -intercept / slope
    print(
        f"curve: slope {slope:.2f}, intercept {intercept:.2f}, one half at {half:.2f}", flush=True
    )
    return {"bands": bands, "slope": slope, "intercept": intercept}


def _counterpart_pairs(catalog: Catalog) -> Iterator[tuple[float, bool]]:
    """Yield the cosine of a task and its best counterpart, and whether they share an activity."""
    listed = np.argwhere(catalog.gains > 0)
    order = np.random.default_rng(0).permutation(len(listed))
    for source, target in listed[order[:PAIRS_JUDGED]]:
        here, there = catalog.profiles[source], catalog.profiles[target]
        similarity = here.vectors @ there.vectors.T
        for row, own in enumerate(similarity.argmax(axis=0)):
            activities = catalog.activities[target][row], catalog.activities[source][own]
            if all(activities) and there.texts[row] != here.texts[own]:
                yield float(similarity[own, row]), bool(set(activities[0]) & set(activities[1]))


# Printed tables -------------------------------------------------------------------------------


def print_quality(title: str, figures: Mapping[str, Mapping[str, float]]) -> None:
    """Print what ``quality`` returned, by name."""
    print(f"\n{title:52s}{'sources':>8s}{'at 10':>8s}{'at 20':>8s}{'nDCG':>8s}")
    for name, figure in figures.items():
        cells = f"{figure['recall at 10']:8.3f}{figure['recall at 20']:8.3f}{figure['nDCG']:8.3f}"
        print(f"{name:52s}{figure['sources']:8.0f}{cells}")


def _examples(catalog: Catalog) -> dict[str, list[str]]:
    """Print the five nearest of well-known occupations, by a model fitted without their lists."""
    rows = np.array([catalog.codes.index(code) for code in WELL_KNOWN])
    model = fit_careers.fit(catalog, np.setdiff1d(catalog.sources, rows))
    examples = {}
    print("\nthe five nearest, by a model fitted without the list of the occupation")
    for row, order in _nearest(catalog, model, rows, PARTS).items():
        title, near = catalog.titles[row], [catalog.titles[n] for n in order[:5]]
        examples[title] = near
        print(f"{title}: {'; '.join(near)}")
    return examples
