from __future__ import annotations

import math
from collections import Counter
from dataclasses import astuple, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine import Corpus, EngineError, Occupation, OccupationRisk, RiskEngine, Task, TaskRisk
from engine.model import conformal
from engine.persistence import artifact
from engine.records.serialize import to_json
from engine.scoring import assemble
from engine.utils.text import text_key
from tests.brute_force import BruteForce, Score
from tests.conftest import WordEncoder

JOB = Occupation(
    "Museum Registrar",
    [
        Task("Record the origin and location of each object in the database.", time_share=0.4),
        "Pack fragile artworks in crates and load them for transport.",
        "Draft loan agreements and answer lenders' questions on terms.",
        "Teach interns how to handle and label objects safely.",
    ],
    job_zone=4,
)


FEW = 30
"""Minimum number of tasks in a cell, for an engine of few tasks."""


def _corpus(small: Corpus, tasks: pd.DataFrame) -> Corpus:
    """Return ``small`` with other tasks."""
    return Corpus(
        name="changed",
        tasks=tasks,
        occupations=small.occupations,
        alternate_titles=small.alternate_titles,
    )


@pytest.fixture(scope="module")
def of_few(few: Corpus) -> RiskEngine:
    return RiskEngine.build(few, WordEncoder())


@pytest.fixture(scope="module")
def brute_force(engine: RiskEngine) -> BruteForce:
    return BruteForce(engine, WordEncoder())


@pytest.fixture(scope="module")
def in_use(small: Corpus) -> RiskEngine:
    """An engine of few tasks in many small bins; some are in use."""
    few = small.select_occupations(list(small.rows_of)[::2])
    use = np.where(few.tasks["automation_2026"] > 0.4, few.tasks["automation"], np.nan)
    tasks = few.tasks.assign(observed_automation=use)
    tasks.loc[[4, 90], ["exposure", "automation"]] = np.nan
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(conformal, "TASKS_PER_BIN", FEW)
        patch.setattr(conformal, "OCCUPATIONS_PER_BIN", 12)
        return RiskEngine.build(_corpus(few, tasks), WordEncoder(), confidence=0.6)


def _assert_equal(task: TaskRisk, expected: Score) -> None:
    assert [neighbour.task_id for neighbour in task.neighbours] == expected.shown
    similarity = [neighbour.similarity for neighbour in task.neighbours]
    assert similarity == pytest.approx(expected.similarity, abs=1e-9)
    assert dict(task.neighbour_means) == pytest.approx(expected.means, abs=1e-9)
    values = {measure: found.value for measure, found in task.measures.items()}
    assert values == pytest.approx(expected.values, abs=1e-6)
    assert (task.risk, task.ai_capability) == (values["automation"], values["exposure"])
    for measure, estimate in task.estimates.items():
        assert estimate.interval == pytest.approx(expected.intervals[measure], abs=1e-6)
    assert task.ai_capability_level == expected.level
    # Two sums of the same similarities may differ in the last bit, so a tie may go either way.
    assert task.novelty == pytest.approx(expected.novelty, abs=1 / expected.reference_size + 1e-12)


@pytest.mark.parametrize(
    "text",
    [
        "Write case summaries for individual clients.",
        "Herd reindeer across frozen rivers in spring.",
        "Weld steel pipes.",
    ],
)
def test_a_task_is_scored_as_brute_force_scores_it(
    engine: RiskEngine, brute_force: BruteForce, text: str
) -> None:
    (task,) = engine.score_tasks([text])
    expected = brute_force.score(text)
    _assert_equal(task, expected)
    assert task.category == expected.category
    assert (task.time_share, task.time_share_source) == (None, None)


def test_an_occupation_is_scored_as_brute_force_scores_its_tasks(
    engine: RiskEngine, brute_force: BruteForce
) -> None:
    for code in list(engine.corpus.rows_of)[::15]:
        result = engine.score_occupation(code)
        for task in result.tasks:
            _assert_equal(task, brute_force.score(task.task, code))
        _assert_occupation(result, brute_force)
    _assert_occupation(engine.score_occupation(JOB), brute_force)


