"""Texts that are not work are flagged, no matter what they resemble; new work is not."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from engine import Corpus, RiskEngine
from engine.encoders.static import StaticEncoder
from engine.model.out_of_scope import (
    FALSE_ALARM_RATE,
    PLAIN_FALSE_ALARM_RATE,
    ScopeExamples,
    fit_scope,
    scope_texts,
)
from tests.conftest import ROOT

NEW_WORK = [
    "Tune pianos by ear and with an electronic meter.",
    "Brief astronauts on the day's experiments.",
    "Groom show dogs before a competition.",
    "Splice fibre optic cables in street cabinets.",
    "Braise meat and reduce sauces for evening service.",
    "Write source code for web applications.",
    "Report on local politics for a newspaper.",
    "Write poems and short stories for publication.",
    "Commentate on football matches for radio.",
    "Translate contracts from Polish.",
    "Fit hearing aids and adjust them to the patient.",
    "Carve headstones from granite.",
    "Referee junior hockey games.",
    "Guide visitors through a castle.",
    "Review films for a magazine.",
    "Teach children to read music.",
    "Draft terms and conditions for online shops.",
    "Fumigate warehouses against moths.",
    "Balance turbine rotors to within fine tolerances.",
    "Comfort relatives of patients in intensive care.",
]


@pytest.fixture(scope="module")
def not_work() -> dict[str, list[str]]:
    """Texts by kind, written by another author than those that the detector learns from."""
    found: dict[str, list[str]] = {}
    path = ROOT / "tests" / "data" / "not_work.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            found.setdefault(row["kind"], []).append(row["text"])
    return found


def _examples(mean: float, count: int, seed: int) -> ScopeExamples:
    """Texts around a mean on the first axis; similarity is evenly spread and tells nothing."""
    generator = np.random.default_rng(seed)
    rows = np.arange(count)
    return ScopeExamples(
        vectors=generator.normal([mean, 0.0], 1.0, (count, 2)),
        similarity=generator.permutation(rows / count),
        keys=np.array([f"{seed}-{row}" for row in rows], dtype=object),
        groups=np.array([f"{seed}-{row // 20}" for row in rows], dtype=object),
    )


@pytest.mark.parametrize("plain_mean", [3.0, 2.0])
def test_thresholds_mark_the_same_share_of_new_work(plain_mean: float) -> None:
    head = fit_scope(_examples(3, 2_000, 1), _examples(plain_mean, 2_000, 2), _examples(0, 500, 3))

    def marked(mean: float) -> float:
        new = _examples(mean, 20_000, 4)
        return float(np.mean(head.not_work(new.vectors, new.similarity)))

    if plain_mean == 3:  # one formal task in a hundred is below 3 - 2.326 on the first axis
        assert marked(3) == pytest.approx(FALSE_ALARM_RATE, abs=0.005)
        assert marked(0) == pytest.approx(0.75, abs=0.04)  # and so is 75% of the other texts
    else:  # five plain tasks in a hundred are below 2 - 1.645, and so is 64% of the other texts
        assert marked(2) == pytest.approx(PLAIN_FALSE_ALARM_RATE, abs=0.01)
        assert marked(0) == pytest.approx(0.64, abs=0.04)
    assert head.min_similarity == pytest.approx(FALSE_ALARM_RATE, abs=1e-9 + 0.001)
    far = head.unlike_reference(np.array([0.0, head.min_similarity, 1.0]))
    np.testing.assert_array_equal(far, [True, False, False])


def test_texts_to_learn_from_and_to_test_with_are_distinct(
    not_work: dict[str, list[str]],
) -> None:
    texts = scope_texts()
    learned = [text.casefold() for text in (*texts.work, *texts.not_work)]
    tested = {text.casefold() for texts in not_work.values() for text in texts}
    assert len(set(learned)) == len(learned) > 1_000
    assert not tested.union(map(str.casefold, NEW_WORK)).intersection(learned)


def _flagged(engine: RiskEngine, texts: list[str]) -> np.ndarray:
    """Whether each text is flagged as out of scope, or rejected as not an English sentence."""
    table = engine.score_table(texts)
    flagged = np.ones(len(texts), dtype=bool)
    flagged[table.rows] = table.columns["out_of_scope"]
    return flagged


def test_texts_that_are_not_work_are_flagged_and_new_work_is_not(
    starter_folder: Path, not_work: dict[str, list[str]]
) -> None:
    engine = RiskEngine.load(starter_folder)
    flagged = {kind: _flagged(engine, texts) for kind, texts in not_work.items()}
    # Recipes are the hardest: they read like the work of cooks.
    assert min(found.mean() for found in flagged.values()) >= 0.65
    assert np.concatenate([*flagged.values()]).mean() >= 0.85
    assert _flagged(engine, NEW_WORK).sum() <= 1


def test_the_static_encoder_flags_most_texts_that_are_not_work(
    starter: Corpus, not_work: dict[str, list[str]]
) -> None:
    """It knows only words, so it flags fewer of them."""
    engine = RiskEngine.build(starter, StaticEncoder())
    texts = [text for texts in not_work.values() for text in texts]
    assert _flagged(engine, texts).mean() >= 0.7
    assert _flagged(engine, NEW_WORK).mean() < 0.5
