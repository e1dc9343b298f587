"""Assemble documents from sections: a heading, and duties or other lines below it.

The duties are rewrites of one occupation of the starter reference. All other lines are from
``posting_lines.csv``, in English, German, Spanish and French.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from engine.records.posting import DUTY
from engine.utils.delimited import read_table

LINES = Path(__file__).with_name("posting_lines.csv")

Line = tuple[str, str]
"""Kind and text of a line."""

_SECTIONS: Mapping[str, Sequence[str]] = {
    "advert": ("about", "work", "requirement", "benefit", "contact", "legal"),
    "resume": ("work", "education", "skills"),
    "duty_list": ("work", "requirement"),
    "email": ("work",),
}
_BODIES: Mapping[str, Sequence[str]] = {
    "about": ("blurb",),
    "requirement": ("requirement", "requirement", "trait", "skills", "education"),
    "benefit": ("benefit",),
    "contact": ("contact",),
    "legal": ("legal",),
    "education": ("education",),
    "skills": ("skills", "trait"),
}
_OPENINGS: Mapping[str, Sequence[str]] = {
    "advert": ("other", "date", "benefit"),
    "resume": ("contact", "contact", "trait"),
    "duty_list": ("other", "date"),
    "email": ("contact", "other"),
}
_STYLES: Mapping[str, Sequence[str]] = {
    "advert": ("advert", "short", "short", "task"),
    "resume": ("resume", "resume", "short"),
    "duty_list": ("task", "short", "short"),
    "email": ("spoken", "short"),
}
_ADDRESSES = ("", "", "", "", "You will ", "You'll ", "I ", "Will ")
_LINK = re.compile(
    r",? (?:and|to|for|in|so|when|und|sowie|für|y|para|en|según|et|pour|selon|afin|dans)\b|[,;:(]"
)
_SHORTENED = 0.4
"""Part of the long duties that are cut at a linking word, because people write short ones."""

_ADDRESSED = 0.3
"""Part of the lists in other languages that address the reader."""

_ASIDES = ("other", "blurb", "trait")
"""Kinds of sentences between the duties of a message."""

_BULLETS = ("", "", "- ", "• ", "* ", "– ", "o ", "→ ", "[ ] ")


def read_lines() -> dict[tuple[str, str], list[str]]:
    """Return the lines of ``posting_lines.csv`` by language and kind.

    Headings have the kind of what follows them, such as ``work_heading``.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for _, row in read_table(LINES, ("language", "kind", "text")):
        found.setdefault((row["language"], row["kind"]), []).append(row["text"])
    return found


def assemble(
    lines: Mapping[tuple[str, str], Sequence[str]],
    duties: Mapping[tuple[str, str], Sequence[str]],
    titles: Sequence[str],
    rng: random.Random,
) -> tuple[str, str, str, list[tuple[int, int, str]]]:
    """Return form, language, text and labeled parts of a document.

    Args:
        lines: as ``read_lines`` returns them.
        duties: of one occupation, by style and language.
        titles: names of the occupation, in English.
        rng: source of all choices.
    """
    form = rng.choice(list(_SECTIONS))
    language = rng.choice(("en", "en", "de", "es", "fr"))
    document = _Document(rng)
    if language == "en" and rng.random() < 0.6:
        title = rng.choice(titles)
        introduced = f"I'm {'an' if title[0] in 'AEIOU' else 'a'} {title.lower()}."
        document.add("title", introduced if form == "email" else title)
    for kind in _OPENINGS[form]:
        if rng.random() < 0.5:
            document.add(kind, rng.choice(lines[language, kind]))
    others = rng.choice((0.2, 0.8))  # people paste all of it, or what they find important
    sections = [name for name in _SECTIONS[form] if name == "work" or rng.random() < others]
    if rng.random() < 0.3:
        rng.shuffle(sections)
    for section in sections:
        if section == "work":
            style = rng.choice(_STYLES[form])
            key = (style, "en") if language == "en" else ("plain", language)
            body = [(DUTY, text) for text in plain_duties(duties, key, rng.randint(2, 10), rng)]
            if form == "email":
                body = list(_with_asides(body, lines, language, rng))
        else:
            kinds = [rng.choice(_BODIES[section]) for _ in range(rng.randint(1, 5))]
            body = [(kind, rng.choice(lines[language, kind])) for kind in kinds]
        headings = lines.get((language, f"{section}_heading"), ())
        heading = rng.choice(headings) if headings and rng.random() < 0.8 else None
        document.add_section(heading, body, prose=form == "email" and rng.random() < 0.5)
    for kind in ("date", "other", "contact"):
        if rng.random() < 0.3:
            document.add(kind, rng.choice(lines[language, kind]))
    return form, language, document.text, document.rows


