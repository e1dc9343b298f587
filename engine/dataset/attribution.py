"""Whose data an exported data set holds, and the notices that their licenses ask for."""

from __future__ import annotations

from dataclasses import dataclass

from engine.corpus.columns import OUTLOOK_COLUMNS
from engine.corpus.corpus import Corpus
from engine.corpus.provenance import ISCO, NAME_SEPARATOR, PUBLISHED, STARTER
from engine.risk_engine import RiskEngine

CC_BY = "CC BY 4.0"
_PUBLIC_DOMAIN = "public domain"
_UNKNOWN = "unknown; ask the owner of the reference"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """A source of the data.

    Attributes:
        title: the source.
        license: its license, such as "CC BY 4.0".
        path: its address; "" if unknown.
        notice: the words that its license asks for; "" if none.
    """

    title: str
    license: str
    path: str = ""
    notice: str = ""


_ONET = Attribution(
    title="O*NET 30.1 Database (U.S. Department of Labor)",
    license=CC_BY,
    path="https://www.onetcenter.org/database.html",
    notice=(
        "This data set includes information from the O*NET 30.1 Database by the U.S. Department "
        "of Labor, Employment and Training Administration (USDOL/ETA), used under the CC BY 4.0 "
        "license. O*NET® is a trademark of USDOL/ETA. The information was modified, and "
        "USDOL/ETA has not approved, endorsed, or tested the modifications."
    ),
)
_BLS = Attribution(
    title="Wages and projections (U.S. Bureau of Labor Statistics)",
    license=_PUBLIC_DOMAIN,
    path="https://www.bls.gov/",
)
_ESCO = Attribution(
    title="ESCO, with its crosswalk to O*NET (European Commission)",
    license=CC_BY,
    path="https://esco.ec.europa.eu/en/use-esco/download",
    notice="This data set uses the ESCO classification of the European Commission.",
)
_STARTER = Attribution(
    title="Starter reference tasks (Occupation risk engine contributors)", license="MIT"
)


def attributions(engine: RiskEngine) -> list[Attribution]:
    """Return the sources of the data, each once."""
    found = _corpus_sources(engine.corpus)
    found += [
        Attribution(title=source.title, license=source.license or _UNKNOWN)
        for source in (*engine.sources.values(), *engine.corpus.sources.values())
    ]
    return list({one.title: one for one in reversed(found)}.values())[::-1]


def _corpus_sources(corpus: Corpus) -> list[Attribution]:
    """Return the sources of titles, tasks, outlook and codes."""
    names = corpus.name.split(NAME_SEPARATOR)
    built_in = {STARTER, PUBLISHED, ISCO}
    found = []
    if STARTER in names:
        found.append(_STARTER)
    if built_in & set(names):
        found.append(_ONET)
        if set(OUTLOOK_COLUMNS) & set(corpus.occupations.columns):
            found.append(_BLS)
        if len(corpus.crosswalk):
            found.append(_ESCO)
    own = [name for name in names if name not in built_in]
    return found + [Attribution(title=name, license=_UNKNOWN) for name in own]
