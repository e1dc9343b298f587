"""Find the header of a staff list, and what each of its columns means."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from engine.errors import InputError
from engine.intake.roster_cells import Cell, text_of
from engine.intake.roster_table import Row, StaffTable

TITLE, DEPARTMENT, HEADCOUNT, PAY = "title", "department", "headcount", "pay"
LOCATION, SOC_CODE, TASKS, PERSONAL = "location", "soc_code", "tasks", "personal"

ROLE_NAMES = {
    TITLE: "job title",
    DEPARTMENT: "department",
    HEADCOUNT: "headcount",
    PAY: "pay",
    LOCATION: "location",
    SOC_CODE: "SOC code",
    TASKS: "tasks",
}
"""Role of a column -> its name for people."""

_NAMES: Mapping[str, Sequence[str]] = {
    TITLE: (
        *("job title", "jobtitle", "job titles", "position title", "role title", "working title"),
        *("business title", "functional title", "current job title", "current title", "job name"),
        *("position name", "stellenbezeichnung", "berufsbezeichnung", "positionsbezeichnung"),
        *("funktionsbezeichnung", "jobtitel", "jobbezeichnung", "puesto de trabajo", "puesto"),
        *("titulo del puesto", "nombre del puesto", "denominacion del puesto", "cargo"),
        *("intitule du poste", "intitule de poste", "libelle du poste", "libelle emploi", "poste"),
        *("functietitel", "functienaam", "job", "position", "role", "occupation", "profession"),
        *("designation", "job role", "beruf", "stelle", "funktion", "planstelle", "ocupacion"),
        *("profesion", "fonction", "emploi", "metier", "intitule", "mansione", "ruolo"),
        *("qualifica", "professione", "posizione", "funcao", "profissao", "posto", "functie"),
        *("beroep", "stanowisko", "title", "titel", "titulo", "titre", "post"),
    ),
    DEPARTMENT: (
        *("department", "dept", "department name", "dept name", "abteilung", "departamento"),
        *("departement", "dipartimento", "afdeling", "setor", "division", "business unit"),
        *("org unit", "organizational unit", "organisational unit", "organization unit", "team"),
        *("bereich", "fachbereich", "organisationseinheit", "ressort", "referat", "area"),
        *("seccion", "unidad", "gerencia", "direction", "service", "equipe", "pole", "reparto"),
        *("ufficio", "section", "unit", "unite", "group", "directorate", "function"),
        *("cost center", "cost centre", "kostenstelle", "centro de coste", "org"),
        *("organization", "organisation"),
    ),
    HEADCOUNT: (
        *("headcount", "head count", "hc", "number of employees", "no of employees", "employees"),
        *("num employees", "employee count", "number of people", "people", "staff count", "staff"),
        *("number of staff", "number of positions", "positions", "incumbents", "count"),
        *("mitarbeiteranzahl", "mitarbeiterzahl", "anzahl mitarbeiter", "anzahl", "personen"),
        *("kopfe", "mitarbeiter", "plantilla", "numero de empleados", "empleados", "cantidad"),
        *("effectif", "effectifs", "nombre de salaries", "nombre", "organico"),
        *("aantal", "fte", "ftes", "full time equivalent", "full time equivalents", "vza"),
        *("vollzeitaquivalente", "vollzeitaquivalent", "etp"),
    ),
    PAY: (
        *("annual salary", "base salary", "annual base salary", "annual pay", "base pay"),
        *("salary", "pay", "wage", "wages", "compensation", "annual compensation", "gross salary"),
        *("total compensation", "ctc", "jahresgehalt", "bruttojahresgehalt", "jahresbrutto"),
        *("gehalt", "bruttogehalt", "lohn", "vergutung", "entgelt", "monatsgehalt", "monatslohn"),
        *("bruttomonatsgehalt", "stundenlohn", "salario anual", "salario bruto", "salario"),
        *("salario mensual", "sueldo", "remuneracion", "salaire annuel", "salaire brut"),
        *("salaire", "salaire mensuel", "remuneration", "stipendio", "retribuzione", "salaris"),
        *("hourly rate", "hourly wage", "hourly pay", "pay rate", "rate of pay", "monthly salary"),
        *("monthly pay", "weekly pay", "salary range", "pay range", "rate"),
    ),
    LOCATION: (
        *("location", "work location", "office location", "site", "work site", "standort"),
        *("arbeitsort", "ort", "ubicacion", "localidad", "sede", "lieu", "lieu de travail"),
        *("ville", "localita", "localizacao", "locatie", "city", "office", "country", "region"),
        *("state", "plant", "campus", "branch", "land", "pais", "pays"),
    ),
    SOC_CODE: (
        *("soc code", "soc", "onet soc code", "o net soc code", "onet code", "o net code"),
        *("onet soc", "o net soc", "soc 2018", "soc 2019", "soc2018", "occupation code"),
        *("soc occupation code", "bls code", "codigo soc", "code soc"),
    ),
    TASKS: (
        *("tasks", "task", "main tasks", "key tasks", "duties", "main duties", "key duties"),
        *("job duties", "responsibilities", "key responsibilities", "aufgaben", "tatigkeiten"),
        *("hauptaufgaben", "tareas", "funciones", "taches", "missions", "mansioni", "tarefas"),
        *("taken",),
    ),
    PERSONAL: (
        *("name", "employee name", "full name", "first name", "last name", "surname", "forename"),
        *("given name", "family name", "middle name", "preferred name", "employee", "worker"),
        *("employee id", "emp id", "empid", "employee no", "employee number", "emp no", "id"),
        *("staff id", "staff number", "staff no", "person id", "personnel number", "payroll id"),
        *("payroll number", "worker id", "badge", "badge number", "ssn", "social security number"),
        *("national id", "email", "e mail", "email address", "mail", "phone", "telephone"),
        *("mobile", "address", "home address", "date of birth", "birth date", "birthday", "dob"),
        *("age", "gender", "sex", "ethnicity", "nationality", "personalnummer", "personalnr"),
        *("pers nr", "mitarbeiternummer", "mitarbeiter id", "mitarbeitername", "vorname"),
        *("nachname", "familienname", "geburtsdatum", "geschlecht", "nombre completo"),
        *("nombre y apellidos", "apellido", "apellidos", "nombre del empleado", "id empleado"),
        *("numero de empleado", "dni", "fecha de nacimiento", "nom", "prenom", "matricule"),
        *("nom et prenom", "date de naissance", "cognome", "nome", "matricola", "naam"),
    ),
}
"""Role -> headers that mean it, without accents and in lower case, the surest first."""

_RANKS: Mapping[str, tuple[str, int]] = {
    name: (role, rank) for role, names in _NAMES.items() for rank, name in enumerate(names)
}
_LONG_NAMES = sorted((name for name in _RANKS if " " in name or len(name) >= 9), key=len)[::-1]
"""Names that are recognized also as a part of a header, the longest first."""

_NOT_THE_JOB = re.compile(
    r"\b(?:manager|supervisor|reports to|vorgesetzt\w*|code|id|nr|no|number|date|since|level|grade"
    r"|family|status|type|start|end|previous|former)\b"
)
"""Words of a header that is about something else, such as "manager job title" or "position ID"."""

_UNCERTAIN = 1_000
"""Added to the rank of a name that is only a part of a header."""

_HEADER_WITHIN = 40
"""The header is among this many first rows with content."""

_MAX_HEADER_ROWS = 3

_MAX_NAME = 80
"""A longer cell is not the name of a column."""

_EITHER = {"mitarbeiter": PERSONAL, "employees": PERSONAL, "nombre": PERSONAL, "staff": PERSONAL}
"""Headers of a headcount that can also stand above names, which their cells tell apart."""


@dataclass(frozen=True, kw_only=True)
class Columns:
    """What the columns of a staff list mean.

    Attributes:
        index: role -> index of its column.
        headers: role -> header of its column, as written; "" without a header.
        personal: headers of columns about persons, which are ignored.
        unused: headers of other columns that are not used.
        first: position of the first row below the header.
        header: cells of the last row of the header, to recognize it where it is repeated.
    """

    index: Mapping[str, int]
    headers: Mapping[str, str]
    personal: tuple[str, ...]
    unused: tuple[str, ...]
    first: int
    header: tuple[str, ...]


@lru_cache(maxsize=4_096)
def _key(header: str) -> str:
    """Return a header in lower case without accents, punctuation and line ends."""
    plain = unicodedata.normalize("NFKD", header.casefold())
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", plain.replace("ß", "ss")).split())


def _exact(header: str) -> tuple[str, int] | None:
    """Return the role that a header names, and how surely; a unit in parentheses is ignored."""
    if len(header) > _MAX_NAME:
        return None  # before the search for parentheses, which takes quadratic time
    for text in (header, re.sub(r"[(\[].*?[)\]]", " ", header)):
        if found := _RANKS.get(_key(text)):
            return found
    return None


def role_of(header: str) -> tuple[str, int] | None:
    """Return the role that a header means and its rank, 0 for the surest; None if unknown."""
    if len(header) > _MAX_NAME:
        return None
    if found := _exact(header):
        return found
    key = f" {_key(header)} "
    for name in _LONG_NAMES:
        if f" {name} " in key:
            role, rank = _RANKS[name]
            rest = key.replace(f" {name} ", " ")
            if role in (TITLE, DEPARTMENT) and _NOT_THE_JOB.search(rest):
                return None
            return role, rank + _UNCERTAIN
    return None


def find_columns(table: StaffTable) -> Columns:
    """Find the header of a table and the roles of its columns.

    The header may have several rows and need not be the first one. A table of one column needs
    none: its cells are job titles.

    Raises:
        InputError: if there are no rows, or no column of job titles.
    """
    if not table.rows:
        raise InputError(f"{table.where} is empty; add a header and one row per job")
    best: tuple[float, int, int, list[str]] | None = None
    for start in range(min(len(table.rows), _HEADER_WITHIN)):
        for count in range(1, _MAX_HEADER_ROWS + 1):
            stack = table.rows[start : start + count]
            if len(stack) == count and (names := _header(stack)) is not None:
                score = len({found[0] for name in names if (found := role_of(name))})
                if best is None or score > best[0]:
                    best = (score, start, count, names)
    if best is None:
        return _without_header(table)
    _, start, count, names = best
    first = start + count
    last = [text_of(cell) for cell in table.rows[first - 1][1]]
    return _assign(table, names, first, tuple(last))


def _header(stack: Sequence[Row]) -> list[str] | None:
    """Return the names of the columns if these rows are a header with a job title, else None."""
    rows = [[text_of(cell) for cell in cells] for _, cells in stack]
    if len(rows) == 1:
        names = rows[0]
    else:
        width = max(map(len, rows))
        rows = [row + [""] * (width - len(row)) for row in rows]
        # The name of a group of columns stands above the first of them.
        upper = [_filled(row) for row in rows[:-1]]
        names = [
            _stacked([row[column] for row in (*upper, rows[-1])], rows[0][column])
            for column in range(width)
        ]
        if any(not any(_exact(cell) for cell in row if cell) for row in rows[1:]):
            return None
    found = [role_of(name) for name in names if name]
    ranks = [one[1] for one in found if one is not None and one[0] == TITLE]
    # A part of a name is not enough for several rows: the last one would be the first job.
    if not ranks or (len(rows) > 1 and min(ranks) >= _UNCERTAIN):
        return None
    return names


def _stacked(cells: Sequence[str], top: str) -> str:
    """Return the name of a column whose header has several rows."""
    parts = list(dict.fromkeys(cell for cell in cells if cell))
    joined = " ".join(parts)
    if len(parts) < 2 or _exact(joined):
        return joined
    if _exact(parts[-1]):
        return parts[-1]
    own = [cell for cell in (top, cells[-1]) if cell and _exact(cell)]
    return own[0] if own and not cells[-1] else joined


def _filled(row: Sequence[str]) -> list[str]:
    filled, last = [], ""
    for cell in row:
        last = cell or last
        filled.append(last)
    return filled


def _without_header(table: StaffTable) -> Columns:
    """Take a table of one column as job titles; reject any other without a header."""
    width = max(len(cells) for _, cells in table.rows)
    if width == 1:
        return Columns(
            index={TITLE: 0}, headers={TITLE: ""}, personal=(), unused=(), first=0, header=()
        )
    line, cells = table.rows[0]
    raise InputError(
        f"{table.where} has no column of job titles; name one 'Job title' in the header. "
        f"Row {line} has: {', '.join(repr(text_of(cell)) for cell in cells)[:200]}"
    )


def _assign(
    table: StaffTable, names: Sequence[str], first: int, header: tuple[str, ...]
) -> Columns:
    """Give each role its surest column; the others are unused."""
    roles: dict[int, tuple[str, int]] = {}
    for column, name in enumerate(names):
        if name and (found := role_of(name)):
            roles[column] = _told_by_cells(found, name, column, table.rows[first:])
    index: dict[str, int] = {}
    for column, (role, rank) in roles.items():
        if role != PERSONAL and (role not in index or rank < roles[index[role]][1]):
            index[role] = column
    if TITLE not in index:
        raise InputError(
            f"{table.where} has no column of job titles; name one 'Job title' in the header"
        )
    used = set(index.values())
    personal = [column for column, (role, _) in roles.items() if role == PERSONAL]
    return Columns(
        index=index,
        headers={role: names[column] for role, column in index.items()},
        personal=tuple(names[column] for column in personal),
        unused=tuple(
            name
            for column, name in enumerate(names)
            if name and column not in used and column not in personal
        ),
        first=first,
        header=header,
    )


def _told_by_cells(
    found: tuple[str, int], name: str, column: int, rows: Sequence[Row]
) -> tuple[str, int]:
    """Change the role of a header that can mean two things, if its cells say so."""
    key = _key(name)
    if key in _EITHER:
        cells = [cells[column] for _, cells in rows[:200] if len(cells) > column]
        if not _mostly_numbers(cells):
            return _EITHER[key], found[1]
    if found[0] == TITLE and key in ("title", "titel", "titulo", "titre"):
        cells = [cells[column] for _, cells in rows[:200] if len(cells) > column]
        forms = {"mr", "ms", "mrs", "miss", "dr", "prof", "herr", "frau", "sr", "sra", "m", "mme"}
        texts = [_key(text_of(cell)) for cell in cells if text_of(cell)]
        if texts and sum(text in forms for text in texts) > len(texts) / 2:
            return PERSONAL, found[1]
    return found


def _mostly_numbers(cells: Sequence[Cell]) -> bool:
    filled = [text_of(cell) for cell in cells if text_of(cell)]
    return sum(any(map(str.isdigit, text)) for text in filled) * 2 > len(filled)
