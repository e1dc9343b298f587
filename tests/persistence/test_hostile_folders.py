"""Engines from strangers: consistent with their checksums, and wrong.

Each change below was loaded, served or crashed by some version, or is one step from such a change.
``tests/reliability/test_hostile_folders.py`` makes ten thousand more at random.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import re
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import EngineError, RiskEngine
from engine.persistence import artifact, engine_folder
from engine.persistence.manifest import MANIFEST
from tests.conftest import WordEncoder
from tests.persistence import hostile
from tests.persistence.hostile import FOLDER, Content

VECTORS, HEADS, SCORES, CAREERS, INDEX = (
    f"{name}.safetensors" for name in ("vectors", "heads", "scores", "careers", "index")
)
Change = Callable[[Content], object]
NAN, INF = float("nan"), float("inf")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Content, WordEncoder]:
    return hostile.plain_engine(tmp_path_factory.mktemp("plain"))


def _set(file: str, name: str, value: object, at: object = 0) -> Change:
    """Return a change of some numbers of an array, the first by default."""

    def change(content: Content) -> None:
        content.arrays[file][name].reshape(-1)[at] = value

    return change


def _new(file: str, name: str, make: Callable[[np.ndarray], np.ndarray]) -> Change:
    """Return a change of an array to another one."""

    def change(content: Content) -> None:
        content.arrays[file][name] = make(content.arrays[file][name])

    return change


def _without(file: str, name: str) -> Change:
    return lambda content: content.arrays[file].pop(name)


def _fact(path: str, value: object) -> Change:
    """Return a change of a fact at a path such as "encoder.name"."""

    def change(content: Content) -> None:
        *outer, last = path.split(".")
        found = content.facts
        for name in outer:
            found = found[name]
        found[last] = value

    return change


def _similarity(name: str, value: object) -> Change:
    """Return a change of the weights of the similarity, which are JSON within the manifest."""

    def change(content: Content) -> None:
        careers = content.facts["careers"]
        careers["similarity"] = json.dumps(json.loads(careers["similarity"]) | {name: value})

    return change


def _replaced(file: str, old: str, new: str) -> Change:
    """Return a change of a text in a table, at its first place."""

    def change(content: Content) -> None:
        assert old in content.tables[file]
        content.tables[file] = content.tables[file].replace(old, new, 1)

    return change


def _task_cells(content: Content) -> None:
    cells = content.arrays[HEADS]["measure.automation.task_cells"]
    cells[0] = 3 * (len(content.arrays[HEADS]["measure.automation.task_edges"]) + 1)


def _same_move_twice(content: Content) -> None:
    rows = content.arrays[CAREERS]["steps.rows"]
    rows[0, :2] = 1


AUTO, EXPO = "measure.automation.", "measure.exposure."
FIRST = "29-1129.01,"

CHANGES: list[tuple[Change, str]] = [
    # Curves, heads and their intervals.
    (_set(HEADS, AUTO + "curve_y", 7), "curve_y' .* has 7, but must be from 0 to 1"),
    (_set(HEADS, AUTO + "curve_y", -3), "curve_y' .* has -3, but must be from 0 to 1"),
    (_set(HEADS, AUTO + "curve_y", NAN), "curve_y' .* has NAN"),
    (_set(HEADS, AUTO + "curve_y", 0.9), "curve_y' .* not in ascending order"),
    (_set(HEADS, AUTO + "curve_x", NAN, -1), "curve_x' .* has NAN"),
    (_set(HEADS, AUTO + "curve_x", 900.0), "curve_x' .* not in ascending order"),
    (_set(HEADS, AUTO + "curve_x", -INF), "curve_x' .* has -inf"),
    (_new(HEADS, AUTO + "curve_x", lambda a: a[:-1]), "curve_y' .* is of shape"),
    (_new(HEADS, AUTO + "curve_x", lambda a: a[:0]), "curve_x' .* is of shape"),
    (_set(HEADS, AUTO + "intercept", INF), "intercept' .* has inf"),
    (_set(HEADS, AUTO + "intercept", 1e308), "intercept' .* has 1e.308"),
    (_set(HEADS, AUTO + "coefficients", 1e300), "coefficients' .* has 1e.300"),
    (_set(HEADS, AUTO + "coefficients", NAN), "coefficients' .* has NAN"),
    (_new(HEADS, AUTO + "coefficients", lambda a: a[:-1]), "coefficients' .* is of shape"),
    (_set(HEADS, AUTO + "error_coefficients", NAN), "error_coefficients' .* has NAN"),
    (_set(HEADS, AUTO + "error_bounds", 0.0), "error_bounds' .* has 0, but must be from 0.01"),
    (_set(HEADS, AUTO + "error_bounds", [0.5, 0.1], slice(2)), "error_bounds' .* ascending"),
    (_set(HEADS, AUTO + "task_scores", -1), "task_scores' .* has -1"),
    (_set(HEADS, AUTO + "task_scores", INF), "task_scores' .* has inf"),
    (_task_cells, "task_cells' .* has cell"),
    (_new(HEADS, AUTO + "task_cells", lambda a: a[1:]), "task_cells' .* is of shape"),
    (_new(HEADS, AUTO + "task_edges", lambda a: np.arange(9.0)), "task_edges' .* is of shape"),
    (_set(HEADS, AUTO + "correlation", 1.5), "correlation' .* has 1.5"),
    (_set(HEADS, AUTO + "occupation_estimates", 5), "occupation_estimates' .* has 5"),
    (_set(HEADS, AUTO + "occupation_scores", NAN), "occupation_scores' .* has NAN"),
    (_set(HEADS, AUTO + "occupation_groups", 200), "occupation_groups' .* has 200"),
    (_without(HEADS, AUTO + "correlation"), "correlation' .* is missing"),
    (_without(HEADS, EXPO + "curve_x"), "curve_x' .* is missing"),
    (_set(HEADS, "nearness", 2, -1), "nearness' .* has 2, but must be from -1 to 1"),
    (_new(HEADS, "nearness", lambda a: a[::-1]), "nearness' .* ascending order"),
    (_new(HEADS, "nearness", lambda a: a[:0]), "nearness' .* is of shape"),
    (_set(HEADS, "scope.bounds", NAN), "scope.bounds' .* has NAN"),
    (_new(HEADS, "scope.coefficients", lambda a: a[1:]), "scope.coefficients' .* is of shape"),
    (_set(HEADS, "category.intercepts", -INF, slice(None)), "category.intercepts' .* no finite"),
    (_set(HEADS, "category.intercepts", INF), "category.intercepts' .* has inf"),
    (_set(HEADS, "category.coefficients", NAN), "category.coefficients' .* has NAN"),
    (_new(HEADS, "category.intercepts", lambda a: a[:8]), "category.intercepts' .* is of shape"),
    (_set(HEADS, "level.coefficients", INF), "level.coefficients' .* has inf"),
    (_set(HEADS, "landmarks", NAN), "landmarks' .* has NAN"),
    (_new(HEADS, "landmarks", lambda a: a[:, :-1]), "landmarks' .* is of shape"),
    (_new(HEADS, "landmarks", lambda a: np.tile(a, (20, 1))), "landmarks' .* is of shape"),
    (_set(HEADS, "use.curve_y", 3, -1), "use.curve_y' .* has 3"),
    (_without(HEADS, "fold_0.measure.automation.curve_y"), "fold_0.* is missing"),
    (_set(HEADS, "fold_1.measure.exposure.curve_y", NAN), "fold_1.*has NAN"),
    (lambda c: c.arrays[HEADS].update(more=np.zeros(1)), "'more' .* is not part of an engine"),
    # Scores of the catalog.
    (_set(SCORES, "values.automation", 5), "values.automation' .* has 5, but must be from 0 to 1"),
    (_set(SCORES, "values.automation", -0.1), "values.automation' .* has -0.1"),
    (_set(SCORES, "values.automation", NAN), "values.automation' .* is not known exactly where"),
    (_set(SCORES, "values.exposure", NAN, slice(None)), "values.exposure' .* is not known exactly"),
    (_set(SCORES, "values.rare", 0.5, slice(None)), "values.rare' .* is not known exactly"),
    (_set(SCORES, "scales.automation", -1), "scales.automation' .* has -1"),
    (_set(SCORES, "scales.automation", 0), "scales.automation' .* has 0"),
    (_set(SCORES, "scales.automation", NAN), "scales.automation' .* is not known exactly where"),
    (_set(SCORES, "scales.automation", INF), "scales.automation' .* has inf"),
    (_set(SCORES, "shares", NAN), "shares' .* has NAN"),
    (_set(SCORES, "shares", -0.5), "shares' .* has -0.5"),
    (_set(SCORES, "shares", 0.9), "shares' .* sums to .* but must sum to 1"),
    (_set(SCORES, "shares", 0, slice(None)), "shares' .* sums to 0"),
    (_set(SCORES, "share_errors", NAN), "share_errors' .* has NAN"),
    (_set(SCORES, "novelty", 2), "novelty' .* has 2"),
    (_set(SCORES, "top_probability", NAN), "top_probability' .* has NAN"),
    (_set(SCORES, "means.exposure", 2), "means.exposure' .* has 2"),
    (_set(SCORES, "similar_time", -1), "similar_time' .* has -1"),
    (_set(SCORES, "similar_time", INF), "similar_time' .* has inf"),
    (_set(SCORES, "shown.similarity", 7), "shown.similarity' .* has 7"),
    (_set(SCORES, "shown.rows", 9_999), "shown.rows' .* has row 9999"),
    (_set(SCORES, "shown.rows", -2), "shown.rows' .* has -2"),
    (_set(SCORES, "fold", 200), "fold' .* has fold 200"),
    (_set(SCORES, "levels", 3), "levels' .* has 3"),
    (_set(SCORES, "categories", 9), "categories' .* has 9"),
    (
        _new(SCORES, "fold", lambda a: a.astype(np.float64)),
        "fold' .* is float64, but must be uint8",
    ),
    (_new(SCORES, "novelty", lambda a: a[:, None]), "novelty' .* is of shape"),
    (_new(SCORES, "out_of_scope", lambda a: a.astype(np.uint8)), "out_of_scope' .* is uint8"),
    (_without(SCORES, "means.rare"), "do not have the same measures|shape"),
    (_without(SCORES, "values.exposure"), "values.exposure' .* is missing"),
    # Vectors and careers.
    (_set(VECTORS, "vectors", NAN), "vectors' .* has NAN"),
    (_new(VECTORS, "vectors", lambda a: 2 * a), "vectors' .* do not have length 1"),
    (_new(VECTORS, "vectors", lambda a: a[:-1]), "vectors' .* is of shape"),
    (_new(VECTORS, "vectors", lambda a: a.astype(np.float64)), "vectors' .* is float64"),
    (_new(VECTORS, "vectors", lambda a: a[0]), "vectors' .* is of shape"),
    (_set(CAREERS, "titles", NAN), "titles' .* NaN in part"),
    (_new(CAREERS, "titles", lambda a: a[:, :-1]), "is of shape"),
    (_new(CAREERS, "names", lambda a: a[:-1]), "names' .* is of shape"),
    (_set(CAREERS, "centre.tasks", NAN), "centre.tasks' .* has NAN"),
    (_without(CAREERS, "centre.names"), "centre.names' .* is missing"),
    (_set(CAREERS, "steps.rows", 99), "steps.rows' .* has row 99"),
    (_set(CAREERS, "steps.rows", 0), "steps.rows' .* from an occupation to itself"),
    (_same_move_twice, "steps.rows' .* the same move twice"),
    (_set(CAREERS, "steps.similarity", NAN), "steps.similarity' .* has NAN"),
    (_set(CAREERS, "steps.carries_over", 5), "steps.carries_over' .* has 5"),
    (_new(CAREERS, "steps.rows", lambda a: a.astype(np.float32)), "steps.rows' .* is float32"),
    (_new(CAREERS, "steps.rows", lambda a: np.tile(a, (1, 9))), "steps.rows' .* is of shape"),
    (_set(INDEX, "lists", 9_999), "lists contains numbers"),
    (_set(INDEX, "nprobe", 9_999), "nprobe is 9999"),
    (lambda c: c.arrays.pop(CAREERS), "careers.safetensors is missing"),
    (lambda c: c.arrays.update({"more.safetensors": {}}), "more.safetensors|is not part"),
    # Facts of the manifest.
    (_fact("confidence", "0.9"), "confidence is not a number between 0 and 1"),
    (_fact("confidence", True), "confidence is not a number"),
    (_fact("confidence", 1), "confidence is not a number"),
    (_fact("confidence", NAN), "confidence is not a number"),
    (_fact("folds", 10**9), "folds is not a whole number"),
    (_fact("folds", 1.0), "folds is not a whole number"),
    (_fact("measures", {}), "measures lacks exposure"),
    (_fact("measures", []), "measures is not a record"),
    (_fact("measures.automation", {"title": 3}), "measures.automation is not a record"),
    (_fact("measures.automation.title", ["GPT"]), "measures.automation.title is not text"),
    (_fact("measures.automation.title", "\x1b[31mred"), "measures.automation.title is not text"),
    (_fact("probe", ["automation"]), "probe has a duplicate measure, or lacks"),
    (_fact("probe", 7), "probe is not a list"),
    (_fact("encoder", "work"), "encoder in the manifest is not a record"),
    (_fact("encoder.name", ["work"]), "encoder.name is not text"),
    (_fact("encoder.name", "a\0b"), "encoder.name is not text"),
    (_fact("encoder.name", "\u202ework"), "encoder.name is not text"),
    (_fact("encoder.fingerprint", None), "encoder.fingerprint is not text"),
    (_fact("reference.name", {}), "reference.name is not text"),
    (_fact("reference.tasks", 10**15), "reference.tasks is not a whole number"),
    (_fact("reference.tasks", 10**6), "too few for the 1,000,000 rows"),
    (_fact("reference.tasks", 90), "is of shape|tasks.csv has"),
    (_fact("careers.similarity", "{"), "careers.similarity is not JSON"),
    (_fact("careers.similarity", "[" * 9_000), "careers.similarity is not JSON"),
    (_similarity("curve", [-1.0, 0.0]), "the curve falls"),
    (_similarity("curve", [1.0]), "curve is not two numbers"),
    (_similarity("weights", {"tasks_mean": NAN}), "a weight or the curve has a number outside"),
    (_similarity("weights", {"charm": 1.0}), "weights is not a record"),
    (_similarity("activities", ["a", "a"]), "activities has duplicates"),
    (_similarity("activities", [f"a{n}" for n in range(9_999)]), "activities is not a list of"),
    (lambda c: c.facts.pop("libraries"), "lacks .*libraries"),
    (lambda c: c.facts.update(code="import os"), "unknown .*code"),
    # Tables.
    (_replaced("tasks.csv", "exposure,automation", "exposure,exposure"), "column"),
    (_replaced("tasks.csv", "human_agency", "a\nb"), "measure|column|cells"),
    (_replaced("occupations.csv", "50000.0", "0"), "median_wage: invalid value '0'"),
    (_replaced("occupations.csv", "50000.0", "nan"), "median_wage: invalid value 'nan'"),
    (_replaced("occupations.csv", "Art Therapists", "a" * 5_000_000), "characters, more than 300"),
    (_replaced("moves.csv", "7.0", "inf"), "count: invalid value 'inf'"),
    (_replaced("crosswalk.csv", "exact", "exactly"), "match: invalid value"),
    (lambda c: c.tables.pop("tasks.csv"), "tasks.csv is missing"),
    (lambda c: c.tables.update({"evil.csv": "a\n"}), "evil.csv is not part of an engine"),
]


@pytest.mark.parametrize(("change", "message"), CHANGES, ids=map(str, range(len(CHANGES))))
def test_an_engine_with_wrong_content_is_refused(
    plain: tuple[Content, WordEncoder], change: Change, message: str
) -> None:
    content = plain[0].copy()
    change(content)
    content.seal()
    with pytest.raises(EngineError, match=f"(?is){message}") as raised:
        engine_folder.unpack(FOLDER, content.packed())
    assert not set(str(raised.value)) & hostile.UNSAFE


def test_the_unchanged_engine_is_used(plain: tuple[Content, WordEncoder]) -> None:
    content, encoder = plain
    for which in range(4):
        assert hostile.exercise(content.packed(), encoder, which) == "used"


def test_another_corpus_of_the_same_size_is_refused(plain: tuple[Content, WordEncoder]) -> None:
    """Without the right fingerprint, that is; it tells corpora apart."""
    content = plain[0].copy()
    content.tables["occupations.csv"] = content.tables["occupations.csv"].replace("Art ", "Fine ")
    with pytest.raises(EngineError, match=r"reference\.fingerprint is not that of the tables"):
        engine_folder.unpack(FOLDER, content.packed())
    content.seal()
    assert engine_folder.unpack(FOLDER, content.packed()).reference.corpus.titles["29-1129.01"] == (
        "Fine Therapists"
    )


@pytest.mark.parametrize(
    "text", ["\x1b[31mArt\x07\x1b]0;title\x07", "\u202eArt\u2066", "Art\x9b31m"]
)
def test_text_in_tables_is_inert(plain: tuple[Content, WordEncoder], text: str) -> None:
    content = plain[0].copy()
    content.tables["occupations.csv"] = content.tables["occupations.csv"].replace("Art", text)
    content.seal()
    corpus = engine_folder.unpack(FOLDER, content.packed()).reference.corpus
    assert not set(corpus.titles["29-1129.01"]) & hostile.UNSAFE
    assert "Art" in corpus.titles["29-1129.01"]


def test_an_engine_that_could_not_be_loaded_is_not_saved(
    plain: tuple[Content, WordEncoder], tmp_path: Path
) -> None:
    parts = engine_folder.unpack(FOLDER, plain[0].packed())
    shares = np.where(np.arange(len(parts.scores.shares)) == 0, np.nan, parts.scores.shares)
    broken = dataclasses.replace(parts, scores=dataclasses.replace(parts.scores, shares=shares))
    with pytest.raises(EngineError, match="not written .* array 'shares' of .* has NaN"):
        RiskEngine(broken, plain[1]).save(tmp_path / "engine")
    assert not (tmp_path / "engine").exists()


# Folders ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [".lock", ".changing", "README.md", MANIFEST, ".writing-1"])
def test_a_link_in_the_folder_is_refused(
    plain: tuple[Content, WordEncoder], tmp_path: Path, name: str
) -> None:
    folder = tmp_path / "engine"
    artifact.write(folder, plain[0].packed())
    (tmp_path / "thesis.txt").write_text("years of work")
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(tmp_path / "thesis.txt")
    with pytest.raises(EngineError, match=f"{re.escape(name)} is a link"):
        engine_folder.read(folder)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_the_folder_itself_may_be_a_link(
    plain: tuple[Content, WordEncoder], tmp_path: Path
) -> None:
    artifact.write(tmp_path / "engine", plain[0].packed())
    (tmp_path / "link").symlink_to(tmp_path / "engine")
    assert engine_folder.read(tmp_path / "link").encoder_name == "words"


@pytest.mark.parametrize("name", [".lock", ".changing", MANIFEST])
def test_writing_follows_no_link(
    plain: tuple[Content, WordEncoder], tmp_path: Path, name: str
) -> None:
    folder, thesis = tmp_path / "engine", tmp_path / "thesis.txt"
    artifact.write(folder, plain[0].packed())
    thesis.write_text("years of work")
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(thesis)
    with contextlib.suppress(EngineError):  # or the link is replaced
        artifact.write(folder, plain[0].packed())
    assert thesis.read_text() == "years of work"


def _many_rows(content: Content) -> None:
    content.tables["tasks.csv"] = content.tables["tasks.csv"] + "a\n" * 1_500_000


def _many_titles(content: Content) -> None:
    content.tables["alternate_titles.csv"] = "soc_code,title\n" + ",a\n" * 900_000


def _many_columns(content: Content) -> None:
    header = ",".join(f"c{n}" for n in range(200_000))
    content.tables["alternate_titles.csv"] = f"soc_code,title,{header}\n" + "a\n" * 1_000


def _wide_projections(content: Content) -> None:
    """Each occupation would have two million numbers."""
    wide = np.zeros((1, 2_000_000), np.float32)
    content.facts["careers"]["similarity"] = json.dumps(
        json.loads(content.facts["careers"]["similarity"]) | {"activities": ["a"]}
    )
    content.arrays[CAREERS]["projection.activities"] = wide


@pytest.mark.parametrize("change", [_many_rows, _many_titles, _many_columns, _wide_projections])
def test_a_small_folder_takes_little_memory(
    plain: tuple[Content, WordEncoder], tmp_path: Path, change: Change
) -> None:
    """Three megabytes of rows took nearly a gigabyte."""
    content = plain[0].copy()
    change(content)
    content.seal()
    artifact.write(tmp_path / "engine", content.packed())
    del content
    tracemalloc.start()
    try:
        with pytest.raises(EngineError):
            engine_folder.read(tmp_path / "engine")
        assert tracemalloc.get_traced_memory()[1] < 60e6
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("start", "message"),
    [
        (b"\xff" * 8 + b"{}", "its header has more than"),
        (b"\x02\0\0\0\0\0\0\0{}", "its header does not fit the size of the file"),
        (b"\x02\0\0\0\0\0\0\0[]", "its header cannot be read"),
        (
            b'\x40\0\0\0\0\0\0\0{"vectors":{"dtype":"F32","shape":[99999999,9999],"data_offsets":[0,8]}}',
            "its header (does not fit|cannot be read)",
        ),
    ],
)
def test_a_false_header_is_refused_unread(
    plain: tuple[Content, WordEncoder], tmp_path: Path, start: bytes, message: str
) -> None:
    packed = plain[0].packed()
    files = {**packed.files, VECTORS: start + b"\0" * 100}
    artifact.write(tmp_path, artifact.Artifact(packed.facts, files))
    with pytest.raises(EngineError, match=f"vectors.safetensors: {message}"):
        engine_folder.read(tmp_path)


# Encoders ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["attacker-org/some-model", "/etc", "../../models", "-rf"])
def test_a_foreign_encoder_is_not_loaded(
    plain: tuple[Content, WordEncoder],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    asked: list[Any] = []

    def loader(location: str) -> None:
        asked.append(location)
        raise EngineError("loaded")

    monkeypatch.setattr("engine.encoders.sentence_transformer._read_model", loader)
    content = plain[0].copy()
    content.facts["encoder"]["name"] = name
    artifact.write(tmp_path, content.packed())
    loaded = RiskEngine.load(tmp_path)
    assert 0 <= loaded.score_occupation("29-1129.01").risk <= 1  # the catalog needs no encoder
    for use in (
        lambda: loaded.score_tasks(["Write a new kind of report."]),
        lambda: loaded.score_table(["Write a new kind of report."]),
        lambda: loaded.score_occupation(hostile.JOB),
        lambda: loaded.extended(hostile.tiny_corpus()),
    ):
        with pytest.raises(EngineError, match="does not ship .* allow it with --allow-encoder"):
            use()
    with pytest.raises(EngineError, match="does not ship"):
        RiskEngine.load(tmp_path, allow_encoder="another").score_tasks(["Write a report."])
    assert asked == []
    with pytest.raises(EngineError, match="loaded"):
        RiskEngine.load(tmp_path, allow_encoder=name).score_tasks(["Write a new report."])
    assert asked == [name]


def test_the_caller_may_name_an_encoder(plain: tuple[Content, WordEncoder], tmp_path: Path) -> None:
    content, encoder = plain
    artifact.write(tmp_path, content.packed())
    assert RiskEngine.load(tmp_path, encoder=encoder).score_tasks(["Write a report."])
    with pytest.raises(EngineError, match="encoder 'minilm' .* is not the one"):
        RiskEngine.load(tmp_path, encoder="minilm")
    with pytest.raises(EngineError, match="encoder is 'a.x00b'; give its name or folder"):
        RiskEngine.load(tmp_path, encoder="a\0b")
