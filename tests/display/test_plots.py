"""What the plots draw; their look is checked by eye."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("Agg")
from matplotlib import pyplot as plt

from engine import EngineError, OccupationRisk, RiskEngine


@pytest.fixture(autouse=True)
def _no_figure_is_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(plt, "show", lambda: pytest.fail("a plot called show"))
    yield
    plt.close("all")


def _points(ax: plt.Axes, label: str) -> list[list[float]]:
    (found,) = [one for one in ax.collections if one.get_label() == label]
    return np.asarray(found.get_offsets()).tolist()


def test_an_occupation_is_drawn_with_intervals_and_ratings(
    rated: OccupationRisk,
) -> None:
    ax = rated.plot()
    assert ax.get_title(loc="left") == "Porter: risk 37% (20–55%)"
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        "Lift crates.",
        "=Write letters.",
    ]
    assert _points(ax, "risk, interval") == [[0.25, 0], [0.85, 1]]
    assert _points(ax, "AI capability") == [[0.62, 0], [0.62, 1]]
    assert _points(ax, "risk as rated") == [[0.4, 0], [1.0, 1]]
    (lines,) = [one for one in ax.collections if hasattr(one, "get_segments")]
    ends = [segment[:, 0].tolist() for segment in lines.get_segments()]  # type: ignore[attr-defined]
    assert ends == [[0.1, 0.9]] * 2
    assert ax.get_ylim()[0] > ax.get_ylim()[1]  # the first task is on top


def test_a_plot_says_how_many_tasks_it_leaves_out(rated: OccupationRisk) -> None:
    ax = rated.plot(tasks=1)
    assert ax.get_xlabel() == "1 task with less of the risk not shown"
    assert len(ax.get_yticklabels()) == 1


def test_given_axes_are_drawn_on(rated: OccupationRisk) -> None:
    figure, given = plt.subplots()
    assert rated.plot(ax=given) is given
    assert plt.get_fignums() == [figure.number]  # type: ignore[attr-defined]


def test_a_comparison_draws_its_occupations_in_order(engine: RiskEngine) -> None:
    codes = engine.catalogue()["soc_code"].tolist()[:2]
    compared = engine.compare(codes)
    ax = compared.plot()
    drawn = [x for x, _ in _points(ax, "risk, interval")]
    assert drawn == [one.risk for one in compared.occupations]


@pytest.mark.parametrize("y", ["median_wage", "employment_change"])
def test_the_landscape_draws_every_occupation_with_figures_once(engine: RiskEngine, y: str) -> None:
    """Those whose employment is a wider group's are hollow and have no size of their own."""
    frame = engine.catalogue().dropna(subset=[y])
    ax = engine.plot_landscape(y=y)  # type: ignore[arg-type]
    hollow, sized = ax.collections[:2]
    wider = frame["outlook_is_wider"] | frame["employment"].isna()
    drawn = {
        "hollow": sorted(np.asarray(hollow.get_offsets()).tolist()),
        "sized": sorted(np.asarray(sized.get_offsets()).tolist()),
    }
    assert drawn == {
        "hollow": sorted(frame.loc[wider, ["ai_capability", y]].to_numpy().tolist()),
        "sized": sorted(frame.loc[~wider, ["ai_capability", y]].to_numpy().tolist()),
    }
    assert wider.any()
    areas = dict(
        zip(map(tuple, np.asarray(sized.get_offsets()).tolist()), sized.get_sizes(), strict=True)
    )
    own = frame[~wider].nlargest(2, "employment")
    first, second = (areas[tuple(row)] for row in own[["ai_capability", y]].to_numpy().tolist())
    ratio = own["employment"].iloc[0] / own["employment"].iloc[1]
    assert first / second == pytest.approx(ratio)


def test_labels_do_not_overlap(engine: RiskEngine) -> None:
    ax = engine.plot_landscape()
    boxes = [text.get_window_extent() for text in ax.texts]
    assert len(boxes) > 5
    assert not any(one.overlaps(other) for n, one in enumerate(boxes) for other in boxes[n + 1 :])


def test_the_reliability_plot_draws_mean_ratings_of_left_out_tasks(engine: RiskEngine) -> None:
    ax = engine.plot_reliability()
    scores, corpus = engine._parts.scores, engine.corpus
    estimates = scores.predictions.values["automation"]
    outcomes = corpus.tasks["automation"].to_numpy()
    rows = np.flatnonzero(~np.isnan(outcomes) & (scores.fold > 0))
    lowest = rows[np.argsort(estimates[rows], kind="stable")][: -(-len(rows) // 10)]
    drawn = next(line for line in ax.lines if len(line.get_xdata()) == 10)  # type: ignore[arg-type]
    point = (drawn.get_xdata()[0], drawn.get_ydata()[0])  # type: ignore[index]
    assert point == pytest.approx((estimates[lowest].mean(), outcomes[lowest].mean()))


def test_wrong_arguments_are_named(engine: RiskEngine) -> None:
    with pytest.raises(EngineError, match="choose from: exposure, automation"):
        engine.plot_reliability(measure="joy")
    with pytest.raises(EngineError, match="choose median_wage or employment_change"):
        engine.plot_landscape(y="joy")  # type: ignore[arg-type]
    with pytest.raises(EngineError, match="choose ai_capability or risk"):
        engine.plot_landscape(x="joy")  # type: ignore[arg-type]


def test_without_the_extra_the_error_says_what_to_install(
    rated: OccupationRisk,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(EngineError, match=r"pip install 'occupation-risk\[plots\]'"):
        rated.plot()
