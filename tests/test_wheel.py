"""The wheel, installed away from the checkout: it builds, scores and serves."""

from __future__ import annotations

import http.client
import os
import site
import socket
import subprocess
import sys
import time
import venv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import engine
from engine import Corpus
from engine.mcp.resources import METHODOLOGY
from scripts.messages import PLURALS, path_of
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

MAX_REFERENCE_BYTES = 12_000_000
MAX_WHEEL_BYTES = 40_000_000

OWN_TASKS = """\
title,job_zone,task
Museum Registrar,4,Write reports on the condition of the collection for the board of trustees.
Museum Registrar,4,Pack fragile artworks in padded crates and load them for transport.
"""


class Installed:
    """The wheel in its own virtual environment, run from an empty folder."""

    def __init__(self, environment: Path, home: Path) -> None:
        self.bin = environment / ("Scripts" if os.name == "nt" else "bin")
        self.home = home
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "SYSTEMROOT")}
        folders = {"HOME": str(home), "XDG_CACHE_HOME": str(home / ".cache")}
        self.variables = kept | folders | {"HF_HUB_OFFLINE": "1", "COLUMNS": "120"}

    def popen(self, *arguments: object, program: str = "occupation-risk") -> subprocess.Popen[str]:
        command = [str(self.bin / program), *map(str, arguments)]
        work = self.home / "work"
        work.mkdir(exist_ok=True)
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command, cwd=work, env=self.variables, stdout=pipe, stderr=pipe, text=True
        )

    def run(self, *arguments: object, program: str = "occupation-risk") -> tuple[int, str, str]:
        """Exit status, stdout and stderr."""
        process = self.popen(*arguments, program=program)
        stdout, stderr = process.communicate()
        return process.returncode, stdout, stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel without its dependencies, which come from the environment of the tests.

    A .pth file names their folders. It does not make Python read the .pth files in there, so an
    editable installation of the checkout stays out of sight.
    """
    folder = tmp_path_factory.mktemp("installed")
    environment, home = folder / "environment", folder / "home"
    home.mkdir()
    venv.create(environment, with_pip=False, symlinks=os.name != "nt")
    found = Installed(environment, home)
    install = ["--python", str(found.bin / "python"), "install", "--no-deps", "--no-index"]
    options = ["--disable-pip-version-check", "--quiet", str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", *install, *options], check=True)
    code = "import site; print(site.getsitepackages()[0])"
    _, packages, _ = found.run("-c", code, program="python")
    dependencies = "\n".join(site.getsitepackages())
    (Path(packages.strip()) / "dependencies.pth").write_text(dependencies + "\n")
    return found


@pytest.fixture(scope="module")
def built(installed: Installed, small: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An engine that the installed command built from a user's corpus."""
    folder = tmp_path_factory.mktemp("own")
    small.write(folder / "corpus")
    tasks, output = folder / "corpus" / "tasks.csv", folder / "engine"
    options = ("--encoder", "static", "--output", output)
    status, printed, error = installed.run("build", "--reference", tasks, *options)
    assert status == 0, error
    assert f"{len(small.tasks):,} tasks" in printed
    assert f"built {output} in " in printed
    return output


def test_the_reference_in_the_wheel_is_small_and_holds_nothing_that_only_training_needs(
    wheel: Path,
) -> None:
    with zipfile.ZipFile(wheel) as archive:
        sizes = {
            info.filename.rpartition("/")[2]: info.file_size
            for info in archive.infolist()
            if "/reference_tasks/" in info.filename
        }
    assert set(sizes) == {
        "README.md",
        "GUIDELINE.md",
        "alternate_titles.csv",
        "occupations.csv",
        "licenses.csv",
        "plain_words.csv",
        "scope.csv",
        "tasks.csv",
    }
    assert sum(sizes.values()) <= MAX_REFERENCE_BYTES


def test_the_wheel_is_small(wheel: Path) -> None:
    """``unzip -v`` shows the size of each file; ``engine.encoders.quantized`` makes it smaller."""
    assert wheel.stat().st_size <= MAX_WHEEL_BYTES


def test_the_documents_that_the_mcp_server_gives_are_in_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {f"engine/_shipped/{folder}/{file}" for folder, file, _ in METHODOLOGY.values()} <= names


def test_the_messages_of_the_pages_are_in_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    paths = {path_of(code).relative_to(ROOT).as_posix() for code in PLURALS}
    assert paths <= names


def test_the_command_is_the_installed_one(installed: Installed) -> None:
    assert installed.run("--version") == (0, f"{engine.__version__}\n", "")
    status, place, error = installed.run(
        "-c", "import engine; print(engine.__file__)", program="python"
    )
    assert status == 0, error
    assert Path(place.strip()).is_relative_to(installed.bin.parent)
    assert not Path(place.strip()).is_relative_to(ROOT)


def test_the_starter_reference_ships_with_it(installed: Installed, starter: Corpus) -> None:
    code = (
        "from engine.corpus.references import read_starter; print(read_starter().fingerprint);"
        "import engine.utils.resources as r; print(r.engine_dir('starter'))"
    )
    status, printed, error = installed.run("-c", code, program="python")
    assert status == 0, error
    fingerprint, folder = printed.splitlines()
    assert fingerprint == starter.fingerprint
    assert Path(folder).is_relative_to(installed.home)


def test_it_scores_an_occupation_of_its_user(
    installed: Installed, built: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own.csv"
    own.write_text(OWN_TASKS)
    status, printed, error = installed.run("score", "--file", own, "--engine", built)
    assert (status, error) == (0, "")
    text = " ".join(printed.split())
    for part in ("Museum Registrar", "AI Capability", "Risk Score", "Time %", "Evidence for:"):
        assert part in text


def test_it_serves_pages(installed: Installed, built: Path, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'scores.sqlite'}"
    status, _, error = installed.run(
        "pipeline", "--soc", "29-1129.01", "--engine", built, "--database", database
    )
    assert status == 0, error
    with _served(installed, built, database) as port:
        assert _get(port, "/healthz")[0] == 200
        status, page = _get(port, "/occupations/29-1129.01")
        assert status == 200
        assert "Art Therapists" in page


def test_an_error_is_one_line(installed: Installed) -> None:
    status, printed, error = installed.run("fetch", "--only", "nonsense")
    assert (status, printed) == (2, "")
    assert error.startswith("occupation-risk: ")
    assert "'nonsense'" in error
    assert len(error.splitlines()) == 1


@contextmanager
def _served(installed: Installed, folder: Path, database: str) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    options = ("--engine", folder, "--database", database, "--port", port)
    process = installed.popen("serve", *options)
    try:
        end = time.monotonic() + 60
        while not _answers(port):
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < end
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.communicate()


def _answers(port: int) -> bool:
    try:
        return _get(port, "/healthz")[0] == 200
    except OSError:
        return False


def _get(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8")
    finally:
        connection.close()
