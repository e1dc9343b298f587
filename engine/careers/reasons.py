"""Why a career move is suggested, as sentences; ``engine.report.move_reasons`` writes them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveReasons:
    """Reasons for a move from one occupation to another; each is a sentence, () if there is none.

    "Here" is the occupation that the move starts from, and "there" the one that it leads to.

    Attributes:
        main: what carries over and what changes, in one sentence; "" if the move has no reasons.
        carries_over: how much of the work there is like the work here, and in which tasks.
        new: tasks there that no task here resembles.
        takes: preparation, education and license.
        often: how often people make the move.
        gives: pay, projected employment, and how much software can take over.
        unknown: what is not published, or is that of a wider group.
    """

    main: str = ""
    carries_over: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    often: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """All sentences but the main one, which repeats parts of them."""
        known = (self.carries_over, self.new, self.takes, self.gives, self.often, self.unknown)
        return tuple(sentence for part in known for sentence in part)


NO_REASONS = MoveReasons()
"""Reasons of a move that nobody has explained yet."""
