from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from engine import EngineError
from engine.encoders.model_folder import check_model_folder
from engine.encoders.sentence_transformer import SentenceTransformerEncoder

MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
    {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
]
CODE = 'import pathlib; pathlib.Path(__file__).with_name("ran").touch()\nclass Module: pass\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a sentence-transformer; its weights are empty."""
    folder = tmp_path / "model"
    (folder / "1_Pooling").mkdir(parents=True)
    (folder / "modules.json").write_text(json.dumps(MODULES))
    (folder / "config.json").write_text('{"model_type": "bert"}')
    (folder / "1_Pooling" / "config.json").write_text('{"pooling_mode_mean_tokens": true}')
    (folder / "model.safetensors").touch()
    (folder / "README.md").write_text("A card.")
    return folder


def test_settings_and_safetensors_are_accepted(folder: Path) -> None:
    check_model_folder(folder)
    (folder / "pytorch_model.bin").touch()  # never read, beside safetensors
    check_model_folder(folder)


def test_the_name_of_no_folder_passes(tmp_path: Path) -> None:
    check_model_folder(tmp_path / "organization" / "model")


def _modules(kind: object) -> Callable[[Path], object]:
    content = json.dumps([{"idx": 0, "name": "0", "path": "", "type": kind}])
    return lambda folder: (folder / "modules.json").write_text(content)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: (f / "evil.py").write_text(CODE), "evil.py is code"),
        (lambda f: (f / "1_Pooling" / "evil.so").touch(), "1_Pooling/evil.so is code"),
        (lambda f: (f / "1_Pooling" / "weights.bin").touch(), "weights.bin is a pickle"),
        (lambda f: (f / "model.safetensors").rename(f / "model.pt"), "model.pt is a pickle"),
        (_modules("evil.Module"), "modules.json names a module that is not part of"),
        (_modules("sentence_transformers_evil.Module"), "names a module that is not part of"),
        (_modules(None), "names a module that is not part of"),
        (lambda f: (f / "modules.json").write_text("{}"), "names a module that is not part of"),
        (lambda f: (f / "modules.json").write_text("["), "modules.json is not valid JSON"),
        (lambda f: (f / "config.json").write_text("[" * 99_999), "config.json is not valid JSON"),
        (
            lambda f: (f / "config.json").write_text('{"auto_map": {"AutoModel": "evil.Model"}}'),
            "config.json names code of the model",
        ),
        (lambda f: (f / "2_Dense").symlink_to(f.parent), "2_Dense is a link to a folder"),
    ],
)
def test_code_is_rejected_before_anything_is_loaded(
    folder: Path, change: Callable[[Path], object], message: str
) -> None:
    change(folder)
    with pytest.raises(EngineError, match=f"{message}.*so nothing was loaded; use a folder with"):
        SentenceTransformerEncoder(str(folder)).encode(["Write reports."])
    assert not list(folder.rglob("ran"))
