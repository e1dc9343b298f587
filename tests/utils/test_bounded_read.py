from __future__ import annotations

import io
import os
import socket
import sys
import threading
from pathlib import Path

import pytest

from engine.errors import InputError
from engine.utils import bounded_read
from engine.utils.bounded_read import fits_in_memory, is_folder, read_file, read_standard_input

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes")


class _Endless(io.RawIOBase):
    """A stream without end that counts what was read."""

    taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:
        self.taken += len(buffer)
        return len(buffer)


def test_a_file_of_the_limit_is_read_and_one_byte_more_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"a" * 2**20)
    assert read_file(path, most=2**20) == b"a" * 2**20
    path.write_bytes(b"a" * (2**20 + 1))
    with pytest.raises(InputError, match=r"list\.csv is larger than 1 MB; split it"):
        read_file(path, most=2**20)


def test_an_endless_stream_is_read_to_one_byte_above_the_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    endless = _Endless()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(endless, 1)))
    with pytest.raises(InputError, match="standard input is larger than 3 MB; split it"):
        read_standard_input(most=3 * 2**20)
    assert endless.taken <= 3 * 2**20 + 8_192


def test_standard_input_is_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Write reports.")))
    assert read_standard_input() == b"Write reports."
    monkeypatch.setattr(sys, "stdin", None)  # as when a program starts with it closed
    assert read_standard_input() == b""


@posix
def test_a_pipe_that_no_program_writes_to_is_rejected_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="is a pipe that no program writes to; name a file"):
        read_file(tmp_path / "pipe")


@posix
def test_a_pipe_that_a_program_writes_to_is_read_within_the_limit() -> None:
    """Shells name such pipes /dev/fd/63, for ``<(command)``."""

    def read(content: bytes, most: int) -> bytes:
        end, start = os.pipe()
        writer = threading.Thread(target=_write, args=(start, content))
        try:
            path = Path(f"/dev/fd/{end}")
            writer.start()
            return read_file(path, most=most)
        finally:
            os.close(end)
            writer.join()

    assert read(b"ab" * 100_000, 200_000) == b"ab" * 100_000
    with pytest.raises(InputError, match="is larger than 1 MB"):
        read(b"ab" * 100_000, 199_999)


def _write(descriptor: int, content: bytes) -> None:
    try:
        with open(descriptor, "wb") as stream:
            stream.write(content)
    except BrokenPipeError:
        pass  # the reader stopped at its limit


@posix
@pytest.mark.parametrize("name", ["/dev/zero", "/dev/null"])
def test_a_device_is_rejected(name: str) -> None:
    with pytest.raises(InputError, match=f"{name} is a device; name a file"):
        read_file(Path(name))


@posix
def test_a_socket_and_a_folder_are_rejected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # the name of a socket has at most 107 characters
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        with pytest.raises(InputError, match="socket is a socket; name a file"):
            read_file(Path("socket"))
    with pytest.raises(InputError, match="is a folder; name a file in it"):
        read_file(tmp_path)


@pytest.mark.parametrize("name", ["x" * 300, "loop", "a\0b", "missing", "file/in"])
def test_an_impossible_path_is_one_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"check (it|the path)") as caught:
        read_file(tmp_path / name)
    assert len(str(caught.value)) < 400


def test_too_little_memory_is_one_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> bytes:
        raise MemoryError

    monkeypatch.setattr(bounded_read, "_read", fail)
    (tmp_path / "list.csv").touch()
    with pytest.raises(InputError, match=r"list\.csv does not fit in the memory"):
        read_file(tmp_path / "list.csv")
    with (
        pytest.raises(InputError, match="the staff list does not fit"),
        fits_in_memory("the staff list"),
    ):
        raise MemoryError


def test_no_path_is_too_strange_to_be_asked(tmp_path: Path) -> None:
    assert is_folder(tmp_path)
    assert not any(is_folder(tmp_path / name) for name in ("x" * 300, "a\0b", "missing"))
