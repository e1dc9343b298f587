"""Download the published data from its publishers; every file is checked before it is kept."""

from __future__ import annotations

import contextlib
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.corpus.sources import aei, cdr, eloundou, ilo, microsoft, onet, sheets
from engine.errors import DownloadError, InputError
from engine.utils import checksums
from engine.utils.atomic_write import TEMPORARY_PREFIX, atomic_file

_TIMEOUT = 60.0
"""Seconds to wait for an answer from a server."""

_CHUNK_BYTES = 1 << 16
_MAX_MEMBER_BYTES = 512 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Source:
    """A file of a publisher.

    Attributes:
        name: short name, to choose the source by.
        url: address of the file.
        path: where to store the file, relative to the data folder.
        sha256: checksum of the file; None to check its members alone.
        members: for a ZIP archive, the files to extract -> their checksums; None where only the
            archive's own check applies. Members are stored in the folder of ``path``; the archive
            is not kept.
        sheet: for an Excel workbook, the sheet to store as CSV; the workbook is not kept.
        license: license of the data, and its owner.
    """

    name: str
    url: str
    path: Path
    sha256: str | None
    license: str
    members: Mapping[str, str | None] = field(default_factory=dict)
    sheet: str | None = None

    def files(self) -> dict[Path, str | None]:
        """Return the stored files: path relative to the data folder -> checksum."""
        if not self.members:
            return {self.path: None if self.sheet else self.sha256}
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
        license="CC BY 4.0, U.S. Department of Labor/ETA",
        members=_ONET_MEMBERS,
    ),
    Source(
        name="eloundou",
        url=_GPTS + "full_labelset.tsv",
        path=eloundou.FILE,
        sha256="094378905e1f3349e50a9a83dc69643a2ef227954d611c8316a46da08cb3d8de",
        license="MIT, OpenAI",
    ),
    Source(
        name="eloundou-automation",
        url=_GPTS + "automation_gpt4_human_labels.tsv",
        path=eloundou.FILE.parent / "automation_human_labels.tsv",
        sha256="ae864ef28347b6c516284fdef4ff2c6deccc13ea0b3439b7be056de7c3a02692",
        license="MIT, OpenAI",
    ),
    Source(
        name="cdr",
        url="https://raw.githubusercontent.com/danparshall/reproduction-task-exposure/"
        "9d3ecf9e96cc7f6b4b87cfbc31f19ce8f7c7ab75/results/data_20260313_midtier/consensus_cr.csv",
        path=cdr.FILE,
        sha256="e2d1ea455dc0ae26fbc4c47f2a70f6766657e6bdb77da786f2a34ecc6780f440",
        license="MIT, Parshall and Lopez-Luzuriaga",
    ),
    Source(
        name="ilo",
        url="https://raw.githubusercontent.com/pgmyrek/2025_GenAI_scores_ISCO08/"
        "6601522d6f3d670ce648eaaea7f68df8e509548c/Final_Scores_ISCO08_Gmyrek_et_al_2025.xlsx",
        path=ilo.FILE,
        sha256="e0a3fe8fd6db95c5bfddc909d13c0ae998a59d004392d005d2c9eb71b6123e13",
        license="CC BY 4.0, ILO",
        sheet=ilo.SHEET,
    ),
    Source(
        name="microsoft",
        url="https://raw.githubusercontent.com/microsoft/working-with-ai/"
        "84c4ebacaa39d1c11e26e16c2f2c98aa89a11834/iwa_metrics.csv",
        path=microsoft.FILE,
        sha256="524f718dba31c987f0d04b55d81fac84f95533a143dfb780e04e63fb831abcf2",
        license="CC BY 4.0, Microsoft",
    ),
    Source(
        name="aei",
        url="https://huggingface.co/datasets/Anthropic/EconomicIndex/resolve/main/"
        "release_2025_03_27/automation_vs_augmentation_by_task.csv",
        path=aei.MARCH_2025.file,
        sha256="f6570714a9af31ae783fd91bd7ee3b2e9cfabcbf522a30ba1aa9b1f230665e79",
        license="CC BY, Anthropic",
    ),
)


