#!/usr/bin/env python
"""Fit the similarity of occupations to O*NET's related occupations.

    python scripts/training/fit_careers.py --data-dir DIR

This writes models/careers/similarity.safetensors. The file contains only weights, no list and no
sentence of the data. ``benchmark.py careers`` measures the method on held-out lists.
Run ``make checksums`` afterward.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.careers import similarity
from engine.careers.occupation_index import OccupationIndex
from engine.careers.profiles import OccupationVectors, task_activities
from engine.careers.similarity import PARTS, SIGNALS, Profile, SimilarityModel, part_means
from engine.corpus.references import PUBLISHED, read_reference
from engine.corpus.sources import onet
from engine.encoders.cache import EmbeddingCache
from engine.encoders.minilm import MiniLMEncoder
from engine.records.time_share import allocate
from engine.retrieval.reference import Reference
from engine.utils import resources

DIMENSIONS = 64
EPOCHS = 100
DROPOUT = 0.3
"""Probability of dropping a single dimension of a part during the fit."""
PART_DROPOUT = 0.1
"""Probability of dropping a part other than the tasks, so that jobs with only tasks do well."""
WEIGHT_DECAY = 0.02
PRIMARY_GAIN, SUPPLEMENTAL_GAIN = 2.0, 1.0
"""Gains of the ten primary and the ten supplemental occupations of a list."""


@dataclass(frozen=True, kw_only=True)
class Catalog:
    """The occupations of O*NET, and the signals of each pair of them.

    Attributes:
        codes, titles: SOC code and title of each occupation.
        profiles: profile of each occupation.
        activities: intermediate work activities of each task, by occupation.
        signals: shape (n_occupations, n_occupations, n_signals), in the order of ``SIGNALS``.
        gains: gain of each occupation (column) in the list of each source (row), shape
            (n_occupations, n_occupations). A row is zero if its list is unknown.
    """

    codes: Sequence[str]
    titles: Sequence[str]
    profiles: Sequence[Profile]
    activities: Sequence[Sequence[tuple[str, ...]]]
    signals: np.ndarray
    gains: np.ndarray

    @property
    def sources(self) -> np.ndarray:
        """Rows of the occupations with a known list."""
        return np.flatnonzero(self.gains.any(axis=1))


def read(data_dir: Path) -> Catalog:
    """Return the catalog of the published reference, as an engine embeds it."""
    corpus = read_reference(PUBLISHED, data_dir)
    encoder, cache = MiniLMEncoder(), EmbeddingCache()
    vectors = cache.encode(encoder, corpus.tasks["task"].tolist())
    reference = Reference(corpus, vectors)
    shares = np.zeros(len(corpus.tasks))
    for code, rows in corpus.rows_of.items():
        shares[rows] = allocate(corpus.occupation(code).task_records)[0]
    profiles = OccupationVectors.build(reference, encoder, cache).profiles(reference, shares)
    codes = list(corpus.rows_of)
    title_of = dict(zip(corpus.occupations["soc_code"], corpus.occupations["title"], strict=True))
    gains = gains_of(codes, onet.related_occupations(data_dir))
    titles = [title_of[code] for code in codes]
    of_task = task_activities(corpus)
    activities = [[of_task[row] for row in rows] for rows in corpus.rows_of.values()]
    return Catalog(
        codes=codes,
        titles=titles,
        profiles=profiles,
        activities=activities,
        signals=signals_of(profiles),
        gains=gains,
    )


def signals_of(profiles: Sequence[Profile]) -> np.ndarray:
    """Return the signals of each pair of occupations, shape (n, n, n_signals)."""
    index = OccupationIndex(profiles, SimilarityModel.plain(profiles))
    rows = np.arange(len(profiles))
    found = [index.signals(profile, rows) for profile in profiles]
    return np.stack([np.stack([row[name] for name in SIGNALS], axis=1) for row in found])


def gains_of(codes: Sequence[str], related: Mapping[str, Sequence[str]]) -> np.ndarray:
    """Return the gain of each code (column) in the list of each source (row), as in O*NET."""
    row = {code: number for number, code in enumerate(codes)}
    gains = np.zeros((len(codes), len(codes)), dtype=np.float32)
    for source, targets in related.items():
        for place, target in enumerate(targets):
            if source in row and target in row:
                gains[row[source], row[target]] = PRIMARY_GAIN if place < 10 else SUPPLEMENTAL_GAIN
    return gains


def fit(
    catalog: Catalog, sources: np.ndarray, unseen: np.ndarray | None = None, seed: int = 0
) -> SimilarityModel:
    """Fit the model to the lists of ``sources``.

    Args:
        catalog: all occupations.
        sources: rows of the lists to learn from.
        unseen: rows of occupations to hide from the fit, also as members of other lists.
        seed: seed of torch.
    """
    import torch

    torch.manual_seed(seed)
    means = part_means(catalog.profiles)
    activities = sorted({name for profile in catalog.profiles for name in profile.activities or {}})
    start = SimilarityModel(
        means=means, projections={}, activities=activities, weights={}, curve=(1.0, 0.0)
    )
    blocks = [start.part(catalog.profiles, name) for name in PARTS]
    sizes = torch.tensor([block.shape[1] for block in blocks])
    parts = torch.tensor(np.hstack(blocks))
    scale = _scale(catalog.signals)
    signals = torch.tensor(np.nan_to_num(catalog.signals / scale)[sources], dtype=torch.float32)
    excluded = torch.zeros(len(sources), len(parts))
    excluded[torch.arange(len(sources)), torch.tensor(sources)] = -torch.inf
    gains = torch.tensor(catalog.gains[sources])
    if unseen is not None:
        gains[:, unseen] = 0.0
        excluded[:, unseen] = -torch.inf
    target = gains / gains.sum(dim=1, keepdim=True)
    projection = torch.nn.Parameter(0.01 * torch.randn(parts.shape[1], DIMENSIONS))
    weights = torch.nn.Parameter(torch.tensor([0.3, 0.3, 0.3, 0.3, 0.0]))
    optimizer = torch.optim.AdamW(
        [
            {"params": [projection], "weight_decay": WEIGHT_DECAY},
            {"params": [weights], "weight_decay": 0.0, "lr": 0.03},
        ],
        lr=0.01,
    )
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, EPOCHS)

    def scores(projected: torch.Tensor) -> torch.Tensor:
        return signals @ weights + projected[sources] @ projected.T

    for _ in range(EPOCHS):
        kept = (torch.rand(len(parts), len(PARTS)) >= PART_DROPOUT).float()
        kept[:, 0] = 1.0
        seen = torch.nn.functional.dropout(parts, DROPOUT)
        projected = (seen * torch.repeat_interleave(kept, sizes, dim=1)) @ projection
        likelihood = torch.log_softmax(scores(projected) + excluded, dim=1)
        loss = -torch.where(target > 0, target * likelihood, 0.0).sum(dim=1).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    with torch.no_grad():
        final = scores(parts @ projection).numpy()
    split = np.split(projection.detach().numpy(), np.cumsum(sizes.numpy())[:-1])
    raw = dict(zip(SIGNALS, (weights.detach().numpy() / scale).tolist(), strict=True))
    open_pairs = np.isfinite(excluded.numpy())
    to_similarity = curve(final[open_pairs], (gains.numpy() > 0)[open_pairs])
    projections = dict(zip(PARTS, split, strict=True))
    return SimilarityModel(
        means=means,
        projections=projections,
        activities=activities,
        weights=raw,
        curve=to_similarity,
    )


def _scale(signals: np.ndarray) -> np.ndarray:
    """Return the standard deviation of each signal over pairs of different occupations."""
    different = ~np.eye(len(signals), dtype=bool)
    return np.nanstd(signals[different], axis=0)


def curve(scores: np.ndarray, related: np.ndarray) -> tuple[float, float]:
    """Return slope and intercept of the logistic curve from score to probability of a relation."""
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=1e6).fit(scores[:, None], related)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--data-dir",
        type=Path,
        default=resources.data_dir(),
        help="folder of the published data (default: %(default)s)",
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=similarity.shipped_path(),
        help="file to write (default: %(default)s)",
    )
    options = parser.parse_args()
    catalog = read(options.data_dir)
    model = fit(catalog, catalog.sources)
    similarity.write(options.output, model, MiniLMEncoder().fingerprint)
    print(f"wrote {options.output}, fitted to the lists of {len(catalog.sources)} occupations")
    for name, weight in model.weights.items():
        print(f"{name:20s}{weight:8.2f}  {SIGNALS[name]}")


if __name__ == "__main__":
    main()
