from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from engine import Corpus
from engine.model.predictions import Predictions
from engine.model.shown_evidence import NEAREST, ShownEvidence
from engine.retrieval.index import NO_NEIGHBOUR
from engine.retrieval.reference import Evidence, Reference
from tests.conftest import WordEncoder


def _risks(values: Sequence[float]) -> Predictions:
    array = np.array(values, dtype=float)
    return Predictions(
        values={"automation": array},
        scales={"automation": array},
        categories=["Administering"] * len(array),
        levels=["E0"] * len(array),
        novelty=array,
        out_of_scope=array > 1,
        unlike_reference=array > 1,
        top_probability=np.zeros(len(array)),
    )


def _on_a_circle(small: Corpus, outcomes: Sequence[float], **columns: float) -> Reference:
    """Tasks of as many occupations, at growing angles from the vector (1, 0)."""
    first = [rows[0] for rows in list(small.rows_of.values())[: len(outcomes)]]
    tasks = small.tasks.iloc[first].reset_index(drop=True)
    corpus = replace(
        small, tasks=tasks.assign(automation=list(outcomes), time_share=UNKNOWN, **columns)
    )
    angles = 0.1 * np.arange(1, len(outcomes) + 1)
    return Reference(corpus, np.column_stack([np.cos(angles), np.sin(angles)]).astype(np.float32))


def _show(reference: Reference, risk: float, rows: Sequence[int] | None = None) -> ShownEvidence:
    evidence = reference.look_up(np.array([[1.0, 0.0]], dtype=np.float32), [None], ["new"])
    corpus_rows = np.array(range(len(reference.corpus.tasks)) if rows is None else rows)
    return ShownEvidence.of(reference, evidence, _risks([risk]), corpus_rows)


UNKNOWN = float("nan")


@pytest.mark.parametrize(
    ("outcomes", "risk", "sixth"),
    [
        ([0.25, 0.5, 0.75, 0.25, 0.5, 0.0, 1.0], 0.6, None),  # inside
        ([0.25, 0.5, 0.75, 0.25, 0.5, 0.5, 0.0, 0.25], 0.2, 6),  # 0 is on the other side
        ([0.25, 0.5, 0.75, 0.25, 0.5, 0.25, 0.75, 1.0], 0.8, 7),
        ([0.5, 0.5, 0.5, 0.5, 0.5, 0.25, 0.0], 0.3, 5),  # the nearest, not the lowest
        ([0.25, 0.5, 0.5, 0.5, 0.5, 0.0], 0.25, None),  # an end is inside
        ([0.25, 0.5, 0.5, 0.5, 0.5, 0.0], 0.2499, 5),
        ([0.5, 0.5, 0.5, 0.5, 0.75, 1.0], 0.75, None),
        ([0.5, 0.5, 0.5, 0.5, 0.75, 1.0], 0.7501, 5),
        ([0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.75], 0.1, None),  # nothing lies on the other side
        ([UNKNOWN, 0.5, UNKNOWN, 0.5, 0.5, UNKNOWN, 0.25], 0.3, 6),
        ([0.5, 0.75, 0.5], 0.1, None),  # fewer than five
    ],
)
def test_a_sixth_neighbor_contrasts_with_five_on_one_side(
    small: Corpus, outcomes: list[float], risk: float, sixth: int | None
) -> None:
    shown = _show(_on_a_circle(small, outcomes), risk)
    nearest = [row if row < len(outcomes) else NO_NEIGHBOUR for row in range(NEAREST)]
    expected = [*nearest, NO_NEIGHBOUR if sixth is None else sixth]
    assert shown.rows.tolist() == [expected]
    similarity = [-1.0 if row == NO_NEIGHBOUR else np.cos(0.1 * (row + 1)) for row in expected]
    np.testing.assert_allclose(shown.similarity, [similarity], atol=1e-5)


