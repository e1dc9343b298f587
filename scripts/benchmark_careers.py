"""Careers: does the similarity find the occupations that O*NET calls related?"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import fit_careers
import numpy as np
from fit_careers import PRIMARY_GAIN, Catalogue

from engine import places, taxonomy
from engine.careers import CareerIndex, Origin
from engine.records import Estimate
from engine.similarity import PARTS, SimilarityModel

FOLDS = 4
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
_NOTHING = Estimate(0.0, 0.0, 0.0)

Figures = dict[str, Any]
Ranked = np.ndarray


def careers(options: argparse.Namespace) -> Figures:
    """Measure recall of O*NET's related occupations on sources left out, and show examples."""
    data_dir = options.data_dir or places.data_dir()
    catalogue = fit_careers.read(data_dir)
    parts = np.array_split(np.random.default_rng(0).permutation(catalogue.sources), FOLDS)
    methods: dict[str, dict[int, Ranked]] = defaultdict(dict)
    for number, left_out in enumerate(parts):
        print(f"fold {number + 1} of {FOLDS}", flush=True)
        sources = np.setdiff1d(catalogue.sources, left_out)
        model = fit_careers.fit(catalogue, sources)
        for name, known in _VIEWS.items():
            methods[f"learned, {name}"] |= _ranked(catalogue, model, left_out, known)
        unseen = fit_careers.fit(catalogue, sources, left_out)
        methods["learned, in no list either"] |= _ranked(catalogue, unseen, left_out, PARTS)
    for name, scores in _baselines(catalogue).items():
        methods[name] |= {row: _top(scores[row], row) for row in catalogue.sources}
    figures: Figures = {name: _quality(catalogue, ranked) for name, ranked in methods.items()}
    _print("on sources left out", figures)
    learned = methods["learned, all parts"]
    zones = {f"job zone {zone}": _rows(catalogue, lambda n: catalogue.profiles[n].job_zone, zone)
             for zone in range(1, 6)}  # fmt: skip
    groups = {f"{code} {name}": _rows(catalogue, lambda n: catalogue.codes[n][:2], code)
              for code, name in taxonomy.MAJOR_GROUPS.items()}  # fmt: skip
    for title, split in (("by job zone", zones), ("by major group", groups)):
        found = {
            name: _quality(catalogue, {row: learned[row] for row in rows})
            for name, rows in split.items()
            if len(rows)
        }
        _print(f"learned, all parts, {title}", found)
        figures[title] = found
    figures["examples"] = _examples(catalogue, learned, model)
    return figures


_VIEWS: Mapping[str, tuple[str, ...]] = {
    "all parts": PARTS,
    "tasks, title, description": ("tasks", "title", "description"),
    "tasks and title": ("tasks", "title"),
    "tasks alone": ("tasks",),
}


def _ranked(
    catalogue: Catalogue, model: SimilarityModel, rows: np.ndarray, known: Iterable[str]
) -> dict[int, Ranked]:
    """The twenty nearest, as the engine finds them, of sources of which some parts are known."""
    searched = fit_careers.index(catalogue.profiles, catalogue.codes, model)
    hidden: dict[str, Any] = {name: None for name in PARTS if name not in known}
    if hidden:
        hidden["job_zone"] = None
    hidden.pop("tasks", None)
    return {
        int(row): _nearest(searched, replace(catalogue.profiles[row], **hidden), catalogue, row)
        for row in rows
    }


def _nearest(searched: CareerIndex, profile: Any, catalogue: Catalogue, row: int) -> Ranked:
    return searched.nearest(Origin(profile, _NOTHING, catalogue.codes[row]), 300)[0][:20]


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


def _rows(catalogue: Catalogue, key: Callable[[int], Any], value: Any) -> list[int]:
    return [int(row) for row in catalogue.sources if key(row) == value]


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


def _examples(
    catalogue: Catalogue, learned: Mapping[int, Ranked], model: SimilarityModel
) -> dict[str, list[str]]:
    """The five nearest of well-known occupations, each by a model that has not seen its list."""
    shown = {}
    rows = np.array([catalogue.codes.index(code) for code in WELL_KNOWN])
    print("\nthe five nearest, by a model that has not seen the list")
    other = _ranked(catalogue, model, np.setdiff1d(rows, catalogue.sources), PARTS)
    for row, order in ((int(row), (learned | other)[int(row)]) for row in rows):
        near = [catalogue.titles[n] for n in order[:5]]
        shown[catalogue.titles[row]] = near
        print(f"{catalogue.titles[row]}: {'; '.join(near)}")
    return shown
