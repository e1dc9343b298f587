"""Fuzz one parser of untrusted text with Atheris, which is guided by code coverage.

    python -m tests.reliability.fuzz TARGET --runs 20000 --folder DIR

Any exception except an ``EngineError`` ends the run and writes the input to DIR. So do two seconds
of CPU time on one input, and two gigabytes of memory (a ``MemoryError``). The seeds are small valid
files.
"""

from __future__ import annotations

import argparse
import json
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import atheris

with atheris.instrument_imports(include=["engine"]):
    from engine import EngineError
    from engine.corpus.corpus import Corpus
    from engine.corpus.sources import aei, bls, eloundou, onet, published
    from engine.intake.pasted_text import check_pasted
    from engine.intake.posting_segments import split_segments
    from engine.persistence.manifest import Manifest
    from engine.records import rubric
    from engine.records.reader import parse_occupations, read_occupations
    from engine.utils.delimited import decode
    from engine.utils.language import check_languages

SECONDS = 2.0
MEMORY = 2 << 30
"""Bytes that a run may take on top of what the parsers take once they are imported."""
_LONGEST = 4_096
_SEPARATOR = b"\n~~~\n"
"""Separates the files of a seed that has several."""

_CODE, _TASK = "29-1129.01", "Write case summaries for individual clients."
_CSV_TASKS = (
    "task_id,soc_code,task,category,time_share,exposure,automation,frequency,importance,core\n"
    f'1,{_CODE},"{_TASK}",{rubric.CATEGORIES[0]},0.5,E1,T3,12,4.5,true\n'
    f"2,{_CODE},Plan sessions.,,0.5,0.5,.25,,,\n"
)
_CSV_OCCUPATIONS = (
    "soc_code,title,job_zone,description,median_wage,wage_is_minimum\n"
    f"{_CODE},Art Therapists,5,Treat people.,60000,true\n"
)
_JSON = json.dumps(
    [{"title": "Job", "soc_code": _CODE, "tasks": [_TASK, {"task": "Plan.", "time_share": 0.2}]}]
)

_ONET = {
    "Task Statements.txt": "O*NET-SOC Code\tTask ID\tTask\tTask Type\n"
    f"{_CODE}\t1\t{_TASK}\tCore\n{_CODE}\t2\tPlan sessions.\tSupplemental\n",
    "Occupation Data.txt": f"O*NET-SOC Code\tTitle\tDescription\n{_CODE}\tArt Therapists\tTreat.\n",
    "Job Zones.txt": f"O*NET-SOC Code\tJob Zone\n{_CODE}\t5\n",
    "Alternate Titles.txt": "O*NET-SOC Code\tAlternate Title\tShort Title\n"
    f"{_CODE}\tArt Psychotherapist\tn/a\n",
    "Tasks to DWAs.txt": "O*NET-SOC Code\tTask ID\tDWA ID\n"
    f"{_CODE}\t1\t4.A.2.b.1.I01.D01\n{_CODE}\t2\t4.A.1.a.1.I01.D01\n",
    "Task Ratings.txt": "O*NET-SOC Code\tTask ID\tScale ID\tCategory\tData Value\n"
    f"{_CODE}\t1\tFT\t3\t60.5\n{_CODE}\t1\tFT\t4\t39.5\n{_CODE}\t1\tRT\tn/a\t90\n"
    f"{_CODE}\t1\tIM\tn/a\t4.2\n",
    "Related Occupations.txt": "O*NET-SOC Code\tRelated O*NET-SOC Code\tIndex\n"
    f"{_CODE}\t29-1125.00\t1\n",
}
_LABELS = (
    "O*NET-SOC Code\tTask ID\tTask\thuman_exposure_agg\tgpt4_exposure\tgpt4_automation\n"
    f"{_CODE}\t1.0\t{_TASK}\tE1\tE2\tT2\n"
)
_OBSERVED = (
    "task_name,feedback_loop,directive,task_iteration,validation,learning,filtered\n"
    f'"{_TASK.lower()}",0.1,0.3,0.2,0,0.1,0.3\n'
)
_WAGES = f"OCC_CODE,O_GROUP,A_MEDIAN\n{_CODE[:7]},detailed,60000\n29-0000,broad,#\n"
_OUTLOOK = (
    '2024 National Employment Matrix code,"Employment, 2024","Employment change, percent, '
    f'2024–34","Occupational openings, 2024–34 annual average"\n{_CODE[:7]},12.5,-3.1,1.1\n'
)
_TASK_ROWS = [{"task_id": "1", "soc_code": _CODE, "task": _TASK}]


