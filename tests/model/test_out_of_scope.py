"""What is no work is flagged, whatever it lies close to; new work is not."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from engine import Corpus, RiskEngine
from engine.encoders.static import StaticEncoder
from engine.model.out_of_scope import FLAGGED, Examples, examples, fit_scope
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
def no_work() -> dict[str, list[str]]:
    """By kind; by another author than those that are learned from."""
    found: dict[str, list[str]] = {}
    path = ROOT / "tests" / "data" / "not_work.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            found.setdefault(row["kind"], []).append(row["text"])
    return found


def test_the_bound_is_set_on_tasks_that_the_regression_has_not_seen() -> None:
    generator = np.random.default_rng(0)

    def around(mean: float, count: int) -> np.ndarray:
        return generator.normal([mean, 0.0], 1.0, (count, 2))

    groups, keys = np.repeat(np.arange(100), 20), np.arange(2_000)
    head = fit_scope(
        around(3, 2_000), groups, keys, Examples(tokens=around(3, 300), outcomes=around(0, 500))
    )
    assert np.mean(head.outside(around(3, 20_000))) == pytest.approx(FLAGGED, abs=0.005)
    # Along the first axis a hundredth of tasks lies below 3 - 2.326, and so much of the others:
    assert np.mean(head.outside(around(0, 20_000))) == pytest.approx(0.75, abs=0.03)


def test_what_is_learned_from_and_what_is_tested_share_no_text(
    no_work: dict[str, list[str]],
) -> None:
    found = examples()
    learned = [text.casefold() for text in (*found.plain, *found.strange)]
    tested = {text.casefold() for texts in no_work.values() for text in texts}
    assert len(set(learned)) == len(learned) > 1_000
    assert not tested.union(map(str.casefold, NEW_WORK)).intersection(learned)


def _flagged(engine: RiskEngine, texts: list[str]) -> np.ndarray:
    """Flagged as out of scope, or refused as no English sentence."""
    table = engine.score_table(texts)
    flagged = np.ones(len(texts), dtype=bool)
    flagged[table.rows] = table.columns["out_of_scope"]
    return flagged


def test_what_is_no_work_is_flagged_and_new_work_is_not(
    starter_folder: Path, no_work: dict[str, list[str]]
) -> None:
    engine = RiskEngine.load(starter_folder)
    flagged = {kind: _flagged(engine, texts) for kind, texts in no_work.items()}
    assert min(found.mean() for found in flagged.values()) >= 0.85
    assert np.concatenate([*flagged.values()]).mean() >= 0.9
    assert _flagged(engine, NEW_WORK).sum() <= 1


def test_the_static_encoder_tells_most_of_it(
    starter: Corpus, no_work: dict[str, list[str]]
) -> None:
    """It knows words alone, and takes those of rare work for no work more often."""
    engine = RiskEngine.build(starter, StaticEncoder())
    texts = [text for texts in no_work.values() for text in texts]
    assert _flagged(engine, texts).mean() >= 0.85
    assert _flagged(engine, NEW_WORK).mean() < 0.5
