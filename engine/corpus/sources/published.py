"""The published reference: O*NET tasks joined with published outcomes, wages and outlook."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.corpus.corpus import Corpus
from engine.corpus.sources import aei, bls, eloundou, onet

NAME = "published"


@dataclass(frozen=True)
class JoinReport:
    """How much of each source was joined; ``str()`` gives it as text for people."""

    database: onet.OnetDatabase
    labels: eloundou.Labels
    observed: aei.ObservedAutomation

    def __str__(self) -> str:
        database, labels, observed = self.database, self.labels, self.observed
        unlabeled = len(database.tasks) - len(labels.by_task)
        return "\n".join(
            (
                f"O*NET: {len(database.occupations):,} occupations, {len(database.tasks):,} tasks "
                f"({database.without_tasks} occupations without tasks left out; "
                f"{database.frequencies:,} tasks with frequency ratings, "
                f"{database.importances:,} with importance ratings)",
                f"Eloundou labels: {labels.matched_by_id:,} joined by task ID, "
                f"{labels.matched_by_text:,} by text, {labels.unmatched:,} unmatched; "
                f"{unlabeled:,} tasks have no label",
                f"AEI outcomes: {observed.matched:,} joined by text, "
                f"{observed.unmatched:,} unmatched, {observed.filtered:,} with too few "
                "conversations; "
                f"{len(observed.by_task):,} tasks have one",
            )
        )


def read(data_dir: Path) -> tuple[Corpus, JoinReport]:
    """Read and join the published data in ``data_dir``.

    The measures are ``exposure_human``, ``exposure_model`` and ``automation`` (Eloundou et al.
    2023), ``exposure``, the mean of the two exposures, and ``observed_automation`` (AEI, March
    2025). The corpus has all tasks of O*NET, labeled or not. It has wages and outlook if there are
    files of BLS.

    Raises:
        InputError: if a file is missing or does not have the publisher's format.
        CorpusError: listing all faults of the joined corpus.
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
        tasks=enumerate(rows, start=2),
        occupations=enumerate(occupations, start=2),
        alternate_titles=enumerate(database.alternate_titles, start=2),
        file_names=[
            str(data_dir / onet.FOLDER / name)
            for name in ("Task Statements.txt", "Occupation Data.txt", "Alternate Titles.txt")
        ],
    )
    return corpus, JoinReport(database, labels, observed)
