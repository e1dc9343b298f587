"""What an engine keeps of its catalogue to compare careers: vectors of names, and the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine import similarity
from engine.career_records import Outlook
from engine.corpus import Corpus
from engine.corpus_checks import ACTIVITIES, CATEGORY_SEPARATOR
from engine.encoder import EmbeddingCache, Encoder, JoinedEncoder
from engine.reference import Reference
from engine.similarity import Profile, SimilarityModel, spread_evenly

Words = tuple[str, str, tuple[str, ...]]
"""Title, description and other names of an occupation, as far as they are embedded."""

Vectors = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Of such words; NaN where there are none."""


@dataclass(frozen=True)
class CareerData:
    """Vectors of the catalogue's occupations, in the order of ``corpus.rows_of``, and the model.

    Attributes:
        titles, descriptions, names: shape (n_occupations, n_dimensions), float32; NaN where an
            occupation has none. Titles and descriptions are unit vectors, names a mean of them.
        model: the similarity.
    """

    titles: np.ndarray
    descriptions: np.ndarray
    names: np.ndarray
    model: SimilarityModel

    @classmethod
    def build(
        cls,
        reference: Reference,
        shares: np.ndarray,
        encoder: Encoder,
        cache: EmbeddingCache,
        *,
        known: Mapping[Words, Vectors] | None = None,
        progress: bool = False,
    ) -> CareerData:
        """Embed what the catalogue's occupations are called, and find the model for the encoder.

        An encoder with parts is taken by its first, which says what is done. Words that are
        ``known``, as ``by_words`` of earlier data tells, are not embedded again.
        """
        content = encoder.parts[0] if isinstance(encoder, JoinedEncoder) else encoder
        words = _words(reference.corpus)
        vectors = dict(known or {})
        if new := [own for own in words if own not in vectors]:
            vectors |= _embedded(new, content, cache, progress=progress)
        titles, descriptions, names = (
            np.stack(part) for part in zip(*(vectors[own] for own in words), strict=True)
        )
        placeholder = SimilarityModel.plain([Profile((), titles[:1], np.ones(1))])
        data = cls(titles, descriptions, names, placeholder)
        profiles = data.profiles(reference, shares)
        return replace(data, model=similarity.find(content.fingerprint, profiles))

    def by_words(self, corpus: Corpus) -> dict[Words, Vectors]:
        """Words of the occupations of ``corpus``, which these are the data of -> their vectors."""
        rows = zip(self.titles, self.descriptions, self.names, strict=True)
        return dict(zip(_words(corpus), rows, strict=True))

    def profiles(self, reference: Reference, shares: np.ndarray) -> list[Profile]:
        """The catalogue's occupations, in the order of ``corpus.rows_of``.

        ``shares``: share of time of each task in its occupation, shape (n_tasks,).
        """
        corpus = reference.corpus
        content = reference.content(reference.vectors)
        texts = corpus.tasks["task"].tolist()
        activities = task_activities(corpus)
        zones = corpus.occupations["job_zone"].to_numpy()
        found = []
        for number, (code, rows) in enumerate(corpus.rows_of.items()):
            zone = int(zones[corpus.occupation_rows[code]])
            found.append(
                Profile(
                    [texts[row] for row in rows],
                    content[rows],
                    shares[rows],
                    _known(self.titles[number]),
                    _known(self.descriptions[number]),
                    _known(self.names[number]),
                    time_in_activities([activities[row] for row in rows], shares[rows]),
                    zone or None,
                )
            )
        return found

    def to_arrays(self) -> tuple[dict[str, np.ndarray], dict[str, str]]:
        """As named arrays and text; ``from_arrays`` brings it back."""
        arrays, text = self.model.to_arrays()
        own = {"titles": self.titles, "descriptions": self.descriptions, "names": self.names}
        return arrays | own, text

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray], text: Mapping[str, str]) -> CareerData:
        """What ``to_arrays`` wrote.

        Raises:
            KeyError, ValueError: if something is missing or not in that form.
        """
        model = SimilarityModel.from_arrays(arrays, text)
        return cls(arrays["titles"], arrays["descriptions"], arrays["names"], model)


def _words(corpus: Corpus) -> list[Words]:
    """Of the occupations in the order of ``corpus.rows_of``."""
    facts = [corpus.occupations.iloc[corpus.occupation_rows[code]] for code in corpus.rows_of]
    other = corpus.alternate_titles.groupby("soc_code")["title"].agg(list).to_dict()
    names = [tuple(spread_evenly(other.get(code, []))) for code in corpus.rows_of]
    return [(f["title"], f["description"], own) for f, own in zip(facts, names, strict=True)]


def _embedded(
    words: Sequence[Words], encoder: Encoder, cache: EmbeddingCache, *, progress: bool
) -> dict[Words, Vectors]:
    texts = [title for title, _, _ in words] + [description for _, description, _ in words]
    texts += [name for _, _, names in words for name in names]
    known = [text for text in dict.fromkeys(texts) if text]
    rows = cache.encode(encoder, known, progress=progress)
    vector = dict(zip(known, rows, strict=True))
    nothing = np.full(rows.shape[1], np.nan, dtype=np.float32)
    return {
        own: (
            vector.get(own[0], nothing),
            vector.get(own[1], nothing),
            np.mean([vector[name] for name in own[2]], axis=0) if own[2] else nothing,
        )
        for own in words
    }


def task_activities(corpus: Corpus) -> list[tuple[str, ...]]:
    """Ids of the intermediate work activities of each corpus task; () where not known."""
    if ACTIVITIES not in corpus.tasks:
        return [()] * len(corpus.tasks)
    return [
        tuple(activity.rpartition(".")[0] for activity in text.split(CATEGORY_SEPARATOR) if text)
        for text in corpus.tasks[ACTIVITIES]
    ]


def time_in_activities(
    activities: Sequence[Sequence[str]], shares: np.ndarray
) -> dict[str, float] | None:
    """Activity -> share of time; a task's time is split among its own. None if none is known."""
    time: dict[str, float] = {}
    for ids, share in zip(activities, shares, strict=True):
        for activity in ids:
            time[activity] = time.get(activity, 0.0) + float(share) / len(ids)
    return time or None


def outlook_of(corpus: Corpus, soc_code: str) -> Outlook:
    """Wage and employment of an occupation of the corpus, as far as it has them."""
    facts = corpus.occupations.iloc[corpus.occupation_rows[soc_code]]

    def number(name: str) -> float | None:
        value = facts.get(name)
        return None if value is None or np.isnan(value) else float(value)

    return Outlook(
        number("median_wage"),
        bool(facts.get("wage_is_minimum", False)),
        number("employment"),
        number("employment_change"),
        number("annual_openings"),
        str(facts.get("outlook_code", "")),
    )


def _known(vector: np.ndarray) -> np.ndarray | None:
    return None if np.isnan(vector).any() else vector
