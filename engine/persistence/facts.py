"""The facts in the manifest of an engine: their types, ranges and sizes, on load and on save."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from engine.careers.similarity import SIGNALS
from engine.corpus.columns import is_measure_name
from engine.encoders.probe import RATED
from engine.records import rubric
from engine.records.measures import Source

MAX_FOLDS = 100
MAX_MEASURES = 100
MAX_ACTIVITIES = 1_000
MAX_COUNT = 10_000_000
"""Maximum number of tasks, and of occupations."""

MAX_WEIGHT = 1_000.0
"""Maximum size of a weight of the similarity of occupations."""

_MAX_TEXT = 500
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NAMES = frozenset(
    {
        "engine_version",
        "reference",
        "encoder",
        "measures",
        "folds",
        "probe",
        "confidence",
        "careers",
        "libraries",
    }
)


class InvalidContentError(ValueError):
    """The content of an engine folder is not as the schema declares; says what, and where."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The facts that other content depends on.

    Attributes:
        reference: name of the reference corpus.
        corpus_fingerprint: SHA-256 of its files.
        tasks, occupations: numbers of its tasks, and of the occupations of its catalog.
        encoder_name, encoder_fingerprint: of the encoder that embedded the reference.
        sources: measure -> where its outcomes come from, for the measures that are estimated.
        folds: number of models besides the final one.
        probe: measures of the encoder's probe; () without a probe.
        confidence: of the intervals, in (0, 1).
        similarity: JSON text of ``SimilarityModel.to_arrays``.
        activities: number of work activities in it.
        content_encoder: fingerprint of the encoder that careers are compared by.
    """

    reference: str
    corpus_fingerprint: str
    tasks: int
    occupations: int
    encoder_name: str
    encoder_fingerprint: str
    sources: Mapping[str, Source]
    folds: int
    probe: tuple[str, ...]
    confidence: float
    similarity: str
    activities: int
    content_encoder: str

    @classmethod
    def parse(cls, facts: Mapping[str, Any]) -> Facts:
        """Check the facts of a manifest, and return them.

        Raises:
            InvalidContentError: naming the fact, what is wrong, and what is expected.
        """
        missing, unknown = _NAMES - facts.keys(), facts.keys() - _NAMES
        if missing or unknown:
            _fail(f"the manifest lacks {sorted(missing)} and has unknown {sorted(unknown)[:5]}")
        reference = _record(facts, "reference", ("name", "fingerprint", "occupations", "tasks"))
        encoder = _record(facts, "encoder", ("name", "fingerprint"))
        careers = _record(facts, "careers", ("similarity", "encoder"))
        _text(facts["engine_version"], "engine_version")
        _libraries(facts["libraries"])
        if not _SHA256.fullmatch(_text(reference["fingerprint"], "reference.fingerprint")):
            _fail("reference.fingerprint is not a SHA-256 in hexadecimal")
        sources = _sources(facts["measures"])
        return cls(
            reference=_text(reference["name"], "reference.name"),
            corpus_fingerprint=reference["fingerprint"],
            tasks=_count(reference["tasks"], "reference.tasks", 1, MAX_COUNT),
            occupations=_count(reference["occupations"], "reference.occupations", 1, MAX_COUNT),
            encoder_name=_text(encoder["name"], "encoder.name"),
            encoder_fingerprint=_text(encoder["fingerprint"], "encoder.fingerprint"),
            sources=sources,
            folds=_count(facts["folds"], "folds", 0, MAX_FOLDS),
            probe=_probe(facts["probe"]),
            confidence=_confidence(facts["confidence"]),
            similarity=careers["similarity"],
            activities=_similarity(careers["similarity"]),
            content_encoder=_text(careers["encoder"], "careers.encoder"),
        )


def _fail(message: str) -> NoReturn:
    raise InvalidContentError(message)


def _record(facts: Mapping[str, Any], name: str, keys: Sequence[str]) -> Mapping[str, Any]:
    found = facts[name]
    if not isinstance(found, dict) or set(found) != set(keys):
        _fail(f"{name} in the manifest is not a record of {', '.join(keys)}")
    return found


def _text(value: object, name: str) -> str:
    """Return a short text without control characters, which terminals and pages show."""
    if not isinstance(value, str) or len(value) > _MAX_TEXT or not value.isprintable():
        _fail(f"{name} is not text of at most {_MAX_TEXT} printable characters")
    return value


def _count(value: object, name: str, low: int, high: int) -> int:
    if type(value) is not int or not low <= value <= high:
        _fail(f"{name} is not a whole number from {low:,} to {high:,}")
    return value


def _number(value: object, low: float, high: float) -> bool:
    return type(value) in (int, float) and low <= value <= high  # type: ignore[operator]


def _confidence(value: object) -> float:
    if not _number(value, 0, 1) or value in (0, 1):
        _fail("confidence is not a number between 0 and 1")
    return float(value)  # type: ignore[arg-type]


def _libraries(found: object) -> None:
    if not isinstance(found, dict) or len(found) > MAX_MEASURES:
        _fail("libraries is not a record of versions")
    for name, version in found.items():
        _text(name, "a name in libraries")
        _text(version, "a version in libraries")


def _sources(found: object) -> dict[str, Source]:
    if not isinstance(found, dict) or len(found) > MAX_MEASURES:
        _fail(f"measures is not a record of at most {MAX_MEASURES} measures")
    for core in (rubric.CAPABILITY_MEASURE, rubric.RISK_MEASURE):
        if core not in found:
            _fail(f"measures lacks {core}, which every engine estimates")
    return {_measure(name): _source(name, fact) for name, fact in found.items()}


def _measure(name: object) -> str:
    if not isinstance(name, str) or not is_measure_name(name):
        _fail("measures or probe has an invalid name of a measure")
    return name


def _source(name: str, fact: object) -> Source:
    fields = tuple(Source.__dataclass_fields__)
    if not isinstance(fact, dict) or set(fact) != set(fields):
        _fail(f"measures.{name} is not a record of {', '.join(fields)}")
    return Source(**{field: _text(fact[field], f"measures.{name}.{field}") for field in fields})


def _probe(found: object) -> tuple[str, ...]:
    if not isinstance(found, list) or len(found) > MAX_MEASURES:
        _fail(f"probe is not a list of at most {MAX_MEASURES} measures")
    names = tuple(map(_measure, found))
    if len(set(names)) < len(names) or (names and not set(RATED) <= set(names)):
        _fail(f"probe has a duplicate measure, or lacks one of {', '.join(RATED)}")
    return names


def _similarity(text: object) -> int:
    """Check the weights of the similarity model; return the number of its activities."""
    try:
        facts = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        facts = None
    if not isinstance(facts, dict) or set(facts) != {"weights", "curve", "activities"}:
        _fail("careers.similarity is not JSON with weights, curve and activities")
    weights, curve, activities = facts["weights"], facts["curve"], facts["activities"]
    if not isinstance(weights, dict) or not set(weights) <= set(SIGNALS):
        _fail(f"careers.similarity: weights is not a record of {', '.join(SIGNALS)}")
    values = [*weights.values(), *(curve if isinstance(curve, list) else ())]
    if not isinstance(curve, list) or len(curve) != 2:
        _fail("careers.similarity: curve is not two numbers")
    if not all(_number(value, -MAX_WEIGHT, MAX_WEIGHT) for value in values) or curve[0] <= 0:
        _fail(
            f"careers.similarity: a weight or the curve has a number outside ±{MAX_WEIGHT:g}, or "
            "the curve falls"
        )
    if not isinstance(activities, list) or len(activities) > MAX_ACTIVITIES:
        _fail(f"careers.similarity: activities is not a list of at most {MAX_ACTIVITIES}")
    for activity in activities:
        _text(activity, "an activity in careers.similarity")
    if len(set(activities)) < len(activities):
        _fail("careers.similarity: activities has duplicates")
    return len(activities)
