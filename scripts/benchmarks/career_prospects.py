"""Default suggestions of all occupations: are prospects better, and is one left without any?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np

from engine import RiskEngine
from engine.careers.index import FEW
from engine.careers.results import CareerMatch
from scripts.benchmarks.common import Figures

_LEAST_PAY = 0.8


def prospect_figures(engine: RiskEngine) -> Figures:
    """Return what the first five default suggestions of every occupation would change.

    Shares are of suggestions for which both figures are known. ``why none`` counts, for occupations
    without a suggestion, the filters that removed the most occupations.
    """
    found = {code: engine.similar_careers(code, FEW) for code in engine.corpus.rows_of}
    moves = [match for matches in found.values() for match in matches]
    none = [matches for matches in found.values() if not matches]
    why = Counter(max(matches.removed, key=matches.removed.__getitem__) for matches in none)
    return {
        "occupations": float(len(found)),
        "suggestions": float(len(moves)),
        "occupations without a suggestion": len(none) / len(found),
        "occupations without one that say why": float(
            np.mean([bool(matches.next) for matches in none]) if none else 1.0
        ),
        "pay under 80% and grow more slowly": _share(moves, _pays_less_and_grows_slower),
        "grow more slowly and pay no more": _share(moves, _grows_slower_for_no_more),
        "lowest probability of a lower risk": min(match.probability_safer for match in moves),
        "smallest reduction of risk": -max(match.risk_difference for match in moves),
        "median rank": float(np.median([match.rank or 0 for match in moves])),
        "why none": {name: float(count) for name, count in why.most_common()},
    }


def _share(moves: list[CareerMatch], holds: Callable[[CareerMatch], bool]) -> float:
    known = [m for m in moves if m.wage_ratio is not None and m.growth_difference is not None]
    return float(np.mean([holds(match) for match in known])) if known else 0.0


def _pays_less_and_grows_slower(match: CareerMatch) -> bool:
    return (match.wage_ratio or 0) < _LEAST_PAY and (match.growth_difference or 0) < 0


def _grows_slower_for_no_more(match: CareerMatch) -> bool:
    return (match.growth_difference or 0) < 0 and (match.wage_ratio or 0) <= 1