def _write(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


class Targets:
    """The parsers, each a method that takes bytes, with seeds in ``SEEDS``.

    Args:
        folder: folder for the files that parsers read.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        _write(folder / onet.FOLDER, {name: text.encode() for name, text in _ONET.items()})

    def corpus(self, data: bytes) -> None:
        parts = [*data.split(_SEPARATOR), b"soc_code,title\n"]
        names = ("tasks.csv", "occupations.csv", "alternate_titles.csv")
        texts = {n: decode(part, n) for n, part in zip(names, parts, strict=False)}
        Corpus.parse("fuzzed", {name: texts.get(name, _CSV_OCCUPATIONS) for name in names})

    def onet(self, data: bytes) -> None:
        number, content = (data[0] if data else 0), data[1:]
        name = list(_ONET)[number % len(_ONET)]
        path = self._folder / onet.FOLDER / name
        path.write_bytes(content)
        try:
            onet.read(self._folder)
            onet.related_occupations(self._folder)
        finally:
            path.write_text(_ONET[name])

    def labels(self, data: bytes) -> None:
        _write(self._folder, {str(eloundou.FILE): data})
        eloundou.join(self._folder, _TASK_ROWS)

    def observed(self, data: bytes) -> None:
        _write(self._folder, {str(aei.MARCH_2025.file): data})
        aei.join(self._folder, _TASK_ROWS, aei.MARCH_2025)

    def outlook(self, data: bytes) -> None:
        wages, _, projections = data.partition(_SEPARATOR)
        _write(self._folder, {str(bls.WAGES): wages, str(bls.PROJECTIONS): projections})
        bls.read(self._folder, [_CODE, "21-1011.00"])

    def published(self, data: bytes) -> None:
        """Join all of the above; the corpus must reject the faults that single readers accept."""
        labels, _, rest = data.partition(_SEPARATOR)
        observed, _, statements = rest.partition(_SEPARATOR)
        files = {str(eloundou.FILE): labels, str(aei.MARCH_2025.file): observed}
        if statements:
            files[f"{onet.FOLDER}/Task Statements.txt"] = statements
        _write(self._folder, files)
        published.read(self._folder)

    def occupations_csv(self, data: bytes) -> None:
        _write(self._folder, {"job.csv": data})
        read_occupations(self._folder / "job.csv")

    def occupations_json(self, data: bytes) -> None:
        _write(self._folder, {"job.json": data})
        read_occupations(self._folder / "job.json")

    def occupation_text(self, data: bytes) -> None:
        (job,) = parse_occupations(decode(data, "text"), title="Job")
        check_languages([task.text for task in job.task_records], "text")

    def job_description(self, data: bytes) -> None:
        split_segments(check_pasted(data.decode("utf-8", errors="surrogateescape")))

    def manifest(self, data: bytes) -> None:
        Manifest.parse(data, Path("engine"))


SEEDS: dict[str, list[bytes]] = {
    "corpus": [(_CSV_TASKS.encode() + _SEPARATOR + _CSV_OCCUPATIONS.encode())],
    "onet": [bytes([number]) + text.encode() for number, text in enumerate(_ONET.values())],
    "labels": [_LABELS.encode()],
    "observed": [_OBSERVED.encode()],
    "outlook": [_WAGES.encode() + _SEPARATOR + _OUTLOOK.encode()],
    "published": [_SEPARATOR.join(text.encode() for text in (_LABELS, _OBSERVED, ""))],
    "occupations_csv": [
        b"task,title,soc_code,job_zone,time_share,importance,frequency,core,category\n"
        b'"Write, and read.",Job,29-1129.01,4,0.5,3,12,true,\nPlan.,Job,,,,,,,\n'
    ],
    "occupations_json": [_JSON.encode(), _JSON[1:-1].encode(), b'{"tasks": [[[[[1]]]]]}'],
    "occupation_text": [b"# Job\n- Write reports.\n2) Plan sessions for clients.\n"],
    "job_description": [
        b"About us\nWe are a team.\n\nResponsibilities:\n- You will write reports. Plan sessions!\n"
        b"As a therapist, you will be responsible for helping clients.\nRequirements:\n- Degree\n"
    ],
    "manifest": [
        Manifest.describe({"name": "a"}, {"tasks.csv": b"x"}).render(),
        b'{"format": 4, "reference": {"name": "published"}, "encoder": {"name": "work"}}',
    ],
}

_WORDS = (
    *("E0", "E1", "E2", "T0", "T4", "nan", "inf", "1e999", "-0", "\\xC2\\xB2", "\\xD9\\xA1"),
    *(
        ",",
        "\\x09",
        "\\x22",
        "\\x0A",
        "\\x00",
        "\\xEF\\xBB\\xBF",
        "\\\\ud800",
        "~~~",
        "null",
        "true",
    ),
    *("task_id", "soc_code", "time_share", "category", "activities", "29-1129.01", "4.A.2.b.1"),
    *("format", "files", "sha256", "bytes", "tasks.csv", "../", "tasks", "title", "[[[[", "{}"),
)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("target", choices=SEEDS)
    parser.add_argument("--runs", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    folder = options.folder
    _write(folder / "seeds", {str(n): data for n, data in enumerate(SEEDS[options.target])})
    (folder / "words").write_text("".join(f'"{word}"\n' for word in _WORDS))
    target: Callable[[bytes], Any] = getattr(Targets(folder / "files"), options.target)
    signal.signal(signal.SIGVTALRM, _too_long)
    _limit_memory()

    def once(data: bytes) -> None:
        signal.setitimer(
            signal.ITIMER_VIRTUAL, SECONDS
        )  # CPU time, which a busy machine does not affect
        try:
            target(data)
        except EngineError:
            pass
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)

    flags = {"runs": options.runs, "seed": options.seed, "max_len": _LONGEST, "len_control": 0}
    flags |= {"rss_limit_mb": 0, "timeout": 300, "print_final_stats": 1}
    named = [f"-{name}={value}" for name, value in flags.items()]
    named += [f"-dict={folder / 'words'}", f"-artifact_prefix={folder}/"]
    atheris.Setup([sys.argv[0], *named, str(folder / "seeds")], once)
    atheris.Fuzz()


def _limit_memory() -> None:
    """Limit the address space; libFuzzer's own limit counts the peak of the parent process, too."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _too_long(*_: object) -> None:
    raise TimeoutError(f"an input takes more than {SECONDS} s of CPU time")


if __name__ == "__main__":
    main()
