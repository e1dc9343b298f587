"""Classifications: SOC codes, work-activity groups, rubric levels and risk tiers.

Everything here is a fact of a published classification or a fixed convention of this project;
nothing is learned.
"""

from __future__ import annotations

import re

from engine.errors import InputError, shown

# Measures -------------------------------------------------------------------------------------

RISK_MEASURE = "automation"
"""Measure that is reported as risk: expected automation of a task, in [0, 1]."""

CAPABILITY_MEASURE = "exposure"
"""Measure that is reported as AI capability: expected exposure of a task, in [0, 1]."""

EXPOSURE_RATERS = ("exposure_human", "exposure_model")
"""Measures whose mean is ``exposure`` where a corpus has them."""

LEVEL_MEASURE = "exposure_model"
"""Measure that gives exposure as a level, where a corpus has it."""

# Eloundou, Manning, Mishkin & Rock (2023), "GPTs are GPTs": exposure rubric (β) and automation
# rubric of their appendix A.
EXPOSURE_LEVELS = {"E0": 0.0, "E2": 0.5, "E1": 1.0}
AUTOMATION_LEVELS = {"T0": 0.0, "T1": 0.25, "T2": 0.5, "T3": 0.75, "T4": 1.0}


def levels_of(measure: str) -> dict[str, float]:
    """Rubric levels in which values of ``measure`` may be written; empty if it has none."""
    if measure.startswith("exposure"):
        return EXPOSURE_LEVELS
    if measure.startswith("automation"):
        return AUTOMATION_LEVELS
    return {}


# Work activities ------------------------------------------------------------------------------

WORK_ACTIVITY_GROUPS = {
    "4.A.1.a": "Looking for and Receiving Job-Related Information",
    "4.A.1.b": "Identifying and Evaluating Job-Relevant Information",
    "4.A.2.a": "Information and Data Processing",
    "4.A.2.b": "Reasoning and Decision Making",
    "4.A.3.a": "Performing Physical and Manual Work Activities",
    "4.A.3.b": "Performing Complex and Technical Activities",
    "4.A.4.a": "Communicating and Interacting",
    "4.A.4.b": "Coordinating, Developing, Managing, and Advising",
    "4.A.4.c": "Administering",
}
"""Second-level groups of the O*NET Generalized Work Activities: element id -> name."""

CATEGORIES = tuple(WORK_ACTIVITY_GROUPS.values())

# SOC ------------------------------------------------------------------------------------------

MAJOR_GROUPS = {
    "11": "Management",
    "13": "Business and Financial Operations",
    "15": "Computer and Mathematical",
    "17": "Architecture and Engineering",
    "19": "Life, Physical, and Social Science",
    "21": "Community and Social Service",
    "23": "Legal",
    "25": "Educational Instruction and Library",
    "27": "Arts, Design, Entertainment, Sports, and Media",
    "29": "Healthcare Practitioners and Technical",
    "31": "Healthcare Support",
    "33": "Protective Service",
    "35": "Food Preparation and Serving Related",
    "37": "Building and Grounds Cleaning and Maintenance",
    "39": "Personal Care and Service",
    "41": "Sales and Related",
    "43": "Office and Administrative Support",
    "45": "Farming, Fishing, and Forestry",
    "47": "Construction and Extraction",
    "49": "Installation, Maintenance, and Repair",
    "51": "Production",
    "53": "Transportation and Material Moving",
    "55": "Military Specific",
}
"""Major groups of the Standard Occupational Classification 2018: first two digits -> name."""

