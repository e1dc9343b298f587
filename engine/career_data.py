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
        progress: bool = False,
    ) -> CareerData:
        """Embed what the catalogue's occupations are called, and find the model for the encoder.

        An encoder with parts is taken by its first, which says what is done.
        """
        content = encoder.parts[0] if isinstance(encoder, JoinedEncoder) else encoder
        corpus = reference.corpus
        facts = [corpus.occupations.iloc[corpus.occupation_rows[code]] for code in corpus.rows_of]
        other = corpus.alternate_titles.groupby("soc_code")["title"].agg(list).to_dict()
        names = [spread_evenly(other.get(code, [])) for code in corpus.rows_of]
        texts = [f["title"] for f in facts] + [f["description"] for f in facts]
        texts += [name for group in names for name in group]
        known = [text for text in dict.fromkeys(texts) if text]
        rows = cache.encode(content, known, progress=progress)
        vector = dict(zip(known, rows, strict=True))
        nothing = np.full(rows.shape[1], np.nan, dtype=np.float32)
        data = cls(
            np.stack([vector.get(f["title"], nothing) for f in facts]),
            np.stack([vector.get(f["description"], nothing) for f in facts]),
            np.stack(
                [
                    np.mean([vector[name] for name in group], axis=0) if group else nothing
                    for group in names
                ]
            ),
            SimilarityModel.plain([Profile((), rows[:1], np.ones(1))]),
        )
        profiles = data.profiles(reference, shares)
        return replace(data, model=similarity.find(content.fingerprint, profiles))

    def profiles(self, reference: Reference, shares: np.ndarray) -> list[Profile]:
        """The catalogue's occupations, in the order of ``corpus.rows_of``.

        ``shares``: share of time of each task in its occupation, shape (n_tasks,).
        """
        corpus = reference.corpus
        content = reference.content(reference.vectors)
        texts = corpus.tasks["task"].tolist()
        activities = task_activities(corpus)
        found = []
        for number, (code, rows) in enumerate(corpus.rows_of.items()):
            zone = int(corpus.occupations["job_zone"].iat[corpus.occupation_rows[code]])
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
