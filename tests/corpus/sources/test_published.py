from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from engine import Corpus, EngineError
from engine.corpus.sources import aei, cdr, ilo, microsoft, published
from engine.records.measures import PUBLISHED_SOURCES


def test_the_joined_corpus_and_its_report(data: Path) -> None:
    corpus, report = published.read(data)
    own = corpus.tasks.head(4)
    np.testing.assert_array_equal(own["exposure"], [0.75, 0, np.nan, np.nan])
    np.testing.assert_array_equal(own["automation"], [0.5, 0.25, np.nan, np.nan])
    np.testing.assert_allclose(own["observed_automation"], [np.nan, np.nan, 0.75, np.nan])
    np.testing.assert_allclose(own["observed_automation_2026"], [np.nan, np.nan, 0.75, np.nan])
    np.testing.assert_array_equal(own["complexity"], [0.375, 0.625, 0.0, np.nan])
    np.testing.assert_allclose(own["completion"], [0.7, np.nan, np.nan, np.nan])
    assert own["genai_potential"].isna().all()
    assert set(corpus.measures) == set(PUBLISHED_SOURCES)
    assert corpus.sources == PUBLISHED_SOURCES
    assert "median_wage" not in corpus.occupations
    assert str(report) == (
        "O*NET: 2 occupations, 4 tasks (1 occupations without tasks left out; 0 tasks with "
        "frequency ratings, 3 with importance ratings)\n"
        "Eloundou labels: 1 joined by task ID, 1 by text, 1 unmatched; 2 tasks have no label\n"
        "CDR ratings: 4 rows joined by task ID, 1 unmatched; 1 without a valid first rating "
        "replaced by the consensus, 1 unknown; 3 tasks have ratings\n"
        "Microsoft figures: 2 work activities joined, 1 unmatched, 1 without figures; 1 tasks have "
        "figures\n"
        "AEI outcomes, March 2025: 1 joined by text, 1 unmatched, 1 with too few conversations; 1 "
        "tasks have one\n"
        "AEI outcomes, February 2026: 1 joined by text, 0 unmatched, 1 with too few conversations; "
        "1 tasks have one\n"
        "ILO scores: 3 tasks of 2 unit groups of ISCO-08 added, 2 of them with a score; 3 rows "
        "without code or task skipped\n"
        "ESCO crosswalk: left out, because there are no files in esco_1_2\n"
        "BLS figures: left out, because there are no files in bls_2025"
    )


def test_tasks_of_another_taxonomy_are_evidence_alone(data: Path) -> None:
    corpus, _ = published.read(data)
    others = corpus.tasks.tail(3)
    assert others["soc_code"].tolist() == ["ISCO-4412", "ISCO-4412", "ISCO-0110"]
    np.testing.assert_array_equal(others["genai_potential"], [0.25, np.nan, 0.1])
    assert others[["exposure", "automation", "complexity"]].isna().all(axis=None)
    assert list(corpus.rows_of) == ["11-1011.00", "43-4051.00"]
    assert corpus.title_of("ISCO-4412") == "Mail Carriers"


@pytest.mark.parametrize(
    ("file", "label", "measures"),
    [
        (cdr.FILE, "CDR ratings", cdr.MEASURES),
        (ilo.FILE, "ILO scores", ilo.MEASURES),
        (microsoft.FILE, "Microsoft figures", microsoft.MEASURES),
        (aei.MARCH_2025.file, "AEI outcomes, March 2025", ("observed_automation",)),
        (aei.FEBRUARY_2026.file, "AEI outcomes, February 2026", ("observed_automation_2026",)),
    ],
)
@pytest.mark.parametrize(
    ("content", "reason"), [(None, "does not exist"), ("a,b\n1,2\n", "line 1: missing column")]
)
def test_a_source_that_is_absent_or_damaged_is_named_and_the_rest_builds(
    data: Path,
    caplog: pytest.LogCaptureFixture,
    file: Path,
    label: str,
    measures: tuple[str, ...],
    content: str | None,
    reason: str,
) -> None:
    if content is None:
        (data / file).unlink()
    else:
        (data / file).write_text(content)
    corpus, report = published.read(data)
    assert set(corpus.measures) == set(PUBLISHED_SOURCES) - set(measures)
    (line,) = [line for line in str(report).splitlines() if line.startswith(f"{label}: left out")]
    (warning,) = [record.getMessage() for record in caplog.records]
    for text in (line, warning):
        assert f"{data / file} {reason}" in text
    assert warning.startswith(f"{label} are left out of the published reference: ")


def test_without_any_optional_source_the_corpus_is_that_of_onet(data: Path) -> None:
    for folder in ("cdr_2026_03", "ilo_2025", "microsoft_2025", "aei_2025_03", "aei_2026_02"):
        shutil.rmtree(data / folder)
    corpus, report = published.read(data)
    assert corpus.measures == ("exposure", "automation", "exposure_human", "exposure_model")
    assert len(corpus.tasks) == 4
    assert list(corpus.files()) == ["tasks.csv", "occupations.csv", "alternate_titles.csv"]
    assert str(report).count(": left out, because ") == 7


LABELS = "eloundou_2023/full_labelset.tsv"


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        (
            LABELS,
            "E2\tE1",
            "E9\tE1",
            "line 2, column human_exposure_agg: level 'E9' is not one of E0",
        ),
        (LABELS, "gpt4_automation", "x", "missing column gpt4_automation"),
        ("onet_30_1/Job Zones.txt", "Job Zone", "Zone", "missing column Job Zone"),
        ("onet_30_1/Task Importance.csv", "4.5", "9", "column importance: invalid value '9'"),
    ],
)
def test_a_file_in_another_format_is_rejected(
    data: Path, name: str, old: str, new: str, message: str
) -> None:
    path = data / name
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(EngineError, match=message):
        published.read(data)


@pytest.mark.parametrize("file", [Path("onet_30_1", "Job Zones.txt"), Path(LABELS)])
def test_a_missing_file_names_the_command_that_downloads_it(data: Path, file: Path) -> None:
    (data / file).unlink()
    message = f"{data / file} does not exist; run 'occupation-risk fetch --data-dir {data}'"
    with pytest.raises(EngineError, match=message):
        published.read(data)


@pytest.mark.real_data
def test_the_published_reference_has_all_sources(
    published_read: tuple[Corpus, published.JoinReport],
) -> None:
    corpus, report = published_read
    assert report.left_out == {}
    assert set(corpus.measures) == set(PUBLISHED_SOURCES)
    assert len(corpus.rows_of) == 923
    is_other = ~corpus.tasks["soc_code"].isin(list(corpus.rows_of))
    assert (~is_other).sum() == 18_796
    assert set(corpus.tasks["soc_code"][is_other]) == set(corpus.other_occupations["soc_code"])
    assert corpus.tasks["genai_potential"][~is_other].isna().all()
    assert corpus.outcomes[is_other].shape[0] == len(report.other.tasks)
    texts = {name: content.decode() for name, content in corpus.files().items()}
    assert Corpus.parse(corpus.name, texts).fingerprint == corpus.fingerprint
