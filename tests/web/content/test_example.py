from __future__ import annotations

from engine import RiskEngine
from engine.web.content.example import largest_part, worked_example
from engine.web.content.site import Site
from engine.web.store.store import Store


def test_the_example_is_the_occupation_of_median_risk(site: Site) -> None:
    example = worked_example(site)
    assert example is not None
    risks = [row["risk"] for row in site.overview()]
    below = sum(risk < example["risk"] for risk in risks)
    above = sum(risk > example["risk"] for risk in risks)
    assert abs(below - above) <= 1
    part = largest_part(example)
    assert part["time_share"] * part["risk"] == max(
        task["time_share"] * task["risk"] for task in example["tasks"]
    )


def test_a_store_without_scores_has_no_example(engine: RiskEngine, store: Store) -> None:
    assert worked_example(Site(engine, store)) is None
