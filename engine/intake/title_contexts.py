"""Abbreviations of job titles whose meaning the neighboring words decide."""

from __future__ import annotations

from dataclasses import dataclass


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NONE = frozenset({""})
_SOME = frozenset({"*"})
_PATIENT = _words(
    "care access transporter transport advocate registration rep services svcs sitter safety "
    "financial experience coordinator navigator"
)
_AIDES = _words("asst assistant aide therapist therap tech")
_THERAPY = _words("rehab rehabilitation therapy outpatient inpatient")
_ACCOUNT = _words("exec executive mgr manager rep coord coordinator dir director")
_ACCOUNTING = _words("clerk clk mngr assistant asst tech spec specialist")
_BUSINESS = _words(
    "analyst anlst dev development developer mgr manager admin systems sys intelligence partner "
    "process office ops operations unit"
)
_SHIFT = _words("lead leader supervisor manager mgr supv")


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What an abbreviation means between some words.

    Attributes:
        means: the words that it stands for; blank if it does not matter.
        before, after: words next to it; "" for none, "*" for any word; None if they do not count.
    """

    means: str
    before: frozenset[str] | None = None
    after: frozenset[str] | None = None

    def applies(self, before: str, after: str) -> bool:
        """Return whether the words next to an abbreviation are among those of the reading."""
        return _among(before, self.before) and _among(after, self.after)


def _among(word: str, words: frozenset[str] | None) -> bool:
    return words is None or word in words or bool(word and "*" in words)


_THERAPIST = "physical therapist"
READINGS = {
    "pt": (
        Reading(means="patient", after=_PATIENT),
        Reading(means=_THERAPIST, before=_NONE, after=_NONE),
        Reading(means=_THERAPIST, after=_AIDES | _THERAPY),
        Reading(means=_THERAPIST, before=_THERAPY),
        Reading(means=""),  # part time
    ),
    "ot": (
        Reading(means="occupational therapist", before=_NONE),
        Reading(means="occupational therapist", after=_AIDES),
    ),
    "pa": (
        Reading(means="physician assistant", before=_NONE),
        Reading(means="physician assistant", after=_NONE | {"c"}),
    ),
    "c": (Reading(means="", before=frozenset({"pa"})),),
    "ma": (Reading(means="medical assistant", before=_NONE),),
    "ed": (Reading(means="emergency department", before=_NONE),),
    "soc": (Reading(means="security operations center", after=frozenset({"analyst"})),),
    "it": (Reading(means="information technology"),),
    "acct": (
        Reading(means="account", after=_ACCOUNT),
        Reading(means="accounting", after=_ACCOUNTING),
        Reading(means="accountant"),
    ),
    "accts": (Reading(means="accounting", after=_NONE),),
    "rec": (Reading(means="recreation", after=_words("therapist leader aide coordinator coord")),),
    "bus": (Reading(means="business", after=_BUSINESS),),
    "off": (Reading(means="officer", after=_NONE),),
    "reg": (
        Reading(means="registered", after=_words("nurse nurs dietitian")),
        Reading(means="regional"),
    ),
    "tech": (Reading(means="technologist", before=frozenset({"med"})),),
    "cdl": (Reading(means="truck", after=_words("driver a b")),),
    "a": (Reading(means="", before=_SOME), Reading(means="", after=_SOME)),
    "b": (Reading(means="", before=_SOME),),
    "shift": (Reading(means="shift", after=_SHIFT), Reading(means="")),
    "rh": (Reading(means="ressources humaines"),),
}
"""Abbreviation -> its readings; the first that applies counts."""


def read(word: str, before: str, after: str) -> tuple[str, ...] | None:
    """Return the words that an abbreviation stands for; None if its neighbors do not decide."""
    for reading in READINGS.get(word, ()):
        if reading.applies(before, after):
            return tuple(reading.means.split())
    return None
