"""The messages that scripts show; every page has them as data, so that scripts have no words."""

from __future__ import annotations

from engine.display.wording import gettext, spoken


def script_messages() -> dict[str, str]:
    """Name in scripts -> message, in which scripts replace "{name}" by a value."""
    return {
        "percent": spoken().percent(0).replace("0", "{number}"),
        "interval": f"{{low}}–{spoken().percent(0).replace('0', '{high}')}",
        "matching": gettext("%(number)s matching", number="{number}"),
        "risk": gettext("risk %(percent)s", percent="{percent}"),
        "nothing_found": gettext("No results. Try another word for the job."),
        "first_found": gettext("The first %(number)s results.", number="{number}"),
        "scores_ready": gettext("Scores are ready."),
        "show_them": gettext("Show them"),
        "done_of": gettext("%(done)s of %(total)s", done="{done}", total="{total}"),
        "occupations_of": gettext(
            "%(number)s of %(total)s occupations", number="{number}", total="{total}"
        ),
        "undo": gettext("Undo changes to Time %%"),
        "no_time": gettext("Time %% is 0 for every task. Give at least one task some time."),
        "your_time": gettext(
            "With your Time %%: risk %(risk)s, interval %(interval)s",
            risk="{risk}",
            interval="{interval}",
        ),
        "your_scaled_time": gettext(
            "With your Time %% (scaled from %(total)s to %(all)s): risk %(risk)s, interval "
            "%(interval)s",
            total="{total}",
            all=spoken().percent(100),
            risk="{risk}",
            interval="{interval}",
        ),
        "parts": gettext(
            "Can take over %(take)s, can help %(help)s, human %(human)s",
            take="{take}",
            help="{help}",
            human="{human}",
        ),
        "copied": gettext("Copied"),
        "not_copied": gettext("Your browser did not copy it. Copy the address of the link."),
        "printed": gettext("%(address)s, %(date)s", address="{address}", date="{date}"),
        **_comparison(),
    }


def _comparison() -> dict[str, str]:
    return {
        "risk_heading": gettext("Risk"),
        "not_published": gettext("not published"),
        "from_to": gettext("From %(origin)s to %(target)s", origin="{origin}", target="{target}"),
        "carries_over": gettext("%(percent)s of the time there carries over.", percent="{percent}"),
        "task_in": gettext("Task in %(title)s", title="{title}"),
        "similar_task_in": gettext("Similar task in %(title)s", title="{title}"),
        "of_the_time": gettext("%(percent)s of the time", percent="{percent}"),
        "new_tasks": gettext("New tasks"),
        "remove": gettext("Remove"),
        "no_scores": gettext("This copy of the site has no scores of that occupation."),
        "side_by_side": gettext("Side by side"),
        "other_figures": gettext("Other figures, on shared scales"),
    }
