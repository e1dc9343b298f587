"""The published reference: O*NET tasks joined with the published outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.corpus.corpus import Corpus
from engine.corpus.sources import aei, bls, eloundou, onet

NAME = "published"


@dataclass(frozen=True)
class JoinReport:
    """How much of each source found its place; ``str()`` of it is for people."""

    database: onet.OnetDatabase
    labels: eloundou.Labels
    observed: aei.ObservedAutomation

    def __str__(self) -> str:
        database, labels, observed = self.database, self.labels, self.observed
        unlabelled = len(database.tasks) - len(labels.by_task)
        return "\n".join(
            (
                f"O*NET: {len(database.occupations):,} occupations, {len(database.tasks):,} tasks "
                f"({database.without_tasks} occupations without tasks left out; "
                f"{database.frequencies:,} tasks with frequency ratings)",
                f"Eloundou labels: {labels.by_id:,} joined by task id, {labels.by_text:,} by text, "
                f"{labels.lost:,} lost; {unlabelled:,} tasks have no label",
                f"AEI outcomes: {observed.joined:,} joined by text, {observed.lost:,} lost, "
                f"{observed.filtered:,} with too little use; "
                f"{len(observed.by_task):,} tasks have one",
            )
        )


def read(data_dir: Path) -> tuple[Corpus, JoinReport]:
    """Read and join the published data in ``data_dir``.

    Measures: ``exposure_human``, ``exposure_model``, ``automation`` (Eloundou et al. 2023),
    ``observed_automation`` (AEI, March 2025), and ``exposure``, the mean of the two exposures.
    All O*NET tasks are there, labelled or not. Occupations have wage and outlook where the files of
    BLS are there.

    Raises:
        InputError, CorpusError: if a file is missing or faulty.
    """
    database = onet.read(data_dir)
    labels = eloundou.join(data_dir, database.tasks)
    observed = aei.join(data_dir, database.tasks)
    outlook = bls.read(data_dir, [row["soc_code"] for row in database.occupations])
    occupations = [row | outlook.get(row["soc_code"], {}) for row in database.occupations]
    rows = []
    for task in database.tasks:
        known = dict(labels.by_task.get(task["task_id"], {}))
        if known:
            known["exposure"] = (known["exposure_human"] + known["exposure_model"]) / 2
        if task["task_id"] in observed.by_task:
            known[aei.MEASURE] = observed.by_task[task["task_id"]]
        measures = ("exposure", *eloundou.MEASURES, aei.MEASURE)
        rows.append(task | {name: repr(known[name]) if name in known else "" for name in measures})
    corpus = Corpus.from_rows(
        NAME,
        enumerate(rows, start=2),
        enumerate(occupations, start=2),
        enumerate(database.alternate_titles, start=2),
        file_names=[
            str(data_dir / onet.FOLDER / name)
            for name in ("Task Statements.txt", "Occupation Data.txt", "Alternate Titles.txt")
        ],
    )
    return corpus, JoinReport(database, labels, observed)
