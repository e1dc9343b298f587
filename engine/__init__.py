"""Automation risk of tasks and occupations, estimated from tasks with known outcomes.

Risk is the potential of a task to be automated by software. It is not a forecast of job loss.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.careers.filters import MoveFilters, RankingWeights
from engine.careers.results import CareerMatch, CareerPath
from engine.errors import EngineError
from engine.records.estimates import Estimate, Neighbour
from engine.records.inputs import Occupation, Task
from engine.records.posting import LeftOutLine, Posting, PostingTask
from engine.records.results import OccupationRisk
from engine.records.task_risk import TaskRisk
from engine.records.title_match import TitleMatch
from engine.utils import fork_locks
from engine.version import __version__

if TYPE_CHECKING:
    from engine.corpus.corpus import Corpus
    from engine.intake.postings import read_posting
    from engine.risk_engine import RiskEngine
    from engine.workforce.result import WorkforceRisk

__all__ = [
    "CareerMatch",
    "CareerPath",
    "Corpus",
    "EngineError",
    "Estimate",
    "LeftOutLine",
    "MoveFilters",
    "Neighbour",
    "Occupation",
    "OccupationRisk",
    "Posting",
    "PostingTask",
    "RankingWeights",
    "RiskEngine",
    "Task",
    "TaskRisk",
    "TitleMatch",
    "WorkforceRisk",
    "__version__",
    "read_posting",
]


fork_locks.renew_in_forks()


def __getattr__(name: str) -> Any:
    """Import the classes that need numpy and pandas on first use."""
    if name == "RiskEngine":
        from engine.risk_engine import RiskEngine

        return RiskEngine
    if name == "Corpus":
        from engine.corpus.corpus import Corpus

        return Corpus
    if name == "WorkforceRisk":
        from engine.workforce.result import WorkforceRisk

        return WorkforceRisk
    if name == "read_posting":
        from engine.intake.postings import read_posting

        return read_posting
    raise AttributeError(f"module 'engine' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
