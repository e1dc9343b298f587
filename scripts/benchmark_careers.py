"""Careers: does the similarity find the occupations that O*NET calls related?"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import fit_careers
import numpy as np
from fit_careers import PRIMARY_GAIN, Catalogue

from engine.careers import similarity
from engine.careers.index import CANDIDATES, CareerIndex, CatalogueEntry
from engine.careers.occupation_index import OccupationIndex
from engine.careers.paths import StepGraph
from engine.careers.results import MoveFilters
from engine.careers.similarity import PARTS, Profile, SimilarityModel
from engine.encoders.sentence_transformer import SentenceTransformerEncoder
from engine.records import soc
from engine.records.estimates import Estimate
from engine.utils import resources

FOLDS = 4
PAIRS_JUDGED = 3_000
"""Pairs of related occupations whose tasks are compared to judge the cosine of counterparts."""
WELL_KNOWN = tuple(
    code + ".00"
    for code in (
        "11-1021",
        "13-2011",
        "15-1252",
        "17-2051",
        "19-3033",
        "21-1021",
        "23-1011",
        "25-2021",
        "27-1024",
        "29-1141",
        "29-1171",
        "31-1131",
        "33-3051",
        "35-2014",
        "37-2011",
        "39-5012",
        "41-2031",
        "43-4051",
        "43-3031",
        "45-2092",
        "47-2111",
        "47-2031",
        "49-3023",
        "51-4121",
        "53-3032",
    )
)

TASKS_MADE_UP = 10
_MADE_UP = [f"Task {number}." for number in range(TASKS_MADE_UP)]

Figures = dict[str, Any]
Ranked = np.ndarray


GRAPH_AT_MOST = 2_000
"""Occupations at most for which the graph of moves is timed."""


def careers(options: argparse.Namespace) -> Figures:
    """Measure recall of O*NET's related occupations on sources left out, and show examples."""
    if options.scale:
        return _scale(options.scale)
    data_dir = options.data_dir or resources.data_dir()
    catalogue = fit_careers.read(data_dir)
    figures: Figures = {"counterparts": _counterparts(catalogue)}
    parts = np.array_split(np.random.default_rng(0).permutation(catalogue.sources), FOLDS)
    judged = np.concatenate(parts[: options.folds])
    methods: dict[str, dict[int, Ranked]] = defaultdict(dict)
    for number, left_out in enumerate(parts[: options.folds]):
        sources = np.setdiff1d(catalogue.sources, left_out)
        model = fit_careers.fit(catalogue, sources)
        for name, known in _VIEWS.items():
            methods[f"learned, {name}"] |= _ranked(catalogue, model, left_out, known)
        unseen = fit_careers.fit(catalogue, sources, left_out)
        methods["learned, in no list either"] |= _ranked(catalogue, unseen, left_out, PARTS)
        print(f"fold {number + 1} of {options.folds}: {len(left_out)} left out", flush=True)
    for name, scores in _baselines(catalogue).items():
        methods[name] |= {row: _top(scores[row], row) for row in judged}
    figures["methods"] = {name: _quality(catalogue, ranked) for name, ranked in methods.items()}
    _print("on sources left out", figures["methods"])
    learned = methods["learned, all parts"]
    zones = {f"job zone {zone}": _rows(judged, lambda n: catalogue.profiles[n].job_zone, zone)
             for zone in range(1, 6)}  # fmt: skip
    groups = {f"{code} {name}": _rows(judged, lambda n: catalogue.codes[n][:2], code)
              for code, name in soc.MAJOR_GROUPS.items()}  # fmt: skip
    for title, split in (("by job zone", zones), ("by major group", groups)):
        found = {
            name: _quality(catalogue, {row: learned[row] for row in rows})
            for name, rows in split.items()
            if len(rows)
        }
        _print(f"learned, all parts, {title}", found)
        figures[title] = found
    figures["examples"] = _examples(catalogue)
    return figures


_VIEWS: Mapping[str, tuple[str, ...]] = {
    "all parts": PARTS,
    "tasks, title, description": ("tasks", "title", "description"),
    "tasks and title": ("tasks", "title"),
    "tasks alone": ("tasks",),
}


