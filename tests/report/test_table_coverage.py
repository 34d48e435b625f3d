"""The table's line about coverage: what was there, what is accounted for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scantling.model.coverage_statement import CoverageStatement, Executables, LockFiles
from scantling.report.options import ReportOptions
from scantling.report.table import render
from support.sample_report import report

NONE = Executables()


@pytest.mark.parametrize(
    ("coverage", "expected"),
    [
        (
            CoverageStatement(Executables(412, 405, 5, 2, ("a", "b")), NONE, LockFiles(2, 1, ("flake.lock",))),
            "412 binaries: 405 of OS packages, 5 versioned, 2 known to nothing; 3 lock files, 1 not read",
        ),
        (
            CoverageStatement(Executables(1, 0, 1, 0), Executables(2, 1, 0, 1, ("run",)), LockFiles(1, 0)),
            "1 binary: 1 versioned; 2 scripts: 1 of OS packages, 1 known to nothing; 1 lock file",
        ),
        (
            CoverageStatement(Executables(9, 9, 0, 0), Executables(7, 7, 0, 0), LockFiles()),
            "9 binaries: 9 of OS packages",
        ),
    ],
)
def test_the_line(coverage: CoverageStatement, expected: str) -> None:
    text = render(replace(report(), coverage=coverage), ReportOptions(width=200)).decode()
    (line,) = [line for line in text.splitlines() if line.startswith("Coverage")]
    assert line.split(None, 1)[1] == expected


@pytest.mark.parametrize("coverage", [CoverageStatement(), CoverageStatement(NONE, NONE, LockFiles())])
def test_nothing_to_say(coverage: CoverageStatement) -> None:
    assert b"Coverage" not in render(replace(report(), coverage=coverage), ReportOptions())
