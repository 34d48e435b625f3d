"""From one tag to the next, by hand."""

from __future__ import annotations

import pytest

from scantling.base.tags import Step, parse, steps

PYTHON = ["3.11-slim", "3.11.8-slim", "3.11.9-slim", "3.11.10-slim", "3.12-slim", "3.12.1-slim", "3.13-slim", "3.11",
          "3.11-alpine", "3.11-alpine3.20", "3.14.0rc1-slim", "3.14-rc-slim", "4-slim", "2.7-slim", "latest", "slim",
          "3.10-slim"]  # fmt: skip


@pytest.mark.parametrize(
    ("current", "tags", "expected"),
    [
        ("3.11-slim", PYTHON, [("patch", "3.11.10-slim"), ("minor", "3.13-slim"), ("variant", "3.11-alpine")]),
        ("3.11.8-slim", PYTHON, [("patch", "3.11.10-slim"), ("minor", "3.12.1-slim")]),
        ("3.11", PYTHON, [("variant", "3.11-alpine"), ("variant", "3.11-slim")]),
        ("12", ["11", "12", "13", "12-slim", "20240101", "13.1", "12.5"],
         [("patch", "12.5"), ("major", "13"), ("variant", "12-slim")]),
        ("bookworm", ["bookworm-slim", "trixie", "trixie-slim"], [("variant", "bookworm-slim")]),
        ("latest", ["1", "2", "slim"], []),
        ("3.9", ["3.10", "3.9.1", "3.8"], [("patch", "3.9.1"), ("minor", "3.10")]),
        ("1", [], []),
    ],
)  # fmt: skip
def test_steps(current: str, tags: list[str], expected: list[tuple[str, str]]) -> None:
    assert list(steps(current, tags)) == [Step(*one) for one in expected]


@pytest.mark.parametrize("text", ["9" * 200, "-", "", "٣.١١", "1.-2", "1..2", "v"])
def test_what_is_no_version_is_a_word(text: str) -> None:
    assert parse(text).numbers == ()
