"""Show which stage of some long work runs."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def show_stages(total: int, *, progress: bool) -> Iterator[Callable[[str], None]]:
    """Yield a function to call with the name of each stage when it begins.

    Args:
        total: number of stages.
        progress: show the stage, its number and the time on stderr.
    """
    from tqdm import tqdm

    style = "{desc} ({n_fmt} of {total_fmt}, {elapsed})"
    with tqdm(total=total, bar_format=style, leave=False, disable=not progress) as bar:

        def begin(name: str) -> None:
            bar.set_description_str(name, refresh=False)
            bar.update()
            bar.refresh()

        yield begin
