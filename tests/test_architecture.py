from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import engine

from .conftest import ROOT

# Imports go one way: a module may import only from those above it.
ORDER = """
version errors forking logs places files threads vector_store text taxonomy career_records records
tables time_share corpus_checks metrics corpus sources sources.onet sources.eloundou sources.aei
sources.bls sources.published sources.download encoder inverted_file index features kernel
calibration scope intervals classification readout levels checksums reference tuned_encoder
work_encoder token_means static_encoder encoders risk_model cross_fitting shipped_heads evaluation
catalogue similarity moves
occupation_index prospects careers paths comparison career_data manifest artifacts storage vectors
score_table results origins what_if extension risk_engine batch batch.rejects
batch.plan batch.staging batch.part batch.local batch.cluster batch.run batch.progress
report career_report reading web web.tables web.database web.store web.pipeline web.search
web.shares web.site web.presenting web.charts web.rendering web.splitting web.views web.downloads
web.answers web.problems web.guard web.metrics web.limits web.health web.protocol web.server
web.pages web.api web.app web.export web.commands
cli_common cli_careers cli_web cli __main__
""".split()  # noqa: SIM905

MODULES = sorted((ROOT / "engine").rglob("*.py"))


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT / "engine").with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(path: Path) -> set[str]:
    """Modules of the engine that ``path`` imports, anywhere in it."""
    names = {_name(module) for module in MODULES}
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "engine":
            base = (node.module or "").removeprefix("engine").removeprefix(".")
            for alias in node.names:
                inner = f"{base}.{alias.name}".strip(".")
                found.add(inner if inner in names else base)
    return found


def test_every_module_has_its_place() -> None:
    assert sorted(ORDER) == sorted(_name(path) for path in MODULES if _name(path))


@pytest.mark.parametrize("path", [path for path in MODULES if _name(path)], ids=_name)
def test_imports_go_one_way(path: Path) -> None:
    own = ORDER.index(_name(path))
    lower = {name for name in _imports(path) if name and ORDER.index(name) >= own}
    # Results offer their own presentation; what it needs is imported when it is asked for.
    own_presentation = {
        "records": {"report", "what_if"},
        "comparison": {"report", "career_report"},
    }
    assert lower <= own_presentation.get(_name(path), set())


def test_the_core_does_without_the_site() -> None:
    """Only the command line knows of it, and imports it when one of its commands is called."""
    core = [path for path in MODULES if not _name(path).startswith("web")]
    users = {_name(path) for path in core if any(n.startswith("web") for n in _imports(path))}
    assert users == {"cli_web"}
    heavy = "fastapi sqlalchemy starlette uvicorn jinja2"
    code = f"import sys, engine.cli; print([m for m in '{heavy}'.split() if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_only_the_index_knows_faiss() -> None:
    users = [_name(path) for path in MODULES if "import faiss" in path.read_text(encoding="utf-8")]
    assert users == ["index"]


def test_the_public_names() -> None:
    assert engine.__all__ == [
        "CareerMatch",
        "CareerPath",
        "Corpus",
        "EngineError",
        "Estimate",
        "MoveFilters",
        "Neighbour",
        "Occupation",
        "OccupationRisk",
        "RankingWeights",
        "RiskEngine",
        "Task",
        "TaskRisk",
        "__version__",
    ]
    assert all(hasattr(engine, name) for name in engine.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Nonsense'"):
        _ = engine.Nonsense


@pytest.mark.parametrize(
    ("code", "heavy"),
    [
        ("import engine", "numpy pandas faiss sklearn torch sentence_transformers typer rich"),
        ("import engine.cli", "numpy pandas faiss sklearn torch sentence_transformers"),
        ("import engine; engine.RiskEngine", "sklearn torch sentence_transformers faiss typer"),
    ],
)
def test_what_is_heavy_is_imported_late(code: str, heavy: str) -> None:
    check = f"import sys; {code}; print([m for m in {heavy.split()} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_wheel_carries_what_the_engine_needs(tmp_path: Path) -> None:
    """Unpacked anywhere, without the checkout, it finds its reference and reads it."""
    import zipfile

    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as bundle:
        bundle.extractall(tmp_path / "site")
    code = (
        "from engine import Corpus, places; print(places.__file__);"
        "print(len(Corpus.read(places.shipped('reference_tasks'), 'starter').tasks))"
    )
    command = [sys.executable, "-c", code]
    environment = {"PYTHONPATH": str(tmp_path / "site"), "PATH": ""}
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=True, env=environment
    )
    place, count = done.stdout.splitlines()
    assert place.startswith(str(tmp_path))
    assert int(count) >= 560