# SOC 2018 structure: digits of the civilian minor groups within their major group.
CIVILIAN_MINOR_GROUPS = tuple(
    f"{major}-{digits:0<4s}"
    for major, minor_groups in {
        "11": "1 2 3 9",
        "13": "1 2",
        "15": "12 2",
        "17": "1 2 3",
        "19": "1 2 3 4 5",
        "21": "1 2",
        "23": "1 2",
        "25": "1 2 3 4 9",
        "27": "1 2 3 4",
        "29": "1 2 9",
        "31": "11 2 9",
        "33": "1 2 3 9",
        "35": "1 2 3 9",
        "37": "1 2 3",
        "39": "1 2 3 4 5 6 7 9",
        "41": "1 2 3 4 9",
        "43": "1 2 3 4 5 6 9",
        "45": "1 2 3 4",
        "47": "1 2 3 4 5",
        "49": "1 2 3 9",
        "51": "1 2 3 4 51 6 7 8 9",
        "53": "1 2 3 4 5 6 7",
    }.items()
    for digits in minor_groups.split()
)
"""Codes of the 95 civilian minor groups of SOC 2018, such as ``29-1000`` and ``15-1200``."""


def minor_group(soc_code: str) -> str:
    """Minor group of a SOC code: ``29-1129.01`` -> ``29-1000``.

    A group named by two digits (``15-1200``) stands where SOC 2018 made one.
    """
    two_digits = f"{soc_code[:5]}00"
    return two_digits if two_digits in CIVILIAN_MINOR_GROUPS else f"{soc_code[:4]}000"


# O*NET-SOC 2010 codes that pages and files still carry -> their O*NET-SOC 2019 successor, where
# there is one and only one.
SUPERSEDED_SOC = {
    "15-1111.00": "15-1221.00",
    "15-1121.00": "15-1211.00",
    "15-1122.00": "15-1212.00",
    "15-1131.00": "15-1251.00",
    "15-1132.00": "15-1252.00",
    "15-1133.00": "15-1252.00",
    "15-1141.00": "15-1242.00",
    "15-1142.00": "15-1244.00",
    "15-1143.00": "15-1241.00",
    "15-1151.00": "15-1232.00",
    "15-1152.00": "15-1231.00",
    "29-1061.00": "29-1211.00",
    "29-1062.00": "29-1215.00",
    "29-1063.00": "29-1216.00",
    "29-1064.00": "29-1218.00",
    "29-1065.00": "29-1221.00",
    "29-1066.00": "29-1223.00",
    "29-1125.01": "29-1129.01",
    "29-1125.02": "29-1129.02",
    "31-1011.00": "31-1121.00",
    "31-1013.00": "31-1133.00",
    "31-1014.00": "31-1131.00",
    "31-1015.00": "31-1132.00",
    "35-3021.00": "35-3023.00",
    "35-3022.00": "35-3023.00",
    "39-9021.00": "31-1122.00",
}

_SOC_PATTERN = re.compile(r"^(\d{2})-?(\d{4})(?:\.(\d{2}))?$", re.ASCII)


def parse_soc(code: object) -> str:
    """Return ``code`` as an O*NET-SOC code such as ``"29-1141.00"``.

    ``"29-1141"`` and ``"291141"`` are taken as the base occupation, ``.00``.

    Raises:
        InputError: if it is not a SOC code of a known major group.
    """
    match = _SOC_PATTERN.match(code.strip()) if isinstance(code, str) else None
    if match is None or match[1] not in MAJOR_GROUPS:
        raise InputError(
            f"SOC code {shown(code)} is not valid: expected two digits of a SOC major group, a "
            "hyphen, four digits and, for O*NET occupations, a point and two digits, such as "
            "'29-1141.00'"
        )
    return f"{match[1]}-{match[2]}.{match[3] or '00'}"


def current_soc(code: str) -> str:
    """O*NET-SOC 2019 code for ``code``: itself, or its successor if it is superseded."""
    return SUPERSEDED_SOC.get(code, code)


# Risk tiers -----------------------------------------------------------------------------------

HIGH_RISK = 0.5
"""A task counts as high-risk from this risk on."""

LOW_RISK = 0.25
"""Below this risk the tier is Low."""

_TIERS = ((0.75, "Very high"), (HIGH_RISK, "High"), (LOW_RISK, "Moderate"), (0.0, "Low"))


def tier(risk: float) -> str:
    """Tier of a risk in [0, 1]: Low, Moderate (from .25), High (.50) or Very high (.75)."""
    return next(name for threshold, name in _TIERS if risk >= threshold)
