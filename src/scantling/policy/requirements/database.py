"""``rule: database``: how old the data may be that the image was judged with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scantling.model.moment import parse
from scantling.model.report import Report

from ..requirement import Breach, Circumstances, Requirement


def judge(report: Report, parameters: Mapping[str, Any], circumstances: Circumstances) -> Iterable[Breach]:
    limit = parameters["max_age_hours"]
    if report.database is None:
        yield Breach("no vulnerability database was asked", remediation="scan with --scanners vuln")
        return
    built = parse(report.database.built_at)
    age = (circumstances.now - built).total_seconds() / 3600 if built is not None else None
    if age is None or age > limit:
        said = "of unknown age" if age is None else f"{age:.0f} hours old"
        yield Breach(f"the vulnerability database is {said}, {limit} hours allowed", remediation="scantling db update")


REQUIREMENT = Requirement(
    "database",
    "The vulnerability database is young enough.",
    judge,
    {"max_age_hours": {"type": "number", "exclusiveMinimum": 0, "description": "hours since the database was built"}},
    required=("max_age_hours",),
)
