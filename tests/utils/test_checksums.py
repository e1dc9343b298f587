from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from engine import Corpus, EngineError
from engine.careers import similarity
from engine.encoders.static import StaticEncoder
from engine.encoders.work import WorkEncoder
from engine.model import pretrained
from engine.utils import checksums, resources

MODELS = resources.shipped("models")


def _add(path: Path) -> None:
    (path.parent / "module.py").write_text("print('loaded')")


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


CHANGES: list[Callable[[Path], None]] = [
    _flip,
    Path.unlink,
    lambda path: path.write_bytes(b""),
    _add,
]


@pytest.mark.parametrize("change", CHANGES, ids=["flipped", "missing", "empty", "added"])
@pytest.mark.parametrize(
    ("encoder", "file"),
    [
        (WorkEncoder, "final/adapter_config.json"),
        (WorkEncoder, "final/readout.safetensors"),
        (StaticEncoder, "final/model.safetensors"),
        (StaticEncoder, "final/2_Dense/config.json"),
    ],
)
def test_an_encoder_rejects_modified_weights(
    tmp_path: Path,
    encoder: type[WorkEncoder] | type[StaticEncoder],
    file: str,
    change: Callable[[Path], None],
) -> None:
    folder = tmp_path / encoder.name
    shutil.copytree(MODELS / encoder.name, folder)
    encoder(folder)
    change(folder / file)
    with pytest.raises(
        EngineError, match=r"differs from the file that ships \(.*\); reinstall the package"
    ):
        encoder(folder)
    checksums.write(folder)  # as training does
    assert change is not _flip or encoder(folder)


@pytest.mark.parametrize("change", CHANGES[:-1], ids=["flipped", "missing", "empty"])
def test_the_tokenizer_that_static_versions_share_is_checked(
    tmp_path: Path, change: Callable[[Path], None]
) -> None:
    folder = tmp_path / "static"
    shutil.copytree(MODELS / "static", folder)
    change(folder / "tokenizer.json")
    with pytest.raises(EngineError, match=r"tokenizer.json differs from the file that ships"):
        StaticEncoder(folder)


def test_modified_settings_heads_and_similarity_models_are_rejected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = Corpus.read(resources.shipped("reference_tasks"), "starter")
    models = tmp_path / "models"
    for name in ("work", "careers"):
        shutil.copytree(MODELS / name, models / name)
    monkeypatch.setattr(resources, "shipped", lambda name: tmp_path / name)
    for path, use in (
        (models / "work" / "tuned_texts.safetensors", lambda: WorkEncoder().folds),
        (models / "work" / "encoder.json", lambda: WorkEncoder().folds),
        (models / "work" / pretrained.FILE, lambda: pretrained.load(corpus, WorkEncoder())),
        (similarity.shipped_path(), lambda: similarity.find("", [])),
    ):
        _flip(path)
        with pytest.raises(EngineError, match=f"{path.name} differs from the file that ships"):
            use()


def test_a_folder_without_a_valid_list_is_rejected(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    shutil.copytree(MODELS / "work", folder)
    for content in (None, b"nonsense\n", b"\xff"):
        (folder / checksums.FILE).unlink()
        if content is not None:
            (folder / checksums.FILE).write_bytes(content)
        with pytest.raises(EngineError, match=r"SHA256SUMS is missing or damaged"):
            WorkEncoder(folder)
        (folder / checksums.FILE).touch()


@pytest.mark.parametrize("name", ["work", "static", "careers"])
def test_sha256sum_reads_the_list(name: str) -> None:
    if shutil.which("sha256sum") is None:
        pytest.skip("sha256sum is not installed")
    command = ["sha256sum", "--check", "--strict", "--quiet", checksums.FILE]
    done = subprocess.run(command, cwd=MODELS / name, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
