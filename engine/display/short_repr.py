"""Short ``repr`` of results: the class, a title and a few facts, in the units of the fields."""

from __future__ import annotations

from collections.abc import Sequence

from engine.errors import abbreviate

MAX_LINES = 10
"""Maximum number of records that the ``repr`` of a list shows."""


def short_repr(record: object, title: str | None = None, /, **facts: object) -> str:
    """Return one line such as ``OccupationRisk('Porter', risk=0.37, risk_interval=(0.2, 0.55))``.

    Args:
        record: names the class.
        title: shortened if it is long; left out if None.
        facts: floats are rounded to two decimals, and facts that are None are left out.
    """
    named = [] if title is None else [abbreviate(title)]
    named += [f"{name}={_rounded(fact)}" for name, fact in facts.items() if fact is not None]
    return f"{type(record).__name__}({', '.join(named)})"


def _rounded(fact: object) -> str:
    if isinstance(fact, tuple):
        return f"({', '.join(map(_rounded, fact))})"
    return f"{fact:.2f}" if isinstance(fact, float) else repr(fact)


def short_list(owner: object, summary: str, records: Sequence[object]) -> str:
    """Return the class and a summary of a list, and one line for each of its first records."""
    lines = [f"{type(owner).__name__}: {summary}"]
    lines += [f"  {record!r}" for record in records[:MAX_LINES]]
    if len(records) > MAX_LINES:
        lines.append(f"  … and {len(records) - MAX_LINES:,} more")
    return "\n".join(lines)
