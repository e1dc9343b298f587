from __future__ import annotations

import pytest

from engine.encoders.minilm import MiniLMEncoder
from engine.encoders.registry import find_encoder
from engine.encoders.sentence_transformer import SentenceTransformerEncoder
from engine.encoders.static import StaticEncoder
from engine.encoders.work import WorkEncoder


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("work", WorkEncoder),
        ("static", StaticEncoder),
        ("minilm", MiniLMEncoder),
        ("models/mine", SentenceTransformerEncoder),
    ],
)
def test_encoders_by_name(name: str, kind: type) -> None:
    encoder = find_encoder(name)
    assert type(encoder) is kind
    assert encoder.name == name


def test_the_work_encoder_is_multilingual() -> None:
    assert find_encoder("multilingual").name == "work"
