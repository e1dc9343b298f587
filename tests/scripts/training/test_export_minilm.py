from __future__ import annotations

import onnx

from engine.encoders.onnx_network import shapes
from scripts.training.export_minilm import graph
from tests.conftest import ROOT

SHIPPED = ROOT / "models" / "minilm" / "graph.onnx"


def test_the_graph_that_ships_is_the_one_that_the_script_writes() -> None:
    assert onnx.load_model_from_string(SHIPPED.read_bytes()) == graph()


def test_the_graph_holds_no_weights() -> None:
    assert SHIPPED.stat().st_size < 10_000
    external = {
        tensor.name: tuple(tensor.dims)
        for tensor in graph().graph.initializer
        if tensor.data_location == onnx.TensorProto.EXTERNAL
    }
    assert external == shapes()
