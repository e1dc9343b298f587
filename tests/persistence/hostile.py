"""Engine folders as an attacker would write them: changed, and consistent with their checksums.

``exercise`` loads one and uses it in every way. ``mutated`` changes one at random.
"""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import hashlib
import io
import json
import math
import random
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from safetensors.numpy import load, save

from engine import Corpus, EngineError, Occupation, RiskEngine
from engine.careers.filters import MoveFilters
from engine.encoders.cache import EmbeddingCache
from engine.persistence import engine_folder
from engine.persistence.artifact import Artifact
from engine.records.serialize import to_json
from engine.report.careers import matches_to_text, paths_to_text
from engine.report.tables import csv_text, task_table
from engine.report.text import to_text
from engine.retrieval import index
from engine.utils.text import text_key
from tests.conftest import ROOT, WordEncoder
from tests.tuned_words import TunedWords

FOLDER = Path("engine")
TABLES = ("tasks.csv", "occupations.csv", "alternate_titles.csv", "other_occupations.csv")
TABLES += ("crosswalk.csv", "moves.csv")
WIDE = MoveFilters(max_job_zone_gap=None, max_education_gap=None, min_risk_reduction=None)
JOB = Occupation(
    title="Clerk", tasks=["Write reports for clients.", "File letters in the cabinet."], job_zone=2
)


@dataclasses.dataclass
class Content:
    """The content of an engine folder, to change.

    Attributes:
        facts: of the manifest.
        arrays: file -> name -> array.
        tables: file -> CSV text.
    """

    facts: Any
    arrays: dict[str, dict[str, np.ndarray]]
    tables: dict[str, str]

    @classmethod
    def of(cls, engine: RiskEngine) -> Content:
        packed = engine_folder.pack(engine._parts)
        return cls(
            facts=json.loads(json.dumps(packed.facts)),
            arrays={
                name: load(content)
                for name, content in packed.files.items()
                if name.endswith(".safetensors")
            },
            tables={
                name: content.decode()
                for name, content in packed.files.items()
                if name.endswith(".csv")
            },
        )

    def copy(self) -> Content:
        return Content(
            facts=json.loads(json.dumps(self.facts)),
            arrays={
                file: {name: array.copy() for name, array in arrays.items()}
                for file, arrays in self.arrays.items()
            },
            tables=dict(self.tables),
        )

    def seal(self) -> None:
        """Write the fingerprint of the tables into the manifest, as an attacker would."""
        digest = hashlib.sha256()
        for name in TABLES:
            if name in self.tables:
                content = self.tables[name].encode("utf-8", "replace")
                digest.update(f"{name}\0{len(content)}\0".encode() + content)
        with contextlib.suppress(LookupError, TypeError):  # the reference has been changed
            self.facts["reference"]["fingerprint"] = digest.hexdigest()

    def packed(self) -> Artifact:
        files = {name: text.encode("utf-8", "replace") for name, text in self.tables.items()}
        for file, arrays in self.arrays.items():
            files[file] = save({name: np.ascontiguousarray(a) for name, a in arrays.items()})
        return Artifact(json.loads(json.dumps(self.facts)), files)


# Tiny engines ---------------------------------------------------------------------------------


def tiny_corpus() -> Corpus:
    """Return a corpus with every kind of table."""
    starter = Corpus.read(ROOT / "reference_tasks", "starter")
    codes = starter.occupations["soc_code"].tolist()[::70]
    corpus = starter.select_occupations([*codes, "29-1129.01"])
    tasks = corpus.tasks.groupby("soc_code").head(9).assign(time_share=np.nan)
    own = tasks["soc_code"].unique().tolist()
    other = tasks.iloc[:3].assign(soc_code="ISCO-1111", task_id=["a", "b", "c"])
    tasks = pd.concat([tasks, other.assign(task=["Govern a land.", "Pass laws.", "Debate bills."])])
    number = np.arange(len(tasks))
    use = np.where(number % 4 > 0, tasks["automation"], np.nan)
    rare = np.where(number < 54, tasks["exposure"], np.nan)  # too few if a fold is left out
    uuid = "00030d09-2b3a-4efd-87cc-c4ea39d27c34"
    links = [
        (uuid, "ISCO-2111", "physicist", own[0], "exact"),
        ("", "ISCO-2112", "", own[1], "close"),
    ]
    return dataclasses.replace(
        corpus,
        tasks=tasks.assign(observed_automation=use, rare=rare).reset_index(drop=True),
        occupations=corpus.occupations.assign(median_wage=50_000.0, employment_change=0.1),
        other_occupations=pd.DataFrame(
            [("ISCO-1111", "Legislators")], columns=["soc_code", "title"]
        ),
        crosswalk=pd.DataFrame(links, columns=["esco", "isco", "title", "soc_code", "match"]),
        moves=pd.DataFrame(
            [(own[0], own[1], 7.0, "a survey")], columns=["from_soc", "to_soc", "count", "source"]
        ),
    )


