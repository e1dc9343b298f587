from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.encoders.convolution import ORDERS, WIDTH, ConvolutionNetwork, _window
from scripts.training.translator import Network

N_PIECES, N_DIMENSIONS, HIDDEN = 40, 64, 32


def random_weights() -> dict[str, np.ndarray]:
    """Return weights of a small network."""
    generator = np.random.default_rng(0)
    total = WIDTH * len(ORDERS)
    shapes: dict[str, tuple[int, ...]] = {
        "pieces": (N_PIECES, N_DIMENSIONS),
        "project": (N_DIMENSIONS, total),
        "pool": (N_DIMENSIONS + total, HIDDEN),
        "dense_0": (HIDDEN, HIDDEN), "skip_1": (HIDDEN, HIDDEN), "dense_1": (HIDDEN, HIDDEN),
        "dense_2": (HIDDEN, HIDDEN), "skip_3": (HIDDEN, HIDDEN), "dense_3": (HIDDEN, HIDDEN),
        "project_bias": (total,), "project_gain": (total,), "project_shift": (total,),
        "gain": (N_DIMENSIONS + total,), "shift": (N_DIMENSIONS + total,), "pool_bias": (HIDDEN,),
    }  # fmt: skip
    for width, _ in ORDERS:
        for name in ("first", "second"):
            shapes[f"{name}{width}"] = (width * WIDTH, WIDTH)
            shapes[f"{name}{width}_bias"] = (WIDTH,)
    return {
        name: generator.normal(scale=0.1, size=shape).astype(np.float32)
        for name, shape in shapes.items()
    }


@pytest.fixture(scope="module")
def weights() -> dict[str, np.ndarray]:
    return random_weights()


def _texts(count: int) -> list[np.ndarray]:
    generator = np.random.default_rng(1)
    return [generator.integers(0, N_PIECES, generator.integers(1, 12)) for _ in range(count)]


def test_training_computes_the_same(weights: dict[str, np.ndarray]) -> None:
    texts = _texts(30)
    with torch.inference_mode():
        trained = Network(weights).eval()(texts).numpy()
    np.testing.assert_allclose(ConvolutionNetwork(weights)(texts), trained, atol=1e-5)


def test_a_text_has_the_same_vector_alone_and_among_others(
    weights: dict[str, np.ndarray],
) -> None:
    network, texts = ConvolutionNetwork(weights), _texts(700)  # more than one chunk
    together = network(texts)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    for row in (0, 350, 699):
        np.testing.assert_allclose(network([texts[row]])[0], together[row], atol=1e-5)


def test_windows_do_not_reach_into_other_texts() -> None:
    # Texts of one, two and four pieces; 7 stands for no piece.
    found = _window(np.array([0, 1, 3]), np.array([1, 2, 4]))
    assert found.tolist() == [
        [7, 7, 0, 7, 7],
        [7, 7, 1, 2, 7],
        [7, 1, 2, 7, 7],
        [7, 7, 3, 4, 5],
        [7, 3, 4, 5, 6],
        [3, 4, 5, 6, 7],
        [4, 5, 6, 7, 7],
    ]