def _counterparts(catalogue: Catalogue) -> Figures:
    """Share of pairs of tasks in one intermediate activity, by cosine: for ``engine.moves``.

    Judged are the tasks of occupations on O*NET's lists, each with its best counterpart in the
    occupation that lists it: what a move between related occupations compares.
    """
    rng = np.random.default_rng(0)
    listed = np.argwhere(catalogue.gains > 0)
    cosine, same = [], []
    for source, target in listed[rng.permutation(len(listed))[:PAIRS_JUDGED]]:
        here, there = catalogue.profiles[source], catalogue.profiles[target]
        similarity = here.vectors @ there.vectors.T
        best = similarity.argmax(axis=0)
        for row, own in enumerate(best):
            activities = catalogue.activities[target][row], catalogue.activities[source][own]
            if all(activities) and there.texts[row] != here.texts[own]:
                cosine.append(similarity[own, row])
                same.append(bool(set(activities[0]) & set(activities[1])))
    cosines, alike = np.array(cosine), np.array(same)
    slope, intercept = fit_careers.curve(cosines, alike)
    print("\nbest counterparts between related occupations: of one intermediate work activity")
    print(f"{'cosine from':52s}{'pairs':>8s}{'measured':>10s}{'curve':>8s}")
    bands = []
    for edge in np.arange(0.2, 1.0, 0.05).round(2):
        band = (cosines >= edge) & (cosines < edge + 0.05)
        curve = 1 / (1 + np.exp(-(slope * cosines[band] + intercept)))
        line = {"cosine": edge, "pairs": band.sum(), "measured": alike[band].mean(),
                "curve": curve.mean()}  # fmt: skip
        bands.append({name: float(value) for name, value in line.items()})
        print(f"{edge:<52.2f}{band.sum():8d}{line['measured']:10.2f}{line['curve']:8.2f}")
    half = -intercept / slope
    print(
        f"curve: slope {slope:.2f}, intercept {intercept:.2f}, one half at {half:.2f}", flush=True
    )
    return {"bands": bands, "slope": slope, "intercept": intercept}


def _ranked(
    catalogue: Catalogue, model: SimilarityModel, rows: np.ndarray, known: Iterable[str]
) -> dict[int, Ranked]:
    """The twenty nearest, as the engine finds them, of sources of which some parts are known."""
    searched = OccupationIndex(catalogue.profiles, model)
    hidden: dict[str, Any] = {name: None for name in PARTS if name not in known}
    if hidden:
        hidden["job_zone"] = None
    hidden.pop("tasks", None)
    return {
        int(row): searched.nearest(
            replace(catalogue.profiles[row], **hidden), CANDIDATES, without=int(row)
        ).rows[:20]
        for row in rows
    }


def _top(scores: np.ndarray, own: int) -> Ranked:
    order = np.argsort(-scores, kind="stable")
    return order[order != own][:20]


def _baselines(catalogue: Catalogue) -> dict[str, np.ndarray]:
    """Signals alone, each compared with all occupations at once."""
    profiles = catalogue.profiles
    centred = SimilarityModel.plain(profiles)

    def cosine(vectors: np.ndarray) -> np.ndarray:
        units = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        return units @ units.T

    def z(scores: np.ndarray) -> np.ndarray:
        return (scores - scores.mean()) / scores.std()

    found = {
        "mean of task vectors": cosine(np.stack([p.tasks for p in profiles])),
        "centred mean of task vectors": cosine(centred.part(profiles, "tasks")),
        "titles": cosine(np.stack([p.title for p in profiles])),
        "descriptions": cosine(np.stack([p.description for p in profiles])),
        "best match of tasks": catalogue.signals[:, :, 1] + catalogue.signals[:, :, 2],
        "other names": cosine(centred.part(profiles, "names")),
    }
    four = ("centred mean of task vectors", "titles", "descriptions", "best match of tasks")
    return found | {"z-score sum of four": sum((z(found[name]) for name in four), np.float64(0))}


def _rows(sources: np.ndarray, key: Callable[[int], Any], value: Any) -> list[int]:
    return [int(row) for row in sources if key(row) == value]