def plain_engine(folder: Path) -> tuple[Content, Any]:
    """Return a tiny engine with heads on a kernel, folds, and an approximate index."""
    corpus, cache, encoder = tiny_corpus(), EmbeddingCache(folder), WordEncoder(dimensions=8)
    more = dataclasses.replace(
        corpus,
        tasks=corpus.tasks.iloc[:1].assign(task_id="one", task="Greet visitors at the door."),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index, "EXACT_UP_TO", 20)
        engine = RiskEngine.build(corpus, encoder, cache=cache).extended(more, cache=cache)
    return Content.of(engine), encoder


def tuned_engine(folder: Path) -> tuple[Content, Any]:
    """Return a tiny engine with a probe, and content vectors of its own."""
    corpus = tiny_corpus()
    fold_of = {code: number % 3 for number, code in enumerate(corpus.rows_of)}
    keys = [text_key(text) for text in corpus.tasks["task"]]
    encoder = TunedWords.tuned(folder / "tuned", fold_of, keys)
    return Content.of(RiskEngine.build(corpus, encoder, cache=EmbeddingCache(folder))), encoder


# Use ------------------------------------------------------------------------------------------


def exercise(content: Artifact, encoder: Any, which: int = 0) -> str:
    """Load an engine and use it; return "used", or the error that refuses it.

    Args:
        content: of the engine folder.
        encoder: of the engine.
        which: occupation of the catalog to score and to move from, modulo their number.

    Raises:
        AssertionError: if a result contains NaN.
        Exception: any that is not an ``EngineError`` with a short message.
    """
    try:
        engine = RiskEngine(engine_folder.unpack(FOLDER, content), encoder)
        _use(engine, which)
        return "used"
    except EngineError as error:
        message = str(error)
    assert 0 < len(message) < 20_000, "a message of no use"
    assert not (set(message) & UNSAFE), "a message that a terminal would obey"
    return message


UNSAFE = {chr(code) for code in (*range(9), 11, 12, *range(14, 32), *range(127, 160))}
UNSAFE |= {chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}
"""Characters that a terminal obeys, or that reorder the text around them."""


def _use(engine: RiskEngine, which: int) -> None:
    codes = list(engine.corpus.rows_of)
    result, pasted = (
        engine.score_occupation(codes[which % len(codes)]),
        engine.score_occupation(JOB),
    )
    matches = engine.similar_careers(result, 3, **vars_of(WIDE))
    paths = engine.career_paths(pasted if which % 2 else result, k=2, filters=WIDE)
    check_known(result, pasted, matches, paths)
    text = to_text(result) + csv_text(task_table([result, pasted])) + to_json([result, pasted])
    text += matches_to_text(result.title, matches) + to_json(matches)
    text += paths_to_text(result.title, paths) + to_json(paths)
    assert not (set(text) & UNSAFE), "text that a terminal would obey"
    columns = engine.score_table(["Write reports.", "Lift boxes."]).columns
    for name, values in columns.items():
        if values.dtype.kind == "f" and not name.startswith("observed"):
            assert np.isfinite(values).all(), f"{name} has NaN"


def vars_of(filters: MoveFilters) -> dict[str, Any]:
    return {field.name: getattr(filters, field.name) for field in dataclasses.fields(filters)}


def check_known(*results: Any) -> None:
    """Check that no number in a record is NaN, and that risks are in [0, 1]."""
    for path, value in _numbers(results, "results"):
        assert not math.isnan(value), f"{path} is NaN"
        if path.endswith((".risk", ".value", ".low", ".high", ".similarity")):
            assert -1e-6 <= value <= 1 + 1e-6 or path.endswith("neighbours.similarity"), path


def _numbers(value: Any, path: str) -> Iterator[tuple[str, float]]:
    if isinstance(value, float):
        yield path, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _numbers(inner, f"{path}[{key}]")
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _numbers(inner, path)
    elif dataclasses.is_dataclass(value):
        for name in _fields(type(value)):
            yield from _numbers(getattr(value, name), f"{path}.{name}")


