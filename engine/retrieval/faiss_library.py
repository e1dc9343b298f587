"""Load faiss with the matrix kernels of this processor.

The packages of faiss bring an OpenBLAS of 2021. It takes processors of later years for one of 2004,
and a search takes more than twice as long. The OpenBLAS of numpy knows them.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import numpy as np

_VARIABLE = "OPENBLAS_CORETYPE"

_KERNELS = {
    "Haswell": "Haswell",
    "Zen": "Zen",
    "SkylakeX": "SkylakeX",
    "Cooperlake": "SkylakeX",
    "SapphireRapids": "SkylakeX",
}
"""Kernels that the OpenBLAS of numpy may choose -> those of faiss for the same processors."""


def load_faiss() -> Any:
    """Return the module ``faiss``; the first call imports it.

    The variable ``OPENBLAS_CORETYPE``, if it is set, stands.
    """
    loads = "faiss" not in sys.modules and _VARIABLE not in os.environ
    kernels = kernels_of_processor() if loads else ""
    if kernels:
        os.environ[_VARIABLE] = kernels  # read once, when the library is loaded
    try:
        import faiss
    finally:
        if kernels:
            os.environ.pop(_VARIABLE, None)
    return faiss


def kernels_of_processor() -> str:
    """Return the kernels that suit this processor, or "" where numpy has no OpenBLAS to ask."""
    from threadpoolctl import threadpool_info

    own = str(Path(np.__file__).parent)  # the start of numpy and of numpy.libs
    chosen = [
        library["architecture"]
        for library in threadpool_info()
        if library["internal_api"] == "openblas" and library["filepath"].startswith(own)
    ]
    return _KERNELS.get(chosen[0], "") if chosen else ""