def _with_asides(
    body: Sequence[Line],
    lines: Mapping[tuple[str, str], Sequence[str]],
    language: str,
    rng: random.Random,
) -> Iterator[Line]:
    """Yield the lines of a message, some of them followed by a sentence that is no duty."""
    for line in body:
        yield line
        if rng.random() < 0.2:
            kind = rng.choice(_ASIDES)
            yield kind, rng.choice(lines[language, kind])


class _Document:
    """A text that grows line by line, and its labeled parts."""

    def __init__(self, rng: random.Random) -> None:
        self.text = ""
        self.rows: list[tuple[int, int, str]] = []
        self._rng = rng
        self._bullet = rng.choice(_BULLETS)
        self._blank_lines = rng.random() < 0.7
        self._heading = rng.choice((str, str, str.upper, str.lower, "{}:".format, "## {}".format))
        self._lower = rng.random() < 0.25

    def add(self, kind: str, line: str, joint: str = "\n") -> None:
        """Add a line, or a sentence to the last line."""
        self.text += joint if self.text else ""
        self.rows.append((len(self.text), len(self.text) + len(line), kind))
        self.text += line

    def add_section(self, heading: str | None, body: Sequence[Line], *, prose: bool) -> None:
        """Add a heading and lines below it, perhaps as prose."""
        self.text += "\n" if self._blank_lines and self.text else ""
        if heading is not None:
            self.add("heading", self._heading(heading))
        for number, (kind, text) in enumerate(body):
            if prose:
                self.add(kind, f"{text.rstrip('.')}.", " " if number else "\n")
            else:
                line = text[:1].lower() + text[1:] if self._lower else text
                self.add(kind, self._bullet + line)


def plain_duties(
    duties: Mapping[tuple[str, str], Sequence[str]],
    key: tuple[str, str],
    count: int,
    rng: random.Random,
) -> list[str]:
    """Return up to ``count`` duties as people write them: some shortened, some with an address.

    Args:
        duties: of one occupation, by style and language.
        key: style and language to take.
        count: number of duties.
        rng: source of all choices.
    """
    chosen = rng.sample(duties[key], min(len(duties[key]), count))
    if key[0] == "short":
        address = rng.choice(_ADDRESSES)
        return [address + (duty[:1].lower() + duty[1:] if address else duty) for duty in chosen]
    chosen = [shortened(duty) if rng.random() < _SHORTENED else duty for duty in chosen]
    if rng.random() < _ADDRESSED:
        chosen = [addressed(duty, key[1]) for duty in chosen]
    return chosen


def addressed(duty: str, language: str) -> str:
    """Return a German, Spanish or French duty in the infinitive as an address to the reader.

    "Kunden beraten" becomes "Sie beraten Kunden", "atender" becomes "atenderás", and "préparer"
    becomes "vous préparez". Other duties stay as they are.
    """
    words = duty.rstrip(".").split()
    if language == "de" and len(words) > 1 and re.search(r"^[a-zäöü]+en$", words[-1]):
        return " ".join(["Sie", words[-1], *words[:-1]]) if "," not in duty else duty
    if language == "es" and re.search(r"[aei]r$", words[0]):
        return " ".join([f"{words[0]}ás", *words[1:]])
    if language == "fr" and re.search(r"er$", words[0]):
        return " ".join(["Vous", f"{words[0][:1].lower()}{words[0][1:-1]}z", *words[1:]])
    return duty


def shortened(duty: str) -> str:
    """Return a duty up to the first comma or linking word after its second word."""
    second = duty.find(" ", duty.find(" ") + 1)
    found = _LINK.search(duty, second) if second > 0 else None
    return duty[: found.start()] if found else duty
