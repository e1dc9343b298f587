"""Prepare a process to score several jobs side by side, as servers do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from engine.encoders.side_by_side import encode_side_by_side
from engine.retrieval.faiss_library import load_faiss
from engine.utils.work_queue import SCORING_AT_ONCE


@contextmanager
def scoring_side_by_side() -> Iterator[None]:
    """Let ``SCORING_AT_ONCE`` threads score at once until the block ends.

    Enter the block before anything is encoded.
    """
    from threadpoolctl import threadpool_limits

    encode_side_by_side(SCORING_AT_ONCE)
    load_faiss()  # now, so that thread limits apply to it
    # Idle BLAS threads spin while they wait for the next product, and take cores from the encoder:
    # scoring fifteen tasks took 1.7 times as long.
    with threadpool_limits(1, user_api="blas"):
        yield
