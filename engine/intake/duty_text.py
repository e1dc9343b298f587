"""Turn the text of a duty into tasks: without address, clause by clause; and notice negation."""

from __future__ import annotations

import re
from collections.abc import Set

from engine.records.inputs import MAX_TASK_CHARACTERS

MIN_CLAUSES = 3
"""A sentence with this many clauses is as many tasks; with fewer it is one."""

_QUOTES = str.maketrans("’‘", "''")

_LABEL = re.compile(
    r"^(?:(?:your |my |main |key |core |essential |principal |daily )*"
    r"(?:duties|tasks|responsibilities|job duties|functions)(?: and responsibilities)?"
    r"(?:\s*(?:include|are|will include)(?:[: ]|\b)|:)|"
    r"(?:deine |ihre |meine )?(?:aufgaben|tätigkeiten|hauptaufgaben)(?: sind)?:|"
    r"zu (?:deinen|ihren|meinen|den) aufgaben (?:gehören|gehört|zählen|zählt)(?: auch)?:?|"
    r"(?:sus |tus |mis )?(?:funciones|tareas|responsabilidades)(?: (?:son|incluyen))?:|"
    r"(?:vos |tes |mes )?(?:missions|tâches|fonctions|activités)(?: sont)?\s?:)\s*",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^(?:(?:and|also|then|plus|und|auch|außerdem|y|además|también|et|aussi|puis|ensuite|"
    r"as (?:a|an|our|the) [^,]{1,60},|as an? \w+ \w+,?|"
    r"(?:in|for) this (?:role|position|job),?|on a (?:typical|normal) day,?|day to day,?|"
    r"in dieser (?:rolle|position|stelle)|en este puesto,?|à ce poste,?|"
    r"dans ce (?:poste|rôle),?)\s+)+",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"^(?:"
    r"(?:you|i|we|s?he|the (?:successful |ideal )?(?:candidate|applicant|incumbent|employee)|"
    r"this (?:role|position|person))"
    r"(?:'ll| will| shall| would|'d)?"
    r"(?: also| then| often| usually| mostly| always| regularly| sometimes| mainly)*"
    r"(?:(?:'m| am|'re| are| is| be|'ve been| have been)(?: also)? (?:responsible for|in charge of|"
    r"expected to|asked to|required to|tasked with|involved in|accountable for|the one who)|"
    r" need you to| get to| have to|'ve got to| got to| need to)?"
    r"|(?:is |are |was )?(?:primarily |mainly |solely |also )?"
    r"(?:responsible for|in charge of|tasked with|accountable for)|my job is to|the job is to"
    r"|(?:(?:sie|du|ich|wir) (?:sind|bist|bin) )?(?:auch |u\. ?a\. )?"
    r"(?:verantwortlich|zuständig) für(?: die| das| den)?"
    r"|sie|du|ich|wir"
    r"|(?:(?:serás?|será|soy|es|somos) )?(?:el |la )?(?:responsable|encargad[oa]) de"
    r"|(?:te|se|me) (?:encargar?[aá]s?|encargo|ocupar[aá]s?) de|yo|usted"
    r"|(?:(?:vous|tu|je) (?:êtes|serez|es|seras|suis) )?"
    r"(?:responsable|chargée?(?:\(e\))?|en charge) (?:de la|de l'|du|des|de|d')"
    r"|vous|tu|je"
    r")(?:(?<=')|[: ]+)",
    re.IGNORECASE,
)
_TRAILING = re.compile(r"(?:[\s,;:&–—-]|,? (?:and|or|und|oder|y|et))+$", re.IGNORECASE)

_NEGATED = {
    "en": re.compile(
        r"^(?:(?:you|i|we|they|the \w+|this \w+|there)(?:'ll|'m|'re)?\s+)?"
        r"(?:(?:will|do|does|did|are|is|am|would|shall|should|can)\s+(?:not|never|no longer)\b|"
        r"(?:wo|do|does|did|are|is|would|should|ca)n't\b|cannot\b|never\b|no longer\b|not (?=\w)|"
        r"no (?:\w+ )?(?:\w+ing|calls|reports|travel|overtime|nights|weekends|sales|paperwork)\b)",
        re.IGNORECASE,
    ),
    "de": re.compile(
        r"^(?:(?:sie|du|ich|wir|man)\s+)?(?:kein\w*|nie(?:mals)?|nicht|"
        r"\w+(?:st|en|e|t)\s+(?:\w+\s+)?(?:nicht|kein\w*|nie))\b",
        re.IGNORECASE,
    ),
    "es": re.compile(
        r"^(?:(?:usted|yo|tú|nosotros)\s+)?(?:no\s+\w+|nunca|jamás|ning[uú]n\w*|sin \w+[aei]r)\b",
        re.IGNORECASE,
    ),
    "fr": re.compile(
        r"^(?:(?:vous|je|tu|nous|on|il|elle)\s+)?"
        r"(?:n(?:e\s|')\w+\s(?:pas|jamais|plus|aucun\w*)|pas de|"
        r"aucun\w*|jamais|ne (?:pas|jamais|plus))\b",
        re.IGNORECASE,
    ),
}
_CLEARLY_NEGATED = re.compile(
    r"^(?:you (?:will not|won't|do not|don't|are not)|no |keine?\b|(?:sie|du) \w+ kein|"
    r"no (?:te |se )?\w+rás\b|"
    r"vous ne |pas de |aucune? )",
    re.IGNORECASE,
)
_BUT = re.compile(r"[,;–—]|\bbut\b|\bsondern\b|\bsino\b|\bmais\b|\baber\b", re.IGNORECASE)

_JOINT = re.compile(
    r"\s*[;,]\s*(?:(?:and|or|then|und|sowie|y|e|et|puis)\s+)?|\s+(?:and|und|y|et|&|\+)\s+"
)


def is_negated(text: str, language: str, *, alone: bool = False) -> bool:
    """Return whether a text says what is not done: "You will not write reports", "no cold calls".

    A second clause that says what is done instead ("not by phone but in person") makes it a duty.

    Args:
        text: a line or sentence, without its bullet.
        language: ISO 639-1 code.
        alone: whether nothing else shows that the text is about the work, so that it must start
            with "you will not", "no" or their like.
    """
    plain = _OPENING.sub("", text.translate(_QUOTES).strip())
    found = _NEGATED.get(language, _NEGATED["en"]).match(plain)
    if found is None or (alone and not _CLEARLY_NEGATED.match(plain)):
        return False
    return _BUT.search(plain, found.end()) is None


def without_address(text: str) -> str:
    """Return a duty without the words that address a reader or name a speaker.

    "In this role, you will be responsible for filing." becomes "Filing."
    """
    plain = text.strip(" \t\"'“”«»")
    for pattern in (_LABEL, _OPENING, _ADDRESS):
        found = pattern.match(plain.translate(_QUOTES))
        rest = plain[found.end() :] if found else plain
        if any(map(str.isalpha, rest)):
            plain = rest
    plain = _TRAILING.sub("", plain.lstrip(" :–—-,;"))
    return plain[:1].upper() + plain[1:]


class ClauseSplitter:
    """Split a sentence that lists several duties: "read drawings, order parts, fill in forms".

    Each clause has a verb in the form of the first, and at least two words. So "inspect, clean and
    repair pumps" is one task, as is "order pumps, motors and valves".

    Args:
        verbs: English verbs of work in their base form.
    """

    def __init__(self, verbs: Set[str]) -> None:
        self._verbs = verbs

    def split(self, text: str, language: str) -> list[str]:
        """Return the clauses if there are ``MIN_CLAUSES`` or more, or else the text as it is."""
        joints = list(_JOINT.finditer(text))
        if len(joints) < MIN_CLAUSES - 1:
            return [text]
        form = self._form(text[: joints[0].start()], language)
        if form is None:
            return [text]
        clauses, start, depth_from = [], 0, 0
        for joint in joints:
            rest = text[joint.end() :]
            following = _JOINT.search(rest)
            part = rest[: following.start()] if following else rest
            whole = text[start : joint.start()]
            open_bracket = text.count("(", depth_from, joint.start()) > text.count(
                ")", depth_from, joint.start()
            )
            if open_bracket or len(whole.split()) < 2 or self._form(part, language) != form:
                continue
            clauses.append(whole)
            start = depth_from = joint.end()
        clauses.append(text[start:])
        if len(clauses) < MIN_CLAUSES or any(len(clause.split()) < 2 for clause in clauses):
            return [text]
        return clauses

    def _form(self, clause: str, language: str) -> str | None:
        """Return the form of a clause's verb, where its language puts it; None if none."""
        words = re.findall(r"[^\W\d_]+(?:'\w+)?", clause.lower().translate(_QUOTES))
        if not words:
            return None
        if language == "de":
            return (
                "infinitive"
                if re.search(r"(?:en|ern|eln)$", words[-1]) and len(words) > 1
                else None
            )
        if language in ("es", "fr"):
            endings = "ar|er|ir" if language == "es" else "er|ir|re"
            return "infinitive" if re.search(rf"\w{{2}}(?:{endings})$", words[0]) else None
        if words[0] in ("i", "you", "we", "he", "she") and len(words) > 1:
            words = words[1:]
        return self._english_form(words[0])

    def _english_form(self, word: str) -> str | None:
        if word in self._verbs:
            return "base"
        for ending, form in (("ing", "ing"), ("ed", "past"), ("es", "third"), ("s", "third")):
            if word.endswith(ending):
                stem = word[: -len(ending)]
                doubled = stem[:-1] if stem[-1:] == stem[-2:-1] else stem
                if self._verbs & {stem, f"{stem}e", doubled, re.sub("i$", "y", stem)}:
                    return form
        return _IRREGULAR.get(word)


_PAST = (
    "bent", "blew", "bought", "broke", "brought", "built", "caught", "chose", "cut", "dealt",
    "did", "drew", "drove", "dug", "fed", "felt", "flew", "found", "gave", "got", "ground",
    "held", "hung", "kept", "laid", "led", "left", "lent", "made", "met", "paid", "put",
    "ran", "read", "rode", "said", "sat", "saw", "sent", "set", "shot", "shut", "sold",
    "sought", "spent", "spoke", "stood", "swept", "swung", "taught", "threw", "took", "tore",
    "told", "went", "wore", "wove", "wrote",
)  # fmt: skip
_IRREGULAR = dict.fromkeys(_PAST, "past")


def fits(text: str) -> bool:
    """Return whether a text may be a task: it has letters, and no more than 800 characters."""
    return len(text) <= MAX_TASK_CHARACTERS and any(map(str.isalpha, text))
