"""The same input gives the same engine, byte by byte, and the same scores in any order."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine import RiskEngine
from engine.encoders import onnx_network
from engine.encoders.work import WorkEncoder
from tests.conftest import ROOT

pytestmark = pytest.mark.reliability

_BUILD = """
import sys
from pathlib import Path
from engine import Corpus, RiskEngine
from engine.encoders.cache import EmbeddingCache
starter = Corpus.read("reference_tasks", "starter")
codes = starter.occupations["soc_code"].tolist()
corpus = starter.select_occupations(codes[::60])
RiskEngine.build(corpus, "static", cache=EmbeddingCache(Path(sys.argv[2]))).save(sys.argv[1])
"""


def test_two_builds_give_the_same_bytes(tmp_path: Path) -> None:
    """In two processes with different hash seeds, and cached vectors for the second."""
    for name, seed in (("first", "1"), ("second", "2")):
        command = [sys.executable, "-c", _BUILD, str(tmp_path / name), str(tmp_path / "cache")]
        environment = {"PATH": "/usr/bin:/bin", "PYTHONHASHSEED": seed, "HF_HUB_OFFLINE": "1"}
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
    first, second = (
        {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}
        for name in ("first", "second")
    )
    assert first == second


def test_neither_batch_size_nor_order_changes_a_score(
    starter_folder: Path,
    record_property: Callable[[str, object], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = [
        f"{verb} {what} for {whom}."
        for verb in ("Prepare", "Check", "Repair", "Explain")
        for what in (
            "monthly reports",
            "water pumps",
            "contracts and the letters that go with them",
        )
        for whom in ("clients", "the staff of a large hospital", "schools")
    ]
    encoder = WorkEncoder()

    def risks(texts: list[str]) -> np.ndarray:
        """Score by an engine without any cached result."""
        engine = RiskEngine.load(starter_folder, encoder=encoder)
        return np.array([scored.risk for scored in engine.score_tasks(texts)])

    together = risks(texts)
    one_by_one = np.concatenate([risks([text]) for text in texts])
    backwards = risks(texts[::-1])[::-1]
    table = RiskEngine.load(starter_folder, encoder=encoder).score_table(texts).columns["risk"]
    monkeypatch.setattr(onnx_network, "_BATCH_TOKENS", 64)
    small = risks(texts)
    moved = max(np.abs(other - together).max() for other in (one_by_one, backwards, table, small))
    record_property("largest change of a risk", f"{moved:.1e}")
    assert moved <= 1e-6
