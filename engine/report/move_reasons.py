"""The reasons for career moves in sentences: the same on the terminal, on pages and in JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.careers.education import years_after_school
from engine.careers.reasons import MoveReasons
from engine.careers.results import NO_OUTLOOK, CareerMatch, CareerMatches, CareerPath, CareerPaths
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

EDUCATION: Mapping[str, str] = {
    "No formal educational credential": "no formal credential",
    "High school diploma or equivalent": "a high school diploma",
    "Some college, no degree": "some college",
    "Postsecondary nondegree award": "a certificate from a school after high school",
    "Associate's degree": "an associate's degree",
    "Bachelor's degree": "a bachelor's degree",
    "Master's degree": "a master's degree",
    "Doctoral or professional degree": "a doctoral or professional degree",
}
"""Typical education at entry, as BLS names it -> in a sentence."""

TASKS_NAMED = 2
"""Number of tasks that carry over, and of new ones, that the reasons quote."""

_SMALL_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight")


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
        return "in your job" if self.own_job else "here"

    @property
    def _both_top_coded(self) -> bool:
        here, there = self.match.origin_outlook, self.match.outlook
        return here.wage_is_minimum and there.wage_is_minimum

    def main(self) -> str:
        match = self.match
        facts = [f"risk is {risk_difference(match.risk_difference)}"]
        if match.wage_ratio is not None and not self._both_top_coded:
            facts.append(f"pay is {self._pay(('lower', 'higher'))}")
        if match.outlook.employment_change is not None:
            facts.append(f"employment is projected to {_growth(match.outlook.employment_change)}")
        return f"{self._share()}; {_list(facts)}."

    def carries_over(self) -> Iterable[str]:
        yield f"{self._share()}."
        pairs = self.match.shared_tasks[:TASKS_NAMED]
        if not pairs:
            yield f"These are weak likenesses: no task there is clearly like one {self._here}."
        for pair in pairs:
            mine, theirs = _quoted(pair.task), _quoted(pair.matches)
            if self.own_job:
                yield f"You already do this: {mine}" + (
                    "" if mine == theirs else f" There, it is: {theirs}"
                )
            elif mine == theirs:
                yield f"The same here and there: {mine}"
            else:
                yield f"Alike: here, {mine} There, {theirs}"

    def new(self) -> Iterable[str]:
        tasks = self.match.new_tasks[:TASKS_NAMED]
        if not tasks:
            yield f"No task there is new: each is like one {self._here}."
        for task in tasks:
            yield f"New, with {percent(task.time_share)} of the time there: {_quoted(task.task)}"

    def takes(self) -> Iterable[str]:
        zone, step = self.match.job_zone, self.match.job_zone_step
        if step is not None:
            distance = f", {_number(abs(step))} {'up' if step > 0 else 'down'}" if step else ""
            amount = "more" if step > 0 else "less" if step < 0 else "similar"
            yield f"It takes {amount} preparation: Job Zone {zone}{distance}."
        if education := self.match.outlook.education:
            yield self._education(education)
        if license_ := self.match.outlook.license:
            yield self._license(license_)

    def _education(self, education: str) -> str:
        asked = f"Employers typically ask for {EDUCATION.get(education, education)}"
        step = self.match.education_step
        if step is None:
            years = years_after_school(education)
            return f"{asked}: about {_years(years)}." if years > 0 else f"{asked}."
        if step > 0:
            return f"{asked}: about {_years(step, 'more ')}."
        here = "for your job" if self.own_job else "here"
        return f"{asked}: {'no more' if step == 0 else 'less'} study than {here}."

    def _license(self, license_: str) -> str:
        here = self.match.origin_outlook
        if here == NO_OUTLOOK:
            return f"It takes a license or certificate in the US: {license_}."
        kind = "the same" if here.license == license_ else "a new"
        return f"It takes {kind} license or certificate in the US: {license_}."

    def gives(self) -> Iterable[str]:
        if self.match.outlook.median_wage is not None:
            yield self._wage(self.match.outlook.median_wage)
        if self.match.outlook.employment_change is not None:
            openings = self.match.outlook.annual_openings
            number = "" if openings is None else f", with about {_openings(openings)} a year"
            growth = _growth(self.match.outlook.employment_change)
            yield f"Employment is projected to {growth} in ten years{number}."
        yield from self._exposure()

    def _wage(self, amount: float) -> str:
        least = "or more " if self.match.outlook.wage_is_minimum else ""
        shown = f"{wage(amount)} a year {least}at the median"
        if self.match.wage_ratio is None:
            return f"It pays {shown}."
        if self._both_top_coded:
            return f"Both pay {shown}."
        return f"It pays {self._pay()}: {shown}."

    def _pay(self, names: tuple[str, str] = ("less", "more")) -> str:
        """Compare the pay: "12% more"; a wage that is a lower bound makes the difference one."""
        here, there = self.match.origin_outlook, self.match.outlook
        is_bound = here.wage_is_minimum != there.wage_is_minimum
        words = relative(self.match.wage_ratio or 0.0, names)
        return f"at least {words}" if is_bound and words != relative(1) else words

    def _exposure(self) -> Iterable[str]:
        match = self.match
        there, here = match.risk, match.risk - match.risk_difference
        change = hundredths(there) - hundredths(here)
        if change == 0:
            same = f"about as much of the work as {self._here}"
            yield f"Software can take over {same}: {percent(there)}."
        else:
            yield (
                f"Software can take over {'less' if change < 0 else 'more'} of the work: "
                f"{percent(there)}, against {percent(here)} {self._here}."
            )
        yield f"The chance that the true risk is lower: {chance(match.probability_safer)}."

    def often(self) -> Iterable[str]:
        found = self.match.frequency
        if found is None:
            return
        if found.is_often:
            mark = "People do make this move"
        elif found.is_rare:
            mark = "Similar work, but the move is rarely made"
        else:
            mark = "People make this move about as often as one would expect"
        if found.moves is None:
            where = "between the two groups of occupations, there are"
        else:
            where = f"{people(found.moves)} recorded:"
        yield (
            f"{mark}: {where} {found.ratio:.1f} times as many moves as the numbers of people "
            f"suggest ({found.source})."
        )

    def unknown(self) -> Iterable[str]:
        match, here, there = self.match, self.match.origin_outlook, self.match.outlook
        # Name -> whether it is published for the destination, and whether the two are compared.
        facts = {
            "pay": (there.median_wage is not None, match.wage_ratio is not None),
            "projection of employment": (there.employment_change is not None, True),
            "typical education": (bool(there.education), match.education_step is not None),
            "Job Zone": (match.job_zone is not None, match.job_zone_step is not None),
        }
        if missing := [name for name, (known, _) in facts.items() if not known]:
            yield f"No {_list(missing, 'or')} is published for {match.title}."
        if alone := [name for name, (known, compared) in facts.items() if known and not compared]:
            yield f"Not compared, because it is not known {self._here}: {_list(alone)}."
        if there.group:
            yield f"Pay, employment, and education there are those of a wider group: {there.group}."
        if here.group and here.group != there.group:
            yield (
                f"Pay, employment, and education {self._here} are those of a wider group: "
                f"{here.group}."
            )

    def _share(self) -> str:
        share = about(self.match.carries_over)
        return f"{share[0].upper()}{share[1:]} of the work there carries over"


def _growth(change: float) -> str:
    number = round(100 * change)
    if number == 0:
        return "stay about the same"
    return f"{'fall' if number < 0 else 'grow'} by {abs(number)}%"


def _openings(count: float) -> str:
    return f"{people(count)} opening{'' if round(count) == 1 else 's'}"


def _years(years: float, more: str = "") -> str:
    """Write a time of study: "one more year of study", "four years of study"."""
    return f"{_number(years)} {more}year{'' if years == 1 else 's'} of study"


def _number(value: float) -> str:
    whole = int(value)
    return _SMALL_NUMBERS[whole] if whole == value and whole < len(_SMALL_NUMBERS) else f"{value:g}"


def _quoted(task: str) -> str:
    return f"“{task.strip().rstrip('.;, ')}.”"


def _list(names: Sequence[str], last: str = "and") -> str:
    """Join names: "a", "a and b", "a, b, and c"."""
    *before, end = names
    comma = "," if len(before) > 1 else ""
    return f"{', '.join(before)}{comma} {last} {end}" if before else end
