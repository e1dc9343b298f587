"""Keep groups of few people out of what is shared, without another row giving them away."""

from __future__ import annotations

from collections.abc import Sequence

from engine.records.workforce import MIN_SHOWN


def small_groups(headcounts: Sequence[float], least: float = MIN_SHOWN) -> list[int]:
    """Return the groups to merge into one, so that no row shows fewer than ``least`` people.

    A single small group would follow from the total and the other rows. So the next smallest groups
    join it, until at least two are merged and they have at least ``least`` people.

    Args:
        headcounts: people in each group.
        least: fewest people that a row may show.

    Returns:
        The numbers of the groups to merge, the smallest first; empty if none is small.
    """
    order = sorted(range(len(headcounts)), key=lambda group: (headcounts[group], group))
    small = sum(count < least for count in headcounts)
    if small == 0:
        return []
    people = 0.0
    for merged, group in enumerate(order, start=1):
        people += headcounts[group]
        if merged >= max(small, 2) and people >= least:
            return order[:merged]
    return order
