"""What an engine keeps of its catalogue to compare careers: vectors of names, and the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine import similarity
from engine.career_records import Outlook
from engine.corpus import Corpus
from engine.corpus_checks import ACTIVITIES, CATEGORY_SEPARATOR
from engine.encoder import EmbeddingCache, Encoder
from engine.reference import Reference
from engine.similarity import Profile, SimilarityModel, spread_evenly
from engine.tuned_encoder import content_encoder

Words = tuple[str, str, tuple[str, ...]]
"""Title, description and other names of an occupation, as far as they are embedded."""

Vectors = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Of such words; NaN where there are none."""

_NAMED = ("titles", "descriptions", "names")


@dataclass(frozen=True)
class CareerData:
    """What the catalogue's occupations are compared by: vectors of content, and the model.

    Attributes:
        tasks: of the corpus, shape (n_tasks, n_dimensions), float32, unit vectors; None if those
            of the reference are of content.
        titles, descriptions, names: shape (n_occupations, n_dimensions), float32; NaN where an
            occupation has none. Titles and descriptions are unit vectors, names a mean of them.
            In the order of ``corpus.rows_of``.
        model: the similarity.
        encoder: fingerprint of the encoder of content.
    """

    tasks: np.ndarray | None
    titles: np.ndarray
    descriptions: np.ndarray
    names: np.ndarray
    model: SimilarityModel
    encoder: str

    @classmethod
    def build(
        cls,
        reference: Reference,
        shares: np.ndarray,
        encoder: Encoder,
        cache: EmbeddingCache,
        *,
        before: tuple[Corpus, CareerData] | None = None,
        progress: bool = False,
    ) -> CareerData:
        """Embed the catalogue by the encoder of content, and find the model for it.

        What the data ``before`` have, with the corpus that they are of, is not embedded again.
        """
        content = content_encoder(encoder)
        tasks = None
        if content is not encoder:
            texts = reference.corpus.tasks["task"].tolist()
            known = {} if before is None else before[1].by_task(before[0])
            if missing := [text for text in dict.fromkeys(texts) if text not in known]:
                rows = cache.encode(content, missing, progress=progress)
                known |= zip(missing, rows, strict=True)
            tasks = np.stack([known[text] for text in texts])
        words = _words(reference.corpus)
        vectors = {} if before is None else before[1].by_words(before[0])
        if new := [own for own in words if own not in vectors]:
            vectors |= _embedded(new, content, cache, progress=progress)
        titles, descriptions, names = (
            np.stack(part) for part in zip(*(vectors[own] for own in words), strict=True)
        )
        placeholder = SimilarityModel.plain([Profile((), titles[:1], np.ones(1))])
        data = cls(tasks, titles, descriptions, names, placeholder, content.fingerprint)
        profiles = data.profiles(reference, shares)
        return replace(data, model=similarity.find(data.encoder, profiles))

    def by_words(self, corpus: Corpus) -> dict[Words, Vectors]:
        """Words of the occupations of ``corpus``, which these are the data of -> their vectors."""
        rows = zip(self.titles, self.descriptions, self.names, strict=True)
        return dict(zip(_words(corpus), rows, strict=True))

    def by_task(self, corpus: Corpus) -> dict[str, np.ndarray]:
        """Tasks of ``corpus``, which these are the data of -> their vectors, where it has any."""
        if self.tasks is None:
            return {}
        return dict(zip(corpus.tasks["task"], self.tasks, strict=True))

    def profiles(self, reference: Reference, shares: np.ndarray) -> list[Profile]:
        """The catalogue's occupations, in the order of ``corpus.rows_of``.

        ``shares``: share of time of each task in its occupation, shape (n_tasks,).
        """
        corpus = reference.corpus
        content = reference.vectors if self.tasks is None else self.tasks
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
        own = {name: getattr(self, name) for name in _NAMED}
        if self.tasks is not None:
            own["tasks"] = self.tasks
        return arrays | own, text | {"encoder": self.encoder}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray], text: Mapping[str, str]) -> CareerData:
        """What ``to_arrays`` wrote.

        Raises:
            KeyError, ValueError: if something is missing or not in that form.
        """
        model = SimilarityModel.from_arrays(arrays, text)
        titles, descriptions, names = (arrays[name] for name in _NAMED)
        tasks = arrays.get("tasks")
        return cls(tasks, titles, descriptions, names, model, text["encoder"])


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
