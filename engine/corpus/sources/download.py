"""Downloading the published data from its publishers, each file checked before it is kept."""

from __future__ import annotations

import hashlib
import logging
import os
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.corpus.sources import aei, eloundou, onet
from engine.errors import DownloadError

_TIMEOUT = 60
_CHUNK = 1 << 16
_MAX_MEMBER_BYTES = 512 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Source:
    """A file of a publisher.

    Attributes:
        name: short name, for people.
        url: address.
        path: where it goes, relative to the data folder.
        sha256: checksum of the file; None where it is checked by its members.
        members: for a zip file: files to take out of it -> their checksum, or None where only the
            archive's own check applies. They go beside ``path`` and the archive is not kept.
        licence: under which the publisher gives it.
    """

    name: str
    url: str
    path: Path
    sha256: str | None
    licence: str
    members: Mapping[str, str | None] = field(default_factory=dict)

    def files(self) -> dict[Path, str | None]:
        """What there is when it has been fetched: relative path -> checksum."""
        if not self.members:
            return {self.path: self.sha256}
        return {self.path.parent / name: digest for name, digest in self.members.items()}


_ONET_MEMBERS = {
    "Occupation Data.txt": "63e6029d3d30ff5c7cf39b5304a733b77a409e01c65ae7095fe92f6d18d74a66",
    "Task Statements.txt": "093fae042127cddb2913f78e54c62a7ef6b7a82578d6ea1b60f928f6893470a7",
    "Task Ratings.txt": None,
    "Job Zones.txt": "7b13748f1d880dbbc6bd2a5f91bd457492f82c3f3bf9bd64909e73f600cd5fba",
    "Alternate Titles.txt": "528592356fba6dba707e6c66a36faf7cc3b2a815f478eaa23e0425fcb62c7283",
    "Tasks to DWAs.txt": "2c63a5dfdc7888cef0a2719cb6e2d272e0106f7c863af4b22e3cf6173b7331ff",
    "DWA Reference.txt": "62b95bb1cfe9d89e3b18ea5522108835e535fab3d10168acbaef16e1e783bd82",
    "IWA Reference.txt": "21aea17a4ac775fc2a4e3cae359a681f001f1696692af80c993dffcb764503cf",
    "Related Occupations.txt": None,
}

_GPTS = (
    "https://raw.githubusercontent.com/openai/GPTs-are-GPTs/"
    "0471612fef3cc22b74fb884d27bff9dbd3770582/data/"
)

SOURCES = (
    Source(
        name="onet",
        url="https://www.onetcenter.org/dl_files/database/db_30_1_text.zip",
        path=Path(onet.FOLDER, "db_30_1_text.zip"),
        sha256=None,
        licence="CC BY 4.0, U.S. Department of Labor/ETA",
        members=_ONET_MEMBERS,
    ),
    Source(
        name="eloundou",
        url=_GPTS + "full_labelset.tsv",
        path=eloundou.FILE,
        sha256="094378905e1f3349e50a9a83dc69643a2ef227954d611c8316a46da08cb3d8de",
        licence="MIT, OpenAI",
    ),
    Source(
        name="eloundou-automation",
        url=_GPTS + "automation_gpt4_human_labels.tsv",
        path=eloundou.FILE.parent / "automation_human_labels.tsv",
        sha256="ae864ef28347b6c516284fdef4ff2c6deccc13ea0b3439b7be056de7c3a02692",
        licence="MIT, OpenAI",
    ),
    Source(
        name="aei",
        url="https://huggingface.co/datasets/Anthropic/EconomicIndex/resolve/main/"
        "release_2025_03_27/automation_vs_augmentation_by_task.csv",
        path=aei.FILE,
        sha256="f6570714a9af31ae783fd91bd7ee3b2e9cfabcbf522a30ba1aa9b1f230665e79",
        licence="CC BY, Anthropic",
    ),
)


def fetch(data_dir: Path, sources: Sequence[Source] = SOURCES, *, progress: bool = True) -> None:
    """Bring the files of ``sources`` into ``data_dir``; what is there and right stays.

    A download that was cut off goes on where it stopped. A file is put in its place only after its
    checksum was right.

    Raises:
        DownloadError: if a file cannot be fetched, stored, or is not the one expected.
    """
    for source in sources:
        if all(_is_right(data_dir / path, digest) for path, digest in source.files().items()):
            continue
        archive = _retrieve(data_dir, source, progress)
        if source.members:
            try:
                _unpack(archive, source)
            finally:
                archive.unlink(missing_ok=True)


