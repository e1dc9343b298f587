"""Tune the title network on titles and their concepts, and write it as the engine reads it."""

from __future__ import annotations

import time
from collections.abc import Sequence, Set
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from engine.intake.title_encoder import WEIGHTS, pack
from engine.intake.title_features import NGRAM_ROWS, word_hash
from engine.intake.title_text import title_words
from engine.utils.vectors import unit
from scripts.training.title_examples import Titles, linked
from scripts.training.title_network import (
    RATE,
    Featurizer,
    TitleNetwork,
    embed,
    soft_cross_entropy,
)
from scripts.training.title_variants import Variants

BATCH = 1024
WARM_UP = 50
ISCO_WEIGHT, LINKED_WEIGHT = 0.3, 0.5
"""Weights of the unit groups of ISCO-08, and of the SOC codes that titles of ESCO seem to have."""
SENSE_WEIGHT = 10.0
"""Weight of 1 - cosine of what the network takes for the sense, and the sense."""
LINKED_FROM = 0.4
"""Part of the steps after which the titles of ESCO get SOC codes."""
_LEAST_SHARE = 0.02


@dataclass(frozen=True, kw_only=True)
class Concepts:
    """The concepts of the three taxonomies, each in order of its proxies."""

    soc: list[str]
    esco: list[str]
    isco: list[str]

    @classmethod
    def of(cls, titles: Titles) -> Concepts:
        """Return all concepts of the titles."""
        return cls(
            soc=sorted(set().union(*titles.soc)),
            esco=sorted(set().union(*titles.esco)),
            isco=sorted(set(titles.isco.values())),
        )


class Targets:
    """The concepts of titles as shares.

    Args:
        titles: the titles.
        concepts: all concepts.
    """

    def __init__(self, titles: Titles, concepts: Concepts) -> None:
        self._titles = titles
        self._soc = {code: column for column, code in enumerate(concepts.soc)}
        self._esco = {code: column for column, code in enumerate(concepts.esco)}
        self._isco = {code: column for column, code in enumerate(concepts.isco)}
        self._linked: np.ndarray | None = None

    def __call__(self, rows: Sequence[int]) -> tuple[torch.Tensor, ...]:
        """Return the shares of SOC codes, ESCO concepts, ISCO groups, and linked SOC codes."""
        titles = self._titles
        soc, esco, isco, other = (
            torch.zeros(len(rows), len(columns))
            for columns in (self._soc, self._esco, self._isco, self._soc)
        )
        for place, row in enumerate(rows):
            for code in titles.soc[row]:
                soc[place, self._soc[code]] = 1 / len(titles.soc[row])
            for concept in titles.esco[row]:
                part = 1 / len(titles.esco[row])
                esco[place, self._esco[concept]] = part
                isco[place, self._isco[titles.isco[concept]]] += part
                if self._linked is not None and not titles.soc[row]:
                    other[place] += part * torch.from_numpy(self._linked[self._esco[concept]])
        return soc, esco, isco, other

    def link(self, network: TitleNetwork, featurizer: Featurizer, rows: Sequence[int]) -> None:
        """Estimate the SOC codes of the concepts of ESCO from their English titles.

        Half of an estimate comes from the titles that O*NET lists as well, half from what the
        network reads in the English titles of a concept. Titles of all languages learn from it.
        """
        titles = self._titles
        english = [row for row in rows if titles.languages[row] == "en" and titles.esco[row]]
        vectors = embed(network, featurizer, [title_words(titles.texts[row]) for row in english])
        shares = np.zeros((len(self._esco), len(self._soc)), dtype=np.float32)
        counts = np.zeros(len(self._esco))
        with torch.no_grad():
            for start in range(0, len(english), BATCH):
                part = torch.from_numpy(vectors[start : start + BATCH])
                found = network.soc_scores(part).softmax(1).numpy()
                for row, share in zip(english[start : start + BATCH], found, strict=True):
                    for concept in titles.esco[row]:
                        shares[self._esco[concept]] += share
                        counts[self._esco[concept]] += 1
        shares /= np.maximum(counts, 1)[:, None]
        for concept, codes in linked(titles).items():
            listed = np.zeros(len(self._soc), dtype=np.float32)
            for code, share in codes.items():
                listed[self._soc[code]] = share
            shares[self._esco[concept]] = (shares[self._esco[concept]] + listed) / 2
        shares = _sharpen(shares**2)
        shares[shares < _LEAST_SHARE] = 0
        self._linked = _sharpen(shares)


def _sharpen(shares: np.ndarray) -> np.ndarray:
    return shares / (shares.sum(axis=1, keepdims=True) + 1e-9)


