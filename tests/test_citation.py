"""CITATION.cff keeps the rules of the Citation File Format, version 1.2.0, and agrees with us."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
import yaml

from engine.version import __version__
from tests.conftest import ROOT

# github.com/citation-file-format/citation-file-format, schema.json of version 1.2.0.
REQUIRED = {"authors", "cff-version", "message", "title"}
KEYS = {
    *("abstract", "authors", "cff-version", "commit", "contact", "date-released", "doi"),
    *("identifiers", "keywords", "license", "license-url", "message", "preferred-citation"),
    *("references", "repository", "repository-artifact", "repository-code", "title", "type"),
    *("url", "version"),
}
PERSON = {"affiliation", "alias", "email", "family-names", "given-names", "orcid", "website"}
ENTITY = {"name", "alias", "email", "website", "date-start", "date-end", "location", "orcid"}
REFERENCE_TYPES = {
    *("article", "book", "conference-paper", "data", "database", "dataset", "report", "software"),
    *("standard", "website"),
}


@pytest.fixture(scope="module")
def citation() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    return loaded


def _check_authors(authors: list[dict[str, str]]) -> None:
    assert authors
    for author in authors:
        keys = set(author)
        assert ("name" in keys and keys <= ENTITY) or (keys and keys <= PERSON)


def test_it_has_the_keys_of_the_format(citation: dict[str, Any]) -> None:
    assert REQUIRED <= set(citation) <= KEYS
    assert citation["cff-version"] == "1.2.0"
    assert citation["type"] in ("software", "dataset")
    _check_authors(citation["authors"])
    assert len(set(citation["keywords"])) == len(citation["keywords"])


def test_every_reference_is_complete(citation: dict[str, Any]) -> None:
    for reference in citation["references"]:
        assert {"type", "title", "authors"} <= set(reference)
        assert reference["type"] in REFERENCE_TYPES
        _check_authors(reference["authors"])
        assert isinstance(reference.get("year", 0), int)
        assert isinstance(reference.get("version", ""), str)
        assert reference["url"].startswith("https://")


def test_version_and_license_are_those_of_the_package(citation: dict[str, Any]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert (citation["version"], citation["license"]) == (__version__, project["license"])
