"""The work encoder: MiniLM with a LoRA adapter tuned on published outcomes.

It was tuned on outcomes, work-activity groups and intermediate work activities, so nearby tasks are
similar in outcome and in kind of work. Tuning lost some of the content that comparing careers
needs, so plain MiniLM compares careers.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from engine.encoders.base import Encoder
from engine.encoders.minilm import MiniLMEncoder
from engine.encoders.probe import LinearProbe
from engine.encoders.tuned import BASE, PROBE_FILE, REINSTALL, TunedEncoder
from engine.errors import EncoderError
from engine.utils import checksums, resources

_WEIGHTS = "adapter_model.safetensors"


def write_adapter(folder: Path, network: Any, probe: LinearProbe) -> None:
    """Write one version, an adapter and its probe, in half precision.

    Args:
        folder: folder of the version.
        network: the peft model of the adapter.
        probe: tuned together with the adapter.
    """
    # Not the folder that it was loaded from, which other machines do not have.
    network.peft_config["default"].base_model_name_or_path = BASE
    network.half().save_pretrained(str(folder), save_embedding_layers=False)
    (folder / "README.md").unlink(missing_ok=True)
    probe.write(folder / PROBE_FILE)
    checksums.write(folder.parent)


class WorkEncoder(TunedEncoder):
    """MiniLM with an adapter: similar vectors mean similar outcomes and kinds of work.

    Args:
        folder: folder of the adapters; the one that ships if None.
        fold: use the adapter tuned without this fold; the final one if None.

    Raises:
        EncoderError: if the adapter is missing or modified.
    """

    name = "work"

    def __init__(self, folder: Path | None = None, *, fold: int | None = None) -> None:
        super().__init__(folder or resources.shipped("models") / "work", fold)
        if not (self.version / _WEIGHTS).is_file():
            raise EncoderError(f"{self.version} has no adapter; {REINSTALL}")
        checksums.check(self.folder, self.version.name)
        self._tuned = MiniLMEncoder(self.version)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the weights of MiniLM and the adapter."""
        return self._tuned.fingerprint

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> np.ndarray:
        """Return unit vectors, shape (n_texts, 384), float32."""
        return self._tuned.encode(texts, progress=progress)

    @cached_property
    def content(self) -> Encoder:
        """Plain MiniLM."""
        return MiniLMEncoder()

    @cached_property
    def probe(self) -> LinearProbe:
        """The linear probe that was tuned together with the adapter."""
        return LinearProbe.read(self.version / PROBE_FILE)

    def without(self, fold: int) -> WorkEncoder:
        """Return the encoder that was tuned without the occupations of ``fold``."""
        return WorkEncoder(self.folder, fold=fold)
