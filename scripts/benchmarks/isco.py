"""ISCO-08: estimates of its unit groups against the ILO's scores, and against the crosswalk."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from engine import Corpus, RiskEngine
from engine.corpus.crosswalk import KINDS, Crosswalk, Link
from engine.corpus.references import ISCO, read_reference
from engine.errors import InputError
from engine.evaluation import metrics
from engine.records.isco import is_isco
from engine.records.measures import POTENTIAL
from engine.records.time_share import allocate
from scripts.benchmarks.common import Figures, add_data_dir, add_encoder, add_engine

RULES = ("exact pairs, else all", "best kind", "all pairs")
"""How the occupations that a unit group links to are weighted; the first is the engine's rule."""

_COUNT = "unit groups"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    add_data_dir(parser)
    add_encoder(parser)
    add_engine(parser)


def run(options: argparse.Namespace) -> Figures:
    """Measure estimates of ISCO-08's unit groups.

    They are compared with the ILO's potential of the same groups, which they have not seen, and
    with the mean risk of the O*NET occupations that the crosswalk links to. Without --engine, an
    engine of the ISCO-08 reference is built.
    """
    if options.engine is None:
        engine = RiskEngine.build(read_reference(ISCO, options.data_dir), options.encoder)
    else:
        engine = RiskEngine.load(options.engine)
    corpus = engine.corpus
    if not all(map(is_isco, corpus.rows_of)):
        raise InputError(
            f"the catalog of {options.engine} is not ISCO-08; name an engine that was built with "
            "--reference isco"
        )
    groups = [code for code in corpus.rows_of if _is_rated(corpus, code)]
    results = {code: engine.score_occupation(code) for code in corpus.rows_of}
    risk = {code: result.risk for code, result in results.items()}
    known = {code: results[code].known_outcomes[POTENTIAL] for code in groups}
    figures: Figures = {"ILO 2025": _against_scores(engine, groups, known, risk)}
    others = _other_risks(engine)
    for rule in RULES:
        links = {code: weighted(corpus.links, code, others, rule) for code in corpus.rows_of}
        figures[f"crosswalk, {rule}"] = _against_crosswalk(links, others, risk, known)
    _print(figures)
    return figures


def weighted(
    crosswalk: Crosswalk, group: str, catalog: Mapping[str, float], rule: str
) -> Sequence[Link]:
    """Return what a unit group links to, weighted by one of ``RULES``; the weights sum to 1."""
    if rule == RULES[0]:
        return crosswalk.links_of_group(group, catalog).found
    pairs = [pair for pair in crosswalk.pairs_of_group(group) if pair[0] in catalog]
    if rule == RULES[1] and pairs:
        best = min((kind for _, kind in pairs), key=list(KINDS).index)
        pairs = [pair for pair in pairs if pair[1] == best]
    return [Link(soc_code=code, kind=kind, weight=1 / len(pairs)) for code, kind in pairs]


def _is_rated(corpus: Corpus, code: str) -> bool:
    return bool(corpus.tasks[POTENTIAL].notna().to_numpy()[corpus.rows_of[code]].all())


def _other_risks(engine: RiskEngine) -> dict[str, float]:
    """Left-out risk of every O*NET occupation, which is evidence here."""
    corpus = engine.corpus
    risks = {}
    for code in corpus.other_occupations["soc_code"]:
        tasks = corpus.tasks_of(code)
        scored = engine.score_tasks([task.text for task in tasks])
        shares, _ = allocate(tasks)
        risks[str(code)] = float(shares @ np.array([task.risk for task in scored]))
    return risks


def _against_scores(
    engine: RiskEngine,
    groups: Sequence[str],
    known: Mapping[str, float],
    risk: Mapping[str, float],
) -> dict[str, float]:
    results = [engine.score_occupation(code) for code in groups]
    estimates = [result.estimates[POTENTIAL] for result in results]
    truth = np.array([known[code] for code in groups])
    values = np.array([estimate.value for estimate in estimates])
    low, high = (np.array([getattr(one, end) for one in estimates]) for end in ("low", "high"))
    tasks = [task for result in results for task in result.tasks]
    rated = np.array([task.known_outcomes[POTENTIAL] for task in tasks])
    estimated = np.array([task.estimates[POTENTIAL].value for task in tasks])
    return {
        _COUNT: len(groups),
        "potential, Spearman": _spearman(values, truth),
        "potential, r": metrics.correlation(values, truth),
        "potential, mean error": float(np.mean(np.abs(values - truth))),
        "potential, coverage": metrics.coverage(low, high, truth),
        "risk, Spearman": _spearman([risk[code] for code in groups], truth),
        "potential of tasks, r": metrics.correlation(estimated, rated),
    }


def _against_crosswalk(
    links: Mapping[str, Sequence[Link]],
    others: Mapping[str, float],
    risk: Mapping[str, float],
    known: Mapping[str, float],
) -> dict[str, float]:
    mixed = {
        code: sum(link.weight * others[link.soc_code] for link in found)
        for code, found in links.items()
        if found
    }
    own = np.array([risk[code] for code in mixed])
    theirs = np.array(list(mixed.values()))
    both = [code for code in mixed if code in known]
    return {
        _COUNT: len(mixed),
        "risk, Spearman": _spearman(own, theirs),
        "risk, r": metrics.correlation(own, theirs),
        "risk, mean difference": float(np.mean(np.abs(own - theirs))),
        "risk, bias": float(np.mean(own - theirs)),
        "ILO 2025, Spearman": _spearman(
            [mixed[code] for code in both], [known[code] for code in both]
        ),
    }


def _spearman(first: ArrayLike, second: ArrayLike) -> float:
    from scipy.stats import spearmanr

    return float(spearmanr(first, second).statistic)


def _print(figures: Mapping[str, Mapping[str, float]]) -> None:
    for name, lines in figures.items():
        print(f"{name}, {int(lines[_COUNT])} {_COUNT}")
        for what, value in lines.items():
            if what != _COUNT:
                print(f"  {what:30s}{value:8.3f}")
