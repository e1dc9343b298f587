"""The measures that this project knows: what each says, who rated it, when, and where it is from.

A corpus may have further measures; their source is the corpus itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.display.wording import marked


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the known outcomes of a measure come from.

    Attributes:
        title: the publication or corpus.
        rater: who judged or counted, such as "GPT-4"; "" if unknown.
        date: when, as an ISO date of any precision, such as "2026-03"; "" if unknown.
        license: license of the outcomes; "" if unknown.
    """

    title: str
    rater: str = ""
    date: str = ""
    license: str = ""


WHAT_RISK_IS = marked(
    "Risk is the potential of a task to be automated by software, as rated: GPT-4 gave the "
    "published ratings of 2023. Robots are not counted. Risk is not a forecast of job loss."
)
"""Every text report, every page and the command-line help show this sentence once."""

COMPLEXITY, PHYSICALITY, REGULATION = "complexity", "physicality", "regulation"
POTENTIAL = "genai_potential"
OBSERVED_2025, OBSERVED_2026 = "observed_automation", "observed_automation_2026"
COMPLETION, SCOPE = "completion", "impact_scope"

BARRIERS: Mapping[str, str] = {
    "cognitive": COMPLEXITY,
    "physical": PHYSICALITY,
    "regulatory": REGULATION,
}
"""What stands in the way of automation -> the measure that estimates it."""

OBSERVED = (OBSERVED_2025, OBSERVED_2026)
"""Measures of how an assistant was used. They are known, and estimated, only where it is used."""

SAME_QUESTION = ("automation", POTENTIAL, "automation_2026")
"""Measures that ask, at different dates, how much of a task software does without a person."""

DISAGREEMENT = 0.3
"""Raters disagree where the estimates of ``SAME_QUESTION`` differ by this much or more."""

LABELS: Mapping[str, str] = {
    "automation": marked("automation, as rated in 2023"),
    "exposure": marked("exposure, mean of people and GPT-4"),
    "exposure_human": marked("exposure, as people rated it in 2023"),
    "exposure_model": marked("exposure, as GPT-4 rated it in 2023"),
    POTENTIAL: marked("automation potential, ILO 2025"),
    COMPLEXITY: marked("cognitive complexity, 2026"),
    PHYSICALITY: marked("hands and presence, 2026"),
    REGULATION: marked("license and law, 2026"),
    OBSERVED_2025: marked("delegated use, Claude 2025"),
    OBSERVED_2026: marked("delegated use, Claude 2026"),
    COMPLETION: marked("completed by Copilot, 2024"),
    SCOPE: marked("part of the work done by Copilot, 2024"),
    "automation_2026": marked("automation by software for sale in 2026"),
    "human_agency": marked("need for a person, 2026"),
}
"""Measure -> its name in tables, for people."""

_GPTS = "GPTs are GPTs (Eloundou, Manning, Mishkin & Rock 2023)"
_CDR = Source(
    title="Task exposure (Parshall & Lopez-Luzuriaga 2026)",
    rater=marked("mean of three language models"),
    date="2026-03",
    license="MIT",
)
_COPILOT = Source(
    title="Working with AI (Microsoft 2025)",
    rater=marked("classified Copilot conversations of 2024"),
    date="2025-07",
    license="CC BY 4.0",
)

PUBLISHED_SOURCES: Mapping[str, Source] = {
    "automation": Source(title=_GPTS, rater="GPT-4", date="2023-03", license="MIT"),
    "exposure": Source(
        title=_GPTS, rater=marked("people and GPT-4"), date="2023-03", license="MIT"
    ),
    "exposure_human": Source(title=_GPTS, rater=marked("people"), date="2023-03", license="MIT"),
    "exposure_model": Source(title=_GPTS, rater="GPT-4", date="2023-03", license="MIT"),
    POTENTIAL: Source(
        title="Generative AI and jobs (ILO 2025)",
        rater=marked("GPT-4, reconciled with a survey and experts"),
        date="2025-05",
        license="CC BY 4.0",
    ),
    COMPLEXITY: _CDR,
    PHYSICALITY: _CDR,
    REGULATION: _CDR,
    OBSERVED_2025: Source(
        title="Anthropic Economic Index, March 2025",
        rater=marked("classified Claude conversations"),
        date="2025-03",
        license="CC BY",
    ),
    OBSERVED_2026: Source(
        title="Anthropic Economic Index, February 2026",
        rater=marked("classified Claude conversations"),
        date="2026-02",
        license="CC BY",
    ),
    COMPLETION: _COPILOT,
    SCOPE: _COPILOT,
}
"""Measures of the published reference -> their source."""

_STARTER = marked("starter reference, edition 2026")
_ANNOTATORS = marked("two language models, adjudicated")

STARTER_SOURCES: Mapping[str, Source] = {
    name: Source(title=_STARTER, rater=_ANNOTATORS, date="2026-11", license="MIT")
    for name in ("exposure", "automation", "automation_2026", "human_agency")
}
"""Measures of the starter reference -> their source."""
