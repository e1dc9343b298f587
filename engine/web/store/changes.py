"""Changes since a scoring run: occupations whose risk is different now."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import UnknownRunError
from engine.web.store.store import ScoringRun, Store

_RUNS_LISTED = 10


@dataclass(frozen=True, kw_only=True)
class Change:
    """An occupation whose risk changed, in [0, 1]; None where there is no score."""

    soc_code: str
    title: str
    before: float | None
    after: float | None

    @property
    def difference(self) -> float:
        """Risk after minus risk before; 0 where one of them is missing."""
        return 0.0 if self.before is None or self.after is None else self.after - self.before


def changes_since(store: Store, run_id: int, engine_fingerprint: str) -> list[Change]:
    """Compare the newest scores of an engine with those of a run, the largest change first.

    Raises:
        UnknownRunError: if there is no such complete run.
    """
    run = find_complete_run(store, run_id)
    before = {row["soc_code"]: row for row in store.summaries(run.engine_fingerprint, run_id)}
    after = {row["soc_code"]: row for row in store.summaries(engine_fingerprint)}
    if run.scope is not None:  # the others were out of scope of the run
        after = {code: row for code, row in after.items() if code in before}
    found = []
    for code in sorted({*before, *after}):
        old, new = before.get(code), after.get(code)
        if old is None or new is None or old["risk"] != new["risk"]:
            title = str((new or old or {})["title"])
            risks = [None if row is None else float(row["risk"]) for row in (old, new)]
            found.append(Change(soc_code=code, title=title, before=risks[0], after=risks[1]))
    return sorted(found, key=lambda change: -abs(change.difference))


def find_complete_run(store: Store, run_id: int) -> ScoringRun:
    """The complete run with this number.

    Raises:
        UnknownRunError: if there is none; the message lists the newest runs.
    """
    complete = store.complete_runs()
    for run in complete:
        if run.run_id == run_id:
            return run
    known = ", ".join(str(run.run_id) for run in complete[:_RUNS_LISTED])
    advice = f"name one of {known}" if known else "run 'occupation-risk pipeline' first"
    raise UnknownRunError(f"the store has no complete run {run_id}; {advice}")
