"""Codes of the Standard Occupational Classification (SOC), as O*NET writes them."""

from __future__ import annotations

import re

from engine.display.wording import marked
from engine.errors import InputError, abbreviate

MAJOR_GROUPS = {
    "11": marked("Management"),
    "13": marked("Business and Financial Operations"),
    "15": marked("Computer and Mathematical"),
    "17": marked("Architecture and Engineering"),
    "19": marked("Life, Physical, and Social Science"),
    "21": marked("Community and Social Service"),
    "23": marked("Legal"),
    "25": marked("Educational Instruction and Library"),
    "27": marked("Arts, Design, Entertainment, Sports, and Media"),
    "29": marked("Healthcare Practitioners and Technical"),
    "31": marked("Healthcare Support"),
    "33": marked("Protective Service"),
    "35": marked("Food Preparation and Serving Related"),
    "37": marked("Building and Grounds Cleaning and Maintenance"),
    "39": marked("Personal Care and Service"),
    "41": marked("Sales and Related"),
    "43": marked("Office and Administrative Support"),
    "45": marked("Farming, Fishing, and Forestry"),
    "47": marked("Construction and Extraction"),
    "49": marked("Installation, Maintenance, and Repair"),
    "51": marked("Production"),
    "53": marked("Transportation and Material Moving"),
    "55": marked("Military Specific"),
}
"""Major groups of the SOC 2018: first two digits of a code -> name."""

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
"""O*NET-SOC 2010 codes that are still in use -> their only successor in O*NET-SOC 2019."""

_SOC_PATTERN = re.compile(r"^(\d{2})-?(\d{4})(?:\.(\d{2}))?$", re.ASCII)


def parse_soc(code: object) -> str:
    """Return ``code`` in the form ``"29-1141.00"``.

    ``"29-1141"`` and ``"291141"`` mean the base occupation, ``.00``. Surrounding white space does
    not matter.

    Raises:
        InputError: if ``code`` has another form or its major group does not exist.
    """
    match = _SOC_PATTERN.match(code.strip()) if isinstance(code, str) else None
    if match is None or match[1] not in MAJOR_GROUPS:
        raise InputError(
            f"SOC code {abbreviate(code)} is not valid; write it like '29-1141.00' or '29-1141'"
        )
    return f"{match[1]}-{match[2]}.{match[3] or '00'}"


def former_socs(code: str) -> list[str]:
    """Return the superseded codes whose successor a code is."""
    return [former for former, successor in SUPERSEDED_SOC.items() if successor == code]


def current_soc(code: str) -> str:
    """Return the successor of a superseded code, or the code itself."""
    return SUPERSEDED_SOC.get(code, code)
