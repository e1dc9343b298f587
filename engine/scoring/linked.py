"""Find the occupation that a code of ISCO-08 or ESCO stands for in the catalog of an engine.

A unit group of the catalog stands for itself. Any other code stands for the occupations that the
crosswalk links it to: for the one, or for a mix of several by their weights. A unit group without
a link stands for its own tasks, if the reference has them as evidence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.corpus.catalogue import find_by_code, near_codes, suggestions
from engine.corpus.crosswalk import Crosswalk, Link, Links
from engine.errors import InputError, UnknownOccupationError
from engine.persistence.engine_parts import EngineParts
from engine.records import isco
from engine.records.esco import esco_uri, is_esco, parse_esco
from engine.records.inputs import Occupation, Task
from engine.utils.text import text_key

_NAMED = 5
"""Occupations of a mix that a sentence names."""

_NO_CROSSWALK = (
    "the engine has no crosswalk from ESCO and ISCO-08; place the files of ESCO in the data "
    "folder, as docs/isco.md says, and build the engine again, or name the folder with --data-dir"
)


@dataclass(frozen=True, kw_only=True)
class LinkedOccupation:
    """What a code of ISCO-08 or ESCO stands for in a catalog.

    Attributes:
        code: the code, ISCO-3313 or the URI of an ESCO occupation.
        title: its name; "" if unknown.
        group: its unit group, such as ISCO-3313; None if unknown.
        links: occupations of the catalog; empty if it stands for its own tasks.
        by_group: the links are those of the unit group of an ESCO occupation.
        missing: SOC codes of the crosswalk that the catalog lacks.
        occupation: to score: one of the catalog, a mix, or the tasks of the unit group.
    """

    code: str
    title: str
    group: str | None
    links: tuple[Link, ...]
    by_group: bool
    missing: tuple[str, ...]
    occupation: Occupation

    def explanation(self, titles: Mapping[str, str]) -> str:
        """Return in one sentence what the code stands for, and why.

        Args:
            titles: code -> title of the occupations of the reference.
        """
        named = f"{self.code} {self.title}".strip()
        if not self.links:
            return f"{named} links to no occupation of the catalog, so its own tasks count."
        several = f"a mix of {len(self.links)} occupations: " if len(self.links) > 1 else ""
        sentence = f"{named} stands for {several}{describe_links(self.links, titles)}."
        if self.by_group and not isco.is_isco(self.links[0].soc_code):
            sentence += f" It has no pair in the catalog, so those of its group {self.group} count."
        if self.missing:
            listed = ", ".join(self.missing[:_NAMED])
            more = ", …" if len(self.missing) > _NAMED else ""
            sentence += f" The catalog lacks {len(self.missing)} more: {listed}{more}."
        return sentence


def is_linked_code(code: object) -> bool:
    """Return whether this is a code of ISCO-08, such as ISCO-3313, or of ESCO."""
    if is_esco(code):
        return True
    return isinstance(code, str) and code.strip().upper().startswith((isco.ISCO, "HTTP"))


def find_occupation(parts: EngineParts, code: str) -> Occupation:
    """Return what a code of any classification stands for in the catalog.

    Raises:
        InputError: if it is no code.
        UnknownOccupationError: with the nearest codes, if it stands for nothing there.
    """
    if not is_linked_code(code):
        return find_by_code(parts.reference.corpus, code)
    return find_linked(parts, code).occupation


def find_code(parts: EngineParts, code: str) -> str:
    """Return the code of the one occupation of the catalog that a code stands for.

    Raises:
        InputError: as ``find_occupation``.
        UnknownOccupationError: also if it stands for a mix of several, which are named.
    """
    corpus = parts.reference.corpus
    if not is_linked_code(code):
        return str(find_by_code(corpus, code).soc_code)
    found = find_linked(parts, code)
    if len(found.links) != 1:
        several = describe_links(found.links, corpus.titles) or "its own tasks, which are evidence"
        raise UnknownOccupationError(
            f"{code} is no single occupation of the {corpus.name} reference; it stands for "
            f"{several}. Choose one of the catalog"
        )
    return found.links[0].soc_code


def find_linked(
    parts: EngineParts, code: str, crosswalk: Crosswalk | None = None
) -> LinkedOccupation:
    """Return what a code of ISCO-08 or ESCO stands for in the catalog.

    Args:
        parts: of the engine.
        code: such as ISCO-3313, or the URI or UUID of an ESCO occupation.
        crosswalk: replaces that of the engine's reference.

    Raises:
        InputError: if it is no such code, or there is no crosswalk.
        UnknownOccupationError: with the nearest codes, if it stands for nothing there.
    """
    return _Finder(parts, crosswalk).find(code)


class _Finder:
    def __init__(self, parts: EngineParts, crosswalk: Crosswalk | None) -> None:
        self._parts = parts
        self._corpus = parts.reference.corpus
        self._crosswalk = crosswalk or self._corpus.links

    def find(self, code: str) -> LinkedOccupation:
        if is_esco(code):
            return self._find_esco(parse_esco(code))
        group = isco.parse_isco(code)
        return self._find_group(group, group, self._corpus.titles.get(group, ""))

    def _find_esco(self, uuid: str) -> LinkedOccupation:
        uri, crosswalk, catalog = esco_uri(uuid), self._crosswalk, self._corpus.rows_of
        if not len(crosswalk):
            raise InputError(f"{uri} is unknown; {_NO_CROSSWALK}")
        if not crosswalk.knows(uuid):
            raise UnknownOccupationError(
                f"{uri} is not among the occupations of ESCO that the crosswalk lists; check the "
                "URI, or give its ISCO-08 group instead"
            )
        title, group = crosswalk.title_of(uuid), crosswalk.group_of(uuid)
        if group is not None and group in catalog:
            return self._find_group(group, uri, title)
        links = crosswalk.links_of_esco(uuid, catalog)
        if links.found or group is None:
            return self._linked(uri, title or uri, group, links)
        return self._find_group(group, uri, title)

    def _find_group(self, group: str, code: str, title: str) -> LinkedOccupation:
        """Find what a unit group stands for; ``code`` is the group, or an ESCO occupation in it."""
        corpus = self._corpus
        by_group = code != group
        if group in corpus.rows_of:
            occupation = corpus.occupation(group)
            link = Link(soc_code=group, kind="exact", weight=1.0)
            itself = Links(found=(link,), by_group=by_group)
            return self._result(code, title, group, itself, occupation)
        links = self._crosswalk.links_of_group(group, corpus.rows_of)
        if links.found:
            return self._linked(code, title, group, links)
        if tasks := corpus.tasks_of(group):
            own = Occupation(title or corpus.title_of(group), tasks, soc_code=group)
            return self._result(code, title, group, Links(by_group=by_group), own)
        if not len(self._crosswalk) and not any(map(isco.is_isco, corpus.rows_of)):
            raise InputError(f"{code} is not in the {corpus.name} reference; {_NO_CROSSWALK}")
        raise self._unknown(code, group)

    def _linked(self, code: str, title: str, group: str | None, links: Links) -> LinkedOccupation:
        if not links.found:
            raise self._unknown(code, group)
        if len(links.found) == 1:
            occupation = self._corpus.occupation(links.found[0].soc_code)
        else:
            occupation = self._mix(code, title, links)
        return self._result(code, title, group, links, occupation)

    def _result(
        self, code: str, title: str, group: str | None, links: Links, occupation: Occupation
    ) -> LinkedOccupation:
        return LinkedOccupation(
            code=code,
            title=title,
            group=group,
            links=links.found,
            by_group=links.by_group,
            missing=links.missing,
            occupation=occupation,
        )

    def _mix(self, code: str, title: str, links: Links) -> Occupation:
        """Return an occupation whose time is that of several, by their weights."""
        corpus, shares = self._corpus, self._parts.scores.shares
        tasks: dict[str, Task] = {}
        time: dict[str, float] = {}
        for link in links.found:
            rows = corpus.rows_of[link.soc_code]
            for task, share in zip(corpus.tasks_of(link.soc_code), shares[rows], strict=True):
                key = text_key(task.text)
                tasks.setdefault(key, task)
                time[key] = time.get(key, 0.0) + link.weight * float(share)
        return Occupation(
            title or code,
            [
                Task(task.text, time_share=time[key], core=task.core, category=task.category)
                for key, task in tasks.items()
            ],
            job_zone=corpus.linked_job_zone(links.found) or None,
            description=f"A mix of {len(links.found)} occupations that the crosswalk links to "
            f"{code}: {describe_links(links.found, corpus.titles)}.",
        )

    def _unknown(self, code: str, group: str | None) -> UnknownOccupationError:
        corpus, crosswalk = self._corpus, self._crosswalk
        if group is None:
            return UnknownOccupationError(
                f"{code} links to no occupation of the {corpus.name} reference; score the job from "
                "its tasks"
            )
        count = sum(map(isco.is_isco, corpus.rows_of))
        if count:
            return UnknownOccupationError(
                f"{code} is not among the {count} unit groups of the {corpus.name} reference"
                f"{suggestions(corpus, near_codes(corpus, group))}"
            )
        groups = crosswalk.nearest_groups(group, corpus.rows_of)
        named = "; ".join(f"{one} {corpus.titles.get(one, '')}".strip() for one in groups)
        nearest = f"; the nearest groups that do are {named}" if groups else ""
        return UnknownOccupationError(
            f"{code} links to no occupation of the {corpus.name} reference{nearest}; or score the "
            "job from its tasks"
        )


def describe_links(links: Sequence[Link], titles: Mapping[str, str]) -> str:
    """Return the largest links with code, title, kind and weight, and the number of the others."""
    named = [
        f"{link.soc_code} {titles.get(link.soc_code, '')} ({link.kind}, weight {link.weight:.2f})"
        for link in links[:_NAMED]
    ]
    if others := len(links) - len(named):
        named.append(f"{others} more")
    return "; ".join(named)
