"""What takes minutes says so, also where nobody watches a progress line."""

from __future__ import annotations

import pytest

from scantling.cli.console import ProgressLine


@pytest.mark.parametrize("drawn", [True, False])
def test_a_long_stage_is_announced_once(drawn: bool, capsys: pytest.CaptureFixture[str]) -> None:
    line = ProgressLine(drawn, {"database": "building the database"})
    for done in range(3):
        line("database", done, 3)
    line("layers", 1, 1)
    line.clear()
    assert capsys.readouterr().err.count("building the database\n") == 1


def test_nothing_is_said_of_what_does_not_happen(capsys: pytest.CaptureFixture[str]) -> None:
    line = ProgressLine(False, {"database": "building the database"})
    line("layers", 1, 1)
    assert capsys.readouterr().err == ""
