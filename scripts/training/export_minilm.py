#!/usr/bin/env python
"""Write the graph of MiniLM for onnxruntime, without its weights: models/minilm/graph.onnx.

    python scripts/training/export_minilm.py

The operators are those that onnxruntime itself would fuse the exported network into: one for the
sum of the embeddings, and for each layer one for attention, one for the activation, and two for
the normalizations. They are documented in its list of contributed operators.
"""

from __future__ import annotations

from typing import Any

from onnx import TensorProto, helper

from engine.encoders.onnx_network import (
    FOLDER,
    GRAPH_FILE,
    HEADS,
    LAYERS,
    WIDTH,
    shapes,
)
from engine.utils import checksums, resources

_CONTRIBUTED = "com.microsoft"
_EPSILON = 1e-12
_OPSET, _IR_VERSION = 17, 8


def main() -> None:
    folder = resources.shipped("models") / FOLDER
    folder.mkdir(exist_ok=True)
    (folder / GRAPH_FILE).write_bytes(graph().SerializeToString())
    checksums.write(folder)
    print(f"wrote {folder / GRAPH_FILE}")


def graph() -> Any:
    """Return the model: from ``ids`` and ``mask``, int32, shape (n_texts, n_tokens), to the mean
    of the token vectors, ``vectors``, float32, shape (n_texts, 384).

    ``mask`` is 1 for tokens and 0 for padding, which follows them.
    """
    nodes = [
        _contributed(
            "EmbedLayerNormalization",
            ["ids", "", "words", "positions", "", "gain", "shift"],
            ["tokens_0", "unused"],
            epsilon=_EPSILON,
        )
    ]
    for layer in range(LAYERS):
        nodes += _layer(layer)
    nodes += [
        helper.make_node("Cast", ["mask"], ["weights"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["weights", "one"], ["row"]),
        helper.make_node("MatMul", ["row", f"tokens_{LAYERS}"], ["sums"]),
        helper.make_node("ReduceSum", ["row", "two"], ["counts"], keepdims=1),
        helper.make_node("Div", ["sums", "counts"], ["means"]),
        helper.make_node("Squeeze", ["means", "one"], ["vectors"]),
    ]
    given = ["n_texts", "n_tokens"]
    body = helper.make_graph(
        nodes,
        "all-MiniLM-L6-v2",
        [helper.make_tensor_value_info(name, TensorProto.INT32, given) for name in ("ids", "mask")],
        [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["n_texts", WIDTH])],
        initializer=[
            *(_external(name, shape) for name, shape in shapes().items()),
            helper.make_tensor("one", TensorProto.INT64, [1], [1]),
            helper.make_tensor("two", TensorProto.INT64, [1], [2]),
        ],
    )
    opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_CONTRIBUTED, 1)]
    return helper.make_model(body, opset_imports=opsets, ir_version=_IR_VERSION)


def _layer(n: int) -> list[Any]:
    def product(given: str, matrix: str, result: str) -> Any:
        return helper.make_node("MatMul", [given, f"{matrix}_{n}"], [f"{result}_{n}"])

    def normalized(change: str, before: str, name: str, result: str) -> Any:
        weights = [f"{name}_{part}_{n}" for part in ("gain", "shift", "bias")]
        return _contributed(
            "SkipLayerNormalization",
            [f"{change}_{n}", before, *weights],
            [result],
            epsilon=_EPSILON,
        )

    attention = [f"tokens_{n}", f"attention_{n}", f"attention_bias_{n}", "mask"]
    return [
        _contributed("Attention", attention, [f"attended_{n}"], num_heads=HEADS),
        product(f"attended_{n}", "output", "mixed"),
        normalized("mixed", f"tokens_{n}", "output", f"between_{n}"),
        product(f"between_{n}", "inner", "wide"),
        _contributed("BiasGelu", [f"wide_{n}", f"inner_bias_{n}"], [f"active_{n}"]),
        product(f"active_{n}", "outer", "narrow"),
        normalized("narrow", f"between_{n}", "outer", f"tokens_{n + 1}"),
    ]


def _contributed(operator: str, given: list[str], results: list[str], **settings: Any) -> Any:
    return helper.make_node(operator, given, results, domain=_CONTRIBUTED, **settings)


def _external(name: str, shape: tuple[int, ...]) -> TensorProto:
    """Declare a weight that enters when the network is loaded."""
    tensor = TensorProto(
        name=name,
        data_type=TensorProto.FLOAT,
        dims=shape,
        data_location=TensorProto.EXTERNAL,
    )
    tensor.external_data.add(key="location", value="weights")
    return tensor


if __name__ == "__main__":
    main()