def _is_right(path: Path, digest: str | None) -> bool:
    return path.is_file() and (digest is None or _sha256(path) == digest)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _retrieve(data_dir: Path, source: Source, progress: bool) -> Path:
    import pooch
    import requests

    pooch.get_logger().setLevel(logging.WARNING)
    target = data_dir / source.path
    known = None if source.sha256 is None else f"sha256:{source.sha256}"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        pooch.retrieve(
            source.url,
            known,
            fname=target.name,
            path=target.parent,
            downloader=_Resuming(target.with_name(target.name + ".part"), progress),
        )
    except requests.RequestException as error:
        raise DownloadError(
            f"{source.url} cannot be fetched ({_reason(error)}): what has come so far is kept; "
            "check the connection and run this again to go on"
        ) from error
    except ValueError as error:
        raise DownloadError(
            f"{source.url} is not the file expected at {target}: {_first_line(error)}; nothing was "
            "kept; run this again, and if it stays so the publisher has changed the file"
        ) from error
    except OSError as error:
        raise DownloadError(f"{target} cannot be written: {error.strerror}") from error
    return target


class _Resuming:
    """A downloader for pooch that keeps what has come in ``part`` and goes on from there."""

    def __init__(self, part: Path, progress: bool) -> None:
        self._part = part
        self._progress = progress

    def __call__(self, url: str, output_file: str | os.PathLike[str], pooch: Any) -> None:
        import requests
        from tqdm import tqdm

        start = self._part.stat().st_size if self._part.is_file() else 0
        # Unpacked on the way, what has come would not tell where to go on.
        headers = {"Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
        with requests.get(url, headers=headers, stream=True, timeout=_TIMEOUT) as response:
            if response.status_code == requests.codes.requested_range_not_satisfiable:
                response.close()  # the part is as long as the file, or longer: begin anew
                self._part.unlink()
                self(url, output_file, pooch)
                return
            response.raise_for_status()
            goes_on = response.status_code == requests.codes.partial_content
            length = int(response.headers.get("Content-Length", 0)) or None
            with (
                self._part.open("ab" if goes_on else "wb") as stream,
                tqdm(
                    desc=self._part.stem,
                    total=length and length + (start if goes_on else 0),
                    initial=start if goes_on else 0,
                    unit="B",
                    unit_scale=True,
                    disable=not self._progress,
                ) as bar,
            ):
                for chunk in response.iter_content(_CHUNK):
                    stream.write(chunk)
                    bar.update(len(chunk))
        self._part.replace(output_file)


def _unpack(archive: Path, source: Source) -> None:
    """Take the members out of a zip file, wherever in it they lie; all of them or none."""
    unpacked: list[tuple[Path, Path]] = []
    try:
        with zipfile.ZipFile(archive) as bundle:
            inside = {Path(info.filename).name: info for info in bundle.infolist()}
            for name, digest in source.members.items():
                target = archive.parent / name
                temporary = target.with_name(target.name + ".part")
                unpacked.append((temporary, target))
                info = inside.get(name)
                if info is None or info.file_size > _MAX_MEMBER_BYTES:
                    raise DownloadError(f"{source.url}: {name} is not in it, or is far too large")
                temporary.write_bytes(bundle.read(info))
                if digest is not None and _sha256(temporary) != digest:
                    raise DownloadError(
                        f"{source.url}: {name} has another checksum than expected; nothing was "
                        "kept; the publisher may have changed the release"
                    )
        for temporary, target in unpacked:
            temporary.replace(target)
    except zipfile.BadZipFile as error:
        raise DownloadError(
            f"{source.url} is not a sound zip file ({error}): nothing was kept; run this again"
        ) from error
    finally:
        for temporary, _ in unpacked:
            temporary.unlink(missing_ok=True)


def _reason(error: Exception) -> str:
    response = getattr(error, "response", None)
    if response is not None:
        return f"HTTP {response.status_code}"
    return type(error).__name__


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]


def named(names: Iterable[str]) -> tuple[Source, ...]:
    """The sources with these names; all of them if there are no names.

    Raises:
        DownloadError: if a name is unknown.
    """
    by_name = {source.name: source for source in SOURCES}
    wanted = list(names)
    unknown = [name for name in wanted if name not in by_name]
    if unknown:
        raise DownloadError(f"unknown source {unknown[0]!r}: expected {', '.join(by_name)}")
    return tuple(by_name[name] for name in wanted) or SOURCES
