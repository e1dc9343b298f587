"""Sentence-transformers as encoders, loaded once and shared by all threads."""

from __future__ import annotations

import contextlib
import copy
import hashlib
import json
import threading
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from engine.encoders import side_by_side
from engine.encoders.minilm_files import adapted_fingerprint, minilm_folder
from engine.encoders.model_folder import check_model_folder
from engine.encoders.precision import computes_in_bfloat16
from engine.errors import EncoderError, first_line
from engine.utils.cancellation import check_cancelled
from engine.utils.concurrency import check_not_forked
from engine.utils.vectors import unit

_TOKENIZED_AT_ONCE = 1_000

_loading = threading.Lock()


class SentenceTransformerEncoder:
    """A sentence-transformer, loaded at its first use; any number of threads may share it.

    Args:
        name: ``minilm``, a folder, or a name that sentence-transformers can resolve.
        adapter: folder of a LoRA adapter to merge into the weights.
        batch_size: texts to embed at once.
    """

    def __init__(
        self, name: str = "minilm", *, adapter: Path | None = None, batch_size: int = 64
    ) -> None:
        self.name = name
        self._adapter = adapter
        self._batch_size = batch_size
        self._model: Any = None
        self._idle_copies: list[Any] = []
        self._fingerprint: str | None = None

    @property
    def fingerprint(self) -> str:
        """SHA-256 of weights, tokenizer, maximum length and adapter.

        Raises:
            EncoderError: if the model cannot be loaded.
        """
        if self._fingerprint is None:
            self._load()
        return str(self._fingerprint)

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> np.ndarray:
        """Return unit vectors, shape (n_texts, n_dimensions), float32.

        Each distinct text is embedded once.

        Raises:
            EncoderError: if the model cannot be loaded, or was loaded before a fork.
        """
        distinct = list(dict.fromkeys(texts))
        with self._exclusive_copy() as model:
            vectors = _embed(model, distinct, self._batch_size, progress=progress)
        vectors = unit(vectors)  # not by the library, which would use the precision of the weights
        row = {text: number for number, text in enumerate(distinct)}
        return vectors[[row[text] for text in texts]]

    @contextlib.contextmanager
    def _exclusive_copy(self) -> Iterator[Any]:
        """Wait for a turn, then yield a copy of the model that no other thread uses.

        Copies share their weights. Tokenizers are copied, since they allow one thread at a time.
        """
        model = self._load()
        with side_by_side.turn():
            try:
                private = self._idle_copies.pop()
            except IndexError:
                weights = {id(part): part for part in (*model.parameters(), *model.buffers())}
                private = copy.deepcopy(model, memo=weights)
            _share_cores()
            try:
                yield private
            finally:
                self._idle_copies.append(private)

    def _load(self) -> Any:
        """Return the model, and load it first if necessary; only copies of it encode."""
        check_not_forked()
        with _loading:
            if self._model is None:
                model = _read_model(str(minilm_folder()) if self.name == "minilm" else self.name)
                # Before the merge, whose last bits may differ between machines.
                fingerprint = _fingerprint(model)
                model.float()  # CPUs are slow in float16, in which weights may be stored
                if self._adapter is not None:
                    _merge_adapter(model, self._adapter)
                    fingerprint = adapted_fingerprint(fingerprint, self._adapter)
                if computes_in_bfloat16():
                    model.bfloat16()
                self._model, self._fingerprint = model, fingerprint
        return self._model

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_idle_copies": []}


def _share_cores() -> None:
    """Set the threads of torch so that side-by-side callers together use every core once."""
    callers = side_by_side.callers()
    if callers > 1:
        import torch

        # In each calling thread, since threads may have limits of their own.
        torch.set_num_threads(max(1, _cores() // callers))


@cache
def _cores() -> int:
    """Threads that torch uses by default, in a new thread because this one may have a limit."""
    import torch

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(torch.get_num_threads).result()


def _read_model(location: str) -> Any:
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    check_model_folder(Path(location))
    try:
        return SentenceTransformer(location, device="cpu", trust_remote_code=False)
    except Exception as error:  # the library raises many kinds for the same reason
        raise EncoderError(
            f"encoder {location!r} cannot be loaded ({first_line(error)}); give 'minilm', the "
            "folder of a sentence-transformer, or the name of one that is installed or can be "
            "downloaded"
        ) from error


def _merge_adapter(model: Any, adapter: Path) -> None:
    """Merge a LoRA adapter into the weights of a model, in place."""
    from peft import PeftModel

    transformer = model[0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # peft calls a deprecated function
        tuned = PeftModel.from_pretrained(transformer.auto_model, str(adapter))
        transformer.auto_model = tuned.merge_and_unload()


def _fingerprint(model: Any) -> str:
    """Return the SHA-256 of weights, maximum length, module settings, and tokenizer."""
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


def _embed(model: Any, texts: Sequence[str], batch_size: int, *, progress: bool) -> np.ndarray:
    """Return vectors of any length. Texts of similar length share a batch to keep padding short."""
    from tqdm import tqdm

    order = np.arange(len(texts))
    if len(texts) > batch_size:
        order = np.argsort(-_lengths(model, texts), kind="stable")  # longest first: fail early
    batches = []
    for start in tqdm(range(0, len(texts), batch_size), "Batches", disable=not progress):
        check_cancelled()
        rows = order[start : start + batch_size]
        found = model.encode(
            [texts[row] for row in rows],
            batch_size=batch_size,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        batches.append(found)
    vectors = np.vstack(batches).astype(np.float32)
    vectors[order] = vectors.copy()
    return vectors


def _lengths(model: Any, texts: Sequence[str]) -> np.ndarray:
    """Return the length of each text in tokens, or in characters without a usual tokenizer."""
    if not callable(model.tokenizer) or model.max_seq_length is None:
        return np.array([len(text) for text in texts], dtype=np.int64)
    return np.array(
        [
            len(tokens)
            for start in range(0, len(texts), _TOKENIZED_AT_ONCE)
            for tokens in model.tokenizer(
                list(texts[start : start + _TOKENIZED_AT_ONCE]),
                truncation=True,
                max_length=model.max_seq_length,
            )["input_ids"]
        ],
        dtype=np.int64,
    )
