from __future__ import annotations

import pytest

from engine.encoders import precision
from engine.encoders.precision import computes_in_bfloat16


@pytest.mark.parametrize(
    ("capabilities", "expected"),
    [({"avx512_bf16": True}, True), ({"amx_bf16": True}, True), ({"avx2": True}, False)],
)
def test_bfloat16_needs_a_request_and_a_cpu_that_has_it(
    capabilities: dict[str, bool], expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities)
    monkeypatch.delenv("OCCUPATION_RISK_BFLOAT16", raising=False)
    assert not computes_in_bfloat16()
    monkeypatch.setenv("OCCUPATION_RISK_BFLOAT16", "1")
    assert computes_in_bfloat16() is expected
    monkeypatch.delattr(torch.cpu, "get_capabilities")  # as in older versions of torch
    assert not computes_in_bfloat16()


def test_a_request_that_the_cpu_cannot_meet_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import torch

    monkeypatch.setattr(torch.cpu, "get_capabilities", dict)
    monkeypatch.setenv("OCCUPATION_RISK_BFLOAT16", "1")
    precision._warn.cache_clear()
    assert [computes_in_bfloat16() for _ in range(2)] == [False, False]
    assert caplog.messages == ["this CPU has no bfloat16 instructions; encoding in float32 instead"]
