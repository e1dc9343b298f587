"""Profiles of the catalog's occupations for the similarity model: vectors of tasks and names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.careers.licenses import license_of
from engine.careers.results import Outlook
from engine.careers.similarity import Profile, spread_evenly
from engine.corpus.columns import ACTIVITIES, CATEGORY_SEPARATOR
from engine.corpus.corpus import Corpus
from engine.encoders.base import Encoder
from engine.encoders.cache import EmbeddingCache
from engine.encoders.tuned import content_encoder
from engine.retrieval.reference import Reference


@dataclass(frozen=True)
class OccupationTexts:
    """Texts of an occupation to embed besides its tasks; "" or () where it has none."""

    title: str
    description: str
    names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class OccupationVectors:
    """Content vectors of the catalog's occupations, in the order of ``corpus.rows_of``.

    Attributes:
        tasks: of the corpus tasks, shape (n_tasks, n_dimensions), float32, unit length; None if
            the reference's own vectors are content vectors.
        titles, descriptions, names: shape (n_occupations, n_dimensions), float32; NaN where an
            occupation has none. Titles and descriptions have unit length; names is a mean of unit
            vectors.
        encoder: fingerprint of the content encoder.
    """

    tasks: np.ndarray | None
    titles: np.ndarray
    descriptions: np.ndarray
    names: np.ndarray
    encoder: str

    @classmethod
    def build(
        cls,
        reference: Reference,
        encoder: Encoder,
        cache: EmbeddingCache,
        *,
        known: tuple[Corpus, OccupationVectors] | None = None,
        progress: bool = False,
    ) -> OccupationVectors:
        """Embed the catalog with the content encoder that belongs to ``encoder``.

        Args:
            known: vectors that already exist, and the corpus that they belong to; only the rest is
                embedded.
        """
        content = content_encoder(encoder)
        corpus = reference.corpus
        tasks = None
        if content is not encoder:
            texts = corpus.tasks["task"].tolist()
            by_text = {} if known is None else known[1]._by_task(known[0])
            if missing := [text for text in dict.fromkeys(texts) if text not in by_text]:
                rows = cache.encode(content, missing, progress=progress)
                by_text |= zip(missing, rows, strict=True)
            tasks = np.stack([by_text[text] for text in texts])
        occupations = occupation_texts(corpus)
        vectors = {} if known is None else known[1]._by_texts(known[0])
        if new := [texts for texts in occupations if texts not in vectors]:
            vectors |= _embed(new, content, cache, progress=progress)
        titles, descriptions, names = (
            np.stack(part) for part in zip(*(vectors[texts] for texts in occupations), strict=True)
        )
        return cls(
            tasks=tasks,
            titles=titles,
            descriptions=descriptions,
            names=names,
            encoder=content.fingerprint,
        )

    def profiles(self, reference: Reference, shares: np.ndarray) -> list[Profile]:
        """Return the profiles of the occupations, in the order of ``corpus.rows_of``.

        Args:
            shares: time share of each task in its occupation, shape (n_tasks,).
        """
        corpus = reference.corpus
        content = reference.vectors if self.tasks is None else self.tasks
        texts = corpus.tasks["task"].tolist()
        activities = task_activities(corpus)
        zones = corpus.occupations["job_zone"].to_numpy()
        return [
            Profile(
                texts=[texts[row] for row in rows],
                vectors=content[rows],
                shares=shares[rows],
                title=_known(self.titles[number]),
                description=_known(self.descriptions[number]),
                names=_known(self.names[number]),
                activities=time_in_activities([activities[row] for row in rows], shares[rows]),
                job_zone=int(zones[corpus.occupation_rows[code]]) or None,
            )
            for number, (code, rows) in enumerate(corpus.rows_of.items())
        ]

    def to_arrays(self) -> dict[str, np.ndarray]:
        """Return the vectors by name; ``from_arrays`` restores them."""
        arrays = {"titles": self.titles, "descriptions": self.descriptions, "names": self.names}
        return arrays if self.tasks is None else arrays | {"tasks": self.tasks}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray], encoder: str) -> OccupationVectors:
        """Restore what ``to_arrays`` wrote.

        Raises:
            KeyError: if an array is missing.
        """
        return cls(
            tasks=arrays.get("tasks"),
            titles=arrays["titles"],
            descriptions=arrays["descriptions"],
            names=arrays["names"],
            encoder=encoder,
        )

    def _by_texts(self, corpus: Corpus) -> dict[OccupationTexts, tuple[np.ndarray, ...]]:
        rows = zip(self.titles, self.descriptions, self.names, strict=True)
        return dict(zip(occupation_texts(corpus), rows, strict=True))

    def _by_task(self, corpus: Corpus) -> dict[str, np.ndarray]:
        if self.tasks is None:
            return {}
        return dict(zip(corpus.tasks["task"], self.tasks, strict=True))


def occupation_texts(corpus: Corpus) -> list[OccupationTexts]:
    """Return the texts of the occupations, in the order of ``corpus.rows_of``."""
    other = corpus.alternate_titles.groupby("soc_code")["title"].agg(list).to_dict()
    found = []
    for code in corpus.rows_of:
        facts = corpus.occupations.iloc[corpus.occupation_rows[code]]
        names = tuple(spread_evenly(other.get(code, [])))
        found.append(OccupationTexts(facts["title"], facts["description"], names))
    return found


def _embed(
    occupations: Sequence[OccupationTexts],
    encoder: Encoder,
    cache: EmbeddingCache,
    *,
    progress: bool,
) -> dict[OccupationTexts, tuple[np.ndarray, ...]]:
    """Vectors of title, description and names of each occupation; NaN where it has none."""
    texts = [one.title for one in occupations] + [one.description for one in occupations]
    distinct = [text for text in dict.fromkeys(texts) if text]
    rows = cache.encode(encoder, distinct, progress=progress)
    vector = dict(zip(distinct, rows, strict=True))
    named = list(dict.fromkeys(one.names for one in occupations if one.names))
    mean = dict(zip(named, cache.encode_means(encoder, named, progress=progress), strict=True))
    missing = np.full(rows.shape[1], np.nan, dtype=np.float32)
    return {
        one: (
            vector.get(one.title, missing),
            vector.get(one.description, missing),
            mean.get(one.names, missing),
        )
        for one in occupations
    }


def task_activities(corpus: Corpus) -> list[tuple[str, ...]]:
    """IDs of the intermediate work activities of each corpus task; () where unknown."""
    if ACTIVITIES not in corpus.tasks:
        return [()] * len(corpus.tasks)
    return [
        tuple(activity.rpartition(".")[0] for activity in text.split(CATEGORY_SEPARATOR) if text)
        for text in corpus.tasks[ACTIVITIES]
    ]


def time_in_activities(
    activities: Sequence[Sequence[str]], shares: np.ndarray
) -> dict[str, float] | None:
    """Activity -> time share; a task's time is split among its activities. None if none is known.

    Args:
        activities: IDs of the activities of each task.
        shares: time share of each task, shape (n_tasks,).
    """
    time: dict[str, float] = {}
    for ids, share in zip(activities, shares, strict=True):
        for activity in ids:
            time[activity] = time.get(activity, 0.0) + float(share) / len(ids)
    return time or None


def outlook_of(corpus: Corpus, soc_code: str) -> Outlook:
    """Return the outlook of a corpus occupation; None where the corpus has no figure."""
    facts = corpus.occupations.iloc[corpus.occupation_rows[soc_code]]

    def number(name: str) -> float | None:
        value = facts.get(name)
        return None if value is None or np.isnan(value) else float(value)

    return Outlook(
        median_wage=number("median_wage"),
        wage_is_minimum=bool(facts.get("wage_is_minimum", False)),
        employment=number("employment"),
        employment_change=number("employment_change"),
        annual_openings=number("annual_openings"),
        code=str(facts.get("outlook_code", "")),
        group=str(facts.get("outlook_group", "")),
        education=str(facts.get("education", "")),
        license=license_of(soc_code),
    )


def _known(vector: np.ndarray) -> np.ndarray | None:
    return None if np.isnan(vector).any() else vector
