"""What is said of a plan's outcome."""

from __future__ import annotations

import pytest

from scantling.fix.change import Plan
from scantling.fix.words import outcome


@pytest.mark.parametrize(
    ("after", "blocking", "said"),
    [
        ("pass", (3, 0), False),
        ("fail", (3, 1), False),
        ("fail", (3, 0), True),  # what was not looked at, or a rule about the base's age
    ],
)
def test_a_gate_that_no_finding_stops_says_so(after: str, blocking: tuple[int, int], said: bool) -> None:
    plan = Plan("app:1", "--exit-code 1", "fail", after, blocking, (9, 2), (), (), ())
    assert ("what stops it then is no finding" in outcome(plan)) == said
