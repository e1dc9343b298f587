from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine import Corpus
from engine.intake.title_text import title_words
from scripts.benchmarks.titles import STAFF, calibration_gap, precision_and_reciprocal
from scripts.training.fit_titles import PHRASES
from scripts.training.title_calibration import general_examples, read_staff_titles
from scripts.training.title_departments import DEPARTMENTS, departments_of
from scripts.training.title_variants import Variants


def test_average_precision_and_reciprocal_rank_by_hand() -> None:
    # Ranked: 2, 0, 3, 1. The relevant 0 and 1 are second and fourth.
    scores = np.array([0.8, 0.1, 0.9, 0.5])
    precision, reciprocal = precision_and_reciprocal(scores, np.array([0, 1]))
    assert precision == pytest.approx((1 / 2 + 2 / 4) / 2)
    assert reciprocal == pytest.approx(1 / 2)


def test_the_calibration_gap_by_hand() -> None:
    # Bin 0.2 to 0.3: mean .25, half right. Bin 0.9 to 1: mean .95, all right.
    probability = np.array([0.25, 0.25, 0.9, 1.0])
    right = np.array([True, False, True, True])
    assert calibration_gap(probability, right) == pytest.approx(0.5 * 0.25 + 0.5 * 0.05)


def test_the_staff_titles_are_valid_and_both_halves_are_alike(starter: Corpus) -> None:
    table = pd.read_csv(STAFF, dtype=str, keep_default_na=False)
    assert len(table) >= 290
    assert (table["soc_codes"] == "").sum() >= 40
    assert not table.duplicated(["title", "department"]).any()
    codes = {code for cell in table["soc_codes"] for code in cell.split()}
    assert codes <= set(starter.rows_of)
    for language, part in table.groupby("language"):
        halves = part["half"].value_counts()
        assert abs(halves["fit"] - halves["judged"]) <= 7, language


def test_no_judged_title_is_among_those_that_weights_learn_from() -> None:
    judged = {title_words(str(example.title)) for example in read_staff_titles(STAFF, "judged")}
    phrases = pd.read_csv(PHRASES, dtype=str, keep_default_na=False)
    assert not judged & set(map(title_words, phrases["title"]))
    general = general_examples(read_staff_titles(STAFF, "judged"))
    assert len(general) > 100
    assert not judged & {title_words(str(example.title)) for example in general}


def test_the_codes_of_phrases_are_in_the_catalog(starter: Corpus) -> None:
    phrases = pd.read_csv(PHRASES, dtype=str, keep_default_na=False)
    assert {code for cell in phrases["soc_codes"] for code in cell.split()} <= set(starter.rows_of)
    assert set(phrases["language"]) == {"de", "es", "fr"}


def test_departments_belong_to_the_longest_beginning_of_a_code() -> None:
    assert "ICU" in departments_of("29-1141.03")
    assert "ICU" not in departments_of("29-1141.00")
    assert departments_of("99-9999.00") == ()
    assert all(DEPARTMENTS.values())


def test_variants_are_words_and_the_same_for_the_same_seed() -> None:
    titles = [title_words("Senior Registered Nurse"), title_words("Payroll Clerk")]
    soc = [{"29-1141.00"}, {"43-3051.00"}]
    first, second = (Variants(titles, soc, 7) for _ in range(2))
    made = [first(titles[row % 2], soc[row % 2], "en") for row in range(200)]
    assert made == [second(titles[row % 2], soc[row % 2], "en") for row in range(200)]
    assert all(words and all(words) for words, _ in made)
    assert {tuple(words) for words, _ in made} > {titles[0], titles[1]}
    assert any(department for _, department in made)
    assert any(not department for _, department in made)


def test_titles_of_the_taxonomies_are_read_once_with_all_their_codes(tmp_path: Path) -> None:
    from scripts.training.title_examples import linked, read_titles

    onet, esco, starter = (tmp_path / name for name in ("onet_30_1", "esco_1_2", "starter"))
    for folder in (onet, esco, starter):
        folder.mkdir()
    _write(onet / "Occupation Data.txt", "O*NET-SOC Code\tTitle\n1\tBakers\n2\tCooks\n")
    _write(
        onet / "Alternate Titles.txt",
        "O*NET-SOC Code\tAlternate Title\tShort Title\n1\tPastry Maker (ABC)\tn/a\n2\tBaker\tn/a\n",
    )
    _write(onet / "Sample of Reported Titles.txt", "O*NET-SOC Code\tReported Job Title\n2\tChef\n")
    for name in ("occupations.csv", "alternate_titles.csv"):
        _write(starter / name, "soc_code,title\n2,Chef\n")
    header = "conceptUri,iscoGroup,preferredLabel,altLabels,hiddenLabels\n"
    _write(esco / "occupations_en.csv", f'{header}http://x/c1,7512,baker,"bread maker",\n')
    _write(esco / "occupations_de.csv", f"{header}http://x/c1,7512,Bäcker/Bäckerin,,\n")
    _write(esco / "occupations_es.csv", f"{header}http://x/c1,7512,panadero,,\n")
    titles = read_titles(tmp_path, starter)
    row = {text: number for number, text in enumerate(titles.texts)}
    baker = row["Bakers"]
    assert titles.soc[baker] == {"1", "2"}
    assert titles.esco[baker] == {"c1"}
    assert titles.own == [text == "Chef" for text in titles.texts]
    assert {"Pastry Maker", "ABC", "bread maker", "panadero"} <= set(row)
    assert titles.isco == {"c1": "7512"}
    assert linked(titles) == {"c1": {"1": 0.5, "2": 0.5}}


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