def test_rows_are_those_of_the_full_corpus(small: Corpus) -> None:
    reference = _on_a_circle(small, [0.5, 0.5, 0.5, 0.5, 0.5, 0.25])
    shown = _show(reference, 0.1, [70, 3, 41, 9, 22, 5])
    assert shown.rows.tolist() == [[70, 3, 41, 9, 22, NO_NEIGHBOUR]]


def test_a_mean_by_hand(small: Corpus) -> None:
    outcomes = [0.0, UNKNOWN, 1.0]
    shown = _show(_on_a_circle(small, outcomes), 0.5)
    weight = np.exp((np.cos(0.3) - np.cos(0.1)) / 0.1)
    assert shown.means["automation"] == pytest.approx([weight / (1 + weight)], abs=1e-3)
    unknown = _show(_on_a_circle(small, outcomes, human_agency=UNKNOWN), 0.5)
    assert np.isnan(unknown.means["human_agency"]).tolist() == [True]
    assert unknown.means["automation"] == shown.means["automation"]


# Brute force ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reference(varied: Corpus) -> Reference:
    return Reference(varied, WordEncoder().encode(varied.tasks["task"].tolist()))


@pytest.fixture(scope="module")
def evidence(reference: Reference) -> Evidence:
    return reference.look_up_own()


def test_it_shows_what_brute_force_shows(
    varied: Corpus, reference: Reference, evidence: Evidence
) -> None:
    risks = np.random.default_rng(0).random(len(varied.tasks))
    shown = ShownEvidence.of(reference, evidence, _risks(risks), np.arange(len(risks)))
    outcomes = varied.tasks["automation"].to_numpy()
    contrasts = 0
    for row, risk in enumerate(risks):
        near = reference.rows[evidence.neighbours.rows[row]].tolist()
        known = [outcomes[other] for other in near[:5]]
        beyond = [
            other
            for other in near[5:]
            if (risk < min(known) and outcomes[other] <= risk)
            or (risk > max(known) and outcomes[other] >= risk)
        ]
        assert shown.rows[row].tolist() == [*near[:5], *(beyond or [NO_NEIGHBOUR])[:1]]
        contrasts += bool(beyond)
    assert 0 < contrasts < len(risks)


def test_means_are_unknown_exactly_where_no_near_outcome_is_known(
    varied: Corpus, reference: Reference, evidence: Evidence
) -> None:
    count = len(varied.tasks)
    shown = ShownEvidence.of(reference, evidence, _risks([0.5] * count), np.arange(count))
    for measure in varied.measures:
        outcomes = varied.tasks[measure].to_numpy()[reference.rows]
        near = outcomes[evidence.neighbours.rows[:, :20]]
        similarity = evidence.neighbours.similarity[:, :20]
        weights = np.where(np.isnan(near), 0.0, np.exp(similarity / 0.1))
        for row in range(count):
            found = shown.means[measure][row]
            if np.isnan(near[row]).all():
                assert np.isnan(found)
            else:
                expected = np.nansum(weights[row] * near[row]) / weights[row].sum()
                assert found == pytest.approx(expected, abs=1e-9)
    assert np.isnan(shown.means["rare"]).any()


def test_joined_and_selected_evidence_stays_aligned(
    varied: Corpus, reference: Reference, evidence: Evidence
) -> None:
    rows = np.arange(len(varied.tasks))
    together = ShownEvidence.of(reference, evidence, _risks(rows / len(rows)), rows)
    parts = [together[rows[20:]], together[rows[:20]]]
    again = ShownEvidence.joined(parts)[np.argsort([*rows[20:], *rows[:20]])]
    np.testing.assert_array_equal(again.rows, together.rows)
    np.testing.assert_array_equal(again.similarity, together.similarity)
    np.testing.assert_array_equal(again.similar_time, together.similar_time)
    for measure, means in together.means.items():
        np.testing.assert_array_equal(again.means[measure], means)
