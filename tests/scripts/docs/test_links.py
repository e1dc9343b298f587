"""Links between files of the repository lead to the pages of the site."""

from __future__ import annotations

import pytest

from scripts.docs import links

SITE = {"usage.md", "tutorials/your-job.md", "models/README.md", "examples/one_job.md"}
REPOSITORY = {"docs/usage.md", "models/README.md", "LICENSE"}


@pytest.mark.parametrize(
    ("page", "link", "expected"),
    [
        (
            "docs/usage.md",
            "[a](../models/README.md#the-engine)",
            "[a](models/README.md#the-engine)",
        ),
        ("docs/tutorials/your-job.md", "[a](../usage.md)", "[a](../usage.md)"),
        ("docs/tutorials/your-job.md", "[a](../../models/README.md)", "[a](../models/README.md)"),
        ("models/README.md", "[a](../docs/usage.md#b)", "[a](../usage.md#b)"),
        ("CHANGELOG.md", "[a](docs/usage.md)", "[a](usage.md)"),
        ("docs/usage.md", "[a](../examples/one_job.ipynb)", "[a](examples/one_job.md)"),
        ("docs/usage.md", "![a](../models/README.md)", "![a](models/README.md)"),
        # A file that the site does not have is named; a broken link stays for the strict build.
        ("docs/usage.md", "See [the license](../LICENSE).", "See the license."),
        ("docs/usage.md", "[a](../nothing.md)", "[a](../nothing.md)"),
        ("docs/usage.md", "[a](https://x.org/b) [c](#d)", "[a](https://x.org/b) [c](#d)"),
        ("docs/usage.md", "```sh\n[a](../LICENSE)\n```\n", "```sh\n[a](../LICENSE)\n```\n"),
    ],
)
def test_a_link_is_rewritten(page: str, link: str, expected: str) -> None:
    assert links.rewrite(link, page, SITE, REPOSITORY.__contains__) == expected
