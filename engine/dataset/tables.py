"""The tables of the data set: occupations, tasks and measures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.corpus.corpus import Corpus
from engine.dataset.columns import MEASURES
from engine.records import isco
from engine.records.esco import esco_uri
from engine.records.measures import LABELS
from engine.risk_engine import RiskEngine
from engine.scoring.table import measure_name

if TYPE_CHECKING:
    import pandas as pd

SEPARATOR = "|"
"""Separates several codes in a cell."""


def tables_of(engine: RiskEngine) -> Mapping[str, pd.DataFrame]:
    """Return the tables by name: the frames of the engine, with codes, and its measures."""
    occupations = engine.catalogue()
    codes = _codes(engine.corpus, occupations["soc_code"].tolist())
    for place, (name, values) in enumerate(codes.items(), start=1):
        occupations.insert(place, name, values)
    return {
        "occupations": occupations,
        "tasks": engine.catalogue_tasks(),
        "measures": _measures(engine),
    }


def _codes(corpus: Corpus, listed: list[str]) -> dict[str, list[str]]:
    """Return the codes of the occupations in four classifications; "" where unknown."""
    linked = corpus.links.codes_of(listed)
    groups = [isco.is_isco(code) for code in listed]
    return {
        "soc_2018": [
            "" if group else code.partition(".")[0]
            for code, group in zip(listed, groups, strict=True)
        ],
        "onet_soc": ["" if group else code for code, group in zip(listed, groups, strict=True)],
        "isco_08": [SEPARATOR.join(map(isco.digits, linked[code].isco)) for code in listed],
        "esco": [SEPARATOR.join(map(esco_uri, linked[code].esco)) for code in listed],
        "esco_match": [SEPARATOR.join(linked[code].esco_kinds) for code in listed],
    }


def _measures(engine: RiskEngine) -> pd.DataFrame:
    """Return one row per measure: its column, and where the ratings come from."""
    import pandas as pd

    corpus, sources = engine.corpus, engine.sources
    known = {name: corpus.sources[name] for name in sources if name in corpus.measures}
    rows = [
        (
            measure_name(measure),
            measure,
            LABELS.get(measure, measure),
            sources[measure].title,
            sources[measure].rater,
            sources[measure].date,
            sources[measure].license,
            int(corpus.tasks[measure].notna().sum()) if measure in known else 0,
            known[measure].title if measure in known else "",
            known[measure].rater if measure in known else "",
        )
        for measure in sources
    ]
    return pd.DataFrame(rows, columns=list(MEASURES))
