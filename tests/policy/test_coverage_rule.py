"""``--max-unowned``: a gate on how much of the image is known to nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scantling.model.coverage_statement import CoverageStatement, Executables
from scantling.model.report import Report
from scantling.policy.evaluate import evaluate, exit_code
from scantling.policy.gate import Gate
from support.sample_report import report


def covered(unowned: int | None) -> Report:
    binaries = None
    if unowned is not None:
        binaries = Executables(10, 10 - unowned, 0, unowned, tuple(f"app/{n}" for n in range(unowned)))
    return replace(report(), coverage=CoverageStatement(binaries, binaries))


def judged(unowned: int | None, gate: Gate) -> tuple[str, int]:
    judged = covered(unowned)
    judged = replace(judged, verdict=evaluate(judged, gate))
    return judged.verdict.outcome, exit_code(judged, gate)


@pytest.mark.parametrize(
    ("unowned", "allowed", "expected"),
    [
        (3, None, ("not_asked", 0)),
        (0, 0, ("pass", 0)),
        (1, 0, ("fail", 4)),
        (2, 2, ("pass", 0)),
        (3, 2, ("fail", 4)),
        (None, 2, ("fail", 4)),
    ],
)
def test_more_than_allowed_fails(unowned: int | None, allowed: int | None, expected: tuple[str, int]) -> None:
    assert judged(unowned, Gate(max_unowned=allowed)) == expected


def test_the_message_names_the_first_and_counts_the_rest() -> None:
    (violation,) = evaluate(covered(7), Gate(max_unowned=0)).violations
    assert violation.rule == "coverage"
    assert "app/0, app/1, app/2, app/3, app/4 and 2 more" in violation.message