def tune(
    titles: Titles,
    concepts: Concepts,
    words: Sequence[str],
    prior: np.ndarray,
    senses: np.ndarray,
    *,
    parts: Set[str],
    rows: np.ndarray,
    epochs: float,
    seed: int,
) -> TitleNetwork:
    """Tune the network on some of the titles.

    Args:
        titles: all titles.
        concepts: their concepts.
        words: the words that get vectors.
        prior: vectors of the words by other encoders, shape (n_words, n_prior).
        senses: unit vectors of the titles by multilingual USE, shape (n_titles, n_senses).
        parts: those of the words that may be parts of German compounds.
        rows: rows of the titles to tune on.
        epochs: passes over them.
        seed: of the order, the variants and the weights.
    """
    torch.manual_seed(seed)
    network = TitleNetwork(
        prior, len(concepts.soc), len(concepts.esco), len(concepts.isco), senses.shape[1]
    )
    senses = unit(senses - senses.mean(axis=0)).astype(np.float32)
    featurizer = Featurizer(words, parts, seed)
    words_of = [title_words(text) for text in titles.texts]
    vary, targets = Variants(words_of, titles.soc, seed + 1), Targets(titles, concepts)
    steps = max(1, int(epochs * len(rows) / BATCH))
    tuned = [weights for weights in network.parameters() if weights.requires_grad]
    optimizer = torch.optim.AdamW(tuned, lr=RATE, weight_decay=1e-4, fused=True)

    def rate(step: int) -> float:
        return min(1.0, (step + 1) / WARM_UP) * max(0.02, 1 - step / steps)

    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, rate)
    random = np.random.default_rng(seed + 2)
    start, step, is_linked = time.perf_counter(), 0, False
    while step < steps:
        order = random.permutation(rows)
        for first in range(0, len(order) - BATCH + 1, BATCH):
            if step >= steps:
                break
            if not is_linked and step >= LINKED_FROM * steps:
                targets.link(network, featurizer, rows.tolist())
                is_linked = True
            batch = order[first : first + BATCH]
            network.train()
            variants = [
                vary(words_of[row], titles.soc[row], titles.languages[row]) for row in batch
            ]
            vectors = network(
                featurizer([title for title, _ in variants], dropout=True),
                featurizer([department for _, department in variants], dropout=True),
            )
            soc, esco, isco, other = targets(batch.tolist())
            scores = network.soc_scores(vectors)
            loss = (
                soft_cross_entropy(scores, soc)
                + soft_cross_entropy(network.esco_scores(vectors), esco)
                + ISCO_WEIGHT * soft_cross_entropy(network.isco_scores(vectors), isco)
                + LINKED_WEIGHT * soft_cross_entropy(scores, other)
                + SENSE_WEIGHT * (1 - network.sense_cosines(vectors, senses[batch]).mean())
            )
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            optimizer.step()
            schedule.step()
            if step % 50 == 0:
                seconds = time.perf_counter() - start
                print(
                    f"step {step} of {steps}, loss {loss.item():.3f}, {seconds:.0f} s", flush=True
                )
            step += 1
    return network.eval()


def write(
    folder: Path,
    network: TitleNetwork,
    concepts: Concepts,
    words: Sequence[str],
    parts: Set[str],
) -> None:
    """Write the weights as ``engine.intake.title_encoder.TitleEncoder`` reads them."""
    from safetensors.numpy import save_file

    with torch.no_grad():
        table = network.table.weight.numpy()
        prior = network.from_prior(network.prior.weight).numpy()
    first_pair = len(words) + NGRAM_ROWS
    arrays = {"word_hashes": np.array([word_hash(word) for word in words], dtype=np.uint32)}
    arrays["is_part"] = np.array([word in parts for word in words])
    arrays["words"] = table[: len(words)] + prior
    arrays["ngrams"] = table[len(words) : first_pair]
    arrays["pairs"] = table[first_pair:]
    state = {name: part.detach().numpy() for name, part in network.state_dict().items()}
    for name, source in {
        "department": "department.weight",
        "inner": "inner.weight",
        "inner_bias": "inner.bias",
        "outer": "outer.weight",
        "direct": "direct.weight",
        "soc": "soc",
        "soc_bias": "soc_bias",
        "isco": "isco",
        "esco": "esco",
    }.items():
        arrays[name] = state[source].astype(np.float16)
    for name, codes in (("isco", concepts.isco), ("esco", concepts.esco)):
        arrays[f"{name}_bias"] = np.zeros(len(codes), dtype=np.float16)
    metadata = {
        "soc": " ".join(concepts.soc),
        "isco": " ".join(f"ISCO-{code}" for code in concepts.isco),
        "esco": " ".join(map(str, range(len(concepts.esco)))),
        "soc_scale": f"{network.scale[0].item():.6f}",
        "esco_scale": f"{network.scale[1].item():.6f}",
        "isco_scale": f"{network.scale[2].item():.6f}",
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / WEIGHTS
    save_file(pack(arrays), str(path), metadata=metadata)
    path.chmod(0o644)  # readable by all users, as the other weights
