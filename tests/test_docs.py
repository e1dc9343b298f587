"""Paths, names, commands, options and links in the documentation exist; its examples run."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from engine.cli.app import app
from tests.conftest import ROOT
from tests.test_architecture import LAYERS

PAGES = sorted(
    [
        *(ROOT / "docs").rglob("*.md"),
        *ROOT.glob("*.md"),
        ROOT / "models" / "README.md",
        ROOT / "models" / "static" / "README.md",
        ROOT / "reference_tasks" / "README.md",
    ]
)
HISTORY = {"CHANGELOG.md"}  # names what was removed
BUILT = ("models/starter", "models/published", "models/isco", "models/mine", "reports/")
MAX_README_WORDS = 900

_FENCE = re.compile(r"^```(\w*)[^\n`]*\n(.*?)^```", flags=re.DOTALL | re.MULTILINE)
_INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_PATH = re.compile(
    r"(?<![\w/.-])(?:engine|scripts|tests|docs|models|reference_tasks)/[\w./-]*(?:::\w+)?"
)


def _name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def _text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def _code(page: Path) -> list[str]:
    """Every line of a code block and every inline code of a page."""
    text = _text(page)
    blocks = [block.replace("\\\n", " ") for _, block in _FENCE.findall(text)]
    lines = [line for block in blocks for line in block.splitlines()]
    return lines + _INLINE.findall(_FENCE.sub("", text))


def _commands() -> dict[str, set[str]]:
    """Command of ``occupation-risk`` -> its options; "" for the options before a command."""
    group: Any = typer.main.get_command(app)
    found = {"": _options(group)}
    return found | {name: _options(command) for name, command in group.commands.items()}


def _options(command: Any) -> set[str]:
    names = {"--help"}
    for parameter in command.params:
        if parameter.param_type_name == "option":
            names |= {*parameter.opts, *parameter.secondary_opts}
    return names


COMMANDS = _commands()


def _calls(line: str) -> list[list[str]]:
    """Words of each call of ``occupation-risk`` in a line of shell, without the name itself."""
    try:
        words = shlex.split(line, comments=True)
    except ValueError:  # a sentence with an apostrophe, not a command
        words = line.split()
    starts = [position for position, word in enumerate(words) if word == "occupation-risk"]
    calls = []
    for start in starts:
        end = next(
            (p for p in range(start + 1, len(words)) if words[p] in ("|", "&&", ";")), len(words)
        )
        calls.append(words[start + 1 : end])
    return calls


def _faults_of_call(words: list[str]) -> list[str]:
    command = next((word for word in words if not word.startswith("-")), "")
    if command and command not in COMMANDS:
        return [f"no command {command!r}"]
    before = words[: words.index(command)] if command else words
    after = words[words.index(command) + 1 :] if command else []
    faults = [f"no option {word!r}" for word in before if word not in COMMANDS[""]]
    given = [word.split("=")[0] for word in after if re.match(r"--?[A-Za-z]", word)]
    return faults + [f"{command}: no option {o!r}" for o in given if o not in COMMANDS[command]]


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_command_and_option_exists(page: Path) -> None:
    if page.name in HISTORY:
        pytest.skip("names commands of older versions")
    faults = [
        f"{line}: {fault}"
        for line in _code(page)
        for call in _calls(line)
        for fault in _faults_of_call(call)
    ]
    assert faults == []


def test_a_wrong_command_or_option_is_found() -> None:
    assert _faults_of_call(_calls("cat x | occupation-risk scoer --soc 1 | less")[0]) == [
        "no command 'scoer'"
    ]
    assert _faults_of_call(["score", "--sock", "1"]) == ["score: no option '--sock'"]
    assert _faults_of_call(["--engine=x", "score"]) == ["no option '--engine=x'"]
    assert _faults_of_call(["--verbose", "score", "--soc", "1", "--output=x.csv"]) == []


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_path_and_name_in_it_exists(page: Path) -> None:
    if page.name in HISTORY:
        pytest.skip("names files of older versions")
    missing = []
    for found in {path for line in _code(page) for path in _PATH.findall(line)}:
        path, _, name = found.rstrip(".").partition("::")
        target = ROOT / path
        if path.startswith(BUILT):
            continue
        defined = rf"^(?:class |def |    def )?{name}\b"
        if not target.exists() or (
            name and not re.search(defined, _text(target), flags=re.MULTILINE)
        ):
            missing.append(found)
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", _text(page)):
        path, _, heading = target.partition("#")
        if re.match(r"\w+:", target):
            continue
        linked = page.parent / path if path else page
        assert linked.exists(), target
        if heading:
            titles = re.findall(r"^#+ (.*)$", _text(linked), flags=re.MULTILINE)
            assert heading in {re.sub(r"[^\w -]", "", t).replace(" ", "-").lower() for t in titles}


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_make_target_and_module_exists(page: Path) -> None:
    makefile = _text(ROOT / "Makefile")
    for line in _code(page):
        for target in re.findall(r"(?:^|[;&|])\s*make ([a-z][\w-]*)", line):
            assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE), target
        for module in re.findall(r"\bpython -m ((?:tests|engine)[\w.]*)", line):
            assert (ROOT / (module.replace(".", "/") + ".py")).is_file(), module


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_option_of_a_script_exists(page: Path) -> None:
    if page.name in HISTORY:
        pytest.skip("names options of older versions")
    missing = []
    for line in _code(page):
        found = re.search(r"\bpython (scripts/[\w/]+\.py)(.*)", line.partition(" #")[0])
        if found is None:
            continue
        script, words = ROOT / found[1], found[2].split()
        sources = [script, ROOT / "scripts" / "benchmarks" / "common.py"]
        if script.name == "benchmark.py" and words[0].islower():
            sources.append(ROOT / "scripts" / "benchmarks" / f"{words[0].replace('-', '_')}.py")
        text = "".join(_text(source) for source in sources) + '"--help"'
        missing += [
            f"{line}: {word}" for word in words if word.startswith("--") and f'"{word}"' not in text
        ]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_onet_keeps_its_asterisk(page: Path) -> None:
    """Two bare asterisks on one page can pair, and readers then see *ONET*."""
    prose = _INLINE.sub("", _FENCE.sub("", _text(page)))
    assert not re.findall(r"O\*NET", prose)


def test_the_readme_is_short() -> None:
    assert len(_text(ROOT / "README.md").split()) < MAX_README_WORDS


def test_the_picture_has_the_packages_in_the_order_of_their_imports() -> None:
    text = _text(ROOT / "docs" / "architecture.md")
    picture = next(block for language, block in _FENCE.findall(text) if language == "text")
    drawn = re.findall(r"^engine/.*", picture, flags=re.MULTILINE)
    order = [
        {name.removesuffix(".py") for name in re.findall(r"engine/([\w.]+)", line)}
        for line in drawn
    ]
    assert order == [layer for layer in LAYERS if layer != {"__main__"}]


@pytest.mark.documents
@pytest.mark.parametrize("page", ["usage.md", "analysis.md"])
def test_the_python_examples_run(page: str, starter_folder: Path) -> None:
    """The blocks of a page are one session, in order."""
    session = "\n".join(
        block
        for language, block in _FENCE.findall(_text(ROOT / "docs" / page))
        if language == "python"
    )
    done = subprocess.run(
        [sys.executable, "-c", session],
        capture_output=True,
        text=True,
        env=os.environ | {"OCCUPATION_RISK_ENGINE": str(starter_folder)},
    )
    assert done.returncode == 0, done.stderr