@lru_cache
def _fields(record: Any) -> tuple[str, ...]:
    return (*(f.name for f in dataclasses.fields(record)), *getattr(record, "derived", ()))


# Random changes -------------------------------------------------------------------------------

_NUMBERS = (math.nan, math.inf, -math.inf, -1.0, -3.0, 0.0, 0.5, 1.0, 2.0, 5.0, 7.0, 255.0)
_NUMBERS += (1e-308, 1e-30, 1e30, 1e308, 2.0**31 - 1, -(2.0**31), 0.9999999)
_DTYPES = ("float32", "float64", "float16", "int32", "int64", "uint8", "bool")
_TEXTS = (
    "",
    "0.9",
    "nan",
    "inf",
    "-1",
    "7",
    "1e999",
    "E1",
    "\x1b[31mred",
    "\u202eabc",
    "\0",
    "a" * 9_000,
)
_TEXTS += ("11-1011.00", "../../etc/passwd", "/etc", "attacker-org/some-model", "true", "²", "=1+1")
_JSON: tuple[Any, ...] = (None, True, -1, 0, 1, 10**400, 0.9, 5, math.nan, math.inf, [], {}, [[]])
_JSON += ({"a": 1}, *_TEXTS)


def mutated(content: Content, dice: random.Random) -> Content:
    """Return the content with one to three random changes, and sealed."""
    changed = Content(
        facts=json.loads(json.dumps(content.facts)),
        arrays={file: dict(arrays) for file, arrays in content.arrays.items()},
        tables=dict(content.tables),
    )
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        change = dice.choice(_CHANGES)
        change(changed, dice)
    if dice.random() < 0.95:
        changed.seal()
    return changed


def _pick(content: Content, dice: random.Random) -> tuple[dict[str, np.ndarray], str]:
    """Return the arrays of a file, and the name of one, which is copied; "" if there is none."""
    arrays = content.arrays[dice.choice(sorted(content.arrays))]
    if not arrays:
        return arrays, ""
    name = dice.choice(sorted(arrays))
    arrays[name] = arrays[name].copy()
    return arrays, name


def _some_numbers(content: Content, dice: random.Random) -> None:
    arrays, name = _pick(content, dice)
    array = arrays.get(name)
    if array is None or not array.size:
        return
    flat = array.reshape(-1)
    rows = [dice.randrange(flat.size) for _ in range(dice.choice((1, 1, 3, flat.size)))]
    with np.errstate(all="ignore"):
        flat[rows] = np.array(dice.choice(_NUMBERS)).astype(array.dtype)
    arrays[name] = flat.reshape(array.shape)


def _one_row(content: Content, dice: random.Random) -> None:
    arrays, name = _pick(content, dice)
    if name and arrays[name].ndim and len(arrays[name]):
        with np.errstate(all="ignore"):
            value = np.array(dice.choice(_NUMBERS)).astype(arrays[name].dtype)
        arrays[name][dice.randrange(len(arrays[name]))] = value


def _scaled(content: Content, dice: random.Random) -> None:
    arrays, name = _pick(content, dice)
    if name and arrays[name].dtype.kind == "f":
        with np.errstate(all="ignore"):
            arrays[name] = (arrays[name] * dice.choice((-1, 0, 0.5, 2, 1e3, 1e6, 1e30))).astype(
                arrays[name].dtype
            )


def _reordered(content: Content, dice: random.Random) -> None:
    arrays, name = _pick(content, dice)
    if name and arrays[name].ndim:
        order = np.random.default_rng(dice.randrange(1 << 30)).permutation(len(arrays[name]))
        arrays[name] = dice.choice(
            (arrays[name][::-1], arrays[name][order], np.sort(arrays[name], axis=-1))
        )


def _reshaped(content: Content, dice: random.Random) -> None:
    arrays, name = _pick(content, dice)
    if name and arrays[name].ndim:
        array = arrays[name]
        forms = (array[:-1], np.concatenate([array, array[:1]]), array[:0], array.reshape(-1))
        forms += (array[..., :-1], array.T, array[None], array[..., None], array.sum())
        arrays[name] = np.asarray(dice.choice(forms)).astype(array.dtype)


def _retyped(content: Content, dice: random.Random) -> None:
    arrays, name = _pick(content, dice)
    if name:
        with np.errstate(all="ignore"):
            arrays[name] = arrays[name].astype(dice.choice(_DTYPES))


