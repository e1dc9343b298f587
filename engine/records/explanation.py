"""Why an estimate is what it is: what the similar tasks say, and what the text itself adds."""

from __future__ import annotations

from dataclasses import dataclass

from engine.records.estimates import Neighbour


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The parts of an estimate, all in [0, 1] but ``from_text``.

    Attributes:
        measure: what is estimated.
        value: the estimate; ``from_neighbours`` + ``from_text``.
        from_neighbours: mean known outcome of the 20 nearest reference tasks, weighted by
            similarity (Nadaraya-Watson); None if none of them has a known outcome.
        from_text: what the model adds or takes away for the text itself, in [-1, 1]: words that
            make the task differ from its neighbors.
        evidence: the neighbors shown whose outcome is known, with their outcome, nearest first.
            If the estimate lies outside the outcomes of the five nearest, the last one is the
            nearest whose outcome lies on the other side of it.
    """

    measure: str
    value: float
    from_neighbours: float | None
    from_text: float
    evidence: tuple[tuple[Neighbour, float], ...]

    @property
    def lowest(self) -> float | None:
        """The lowest outcome among the evidence; None without evidence."""
        return min((outcome for _, outcome in self.evidence), default=None)

    @property
    def highest(self) -> float | None:
        """The highest outcome among the evidence; None without evidence."""
        return max((outcome for _, outcome in self.evidence), default=None)
