"""Who silenced what, and why, in the outputs that people read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scantling.model.finding import Suppression
from scantling.model.report import Report
from scantling.report import markdown, table
from scantling.report.options import ReportOptions
from scantling.report.silenced import silenced
from support.sample_report import OPENSSL, finding, report

ANN = Suppression("ann (ignore.yaml:3)", "never parsed", "2026-12-31")
VEX = Suppression("VEX of Debian (a.json)", "not_affected: component_not_present")


def with_(*pairs: tuple[str, Suppression | None]) -> Report:
    made = report(tuple(replace(finding(id_, OPENSSL), suppressed=said) for id_, said in pairs), (OPENSSL,))
    count = sum(said is not None for _, said in pairs)
    return replace(made, verdict=replace(made.verdict, suppressed_count=count))


def test_what_one_word_silences_is_one_line() -> None:
    made = with_(("CVE-2", ANN), ("CVE-1", ANN), ("CVE-3", VEX), ("CVE-4", None))
    assert list(silenced(made)) == [
        "CVE-3 by VEX of Debian (a.json): not_affected: component_not_present",
        "CVE-1, CVE-2 by ann (ignore.yaml:3) until 2026-12-31: never parsed",
    ]


def test_a_flood_is_counted() -> None:
    many = with_(*((f"CVE-{number}", ANN) for number in range(9)))
    assert list(silenced(many)) == [
        "CVE-0, CVE-1, CVE-2, CVE-3 and 5 more by ann (ignore.yaml:3) until 2026-12-31: never parsed"
    ]
    reasons = with_(*((f"CVE-{number}", replace(ANN, reason=f"r{number:02}")) for number in range(13)))
    assert len(list(silenced(reasons))) == 11
    assert list(silenced(reasons))[-1] == "and 3 more reasons (-f json has all)"
    assert list(silenced(with_(("CVE-1", None)))) == []


@pytest.mark.parametrize("module", [table, markdown])
def test_people_are_told(module: object) -> None:
    hostile = replace(ANN, reason="see \x1b[31m<b>@team</b> | [x](http://evil)\nSecond line")
    made = with_(("CVE-1", hostile), ("CVE-2", None))
    shown = module.render(made, ReportOptions(width=100)).decode()  # type: ignore[attr-defined]
    assert "CVE" in shown and "by ann" in shown and "until 2026" in shown
    assert "\x1b" not in shown and "\nSecond line" not in shown
    if module is markdown:
        assert "<b>" not in shown and "](http://evil)" not in shown
