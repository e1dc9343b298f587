"""Addresses of pages and files, on a server or between files, in the language of a visit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Protocol

from engine.web.pages.languages import DEFAULT, LANGUAGES, visit

_NO_LANGUAGE = ("api/", "healthz", "metrics", "og/", "readyz", "static/")


class Links(Protocol):
    """Addresses of pages and files, relative to the page that is being rendered."""

    live: bool
    """True if a server answers, so that readers can score and search what they type."""

    def __call__(self, path: str) -> str:
        """Address of ``path``, such as ``occupations/29-1141.00``; "" is the home page."""
        ...

    def public(self, path: str) -> str | None:
        """Address of ``path`` for other sites; None if the site does not know its own address."""
        ...

    def canonical(self, path: str) -> str:
        """Address by which search engines know a page in the language of the visit."""
        ...

    def alternates(self, path: str) -> Sequence[tuple[str, str]]:
        """Language and address of each version of a page, for search engines; () for only one."""
        ...

    def languages(self) -> Sequence[tuple[str, str, str]]:
        """Code, name and address of this page in each language, for readers; () for only one."""
        ...


class ServerLinks:
    """Addresses under the root path of a running server.

    Args:
        root_path: path under which a proxy serves the site, such as ``/risk``.
        public_url: address of the home page for visitors, such as ``https://risk.example.org``;
            "" if it is not known.
    """

    live = True

    def __init__(self, root_path: str = "", public_url: str = "") -> None:
        self._root = root_path.rstrip("/")
        self._public_url = public_url.rstrip("/")

    def __call__(self, path: str) -> str:
        prefix = visit().prefix if has_language(path) else ""
        return f"{self._root}/{prefix}{path}"

    def public(self, path: str) -> str | None:
        return f"{self._public_url}/{path}" if self._public_url else None

    def canonical(self, path: str) -> str:
        return self._version(visit().language, path)

    def alternates(self, path: str) -> Sequence[tuple[str, str]]:
        versions = [(code, self._version(code, path)) for code in LANGUAGES]
        return [*versions, ("x-default", self._version(DEFAULT, path))]

    def languages(self) -> Sequence[tuple[str, str, str]]:
        here = visit().here or ""
        return [(code, name, f"{self._root}/{code}/{here}") for code, name in LANGUAGES.items()]

    def _version(self, code: str, path: str) -> str:
        """Address of a page in a language; that of the default language has no prefix."""
        prefix = "" if code == DEFAULT else f"{code}/"
        return f"{self._public_url or self._root}/{prefix}{path}"


class FileLinks:
    """Relative addresses between files, which work under any path and without a server.

    Args:
        page: path of the page that contains the links, such as ``occupations/29-1141.00``; its
            file is the ``index.html`` of that folder.
        public_url: as for ``ServerLinks``.
    """

    live = False

    def __init__(self, page: str, public_url: str = "") -> None:
        self._up = "../" * (len(PurePosixPath(page).parts) - is_file(page))
        self._public_url = public_url.rstrip("/")

    def __call__(self, path: str) -> str:
        plain, _, fragment = path.partition("#")
        file = plain if is_file(plain) else f"{plain}/index.html".lstrip("/")
        return f"{self._up}{file}" + (f"#{fragment}" if fragment else "")

    def public(self, path: str) -> str | None:
        if not self._public_url:
            return None
        return f"{self._public_url}/{path}" + ("/" if path and not is_file(path) else "")

    def canonical(self, path: str) -> str:
        return self.public(path) or self(path)

    def alternates(self, path: str) -> Sequence[tuple[str, str]]:
        return ()

    def languages(self) -> Sequence[tuple[str, str, str]]:
        return ()


def is_file(path: str) -> bool:
    """True if a path of the site is a file to load, not a page."""
    return path.endswith((".css", ".js", ".json", ".csv", ".svg", ".png", ".html"))


def has_language(path: str) -> bool:
    """True if what is at a path of the site depends on the language: pages, and words of charts.

    Downloads and the API are in English.
    """
    if path.startswith(_NO_LANGUAGE):
        return False
    if path.endswith(".json"):
        return path.startswith("explore/")
    return path.endswith(".html") or not is_file(path)
