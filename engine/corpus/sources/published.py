"""The published reference: O*NET tasks joined with published outcomes, wages and outlook."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from engine.corpus import provenance
from engine.corpus.corpus import Corpus
from engine.corpus.rows import CorpusRows
from engine.corpus.sources import aei, bls, cdr, eloundou, esco, ilo, microsoft, onet
from engine.errors import InputError

NAME = provenance.PUBLISHED

_Tasks = Sequence[Mapping[str, str]]
_T = TypeVar("_T")

_logger = logging.getLogger(__name__)


class Joined(Protocol):
    """Outcomes of a source joined to tasks; ``str()`` says how much was joined and lost."""

    @property
    def by_task(self) -> Mapping[str, Mapping[str, float]]:
        """Task ID -> measure -> value in [0, 1]."""


@dataclass(frozen=True, kw_only=True)
class _Optional:
    """A source without which the reference can be built.

    Attributes:
        label: the source, for people.
        measures: the measures that it gives.
        join: function of the data folder and the tasks.
    """

    label: str
    measures: tuple[str, ...]
    join: Callable[[Path, _Tasks], Joined]


_OPTIONAL: Mapping[str, _Optional] = {
    "cdr": _Optional(label="CDR ratings", measures=cdr.MEASURES, join=cdr.join),
    "microsoft": _Optional(
        label="Microsoft figures", measures=microsoft.MEASURES, join=microsoft.join
    ),
    "aei": _Optional(
        label="AEI outcomes, March 2025",
        measures=(aei.MARCH_2025.measure,),
        join=partial(aei.join, edition=aei.MARCH_2025),
    ),
    "aei-2026": _Optional(
        label="AEI outcomes, February 2026",
        measures=(aei.FEBRUARY_2026.measure,),
        join=partial(aei.join, edition=aei.FEBRUARY_2026),
    ),
}
"""Short name -> source."""

_ILO, _ESCO = "ilo", "esco"
_OTHER_LABELS = {_ILO: "ILO scores", _ESCO: "ESCO crosswalk"}


@dataclass(frozen=True, kw_only=True)
class JoinReport:
    """How much of each source was joined; ``str()`` gives it as text for people, a line a source.

    Attributes:
        database, labels: the sources that are required.
        joined: short name of an optional source -> its outcomes.
        other: tasks of ISCO-08; None if left out.
        crosswalk: from ESCO and ISCO-08 to O*NET; None if left out.
        outlook: SOC code -> wage and outlook; empty if there are no files of BLS.
        left_out: short name of an optional source -> why it was left out.
    """

    database: onet.OnetDatabase
    labels: eloundou.Labels
    joined: Mapping[str, Joined]
    other: ilo.IscoTasks | None
    crosswalk: esco.CrosswalkRows | None
    outlook: Mapping[str, Mapping[str, str]]
    left_out: Mapping[str, str]

    def __str__(self) -> str:
        lines = {name: f"{_label(name)}: {part}" for name, part in self.joined.items()}
        for name, source in ((_ILO, self.other), (_ESCO, self.crosswalk)):
            if source is not None:
                lines[name] = f"{_label(name)}: {source}"
        for name, reason in self.left_out.items():
            lines[name] = f"{_label(name)}: left out, because {reason}"
        in_order = (lines[name] for name in (*_OPTIONAL, _ILO, _ESCO))
        return "\n".join((*self._required(), *in_order, self._wages()))

    def _required(self) -> tuple[str, str]:
        database, labels = self.database, self.labels
        unlabeled = len(database.tasks) - len(labels.by_task)
        return (
            f"O*NET: {len(database.occupations):,} occupations, {len(database.tasks):,} tasks "
            f"({database.without_tasks} occupations without tasks left out; "
            f"{database.frequencies:,} tasks with frequency ratings, "
            f"{database.importances:,} with importance ratings)",
            f"Eloundou labels: {labels.matched_by_id:,} joined by task ID, "
            f"{labels.matched_by_text:,} by text, {labels.unmatched:,} unmatched; "
            f"{unlabeled:,} tasks have no label",
        )

    def _wages(self) -> str:
        if not self.outlook:
            return f"BLS figures: left out, because there are no files in {bls.FOLDER}"
        wages, changes = (
            sum(facts[column] != "" for facts in self.outlook.values())
            for column in ("median_wage", "employment_change")
        )
        return f"BLS figures: {wages:,} occupations with a wage, {changes:,} with an outlook"


def read(data_dir: Path) -> tuple[Corpus, JoinReport]:
    """Read and join the published data in ``data_dir``.

    The measures are those of ``engine.records.measures.PUBLISHED_SOURCES`` whose source is there;
    ``exposure`` is the mean of the exposures rated by people and by GPT-4. The corpus has all tasks
    of O*NET, rated or not, and the tasks of ISCO-08 that ILO rated, as evidence. It has wages and
    outlook if there are files of BLS, and a crosswalk if there are files of ESCO.

    O*NET and the labels of Eloundou et al. (2023) are required. Any other source that is missing or
    damaged is left out, with a warning and a line in the report.

    Raises:
        InputError: if a required file is missing or does not have the publisher's format.
        CorpusError: listing all faults of the joined corpus.
    """
    database = onet.read(data_dir)
    labels = eloundou.join(data_dir, database.tasks)
    outlook = bls.read(data_dir, [row["soc_code"] for row in database.occupations])
    left_out: dict[str, str] = {}
    joined: dict[str, Joined] = {}
    for name, source in _OPTIONAL.items():
        part = _if_intact(name, left_out, partial(source.join, data_dir, database.tasks))
        if part is not None:
            joined[name] = part
    report = JoinReport(
        database=database,
        labels=labels,
        joined=joined,
        other=_if_intact(_ILO, left_out, partial(ilo.read, data_dir)),
        crosswalk=_crosswalk(data_dir, left_out),
        outlook=outlook,
        left_out=left_out,
    )
    return _corpus(data_dir, report), report


def _corpus(data_dir: Path, report: JoinReport) -> Corpus:
    database, other = report.database, report.other
    measures = [
        "exposure",
        *eloundou.MEASURES,
        *(name for source in report.joined for name in _OPTIONAL[source].measures),
        *(ilo.MEASURES if other else ()),
    ]
    blank = dict.fromkeys(measures, "")
    tasks = [
        task | blank | {name: repr(value) for name, value in _known(task, report).items()}
        for task in database.tasks
    ]
    if other:
        empty = dict.fromkeys((*database.tasks[0], *measures), "") if database.tasks else {}
        tasks += [empty | task for task in other.tasks]
    occupations = [
        row | dict(report.outlook.get(row["soc_code"], {})) for row in database.occupations
    ]
    folder = data_dir / onet.FOLDER
    rows = CorpusRows(
        tasks=enumerate(tasks, start=2),
        occupations=enumerate(occupations, start=2),
        alternate_titles=enumerate(database.alternate_titles, start=2),
        other_occupations=enumerate(other.occupations if other else (), start=2),
        crosswalk=enumerate(report.crosswalk.rows if report.crosswalk else (), start=2),
        file_names=[
            *(
                str(folder / name)
                for name in ("Task Statements.txt", "Occupation Data.txt", "Alternate Titles.txt")
            ),
            str(data_dir / ilo.FILE),
            str(data_dir / esco.FOLDER / esco.CROSSWALK_FILE),
        ],
    )
    return Corpus.from_rows(NAME, rows)


def _known(task: Mapping[str, str], report: JoinReport) -> dict[str, float]:
    """The known outcomes of an O*NET task."""
    known = dict(report.labels.by_task.get(task["task_id"], {}))
    if known:
        known["exposure"] = (known["exposure_human"] + known["exposure_model"]) / 2
    for part in report.joined.values():
        known |= part.by_task.get(task["task_id"], {})
    return known


def _crosswalk(data_dir: Path, left_out: dict[str, str]) -> esco.CrosswalkRows | None:
    """The crosswalk; None without a folder of ESCO, which few users have, or with a warning."""
    if not (data_dir / esco.FOLDER).is_dir():
        left_out[_ESCO] = f"there are no files in {esco.FOLDER}"
        return None
    return _if_intact(_ESCO, left_out, partial(esco.read_crosswalk, data_dir))


def _label(name: str) -> str:
    return _OTHER_LABELS.get(name) or _OPTIONAL[name].label


def _if_intact(name: str, left_out: dict[str, str], read: Callable[[], _T]) -> _T | None:
    """What a source has; None, a warning, and the reason in ``left_out`` if it is unusable."""
    try:
        return read()
    except InputError as error:
        left_out[name] = str(error)
        _logger.warning("%s are left out of the published reference: %s", _label(name), error)
        return None
