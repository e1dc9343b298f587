"""Documents with labeled segments that the reader of postings learns from.

The documents of ``postings.csv`` come as they are, and in variants: other duties, of one occupation
of the starter reference, take the places of theirs, and bullets, case and headings change. Short
texts of nothing but duties, or of nothing about work, complete them.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from engine.encoders.base import Encoder
from engine.encoders.cache import EmbeddingCache
from engine.intake.posting_segments import Segment, split_segments
from engine.intake.postings import timeless
from engine.intake.segment_classifier import Features
from engine.records.posting import DUTY, KINDS
from engine.utils.delimited import read_table
from scripts.training.examples import STARTER_FOLDER, read_rewrites
from scripts.training.posting_assembly import assemble, plain_duties, read_lines

VARIANTS = 2
"""Variants of each document."""

CROPS = 2
"""Short parts of each document and variant, because people paste less than all."""

ASSEMBLED = 500
"""Documents assembled from sections."""

DUTY_LISTS, SCOPE_TEXTS = 800, 60
"""Number of short texts of duties of one occupation, and of lines of ``scope.csv``."""

_SEED = 7
_TASK = ("task", "en")
_STYLES_OF_FORM: Mapping[str, Sequence[str]] = {
    "advert": ("advert", "short", "task"),
    "resume": ("resume", "resume", "short"),
    "duty_list": ("task", "short", "spoken"),
    "email": ("spoken", "spoken", "advert"),
}
_BULLETS = ("", "- ", "• ", "* ", "– ", "1. ")
_OLD_BULLET = re.compile(r"^[^\w\s\"'“(¿¡$€£]{1,2}\s+|^\d+[.)]\s*")

LabeledRow = tuple[int, int, str]
"""Start, end and kind of a labeled part of a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A text whose parts are labeled.

    Attributes:
        name: ID of the document, or what it is made of.
        group: documents of the same group are never split between fit and test.
        form, language: as in ``postings.csv``.
        text: the whole text.
        rows: labeled parts, in order.
        segments: what the reader splits the text into, without time phrases.
        kinds: number of the kind of each segment, that of the row that it overlaps most.
        features: of the segments.
    """

    name: str
    group: int
    form: str
    language: str
    text: str
    rows: Sequence[LabeledRow]
    segments: Sequence[Segment]
    kinds: np.ndarray
    features: Features


@dataclass(frozen=True, slots=True, kw_only=True)
class LabeledText:
    """A text with its labeled parts, before it is split; fields as in ``Document``."""

    name: str
    group: int
    form: str
    language: str
    text: str
    rows: Sequence[LabeledRow]


def labeled_texts(table: pd.DataFrame) -> list[LabeledText]:
    """Return the documents of a table such as ``postings.csv``, one group each."""
    texts = []
    for group, (name, part) in enumerate(table.groupby("posting_id", sort=True)):
        rows = [
            (int(row["line"]), str(row["kind"]), str(row["text"])) for _, row in part.iterrows()
        ]
        text, last, labeled = "", 1, []
        for line, kind, words in rows:
            text += " " if text and line == last else "\n" * (line - last)
            labeled.append((len(text), len(text) + len(words), kind))
            text, last = text + words, line
        texts.append(
            LabeledText(
                name=str(name),
                group=group,
                form=str(part["form"].iloc[0]),
                language=str(part["language"].iloc[0]),
                text=text,
                rows=labeled,
            )
        )
    return texts


def synthetic_texts(originals: Sequence[LabeledText]) -> list[LabeledText]:
    """Return variants of documents, in their groups, and short texts in groups of their own."""
    rng = random.Random(_SEED)  # noqa: S311
    duties = _duties_by_occupation()
    made = [
        _variant(original, rng.choice(list(duties.values())), rng)
        for original in originals
        for _ in range(VARIANTS)
    ]
    crops = [_crop(text, rng) for text in (*originals, *made) for _ in range(CROPS)]
    short = list(_short_texts(duties, rng))
    lines, titles = read_lines(), _titles()
    for _ in range(ASSEMBLED):
        code = rng.choice(list(duties))
        short.append(assemble(lines, duties[code], titles[code], rng)[1:])
    return [*made, *crops] + [
        LabeledText(
            name="short",
            group=len(originals) + number,
            form="",
            language=language,
            text=text,
            rows=rows,
        )
        for number, (language, text, rows) in enumerate(short)
    ]


def documents(
    texts: Sequence[LabeledText], encoder: Encoder, cache: EmbeddingCache
) -> list[Document]:
    """Split texts, label their segments, and compute the features."""
    split = [timeless(split_segments(text.text)) for text in texts]
    vectors = cache.encode(encoder, [segment.text for part in split for segment in part])
    ends = np.cumsum([len(part) for part in split])
    found = []
    for text, segments, end in zip(texts, split, ends, strict=True):
        own = vectors[end - len(segments) : end]
        found.append(
            Document(
                name=text.name,
                group=text.group,
                form=text.form,
                language=text.language,
                text=text.text,
                rows=text.rows,
                segments=segments,
                kinds=np.array([_kind(segment, text.rows) for segment in segments]),
                features=Features.of(segments, own),
            )
        )
    return found


def work_verbs() -> list[str]:
    """Return the verbs that at least two tasks of the starter reference start with."""
    tasks = [row["task"] for _, row in read_table(STARTER_FOLDER / "tasks.csv", ("task",))]
    first = pd.Series([task.split()[0].lower().strip(",.") for task in tasks]).value_counts()
    return sorted(word for word in first.index[first > 1] if word.isalpha() and word.isascii())


def _kind(segment: Segment, rows: Sequence[LabeledRow]) -> int:
    def overlap(row: LabeledRow) -> int:
        return min(segment.end, row[1]) - max(segment.start, row[0])

    return KINDS.index(max(rows, key=overlap)[2])


Duties = Mapping[tuple[str, str], Sequence[str]]
"""Duties of one occupation, by style and language."""


def _duties_by_occupation(folder: Path = STARTER_FOLDER) -> dict[str, Duties]:
    found: dict[str, dict[tuple[str, str], list[str]]] = {}
    occupation = {}
    for _, row in read_table(folder / "tasks.csv", ("task_id", "soc_code", "task")):
        occupation[row["task_id"]] = row["soc_code"]
        found.setdefault(row["soc_code"], {}).setdefault(_TASK, []).append(row["task"])
    rewrites = read_rewrites(folder)
    for task_id, style, language, text in zip(
        *(rewrites[name].tolist() for name in ("task_id", "style", "language", "text")), strict=True
    ):
        found[occupation[task_id]].setdefault((style, language), []).append(text)
    return dict(found)


def _titles(folder: Path = STARTER_FOLDER) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in ("occupations.csv", "alternate_titles.csv"):
        for _, row in read_table(folder / name, ("soc_code", "title")):
            found.setdefault(row["soc_code"], []).append(row["title"])
    return found


def _variant(original: LabeledText, duties: Duties, rng: random.Random) -> LabeledText:
    """Return a document with other duties, and perhaps other bullets and no headings."""
    style = rng.choice(_STYLES_OF_FORM[original.form])
    key = (style, "en") if original.language == "en" else ("plain", original.language)
    pool = plain_duties(duties, key, len(duties[key]), rng)
    lower, upper, period = rng.random() < 0.3, rng.random() < 0.05, rng.random() < 0.5
    bullet = rng.choice(_BULLETS) if rng.random() < 0.6 else None
    headless = rng.random() < 0.25
    text, rows, end = "", [], 0
    for start, stop, kind in original.rows:
        gap, part = original.text[end:start], original.text[start:stop]
        end = stop
        if kind == "heading" and headless and rng.random() < 0.6:
            continue
        starts_line = "\n" in gap or not text
        old = _OLD_BULLET.match(part) if starts_line else None
        mark = old[0] if old else ""
        if kind == DUTY and pool and rng.random() < 0.75:
            duty = pool.pop()
            duty = duty if period and starts_line else duty.rstrip(".")
            duty = duty if starts_line else f"{duty}."
            duty = duty[:1].lower() + duty[1:] if lower else duty
            mark = mark if bullet is None or not starts_line else bullet
            part = mark + (duty.upper() if upper else duty)
        elif old and bullet is not None:
            part = bullet + part[old.end() :]
        text += gap if text else gap.lstrip()
        rows.append((len(text), len(text) + len(part), kind))
        text += part
    return LabeledText(
        name=f"{original.name} variant",
        group=original.group,
        form=original.form,
        language=original.language,
        text=text,
        rows=rows,
    )


def _crop(original: LabeledText, rng: random.Random) -> LabeledText:
    """Return one to nine labeled parts of a document in a row; half of them begin at a heading."""
    rows = original.rows
    first = rng.randrange(len(rows))
    headings = [number for number, row in enumerate(rows) if row[2] == "heading"]
    if headings and rng.random() < 0.5:
        first = rng.choice(headings)
    chosen = rows[first : first + rng.choice((1, 1, 2, 3, 4, 6, 9))]
    start, end = chosen[0][0], chosen[-1][1]
    return LabeledText(
        name=f"{original.name} crop",
        group=original.group,
        form=original.form,
        language=original.language,
        text=original.text[start:end],
        rows=[(left - start, right - start, kind) for left, right, kind in chosen],
    )


def _short_texts(
    duties: Mapping[str, Duties], rng: random.Random
) -> Iterator[tuple[str, str, list[LabeledRow]]]:
    """Yield language, text and rows of lists of duties, and of lines that are not about work."""
    keys = [*next(iter(duties.values())), *[("short", "en")] * 6]
    for _ in range(DUTY_LISTS):
        key = rng.choice(keys)
        count = rng.choice((1, 1, 1, 1, 2, 2, 3, 5, 8, 12))
        chosen = plain_duties(rng.choice(list(duties.values())), key, count, rng)
        prose = key[0] in ("spoken", "advert", "task", "short") and rng.random() < 0.25
        if rng.random() < 0.3:
            chosen = [duty[:1].lower() + duty[1:] for duty in chosen]
        elif prose or rng.random() < 0.5:
            chosen = [duty[:1].upper() + duty[1:] for duty in chosen]
        yield key[1], *_joined(chosen, DUTY, "" if prose else rng.choice(_BULLETS[:4]), prose=prose)
    scope = [row for _, row in read_table(STARTER_FOLDER / "scope.csv", ("work", "text"))]
    rng.shuffle(scope)
    for _ in range(SCOPE_TEXTS):
        work = scope[-1]["work"]
        taken: list[str] = []
        while scope and scope[-1]["work"] == work and len(taken) < 5:
            taken.append(" ".join(scope.pop()["text"].split()))
        yield "en", *_joined(taken, DUTY if work == "yes" else "other", "", prose=False)


def _joined(
    parts: Sequence[str], kind: str, bullet: str, *, prose: bool
) -> tuple[str, list[LabeledRow]]:
    text, rows = "", []
    for part in parts:
        text += (" " if prose else "\n") if text else ""
        sentence = bullet + (f"{part.rstrip('.')}." if prose else part)
        rows.append((len(text), len(text) + len(sentence), kind))
        text += sentence
    return text, rows
