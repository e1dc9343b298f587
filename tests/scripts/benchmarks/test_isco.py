from __future__ import annotations

import pytest

from engine.corpus.crosswalk import Link
from scripts.benchmarks.isco import RULES, weighted
from tests.corpus.test_crosswalk import ALL, LINKS

RISKS = dict.fromkeys(ALL, 0.5)


def _weights(links: list[Link]) -> dict[str, float]:
    total: dict[str, float] = {}
    for link in links:
        total[link.soc_code] = total.get(link.soc_code, 0.0) + link.weight
    return total


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (RULES[0], {"43-3031.00": 0.5, "13-2011.00": 0.25, "43-4051.00": 0.25}),
        (RULES[1], {"43-3031.00": 1.0}),
        (RULES[2], {"43-3031.00": 0.25, "13-2011.00": 0.5, "43-4051.00": 0.25}),
    ],
)
def test_a_rule_weights_the_pairs_of_a_group(rule: str, expected: dict[str, float]) -> None:
    assert _weights(list(weighted(LINKS, "ISCO-3313", RISKS, rule))) == expected


@pytest.mark.parametrize("rule", RULES)
def test_a_group_without_pairs_links_to_nothing(rule: str) -> None:
    assert list(weighted(LINKS, "ISCO-9999", RISKS, rule)) == []
