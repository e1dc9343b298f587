"""Features of the segments of a posting: layout, words and letters, all from the text alone.

Word lists are features among many; none decides anything by itself.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from engine.intake.posting_segments import Segment
from engine.utils.text import text_key

HASHED = 4096
"""Number of columns of hashed words and letters."""

_MAX_WORDS = 60
"""Words of a segment that are hashed; later ones add nothing but time."""

# Lists of word stems in English, German, Spanish and French, each for one kind of text.
_STEMS = {
    "work_heading": (
        "responsib|dut(?:y|ies)|task|what you|you'll do|will do|day to day|"
        "the (?:job|role|work)|function|activit|aufgabe|t(?:ä|ae)tigkeit|erwartet|funcion|"
        "responsab|tarea|actividad|har(?:á|a)s|misi[oó]n|missions?|t(?:â|a)che|attribution|"
        "experience|exp(?:é|e)rience|experiencia|berufserfahrung|werdegang|employment|"
        "history|handover|accomplish|achievement|r[ôo]le|puesto"
    ),
    "requirement": (
        "requir|qualif|must|need|able to|ability|experience|years?|yrs|prefer|plus|minimum|"
        "licen[sc]e|valid|willing|knowledge|proficien|familiar|desir|kenntnis|erfahrung|"
        "voraussetz|f(?:ü|u)hrerschein|bereitschaft|w(?:ü|u)nschenswert|anforder|mitbring|"
        "profil|requisit|experiencia|imprescindible|carn[eé]t|licencia|permis|exig|souhait|"
        "ma[iî]tris|connaissance|expérience"
    ),
    "benefit": (
        "benefit|perk|salary|pay|bonus|401|pto|vacation|insurance|dental|holiday|discount|"
        "paid|per hour|/hr|/h|hourly|free|reimburs|stock|equity|match|offer|retire|pension|"
        "wage|tips|gehalt|verg(?:ü|u)tung|urlaub|zuschuss|bieten|betrieblich|tarif|zulage|"
        "sueldo|salario|prestacion|ofrec|vacacion|seguro|salaire|r[ée]mun[ée]r|mutuelle|"
        "ticket|prime|cong[ée]|offr|avantage"
    ),
    "company": (
        "we are|we're|our|founded|since|family|team|mission|leading|company|join|growing|"
        "who we|about us|wir sind|unser|seit|(?:ü|u)ber uns|somos|nuestr|desde|empresa|"
        "nous sommes|notre|depuis|entreprise"
    ),
    "legal": (
        "equal opportunity|eoe|eeo|discriminat|veteran|disab|race|religion|"
        "background check|drug|e-verify|accommodat|gdpr|datenschutz|schwerbehinder|gleich|"
        "igualdad|discapac|handicap|rgpd|confidential|subject to|at will|"
        "reserves? the right|may change|not exhaustive|vorbehalten|exhaustiv|"
        "d[ée]claration|polygraph|sponsor"
    ),
    "contact": (
        "apply|resume|cv|send|email|e-mail|contact|call|text|phone|regards|thanks|cheers|"
        r"hi\b|hello|dear|sincerely|best|bewerb|telefon|gr(?:ü|u)(?:ß|ss)e|hallo|hola|"
        "env[ií]|llam|saludos|gracias|candidatur|postul|envoy|bonjour|salut|cordialement|"
        "merci|signature|references?"
    ),
    "education": (
        r"degree|bachelor|master|diploma|ged|b\.?s\.?c?|b\.?a\.?|m\.?s|ph\.?d|certif|"
        "university|college|school|institute|academy|course|ausbildung|studium|abitur|"
        "schule|universit|licenciat|grado|t[ée]cnico|curso|formaci|t[íi]tulo|instituto|"
        "dipl[ôo]m|licence|bts|cap|bac|formation|lyc[ée]e"
    ),
    "date": (
        "monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tue|wed|thu|fri|sat|"
        "sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|present|shift|full.?time|"
        "part.?time|hours|weekend|schedule|deadline|montag|freitag|uhr|vollzeit|teilzeit|"
        "schicht|heute|horario|lunes|viernes|turno|jornada|actual|lundi|vendredi|horaire|"
        "temps|janv|ao[uû]t|d[ée]c|ene|ago|dic"
    ),
    "trait": (
        "team player|attitude|reliab|honest|punctual|positive|patient|calm|friendly|"
        "motivat|organi[sz]ed|detail|self|passion|humou?r|curious|flexib|teamf|zuverl|"
        "freund|belastbar|sorgf|responsable|puntual|amable|proactiv|rigueur|autonom|dynami|"
        "souriant|esprit|careful|hardworking|kind|energetic|communicat"
    ),
    "skills": (
        "skills?|software|excel|word|office|languages?|fluent|native|bilingual|tools|"
        "microsoft|kenntnisse|sprachen|deutsch|englisch|idiomas|ingl[ée]s|espa[ñn]ol|"
        "informátic|langues|anglais|comp[ée]tence|logiciel|python|sql|sap|crm|habilidad"
    ),
    "title": (
        "m/w/d|w/m/d|h/f|f/h|manager|assistant|technician|engineer|clerk|nurse|driver|"
        "operator|associate|specialist|coordinator|supervisor|officer|analyst|director|"
        "senior|junior|lead|intern|apprentice|position|wanted|hiring|title|gesucht|"
        "fachkraft|mitarbeiter|leiter|puesto|auxiliar|encargad|t[ée]cnic|poste|recrut|chef|"
        "agent|employ[ée]"
    ),
    "addressed": (
        "you will|you'll|you are|you're|your|du |sie |deine|ihre|usted|vous|votre|vos|tu |"
        "tus|the successful|the incumbent|the candidate"
    ),
    "speaker": ("i |i'm|i've|i'll|my|me |we |ich |mein|yo |mi |je |j'|mon|ma |mes"),
    "aside": (
        "honestly|lol|haha|sorry|btw|by the way|anyway|hope|feel|worried|thank|question|jaja|mdr"
    ),
    "negation": ("not|no|never|don't|doesn't|won't|nicht|kein|nunca|sin|pas|jamais|sans|aucun"),
}
_LISTS = tuple(re.compile(rf"(?<!\w)(?:{stems})", re.IGNORECASE) for stems in _STEMS.values())

_PATTERNS = {
    "email": re.compile(r"\S@\S|\bwww\.|https?:|\.(?:com|org|gov|net|de|fr|es)\b", re.IGNORECASE),
    "phone": re.compile(r"\b(?:\+\d{1,3}[ -])?\(?\d{2,5}\)?[ ./-]+\d{2,4}(?:[ .-]?\d{2,4})+\b"),
    "money": re.compile(r"[$€£]\s?\d|\d\s?[$€£]|\b\d+k\b|/hr?\b|\beuros?\b|\busd\b", re.IGNORECASE),
    "percent": re.compile(r"\d\s?%"),
    "year": re.compile(r"\b(?:19|20)\d{2}\b|\b\d{1,2}/\d{2,4}\b"),
    "years": re.compile(r"\b\d+\s?\+?\s?(?:years?|yrs?|jahre?n?|años?|ans)\b", re.IGNORECASE),
    "clock": re.compile(
        r"\b\d{1,2}(?::\d{2})?\s?(?:[ap]\.?m?\b|uhr\b|h\b)|\d:\d{2}", re.IGNORECASE
    ),
    "number": re.compile(r"\d"),
    "separator": re.compile(r"\s[|·•–—/]\s|\t"),
    "comma": re.compile(r","),
    "colon": re.compile(r":\s"),
    "semicolon": re.compile(r";"),
    "paren": re.compile(r"\("),
    "plus": re.compile(r"[+&]"),
    "exclamation": re.compile(r"!"),
    "question": re.compile(r"\?"),
    "first_ing": re.compile(r"^\w+ing\b", re.IGNORECASE),
    "first_ed": re.compile(r"^\w+ed\b", re.IGNORECASE),
    "first_s": re.compile(r"^\w+[^s\W]s\b", re.IGNORECASE),
    "first_infinitive": re.compile(r"^\w{2,}(?:ar|er|ir|re)\b", re.IGNORECASE),
    "first_noun": re.compile(
        r"^\w+(?:ung|ción|sión|tion|sion|age|ment|keit|tät|miento)\b", re.IGNORECASE
    ),
    "last_infinitive": re.compile(r"\w{3,}(?:en|ern|eln)[.!]?$"),
    "we": re.compile(
        r"\b(?:we|our|us|wir|uns(?:er\w*)?|nosotros|nuestr\w+|nous|notre|nos)\b", re.IGNORECASE
    ),
    "will": re.compile(r"\b(?:will|'ll|must|should|can|may)\b|'ll\b", re.IGNORECASE),
    "is": re.compile(
        r"\b(?:is|are|am|was|were|be|ist|sind|es|son|est|sont|has|have)\b", re.IGNORECASE
    ),
}
_ENDINGS = (".", "!", "?", ":", ",", ";")
_LENGTHS = (1, 2, 3, 4, 6, 8, 11, 15, 20, 30)
_PLACES = 5

OWN = 8 + len(_LENGTHS) + len(_ENDINGS) + len(_PATTERNS) + 2 * len(_LISTS)
"""Number of layout features that the text of a segment has by itself; they come first."""

_TITLE_CASE = re.compile(r"\b[A-ZÀ-Þ][a-zß-ÿ]")
_QUOTES = str.maketrans("’‘“”", "''\"\"")


def layout(segments: Sequence[Segment]) -> np.ndarray:
    """Return layout and word-list features, shape (n_segments, n_features), float32, in [0, 1]."""
    lines = 1 + (segments[-1].line if segments else 0)
    bulleted = sum(bool(segment.bullet) for segment in segments) / max(1, len(segments))
    blank_after = [
        after.blank_before and after.line != segment.line for segment, after in pairwise(segments)
    ] + [True]
    rows = [
        _layout(segment, blank, lines, bulleted)
        for segment, blank in zip(segments, blank_after, strict=False)
    ]
    return np.array(rows, dtype=np.float32).reshape(len(segments), -1)


def _layout(segment: Segment, blank_after: bool, lines: int, bulleted: float) -> list[float]:
    text = segment.text.translate(_QUOTES)
    words = text.split()
    letters = [character for character in text if character.isalpha()]
    upper = sum(map(str.isupper, letters)) / max(1, len(letters))
    titled = len(_TITLE_CASE.findall(text)) / max(1, len(words))
    place = min(_PLACES - 1, _PLACES * segment.line // lines)
    numbered = any(map(str.isalnum, segment.bullet))
    own: list[float] = [
        upper > 0.8 and len(letters) > 1,
        0.3 < upper <= 0.8,
        min(1.0, titled),
        text[:1].islower(),
        text[:1].isupper(),
        text[:1].isdigit(),
        text[:1] in "([",
        min(1.0, len(text) / 200),
        *(len(words) >= length for length in _LENGTHS),
        *(text.endswith(ending) for ending in _ENDINGS),
        *(pattern.search(text) is not None for pattern in _PATTERNS.values()),
    ]
    for pattern in _LISTS:
        found = len(pattern.findall(text))
        own += [found > 0, found / max(3, len(words))]
    return [
        *own,
        bool(segment.bullet) and not numbered,
        numbered,
        bulleted,
        segment.indent > 0,
        segment.place == 0,
        segment.place == segment.n_in_line - 1,
        segment.n_in_line > 1,
        segment.n_in_line > 3,
        segment.blank_before and segment.place == 0,
        blank_after,
        segment.line == 0,
        segment.line == 1,
        segment.line == 2,
        segment.line >= lines - 1,
        segment.line >= lines - 3,
        lines <= 3,
        *(place == number for number in range(_PLACES)),
    ]


def hashed(texts: Sequence[str]) -> list[np.ndarray]:
    """Return the columns of the hashed words and letters of each text, each once, in [0, 4096)."""
    return [
        np.unique(
            np.array([zlib.crc32(gram.encode()) % HASHED for gram in _grams(text)], dtype=np.int64)
        )
        for text in texts
    ]


def _grams(text: str) -> Iterator[str]:
    """Yield words, pairs of words, first and last words, and the starts and ends of words."""
    words = text_key(text.translate(_QUOTES)).split()[:_MAX_WORDS]
    if not words:
        yield "empty"
        return
    yield f"first {words[0]}"
    yield f"first two {' '.join(words[:2])}"
    yield f"first end {words[0][-3:]}"
    yield f"last {words[-1]}"
    yield f"last end {words[-1][-3:]}"
    for word in words:
        yield f"word {word}"
        if len(word) > 5:
            yield f"start {word[:5]}"
            yield f"end {word[-4:]}"
    for pair in pairwise(words):
        yield f"pair {' '.join(pair)}"
