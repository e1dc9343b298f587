"""A corpus of invented tasks to train on: 12 occupations, one of another taxonomy, and copies."""

from __future__ import annotations

from engine import Corpus
from engine.corpus.references import read_starter

CODES = [*(f"{major}-9901.00" for major in range(11, 33, 2)), "ISCO-1111"]
OBJECTS = ("kites", "drums", "canoes", "lanterns")
VERBS = (
    "Glaze", "Tune", "Paddle", "Light", "Weave", "Mend", "Measure", "Ship", "Price", "Draw",
    "Teach people about", "Count",
)  # fmt: skip
COPY_OF, COPY_IN = CODES[0], CODES[1]
"""Occupations that share a task."""

STARTER_COPY_IN = CODES[2]
"""Occupation with a task of the starter reference, which has it in another occupation."""

_HEADER = (
    "task_id,soc_code,task,category,time_share,exposure,automation,"
    "exposure_human,exposure_model,genai_potential\n"
)


def toy_corpus() -> Corpus:
    """Return the corpus; its task IDs are the code of the occupation and a number, from 0."""
    rows = [
        [code, f"{verb} {thing} and record the results on forms."]
        for code, verb in zip(CODES, VERBS, strict=True)
        for thing in OBJECTS
    ]
    texts = {code: [text for other, text in rows if other == code] for code in CODES}
    texts[COPY_IN][0] = texts[COPY_OF][0].upper()
    texts[STARTER_COPY_IN][0] = read_starter().tasks["task"].iloc[-1]
    lines = [
        f'{code}-{number},{code},"{text}",{_outcomes(code, number)}\n'
        for code in CODES
        for number, text in enumerate(texts[code])
    ]
    occupations = "".join(f"{code},Occupation {code},3,\n" for code in CODES[:-1])
    return Corpus.parse(
        "toy",
        {
            "tasks": _HEADER + "".join(lines),
            "occupations": "soc_code,title,job_zone,description\n" + occupations,
            "other_occupations.csv": f"soc_code,title\n{CODES[-1]},Members\n",
        },
    )


def _outcomes(code: str, number: int) -> str:
    """Return the cells from ``category`` on: the other taxonomy has its own measure alone."""
    if code == CODES[-1]:
        return f",,,,,,{0.1 + 0.2 * number:.1f}"
    return f"Administering,,,{number / 4},{number / 4},{number % 3 / 2},"