def _quality(catalogue: Catalogue, ranked: Mapping[int, Ranked]) -> dict[str, float]:
    """Recall of the primary ten at 10 and of all twenty at 20, and nDCG at 20 by gain."""
    discount = 1 / np.log2(np.arange(20) + 2)
    primary, all_listed, gain = [], [], []
    for row, order in ranked.items():
        gains = catalogue.gains[row]
        found = np.zeros(20)
        found[: len(order)] = gains[order]
        primary.append((found[:10] == PRIMARY_GAIN).sum() / (gains == PRIMARY_GAIN).sum())
        all_listed.append((found > 0).sum() / (gains > 0).sum())
        gain.append(found @ discount / (np.sort(gains)[::-1][:20] @ discount))
    return {
        "sources": len(ranked),
        "recall at 10": float(np.mean(primary)),
        "recall at 20": float(np.mean(all_listed)),
        "nDCG": float(np.mean(gain)),
    }


def _print(title: str, figures: Mapping[str, Mapping[str, float]]) -> None:
    print(f"\n{title:52s}{'sources':>8s}{'at 10':>8s}{'at 20':>8s}{'nDCG':>8s}")
    for name, figure in figures.items():
        cells = f"{figure['recall at 10']:8.3f}{figure['recall at 20']:8.3f}{figure['nDCG']:8.3f}"
        print(f"{name:52s}{figure['sources']:8.0f}{cells}")


def _examples(catalogue: Catalogue) -> dict[str, list[str]]:
    """The five nearest of well-known occupations, by a model that has not seen their lists."""
    rows = np.array([catalogue.codes.index(code) for code in WELL_KNOWN])
    model = fit_careers.fit(catalogue, np.setdiff1d(catalogue.sources, rows))
    shown = {}
    print("\nthe five nearest, by a model that has not seen the list")
    for row, order in _ranked(catalogue, model, rows, PARTS).items():
        shown[catalogue.titles[row]] = [catalogue.titles[n] for n in order[:5]]
        print(f"{catalogue.titles[row]}: {'; '.join(shown[catalogue.titles[row]])}")
    return shown


def _scale(count: int) -> Figures:
    """Time that a query takes in a catalogue of so many made-up occupations.

    And, of a catalogue of the size of O*NET's, the graph that paths are searched on.
    """
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(1_000, 384)).astype(np.float32)
    near = rng.integers(len(centres), size=count)
    profiles = []
    for row in range(count):
        tasks = centres[near[row]] + rng.normal(size=(TASKS_MADE_UP, 384)).astype(np.float32)
        shares = np.full(TASKS_MADE_UP, 1 / TASKS_MADE_UP)
        profiles.append(
            Profile(
                texts=_MADE_UP, vectors=similarity.unit(tasks), shares=shares, job_zone=1 + row % 5
            )
        )
    encoder = SentenceTransformerEncoder("minilm")
    model = similarity.find(encoder.fingerprint, profiles)
    risks = [
        Estimate(value=value, low=0.0, high=1.0, error=0.1) for value in rng.random(count).tolist()
    ]
    entries = [
        CatalogueEntry(
            soc_code=str(row), title="", profile=profile, risk=risks[row], ai_capability=risks[row]
        )
        for row, profile in enumerate(profiles)
    ]
    index = CareerIndex(entries, model, np.sort(np.abs(rng.normal(size=1_000))))
    times = []
    for row in rng.integers(count, size=50).tolist():
        begun = time.perf_counter(), time.process_time()
        index.similar(index.origin(row), k=10, filters=MoveFilters())
        times.append((time.perf_counter() - begun[0], time.process_time() - begun[1]))
    wall, processor = (1e3 * float(value) for value in np.median(times, axis=0))
    print(
        f"similar careers among {count:,} occupations of {TASKS_MADE_UP} tasks: median "
        f"{wall:.1f} ms, {processor:.1f} ms of processor time"
    )
    figures = {"occupations": count, "median ms": wall, "median processor ms": processor}
    if count <= GRAPH_AT_MOST:
        begun = time.perf_counter()
        StepGraph.build(index.occupations)
        figures["graph s"] = time.perf_counter() - begun
        print(f"graph of moves: {figures['graph s']:.1f} s")
    return figures
