from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from engine.retrieval.faiss_library import kernels_of_processor, load_faiss


def test_faiss_uses_the_matrix_kernels_of_the_processor() -> None:
    load_faiss()
    expected = kernels_of_processor()
    chosen = [
        library["architecture"]
        for library in threadpool_info()
        if library["internal_api"] == "openblas" and "faiss" in library["filepath"]
    ]
    if not (expected and chosen):
        pytest.skip("numpy or faiss has no OpenBLAS of its own")
    assert chosen == [expected]
    assert "OPENBLAS_CORETYPE" not in os.environ


@pytest.mark.parametrize(
    ("known_to_numpy", "known_to_faiss"),
    [("SapphireRapids", "SkylakeX"), ("Haswell", "Haswell"), ("Prescott", ""), (None, "")],
)
def test_newer_kernels_have_an_older_name(
    known_to_numpy: str | None, known_to_faiss: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = {"internal_api": "openblas", "architecture": "Zen", "filepath": "/scipy.libs/b.so"}
    file = f"{Path(np.__file__).parent}.libs/a.so"
    found = [other, {"internal_api": "openmp", "filepath": file}]
    if known_to_numpy:
        found += [{"internal_api": "openblas", "architecture": known_to_numpy, "filepath": file}]
    monkeypatch.setattr("threadpoolctl.threadpool_info", lambda: found)
    assert kernels_of_processor() == known_to_faiss