def fetch(data_dir: Path, sources: Sequence[Source] = SOURCES, *, progress: bool = True) -> None:
    """Download the files of ``sources`` into ``data_dir``; keep those that are there and valid.

    A file appears under its name only after it is complete and its checksum is right. After an
    interruption, the next call downloads the unfinished file from its start.

    Args:
        data_dir: created if it does not exist.
        sources: what to download.
        progress: show a progress bar for each file on stderr.

    Raises:
        DownloadError: if a file cannot be downloaded or stored, or its checksum is wrong.
    """
    for source in sources:
        if all(_is_valid(data_dir / path, digest) for path, digest in source.files().items()):
            continue
        target = data_dir / source.path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.members:
                _fetch_members(source, target.parent, progress)
            elif source.sheet:
                _fetch_sheet(source, source.sheet, target, progress)
            else:
                with atomic_file(target) as temporary:
                    _download_checked(source, temporary, progress)
        except OSError as error:
            raise DownloadError(
                f"{target} cannot be written: {error.strerror}; free space or choose another data "
                "folder"
            ) from error


def named(names: Iterable[str]) -> tuple[Source, ...]:
    """Return the sources with these names, or all sources if there are no names.

    Raises:
        DownloadError: if a name is unknown.
    """
    by_name = {source.name: source for source in SOURCES}
    chosen = list(names)
    for name in chosen:
        if name not in by_name:
            raise DownloadError(f"unknown source {name!r}; choose from {', '.join(by_name)}")
    return tuple(by_name[name] for name in chosen) or SOURCES


def _is_valid(path: Path, digest: str | None) -> bool:
    return path.is_file() and (digest is None or checksums.sha256(path) == digest)


def _download(source: Source, path: Path, progress: bool) -> None:
    import pooch
    import requests

    download = pooch.HTTPDownloader(progressbar=progress, chunk_size=_CHUNK_BYTES, timeout=_TIMEOUT)
    try:
        download(source.url, str(path), None)
    except requests.RequestException as error:
        raise DownloadError(
            f"{source.url} cannot be downloaded ({_reason(error)}); check the connection and run "
            "the command again"
        ) from error


def _download_checked(source: Source, path: Path, progress: bool) -> None:
    _download(source, path, progress)
    _check(source, path, source.sha256)


def _check(source: Source, path: Path, digest: str | None, member: str = "") -> None:
    if digest is not None and checksums.sha256(path) != digest:
        raise DownloadError(
            f"{source.url}{member and f': {member}'} has the wrong checksum and was not kept; run "
            "the command again; if the error persists, the publisher has changed the file"
        )


def _fetch_sheet(source: Source, sheet: str, target: Path, progress: bool) -> None:
    """Download a workbook and store one of its sheets."""
    with tempfile.TemporaryDirectory(prefix=TEMPORARY_PREFIX, dir=target.parent) as folder:
        workbook = Path(folder) / "workbook"
        _download_checked(source, workbook, progress)
        with atomic_file(target) as temporary:
            try:
                sheets.save_as_csv(workbook, sheet, temporary)
            except InputError as error:
                raise DownloadError(
                    f"{source.url} was not kept, because {error}; the publisher has changed the "
                    "file"
                ) from error


def _fetch_members(source: Source, folder: Path, progress: bool) -> None:
    """Download an archive and extract all of its members, or none, from any folder in it."""
    with tempfile.TemporaryDirectory(prefix=TEMPORARY_PREFIX, dir=folder) as temporary_folder:
        archive = Path(temporary_folder) / source.path.name
        _download_checked(source, archive, progress)
        try:
            with zipfile.ZipFile(archive) as bundle:
                _extract(source, bundle, folder)
        except zipfile.BadZipFile as error:
            raise DownloadError(
                f"{source.url} is not a valid ZIP file ({error}) and was not kept; run the command "
                "again"
            ) from error


def _extract(source: Source, bundle: zipfile.ZipFile, folder: Path) -> None:
    inside = {Path(info.filename).name: info for info in bundle.infolist()}
    with contextlib.ExitStack() as unfinished:  # files get their names after all are checked
        for name, digest in source.members.items():
            info = inside.get(name)
            if info is None or info.file_size > _MAX_MEMBER_BYTES:
                fault = "is missing" if info is None else "is too large"
                raise DownloadError(
                    f"{source.url}: {name} {fault}, so nothing was kept; the publisher has changed "
                    "the file"
                )
            temporary = unfinished.enter_context(atomic_file(folder / name))
            temporary.write_bytes(bundle.read(info))
            _check(source, temporary, digest, name)


def _reason(error: Exception) -> str:
    response = getattr(error, "response", None)
    return type(error).__name__ if response is None else f"HTTP {response.status_code}"
