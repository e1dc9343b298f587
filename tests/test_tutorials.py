"""Every example of the tutorials runs, and prints what the page shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import documents

DOCS = documents.ROOT / "docs"
PAGES = [*sorted((DOCS / "tutorials").glob("*.md")), DOCS / "explanation" / "barriers.md"]


@pytest.mark.documents
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_examples_print_what_the_page_shows(
    page: Path, starter_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OCCUPATION_RISK_ENGINE", str(starter_folder))
    folder = documents.session_folder(tmp_path)
    examples = list(documents.run(page.read_text(encoding="utf-8"), folder))
    assert [e.printed for e in examples if e.shown is not None] == [
        e.shown for e in examples if e.shown is not None
    ]


SESSION = """\
```text title="words.txt"
one two
```
```python
from pathlib import Path

print(Path("words.txt").read_text().split())
```
```text
['one', 'two', 'three']
```
```sh
echo "$(wc -w < words.txt) words"
```
"""


def test_a_wrong_output_is_found_and_corrected(tmp_path: Path) -> None:
    first, second = documents.run(SESSION, tmp_path)
    assert (first.printed, first.shown) == ("['one', 'two']\n", "['one', 'two', 'three']\n")
    assert (second.printed.split(), second.shown) == (["2", "words"], None)
    corrected = documents.updated(SESSION, tmp_path)
    assert corrected == SESSION.replace(", 'three'", "")


def test_a_failing_command_fails(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="occupation-risk nothing"):
        list(documents.run("```sh\noccupation-risk nothing\n```\n", tmp_path))
