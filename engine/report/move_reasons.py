"""The reasons for career moves in sentences: the same on the terminal, on pages and in JSON."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from engine.careers.education import years_after_school
from engine.careers.reasons import MoveReasons
from engine.careers.results import NO_OUTLOOK, CareerMatch, CareerMatches, CareerPath, CareerPaths
from engine.display.wording import gettext, labeled, marked, phrase, semicolons, spoken
from engine.report.formatting import (
    about,
    chance,
    hundredths,
    people,
    percent,
    relative,
    risk_difference,
    wage,
)
from engine.report.reason_words import (
    EDUCATION,
    growth_in_short,
    listed,
    more_years_of_study,
    projection,
    quoted,
    small_number,
    years_of_study,
)

TASKS_NAMED = 2
"""Number of tasks that carry over, and of new ones, that the reasons quote."""


def move_reasons(match: CareerMatch, *, own_job: bool = False) -> MoveReasons:
    """Write the reasons for a move.

    Args:
        match: the move.
        own_job: it starts from a job that the reader has described as theirs, so that the sentences
            say "you"; otherwise, they compare "there" with "here".
    """
    words = _Reasons(match, own_job)
    return MoveReasons(
        main=words.main(),
        carries_over=tuple(words.carries_over()),
        new=tuple(words.new()),
        takes=tuple(words.takes()),
        gives=tuple(words.gives()),
        often=tuple(words.often()),
        unknown=tuple(words.unknown()),
    )


def explain(matches: CareerMatches, *, own_job: bool = False) -> CareerMatches:
    """Return similar careers with the reasons of each; arguments as ``move_reasons``."""
    return CareerMatches(
        _explained(matches, own_job),
        matches.considered,
        matches.removed,
        _explained(matches.next, own_job),
    )


def explain_paths(paths: CareerPaths, *, own_job: bool = False) -> CareerPaths:
    """Return career paths with the reasons of each move; only the first starts from ``own_job``."""
    for place, path in enumerate(paths):
        first, *others = path.steps
        steps = (*_explained([first], own_job), *_explained(others, False))
        paths[place] = CareerPath(steps, path.cost, path.risk_difference)
    return paths


def _explained(matches: Iterable[CareerMatch], own_job: bool) -> list[CareerMatch]:
    return [replace(match, reasons=move_reasons(match, own_job=own_job)) for match in matches]


@dataclass(frozen=True)
class _Reasons:
    """The sentences about one move."""

    match: CareerMatch
    own_job: bool

    @property
    def _here(self) -> str:
        return gettext("in your job") if self.own_job else gettext("here")

    @property
    def _both_top_coded(self) -> bool:
        here, there = self.match.origin_outlook, self.match.outlook
        return here.wage_is_minimum and there.wage_is_minimum

    def main(self) -> str:
        match = self.match
        facts = [gettext("risk is %(compared)s", compared=risk_difference(match.risk_difference))]
        if match.wage_ratio is not None and not self._both_top_coded:
            facts.append(self._pay_in_short())
        if match.outlook.employment_change is not None:
            facts.append(growth_in_short(match.outlook.employment_change))
        return f"{semicolons((self._share(), listed(facts)))}."

    def carries_over(self) -> Iterable[str]:
        yield f"{self._share()}."
        pairs = self.match.shared_tasks[:TASKS_NAMED]
        if not pairs:
            yield gettext(
                "These are weak likenesses: no task there is clearly like one %(here)s.",
                here=self._here,
            )
        for pair in pairs:
            mine, theirs = quoted(pair.task), quoted(pair.matches)
            if self.own_job:
                yield (
                    gettext("You already do this: %(task)s", task=mine)
                    if mine == theirs
                    else gettext(
                        "You already do this: %(task)s There, it is: %(other)s",
                        task=mine,
                        other=theirs,
                    )
                )
            elif mine == theirs:
                yield gettext("The same here and there: %(task)s", task=mine)
            else:
                yield gettext("Alike: here, %(task)s There, %(other)s", task=mine, other=theirs)

    def new(self) -> Iterable[str]:
        tasks = self.match.new_tasks[:TASKS_NAMED]
        if not tasks:
            yield gettext("No task there is new: each is like one %(here)s.", here=self._here)
        for task in tasks:
            yield gettext(
                "New, with %(percent)s of the time there: %(task)s",
                percent=percent(task.time_share),
                task=quoted(task.task),
            )

    def takes(self) -> Iterable[str]:
        if self.match.job_zone_step is not None:
            yield self._preparation(self.match.job_zone_step)
        if education := self.match.outlook.education:
            yield self._education(education)
        if license_ := self.match.outlook.license:
            yield self._license(license_)

    def _preparation(self, step: int) -> str:
        zone, steps = self.match.job_zone, small_number(abs(step))
        if step > 0:
            return gettext(
                "It takes more preparation: Job Zone %(zone)s, %(steps)s up.",
                zone=zone,
                steps=steps,
            )
        if step < 0:
            return gettext(
                "It takes less preparation: Job Zone %(zone)s, %(steps)s down.",
                zone=zone,
                steps=steps,
            )
        return gettext("It takes similar preparation: Job Zone %(zone)s.", zone=zone)

    def _education(self, education: str) -> str:
        asked = gettext(
            "Employers typically ask for %(education)s",
            education=phrase(EDUCATION.get(education, education)),
        )
        step = self.match.education_step
        if step is None:
            years = years_after_school(education)
            return f"{labeled(asked, years_of_study(years))}." if years > 0 else f"{asked}."
        if step > 0:
            return f"{labeled(asked, more_years_of_study(step))}."
        if step == 0:
            told = gettext("no more study than for your job")
            compared = told if self.own_job else gettext("no more study than here")
        else:
            told = gettext("less study than for your job")
            compared = told if self.own_job else gettext("less study than here")
        return f"{labeled(asked, compared)}."

    def _license(self, license_: str) -> str:
        here = self.match.origin_outlook
        if here == NO_OUTLOOK:
            text = gettext("It takes a license or certificate in the US: %(name)s.", name=license_)
        elif here.license == license_:
            text = gettext(
                "It takes the same license or certificate in the US: %(name)s.", name=license_
            )
        else:
            text = gettext(
                "It takes a new license or certificate in the US: %(name)s.", name=license_
            )
        return text

    def gives(self) -> Iterable[str]:
        if self.match.outlook.median_wage is not None:
            yield self._wage(self.match.outlook.median_wage)
        if self.match.outlook.employment_change is not None:
            yield projection(
                self.match.outlook.employment_change, self.match.outlook.annual_openings
            )
        yield from self._exposure()

    def _wage(self, amount: float) -> str:
        if self.match.outlook.wage_is_minimum:
            shown = gettext("%(wage)s a year or more at the median", wage=wage(amount))
        else:
            shown = gettext("%(wage)s a year at the median", wage=wage(amount))
        if self.match.wage_ratio is None:
            return gettext("It pays %(wage)s.", wage=shown)
        if self._both_top_coded:
            return gettext("Both pay %(wage)s.", wage=shown)
        words = relative(self.match.wage_ratio)
        if self._is_bound:
            words = gettext("at least %(amount)s", amount=words)
        return gettext("It pays %(compared)s: %(wage)s.", compared=words, wage=shown)

    @property
    def _is_bound(self) -> bool:
        """True if a wage that is a lower bound makes the difference one."""
        here, there = self.match.origin_outlook, self.match.outlook
        is_different = round(100 * ((self.match.wage_ratio or 0.0) - 1)) != 0
        return is_different and here.wage_is_minimum != there.wage_is_minimum

    def _pay_in_short(self) -> str:
        change = round(100 * ((self.match.wage_ratio or 0.0) - 1))
        size = spoken().percent(abs(change))
        if change == 0:
            return gettext("pay is about the same")
        if self._is_bound:
            size = gettext("at least %(amount)s", amount=size)
        if change < 0:
            return gettext("pay is %(percent)s lower", percent=size)
        return gettext("pay is %(percent)s higher", percent=size)

    def _exposure(self) -> Iterable[str]:
        match = self.match
        there, here = match.risk, match.risk - match.risk_difference
        change = hundredths(there) - hundredths(here)
        values = {"there": percent(there), "before": percent(here), "here": self._here}
        if change == 0:
            yield gettext(
                "Software can take over about as much of the work as %(here)s: %(there)s.", **values
            )
        elif change < 0:
            yield gettext(
                "Software can take over less of the work: %(there)s, against %(before)s %(here)s.",
                **values,
            )
        else:
            yield gettext(
                "Software can take over more of the work: %(there)s, against %(before)s %(here)s.",
                **values,
            )
        yield gettext(
            "The chance that the true risk is lower: %(chance)s.",
            chance=chance(match.probability_safer),
        )

    def often(self) -> Iterable[str]:
        found = self.match.frequency
        if found is None:
            return
        if found.is_often:
            mark = gettext("People do make this move")
        elif found.is_rare:
            mark = gettext("Similar work, but the move is rarely made")
        else:
            mark = gettext("People make this move about as often as one would expect")
        ratio = spoken().decimal(found.ratio, 1)
        if found.moves is None:
            rest = gettext(
                "between the two groups of occupations, there are %(ratio)s times as many moves "
                "as the numbers of people suggest (%(source)s).",
                ratio=ratio,
                source=found.source,
            )
        else:
            rest = gettext(
                "%(moves)s recorded: %(ratio)s times as many moves as the numbers of people "
                "suggest (%(source)s).",
                moves=people(found.moves),
                ratio=ratio,
                source=found.source,
            )
        yield labeled(mark, rest)

    def unknown(self) -> Iterable[str]:
        match, here, there = self.match, self.match.origin_outlook, self.match.outlook
        # Name -> whether it is published for the destination, and whether the two are compared.
        facts = {
            marked("pay"): (there.median_wage is not None, match.wage_ratio is not None),
            marked("projection of employment"): (there.employment_change is not None, True),
            marked("typical education"): (bool(there.education), match.education_step is not None),
            marked("Job Zone"): (match.job_zone is not None, match.job_zone_step is not None),
        }
        if missing := [phrase(name) for name, (known, _) in facts.items() if not known]:
            yield gettext(
                "No %(facts)s is published for %(title)s.",
                facts=listed(missing, gettext("or")),
                title=match.title,
            )
        if alone := [
            phrase(name) for name, (known, compared) in facts.items() if known and not compared
        ]:
            yield gettext(
                "Not compared, because it is not known %(here)s: %(facts)s.",
                here=self._here,
                facts=listed(alone),
            )
        if there.group:
            yield gettext(
                "Pay, employment, and education there are those of a wider group: %(group)s.",
                group=there.group,
            )
        if here.group and here.group != there.group:
            yield gettext(
                "Pay, employment, and education %(here)s are those of a wider group: %(group)s.",
                here=self._here,
                group=here.group,
            )

    def _share(self) -> str:
        share = self.match.carries_over
        if share < 0.05:
            return gettext("Very little of the work there carries over")
        if share >= 0.95:
            return gettext("Nearly all of the work there carries over")
        text = gettext("%(share)s of the work there carries over", share=about(share))
        return f"{text[0].upper()}{text[1:]}"
