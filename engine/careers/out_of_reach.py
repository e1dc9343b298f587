"""Why no career path leads to a target: an immutable record without I/O."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfReach:
    """Why no path leads to a target.

    Attributes:
        title: of the target.
        max_steps: largest number of moves that was allowed.
        loosen: filters, and ``max_steps``; without any one of them, a path leads to the target.
        without_filters: whether a path leads there without filters, or with more moves.
        nearest: code and title of the occupation in reach that is most similar to the target; None
            if none of the similar ones is in reach.
    """

    title: str
    max_steps: int
    loosen: tuple[str, ...]
    without_filters: bool
    nearest: tuple[str, str] | None

    def describe(self, name_of: Callable[[str], str] = str) -> str:
        """Return the reason and what to do about it, in sentences.

        Args:
            name_of: from the name of a filter to what the reader calls it.
        """
        moves = "1 move" if self.max_steps == 1 else f"{self.max_steps} moves"
        sentences = [f"No path of at most {moves} leads to {self.title}."]
        if self.loosen:
            sentences.append(f"Loosen {' or '.join(map(name_of, self.loosen))} to find one.")
        elif self.without_filters:
            sentences.append("No single filter stands in the way; loosen several of them.")
        else:
            sentences.append(
                "Filters are not the reason: moves between similar occupations do not lead there "
                "in so few steps."
            )
        if self.nearest:
            code, title = self.nearest
            sentences.append(f"The nearest occupation in reach is {title} ({code}).")
        return " ".join(sentences)
