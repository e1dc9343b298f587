"""The precision that encoders compute in: float32, or bfloat16 on request."""

from __future__ import annotations

import logging
import os
from functools import cache

_logger = logging.getLogger(__name__)


def computes_in_bfloat16() -> bool:
    """Return True if OCCUPATION_RISK_BFLOAT16=1 requests bfloat16 and this CPU multiplies it.

    A CPU with bfloat16 matrix instructions encodes about twice as fast as in float32. The cosine of
    the two vectors of a text is about 0.9999. It is off by default because the third digit of a
    score then depends on the machine and on the other texts of a batch.
    """
    if os.environ.get("OCCUPATION_RISK_BFLOAT16") != "1":
        return False
    import torch

    get_capabilities = getattr(torch.cpu, "get_capabilities", None)  # newer versions have it
    found = {} if get_capabilities is None else get_capabilities()
    available = bool(found.get("avx512_bf16") or found.get("amx_bf16"))
    if not available:
        _warn()
    return available


@cache  # once
def _warn() -> None:
    _logger.warning("this CPU has no bfloat16 instructions; encoding in float32 instead")
