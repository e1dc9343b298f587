"""The encoder for work: MiniLM with an adapter tuned on published outcomes.

Outcomes, work-activity groups and intermediate work activities shaped it, so its neighbours are
alike in outcome and in kind of work. What it has forgotten of content careers need: they are
compared by plain MiniLM.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from engine.encoders import probe
from engine.encoders.base import Encoder
from engine.encoders.sentence_transformer import SentenceTransformerEncoder
from engine.encoders.tuned import BASE, HEADS, TunedEncoder
from engine.errors import EncoderError
from engine.utils import checksums, resources

_WEIGHTS = "adapter_model.safetensors"


def write_adapter(folder: Path, network: Any, weight: Any, bias: Any) -> None:
    """Write a tuned adapter and its own heads, in half precision."""
    from safetensors.numpy import save_file

    # Not the folder it was loaded from, which is of this machine.
    network.peft_config["default"].base_model_name_or_path = BASE
    network.half().save_pretrained(str(folder), save_embedding_layers=False)
    (folder / "README.md").unlink(missing_ok=True)
    heads = {"weight": weight, "bias": bias}
    arrays = {key: value.detach().numpy().astype(np.float16) for key, value in heads.items()}
    save_file(arrays, str(folder / HEADS))
    checksums.write(folder.parent)


class WorkEncoder(TunedEncoder):
    """MiniLM with an adapter: near in its space means alike in what becomes of a task.

    Args:
        folder: where the adapters are; the one that ships by default.
        fold: use the adapter that has not seen this fold, instead of the final one.
    """

    name = "work"

    def __init__(self, folder: Path | None = None, *, fold: int | None = None) -> None:
        super().__init__(folder or resources.shipped("models") / "work", fold)
        if not (self.version / _WEIGHTS).is_file():
            raise EncoderError(
                f"{self.version} has no adapter: expected the encoder 'work' as it ships; install "
                "the package again, tune it with scripts/tune_encoder.py, or use --encoder minilm"
            )
        checksums.check(self.folder, self.version.name)
        self._tuned = SentenceTransformerEncoder("minilm", adapter=self.version)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the weights of MiniLM and of the adapter."""
        return self._tuned.fingerprint

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> np.ndarray:
        """Unit vectors, shape (n_texts, 384), float32."""
        return self._tuned.encode(texts, progress=progress)

    @cached_property
    def content(self) -> Encoder:
        """Plain MiniLM."""
        return SentenceTransformerEncoder("minilm")

    @cached_property
    def readout(self) -> probe.Readout:
        """The heads that were tuned together with the adapter."""
        from safetensors.numpy import load_file

        arrays = load_file(str(self.version / HEADS))
        weight = arrays["weight"].astype(np.float64) * probe.SCALE
        return probe.Readout(weight, arrays["bias"].astype(np.float64))

    def without(self, fold: int) -> WorkEncoder:
        """The encoder that has not seen the occupations of ``fold``."""
        return WorkEncoder(self.folder, fold=fold)