def _renamed(content: Content, dice: random.Random) -> None:
    arrays, name = _pick(content, dice)
    other, second = _pick(content, dice)
    if name and second:
        action = dice.choice(("remove", "swap", "copy", "rename"))
        if action == "swap":
            arrays[name], other[second] = other[second], arrays[name]
        elif action == "copy":
            arrays[dice.choice((second, "more", f"fold_0.{name}", f"measure.x.{name}"))] = arrays[
                name
            ]
        else:
            array = arrays.pop(name)
            if action == "rename":
                arrays[name + "2"] = array


def _fewer_tasks(content: Content, dice: random.Random) -> None:
    """Remove, repeat or swap tasks in every array, and in the table."""
    reference = content.facts.get("reference")
    count = reference.get("tasks") if isinstance(reference, dict) else None
    rows = list(csv.reader(io.StringIO(content.tables.get("tasks.csv", ""))))
    if not isinstance(count, int) or len(rows) != count + 1:
        return
    kept = [row for row in range(count) if dice.random() < 0.9]
    dice.choice((lambda _: None, dice.shuffle))(kept)
    for arrays in content.arrays.values():
        for name, array in arrays.items():
            if array.ndim and len(array) == count:
                arrays[name] = array[kept]
    content.tables["tasks.csv"] = _csv([rows[0], *(rows[1 + row] for row in kept)])
    reference["tasks"] = len(kept)


def _fact(content: Content, dice: random.Random) -> None:
    """Change a fact at a random place of the manifest."""
    found, steps = content.facts, dice.choice((1, 2, 2, 3))
    for _ in range(steps - 1):
        keys = [key for key in _keys(found) if isinstance(found[key], (dict, list))]
        if not keys:
            break
        found = found[dice.choice(keys)]
    keys = _keys(found)
    if not keys:
        return
    key = dice.choice(keys)
    if dice.random() < 0.2:
        del found[key]
    elif key == "similarity" and isinstance(found[key], str):
        inner = json.loads(found[key]) if found[key].startswith("{") else {}
        if isinstance(inner, dict) and inner:
            part = dice.choice(sorted(inner))
            value = dice.choice(_JSON)
            if isinstance(inner[part], (dict, list)) and inner[part] and dice.random() < 0.7:
                inner[part][dice.choice(_keys(inner[part]))] = value
            else:
                inner[part] = value
        found[key] = json.dumps(inner)
    else:
        found[key] = dice.choice(_JSON)


def _keys(found: Any) -> list[Any]:
    return sorted(found) if isinstance(found, dict) else list(range(len(found)))


def _cell(content: Content, dice: random.Random) -> None:
    name = dice.choice(sorted(content.tables))
    rows = list(csv.reader(io.StringIO(content.tables[name])))
    for _ in range(dice.choice((1, 1, 4))):
        row = dice.choice(rows[: 1 if dice.random() < 0.1 else None] or [[""]])
        if row:
            row[dice.randrange(len(row))] = dice.choice(_TEXTS)
    content.tables[name] = _csv(rows)


def _table(content: Content, dice: random.Random) -> None:
    name = dice.choice(sorted(content.tables))
    rows = list(csv.reader(io.StringIO(content.tables[name])))
    body = rows[1:]
    action = dice.choice(("remove", "repeat", "shuffle", "empty", "cut", "column", "bytes"))
    if action == "remove" and body:
        del body[dice.randrange(len(body))]
    elif action == "repeat" and body:
        body.append(dice.choice(body))
    elif action == "shuffle":
        dice.shuffle(body)
    elif action == "empty":
        body = []
    elif action == "column":
        rows = [[*row, dice.choice(_TEXTS[:7])] for row in rows]
        body = rows[1:]
    text = _csv([*rows[:1], *body])
    if action == "cut":
        text = text[: dice.randrange(len(text) + 1)]
    if action == "bytes" and text:
        at = dice.randrange(len(text))
        text = text[:at] + dice.choice(_TEXTS) + text[at + dice.choice((0, 1, 30)) :]
    content.tables[name] = text


def _csv(rows: list[list[str]]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()


_CHANGES: tuple[Callable[[Content, random.Random], None], ...] = (
    *(_some_numbers, _some_numbers, _some_numbers, _one_row, _scaled, _reordered, _reshaped),
    *(_retyped, _renamed, _fewer_tasks, _fact, _fact, _cell, _cell, _table),
)