def _assert_occupation(result: OccupationRisk, brute_force: BruteForce) -> None:
    expected = brute_force.occupation(result)
    assert result.estimates.keys() == expected.keys()
    for measure, estimate in result.estimates.items():
        found = (estimate.value, *estimate.interval)
        assert found == pytest.approx(expected[measure], abs=1e-9)


def test_small_bins_and_measures_of_use_equal_brute_force(
    in_use: RiskEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cells, ranges and major groups with quantiles of their own, and use that does not apply."""
    monkeypatch.setattr(conformal, "TASKS_PER_BIN", FEW)
    monkeypatch.setattr(conformal, "OCCUPATIONS_PER_GROUP", 3)
    twin = BruteForce(in_use, WordEncoder(), tasks_per_bin=FEW, occupations_per_group=3)
    heads = in_use._parts.model.measures["automation"]
    assert len(heads.tasks.edges) == 4
    assert len(heads.occupations.edges) == 1
    absent = Counter[bool]()
    for code in list(in_use.corpus.rows_of)[::4]:
        result = in_use.score_occupation(code)
        for task in result.tasks:
            _assert_equal(task, twin.score(task.task, code))
            absent["observed_automation" not in task.measures] += 1
        _assert_occupation(result, twin)
    assert set(absent) == {False, True}
    new = Occupation("Beekeeper", ["Move hives to the heather.", "Invoice shops for honey."])
    result = in_use.score_occupation(new)
    for task in result.tasks:
        _assert_equal(task, twin.score(task.task))
    _assert_occupation(result, twin)


def test_the_occupation_is_the_time_weighted_sum_of_its_tasks(engine: RiskEngine) -> None:
    result = engine.score_occupation(JOB)
    assert math.fsum(task.time_share for task in result.tasks) == pytest.approx(1, abs=1e-12)
    for measure in engine.measures:
        total = math.fsum(task.time_share * task.measures[measure].value for task in result.tasks)
        assert result.measures[measure].value == pytest.approx(total, abs=1e-12)
    low, high = result.risk_interval
    assert low <= result.risk <= high
    assert result.tasks[0].time_share == pytest.approx(0.4)
    assert {task.time_share_source for task in result.tasks} == {"given", "similar_tasks"}


def test_a_saved_and_loaded_engine_gives_the_same_bits(engine: RiskEngine, tmp_path: Path) -> None:
    engine.save(tmp_path / "engine")
    loaded = RiskEngine.load(tmp_path / "engine", encoder=WordEncoder())
    assert to_json(loaded.score_occupation(JOB)) == to_json(engine.score_occupation(JOB))
    code = engine.corpus.tasks["soc_code"].iat[0]
    assert to_json(loaded.score_occupation(code)) == to_json(engine.score_occupation(code))
    assert to_json(loaded.similar_careers(JOB)) == to_json(engine.similar_careers(JOB))
    loaded.save(tmp_path / "again")
    one, two = ((tmp_path / name / "manifest.json").read_bytes() for name in ("engine", "again"))
    assert one == two


def test_the_same_input_gives_the_same_output(of_few: RiskEngine, few: Corpus) -> None:
    assert to_json(of_few.score_occupation(JOB)) == to_json(of_few.score_occupation(JOB))
    again = RiskEngine.build(few, WordEncoder())
    assert to_json(again.score_occupation(JOB)) == to_json(of_few.score_occupation(JOB))


def test_a_reference_task_is_marked_and_scored_without_its_own_outcome(engine: RiskEngine) -> None:
    row = engine.corpus.tasks.iloc[7]
    shouted = row["task"].upper()
    own, changed = engine.score_tasks([row["task"], shouted])
    assert own.in_reference
    assert changed.in_reference
    assert to_json(replace(changed, task=own.task)) == to_json(own)
    assert own.known_outcomes == {measure: row[measure] for measure in engine.measures}
    assert all(text_key(n.text) != text_key(row["task"]) for n in own.neighbours)
    (new,) = engine.score_tasks(["Herd reindeer across frozen rivers in spring."])
    assert not new.in_reference
    assert new.known_outcomes == {}


def test_a_catalog_occupation_is_scored_without_its_own_tasks(engine: RiskEngine) -> None:
    for code in list(engine.corpus.rows_of)[:5]:
        result = engine.score_occupation(code)
        found = [n.soc_code for task in result.tasks for n in task.neighbours]
        assert code not in found
        assert [task.category for task in result.tasks] == [
            task.category for task in engine.find(code).task_records
        ]
        sources = {task.time_share_source for task in result.tasks}
        assert sources == {"given"}


def test_a_superseded_code_means_its_successor(engine: RiskEngine) -> None:
    assert engine.score_occupation("29-1125.01").soc_code == "29-1129.01"
    own = engine.find("29-1125.01").task_records
    job = Occupation(
        "Art Therapist", [task.text + " Daily." for task in own], soc_code="29-1125.01"
    )
    neighbours = [n for task in engine.score_occupation(job).tasks for n in task.neighbours]
    assert "29-1129.01" not in {n.soc_code for n in neighbours}


def test_a_corpus_may_use_superseded_codes(few: Corpus) -> None:
    tasks, occupations = (
        table.assign(soc_code=table["soc_code"].replace("29-1129.01", "29-1125.01"))
        for table in (few.tasks, few.occupations)
    )
    old = RiskEngine.build(
        Corpus(
            name="old",
            tasks=tasks,
            occupations=occupations,
            alternate_titles=few.alternate_titles,
        ),
        WordEncoder(),
    )
    result = old.score_occupation("29-1125.01")
    assert "29-1125.01" not in {n.soc_code for task in result.tasks for n in task.neighbours}
    matches = old.similar_careers("29-1125.01", 99, safer_only=False, max_job_zone_gap=None)
    assert "29-1125.01" not in {match.soc_code for match in matches}


def test_a_further_measure_changes_nothing_else(few: Corpus, of_few: RiskEngine) -> None:
    """It is constant, so it cannot inform the other measures or the level of AI capability."""
    corpus = _corpus(few, few.tasks.assign(exposure_2026=1.0))
    with_measure = RiskEngine.build(corpus, WordEncoder())
    for code in list(few.rows_of)[::5]:
        scored = zip(
            with_measure.score_occupation(code).tasks,
            of_few.score_occupation(code).tasks,
            strict=True,
        )
        for task, expected in scored:
            assert task.ai_capability_level == expected.ai_capability_level
            assert task.category == expected.category
            assert task.novelty == expected.novelty
            assert task.measures["exposure_2026"].value == pytest.approx(1.0)
            for measure, estimate in expected.estimates.items():
                found = astuple(task.estimates[measure])
                assert found == pytest.approx(astuple(estimate), abs=1e-12)


def test_a_corpus_without_categories_is_rejected(few: Corpus) -> None:
    corpus = _corpus(few, few.tasks.assign(category=""))
    with pytest.raises(EngineError, match="column category: 0 tasks have a known work-activity"):
        RiskEngine.build(corpus, WordEncoder())


def test_a_task_without_outcomes_is_in_the_reference(few: Corpus) -> None:
    tasks = few.tasks.copy()
    tasks.loc[:9, list(few.measures)] = np.nan
    corpus = _corpus(few, tasks)
    (task,) = RiskEngine.build(corpus, WordEncoder()).score_tasks([tasks["task"].iat[0]])
    assert task.in_reference
    assert task.known_outcomes == {}


def test_arguments_of_the_wrong_type_are_rejected(engine: RiskEngine, small: Corpus) -> None:
    with pytest.raises(EngineError, match="5 does not name an engine folder; give its path"):
        RiskEngine.load(5)  # type: ignore[arg-type]
    with pytest.raises(EngineError, match="got a DataFrame; give a Corpus or the path of one"):
        RiskEngine.build(small.tasks, WordEncoder())  # type: ignore[arg-type]
    with pytest.raises(EngineError, match="max_job_zone_gap"):
        engine.similar_careers(JOB, max_job_zone_gap="1")  # type: ignore[arg-type]


def test_matches_have_the_risk_that_scoring_gives(engine: RiskEngine) -> None:
    for match in engine.similar_careers(JOB, k=5, safer_only=False, max_job_zone_gap=None):
        scored = engine.score_occupation(match.soc_code)
        assert match.risk == pytest.approx(scored.risk, abs=1e-9)
        assert match.risk_interval == pytest.approx(scored.risk_interval, abs=1e-9)


def test_loading_can_change_the_confidence(engine: RiskEngine, tmp_path: Path) -> None:
    engine.save(tmp_path)
    wide = RiskEngine.load(tmp_path, encoder=WordEncoder(), confidence=0.95).score_occupation(JOB)
    narrow = RiskEngine.load(tmp_path, encoder=WordEncoder(), confidence=0.5).score_occupation(JOB)
    assert wide.risk == narrow.risk
    assert wide.confidence == 0.95
    for outer, inner in zip(wide.tasks, narrow.tasks, strict=True):
        assert outer.risk_interval[0] <= inner.risk_interval[0]
        assert outer.risk_interval[1] >= inner.risk_interval[1]
    with pytest.raises(EngineError, match="confidence is 90; give a number between 0 and 1"):
        RiskEngine.load(tmp_path, encoder=WordEncoder(), confidence=90)


def test_another_encoder_is_rejected(engine: RiskEngine, tmp_path: Path) -> None:
    engine.save(tmp_path)
    with pytest.raises(EngineError, match="is not the one .* was built with.*rebuild the engine"):
        RiskEngine.load(tmp_path, encoder=WordEncoder("other"))
    saved = artifact.read(tmp_path)
    other = {"encoder": {"name": "minilm", "fingerprint": "0" * 64}}
    artifact.write(tmp_path, artifact.Artifact({**saved.facts, **other}, saved.files))
    with pytest.raises(EngineError, match="'minilm' .* is not the one that this engine was built"):
        RiskEngine.load(tmp_path).score_tasks(["Write reports on clients."])


@pytest.mark.parametrize(
    ("tasks", "message"),
    [
        ([], "there are no tasks"),
        (["Write reports.", ""], "task 2: task is blank"),
        (["Write reports.", float("nan")], "task 2: task is nan, which is not text"),
        (["x" * 100_000], "100,000 characters"),
        (
            ["Write reports.", "Escribir informes sobre los clientes."],
            "task 2: .* does not look like English",
        ),
        ("Write reports.", "'Write reports.' is not a list"),
        (None, "None is not a list; give a list of sentences"),
    ],
)
def test_invalid_tasks_are_rejected_by_position(
    engine: RiskEngine, tasks: object, message: str
) -> None:
    with pytest.raises(EngineError, match=message):
        engine.score_tasks(tasks)  # type: ignore[arg-type]


def test_any_number_of_tasks_is_scored(engine: RiskEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    known = engine.corpus.tasks["task"].iloc[:7].tolist()
    texts = [*(f"Prepare report {number} for clients." for number in range(40)), *known] * 2
    together = engine.score_tasks(texts)
    monkeypatch.setattr(assemble, "_CHUNK", 13)
    chunked = engine.score_tasks(texts)
    assert [task.task for task in chunked] == [task.task for task in together] == texts
    for one, other in zip(chunked, together, strict=True):
        assert one.risk == pytest.approx(other.risk, abs=1e-9)
        assert one.neighbours[0].text == other.neighbours[0].text
        assert one.in_reference == other.in_reference
    with pytest.raises(EngineError, match="tasks, task 90: .* does not look like English"):
        engine.score_tasks([*texts[:89], "Составлять отчёты для клиентов и отвечать на письма."])


def test_a_task_is_named_by_its_position_among_known_ones(engine: RiskEngine) -> None:
    known = engine.corpus.tasks["task"].iloc[:2].tolist()
    with pytest.raises(EngineError, match="tasks, task 3: .* does not look like English"):
        engine.score_tasks([*known, "Escribir informes sobre los clientes."])


@pytest.mark.parametrize("occupation", [7, None, ["Write reports."]])
def test_other_values_are_not_occupations(engine: RiskEngine, occupation: object) -> None:
    with pytest.raises(EngineError, match="is not an occupation; give an Occupation or a SOC code"):
        engine.score_occupation(occupation)  # type: ignore[arg-type]


def test_a_corpus_too_small_to_calibrate_is_rejected(starter: Corpus) -> None:
    few = starter.select_occupations(starter.occupations["soc_code"].tolist()[:2])
    with pytest.raises(EngineError, match="known outcomes in 2 occupations are too few"):
        RiskEngine.build(few, WordEncoder())


def test_a_measure_with_few_outcomes_is_not_estimated(
    few: Corpus, caplog: pytest.LogCaptureFixture
) -> None:
    sparse = np.where(np.arange(len(few.tasks)) < 20, 0.5, np.nan)
    tasks = few.tasks.assign(rare=sparse)
    corpus = _corpus(few, tasks)
    engine = RiskEngine.build(corpus, WordEncoder())
    assert engine.measures == few.measures
    assert "measure rare is not estimated: 20 known outcomes" in caplog.text


def test_missing_and_constant_outcomes_give_finite_scores(
    few: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conformal, "OCCUPATIONS_PER_GROUP", 3)
    generator = np.random.default_rng(0)
    half = np.where(generator.random(len(few.tasks)) < 0.5, 0.7, np.nan)
    tasks = few.tasks.assign(sometimes=half, exposure=0.5)
    corpus = _corpus(few, tasks)
    result = RiskEngine.build(corpus, WordEncoder()).score_occupation(JOB)
    for task in result.tasks:
        assert task.measures["sometimes"].value == pytest.approx(0.7)
        assert task.ai_capability == pytest.approx(0.5)
        assert task.ai_capability_level == "E2"
        assert all(math.isfinite(part) for e in task.estimates.values() for part in e.interval)


def test_the_risk_of_a_single_task_is_the_risk_of_its_occupation(engine: RiskEngine) -> None:
    result = engine.score_occupation(Occupation("Writer", ["Write short stories for magazines."]))
    assert result.risk == pytest.approx(result.tasks[0].risk)
    assert result.tasks[0].time_share == 1.0


def test_the_default_engine_is_named_published_or_starter(
    engine: RiskEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.utils import resources

    engine.save(tmp_path / "named")
    monkeypatch.setenv(resources.ENGINE_VARIABLE, str(tmp_path / "named"))
    assert RiskEngine.load(encoder=WordEncoder()).corpus.fingerprint == engine.corpus.fingerprint
    monkeypatch.delenv(resources.ENGINE_VARIABLE)
    monkeypatch.setattr(resources, "engine_dir", lambda name: tmp_path / name)
    engine.save(tmp_path / "starter")
    engine.save(tmp_path / "published")
    (tmp_path / "starter" / "manifest.json").unlink()
    assert RiskEngine.load(encoder=WordEncoder()).measures == engine.measures
    monkeypatch.setenv(resources.ENGINE_VARIABLE, str(tmp_path / "nothing"))
    with pytest.raises(EngineError, match="nothing does not exist"):
        RiskEngine.load()
