"""The structure of the code: ordered packages, no import cycles, small modules."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import pkgutil
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import engine
from tests.conftest import ROOT

# A package imports only from packages on earlier lines, and from none on its own line.
LAYERS = (
    {"errors", "version"},
    {"utils"},
    {"display"},
    {"records"},
    {"corpus"},
    {"encoders"},
    {"retrieval"},
    {"model"},
    {"intake"},
    {"careers"},
    {"evaluation"},
    {"persistence"},
    {"scoring"},
    {"report"},
    {"workforce"},
    {"risk_engine"},
    {"batch", "dataset", "web", "mcp"},
    {"cli"},
    {"__main__"},
)
RANK = {package: rank for rank, layer in enumerate(LAYERS) for package in layer}
MAX_ROOT_MODULES = 8
MAX_LINES = 350
MAX_POSITIONAL_FIELDS = 3

MODULES = sorted((ROOT / "engine").rglob("*.py"))


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT / "engine").with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {path: _name(path) for path in MODULES}


def _imports(path: Path) -> set[str]:
    """Return the modules of the engine that ``path`` imports, at the top or inside functions."""
    names = set(NAMES.values())
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "engine":
            base = (node.module or "").removeprefix("engine").removeprefix(".")
            for alias in node.names:
                inner = f"{base}.{alias.name}".strip(".")
                inner = {"RiskEngine": "risk_engine", "Corpus": "corpus.corpus"}.get(inner, inner)
                found.add(inner if inner in names else base)
        elif isinstance(node, ast.Import):
            found |= {alias.name.removeprefix("engine.") for alias in node.names} & names
    return found - {""}


@pytest.fixture(scope="module")
def graph() -> dict[str, set[str]]:
    """Module -> the modules that it imports."""
    return {name: _imports(path) for path, name in NAMES.items() if name}


def test_packages_import_only_from_lower_layers(graph: dict[str, set[str]]) -> None:
    wrong = [
        f"{module} imports {imported}"
        for module, imports in graph.items()
        for imported in imports
        if (own := module.split(".")[0]) != (other := imported.split(".")[0])
        and RANK[other] >= RANK[own]
    ]
    assert wrong == []


def test_imports_have_no_circle(graph: dict[str, set[str]]) -> None:
    TopologicalSorter(graph).prepare()  # raises a CycleError that names the modules


def test_the_root_of_the_package_has_few_modules() -> None:
    assert len(list((ROOT / "engine").glob("*.py"))) <= MAX_ROOT_MODULES


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_modules_are_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


def test_large_records_are_keyword_only() -> None:
    """Positional arguments of a large record are easy to swap unnoticed."""
    for info in pkgutil.walk_packages(engine.__path__, "engine."):
        if info.name.endswith("__main__"):
            continue
        for name, record in vars(importlib.import_module(info.name)).items():
            own = getattr(record, "__module__", "").startswith("engine.")
            if own and inspect.isclass(record) and dataclasses.is_dataclass(record):
                fields = [f for f in dataclasses.fields(record) if f.init and not f.kw_only]
                assert len(fields) <= MAX_POSITIONAL_FIELDS, f"{info.name}.{name}"


def test_only_the_index_searches_with_faiss() -> None:
    def users(of: str) -> list[str]:
        return [_name(path) for path in MODULES if of in path.read_text(encoding="utf-8")]

    assert users("import faiss") == ["retrieval.faiss_library"]
    assert users("faiss.") == ["retrieval.index"]


def test_the_public_names_do_not_change() -> None:
    assert engine.__all__ == [
        "CareerMatch",
        "CareerPath",
        "Corpus",
        "EngineError",
        "Estimate",
        "LeftOutLine",
        "MoveFilters",
        "Neighbour",
        "Occupation",
        "OccupationRisk",
        "Posting",
        "PostingTask",
        "RankingWeights",
        "RiskEngine",
        "Task",
        "TaskRisk",
        "TitleMatch",
        "WorkforceRisk",
        "__version__",
        "read_posting",
    ]
    assert all(hasattr(engine, name) for name in engine.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Nonsense'"):
        _ = engine.Nonsense


@pytest.mark.parametrize(
    ("code", "heavy"),
    [
        ("import engine", "numpy pandas faiss sklearn torch sentence_transformers typer rich"),
        ("import engine; engine.RiskEngine", "matplotlib"),
        ("import engine.cli.app", "numpy pandas faiss sklearn torch sentence_transformers"),
        ("import engine.cli.app", "fastapi sqlalchemy starlette uvicorn jinja2 ray mcp"),
        ("import engine; engine.RiskEngine", "sklearn torch sentence_transformers faiss typer"),
    ],
)
def test_heavy_libraries_are_imported_on_first_use(code: str, heavy: str) -> None:
    check = f"import sys; {code}; print([m for m in {heavy.split()} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
