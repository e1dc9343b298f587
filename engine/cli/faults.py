"""Report what ends a command early in one line and by its status, without a traceback."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import NoReturn

from engine.errors import EngineError, first_line

FAULT = 2
"""Status of a command that reports a fault."""

INTERRUPTED = 130
"""Status of a command that the user interrupted: 128 and the number of the signal SIGINT."""

PIPE_CLOSED = 141
"""Status of a command whose reader, such as ``head``, has stopped: 128 and SIGPIPE."""


@contextlib.contextmanager
def reported(name: str) -> Iterator[None]:
    """End the process with a line on stderr and a status if the block raises an expected error.

    Expected are an ``EngineError``, an interrupt, a closed pipe, a file or stream that cannot be
    read or written, and too little memory. Anything else is a defect and keeps its traceback.

    Args:
        name: of the command, at the start of the line.
    """
    try:
        try:
            yield
        except SystemExit as ending:
            # The library of the command line ends the process when a pipe is closed.
            if isinstance(ending.__context__, BrokenPipeError):
                raise ending.__context__ from None
            _flush()
            raise
        _flush()
    except EngineError as error:
        _end(name, str(error))
    except KeyboardInterrupt:
        _discard_output()
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        _discard_output()
        sys.exit(PIPE_CLOSED)
    except MemoryError:
        _end(name, "not enough memory; give smaller input, or close other programs")
    except OSError as error:
        _end(name, _of_system(error))


def _of_system(error: OSError) -> str:
    problem = error.strerror or first_line(error)
    if error.filename is None:
        return f"output cannot be written ({problem}); free space, or write to another file"
    return (
        f"{str(error.filename)[:200]} cannot be used ({problem}); check the path and its "
        "permissions, and that the disk has space"
    )


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and not stream.closed:
            stream.flush()


def _end(name: str, message: str) -> NoReturn:
    with contextlib.suppress(OSError, ValueError):
        print(f"{name}: {message}", file=sys.stderr, flush=True)
    _discard_output()
    sys.exit(FAULT)


def _discard_output() -> None:
    """Throw away what a stream still holds; at exit, Python would fail to write it once more."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            with contextlib.suppress(OSError, ValueError), open(os.devnull, "wb") as nothing:  # noqa: PTH123
                os.dup2(nothing.fileno(), stream.fileno())
