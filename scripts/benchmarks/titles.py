"""Job titles: matched to the catalog, and ranked among titles against published results."""

from __future__ import annotations

import argparse
import time

import numpy as np

from engine import Corpus
from engine.corpus.references import read_reference
from engine.intake.title_profiles import title_profiles
from engine.intake.titles import TitleMatcher
from engine.records.title_match import TitleMatch
from engine.utils.text import text_key
from scripts.benchmarks.common import TEST_DATA, Figures, add_reference
from scripts.benchmarks.title_sets import (
    TALENTCLEF,
    RankingSet,
    melo_folders,
    read_melo,
    read_talentclef,
)
from scripts.training.title_calibration import Example, read_staff_titles

STAFF = TEST_DATA / "titles.csv"
THROUGHPUT_TITLES = 100_000
AMONG = 5
_LAST = 100.0


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    add_reference(parser)
    parser.add_argument(
        "--half", choices=("judged", "fit"), default="judged", help="half of the staff titles"
    )
    parser.add_argument(
        "--no-throughput", action="store_true", help="leave out the timing of 100,000 titles"
    )


def run(options: argparse.Namespace) -> Figures:
    """Match titles of staff lists, and rank titles as TalentCLEF 2025 task A and MELO do.

    The figures of staff titles are those of ``tests/data/titles.csv``. Its judged half fitted
    nothing. No part of the encoder was tuned on TalentCLEF, MELO or the ESCO-O*NET crosswalk.
    """
    corpus = (
        Corpus.of(options.reference)
        if options.reference.endswith(".csv")
        else read_reference(options.reference, options.data_dir)
    )
    matcher = TitleMatcher(corpus)
    examples = read_staff_titles(STAFF, options.half)
    start = time.perf_counter()
    matcher.match(["RN"])
    figures: Figures = {"seconds to embed the catalog": time.perf_counter() - start}
    figures["staff titles"] = staff_figures(matcher, examples)
    for language in ("en", "de", "es", "fr"):
        part = [example for example in examples if example.language == language]
        figures[f"staff titles, {language}"] = staff_figures(matcher, part)
    for name in TALENTCLEF:
        if (options.data_dir / "talentclef_2025" / name).is_dir():
            figures[f"TalentCLEF {name}"] = ranking_figures(read_talentclef(options.data_dir, name))
    for folder in melo_folders(options.data_dir):
        figures[f"MELO {folder.name}"] = ranking_figures(read_melo(folder))
    if not options.no_throughput:
        figures["throughput"] = throughput(matcher, examples)
    for name, row in figures.items():
        shown = (
            {key: round(value, 3) for key, value in row.items()}
            if isinstance(row, dict)
            else round(row, 2)
        )
        print(name, shown)
    return figures


def staff_figures(matcher: TitleMatcher, examples: list[Example]) -> dict[str, float]:
    """Return parts of the titles that name an occupation, and counts of those that do not.

    ``calibration gap`` is the mean difference of probability and precision over ten equal bins of
    all titles that name an occupation, as expected calibration error is.
    """
    matches = matcher.match(
        [str(example.title) for example in examples],
        [str(example.department) for example in examples],
    )
    named = [
        (match, example) for match, example in zip(matches, examples, strict=True) if example.codes
    ]
    general = [match for match, example in zip(matches, examples, strict=True) if not example.codes]
    right = np.array([match.soc_code in example.codes for match, example in named])
    sure = np.array([match.sure for match, _ in named])
    first = np.array([_listed(match)[0] in example.codes for match, example in named])
    among = [bool({*_listed(match)[:AMONG]} & example.codes) for match, example in named]
    probability = np.array([match.probability for match, _ in named])
    return {
        "titles": float(len(named)),
        "right": float(right.mean()),
        "wrong": float((sure & ~right).mean()),
        "unsure": float((~sure).mean()),
        "precision where it answers": float(right[sure].mean()) if sure.any() else 1.0,
        "first choice right": float(first.mean()),
        "among five": float(np.mean(among)),
        "calibration gap": calibration_gap(probability, first),
        "general titles": float(len(general)),
        "general titles said to be unsure": float(sum(not match.sure for match in general)),
    }


def _listed(match: TitleMatch) -> list[str]:
    """Return the codes of all candidates, the best first."""
    others = [candidate.soc_code for candidate in match.alternatives]
    return others if match.soc_code is None else [match.soc_code, *others]


def calibration_gap(probability: np.ndarray, right: np.ndarray, bins: int = 10) -> float:
    """Return the expected calibration error over bins of equal width (Naeini et al. 2015)."""
    bin_of = np.minimum((probability * bins).astype(int), bins - 1)
    gaps = [
        abs(probability[bin_of == number].mean() - right[bin_of == number].mean())
        * (bin_of == number).mean()
        for number in np.unique(bin_of)
    ]
    return float(sum(gaps))


def ranking_figures(titles: RankingSet) -> dict[str, float]:
    """Return mean average precision and mean reciprocal rank of the titles that belong.

    TalentCLEF asks for other titles, so an element with the text of the query is ranked last there,
    although a few German and Spanish queries are annotated as answers to themselves.
    """
    distinct = sorted({*titles.queries, *titles.elements})
    row = {title: number for number, title in enumerate(distinct)}
    profiles = title_profiles(distinct)
    queries = profiles[[row[title] for title in titles.queries]]
    elements = profiles[[row[title] for title in titles.elements]]
    keys = np.array([text_key(title) for title in titles.elements])
    own_penalty = _LAST if titles.without_itself else 0.0
    found = np.array(
        [
            precision_and_reciprocal(
                elements @ profile - np.where(keys == text_key(query), own_penalty, 0.0), relevant
            )
            for query, profile, relevant in zip(
                titles.queries, queries, titles.relevant, strict=True
            )
        ]
    )
    precision, reciprocal = found.mean(axis=0)
    return {"queries": float(len(queries)), "MAP": float(precision), "MRR": float(reciprocal)}


def precision_and_reciprocal(scores: np.ndarray, relevant: np.ndarray) -> tuple[float, float]:
    """Return the average precision of a ranking, and 1 / the rank of its first relevant element.

    Args:
        scores: of the elements; the highest is ranked first.
        relevant: positions of the relevant elements, at least one.
    """
    places = np.flatnonzero(np.isin(np.argsort(-scores, kind="stable"), relevant)) + 1
    precision = (np.arange(1, len(places) + 1) / places).sum() / len(relevant)
    return float(precision), 1 / float(places[0])


def throughput(matcher: TitleMatcher, examples: list[Example]) -> dict[str, float]:
    """Time 100,000 distinct titles, each with a department."""
    titles = [str(example.title) for example in examples]
    departments = [str(example.department) for example in examples]
    count = THROUGHPUT_TITLES
    varied = [f"{titles[row % len(titles)]} {_letters(row)}" for row in range(count)]
    start = time.perf_counter()
    matcher.match(varied, [departments[row % len(titles)] for row in range(count)])
    seconds = time.perf_counter() - start
    return {"titles": float(count), "seconds": seconds, "titles per second": count / seconds}


def _letters(number: int) -> str:
    """Return a word of four letters that is different for each number."""
    return "".join(chr(97 + number // 26**place % 26) for place in range(4))
