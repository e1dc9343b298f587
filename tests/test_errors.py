from __future__ import annotations

import pytest

from engine.errors import MAX_FAULTS_LISTED, CorpusError, EngineError, abbreviate, first_line


def test_values_in_messages_are_short() -> None:
    assert abbreviate("nurse") == "'nurse'"
    assert len(abbreviate("x" * 10_000)) <= 60
    nested: list[object] = []
    for _ in range(10_000):
        nested = [nested]
    assert len(abbreviate(nested)) < 100
    assert len(abbreviate({"a" * 100: "b" * 100})) < 200


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ValueError("\nInvalid page.\nBacktrace: …"), "Invalid page."),
        (TimeoutError(), "TimeoutError"),
        (ValueError("x" * 10_000), "x" * 400),
    ],
)
def test_a_message_of_a_library_is_one_line(error: Exception, line: str) -> None:
    assert first_line(error) == line


def test_a_corpus_error_lists_some_faults_and_has_all() -> None:
    faults = [f"line {number}: invalid" for number in range(2, MAX_FAULTS_LISTED + 5)]
    error = CorpusError("tasks.csv", faults)
    assert isinstance(error, EngineError)
    assert error.faults == tuple(faults)
    lines = str(error).splitlines()
    assert lines[0] == "tasks.csv has 53 faults:"
    assert lines[1:-1] == [f"  {fault}" for fault in faults[:MAX_FAULTS_LISTED]]
    assert lines[-1] == "  … and 3 more"
    assert str(CorpusError("tasks.csv", faults[:1])) == "tasks.csv has 1 fault:\n  line 2: invalid"
