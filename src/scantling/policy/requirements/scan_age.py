"""``rule: scan``: how long ago the image was looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scantling.model.moment import parse
from scantling.model.report import Report

from ..requirement import Breach, Circumstances, Requirement

_AGAIN = "scan the image again"


def judge(report: Report, parameters: Mapping[str, Any], circumstances: Circumstances) -> Iterable[Breach]:
    limit = parameters["max_age_days"]
    scanned = parse(report.created_at)
    if scanned is None:
        yield Breach("the report does not say when the image was scanned", remediation=_AGAIN)
        return
    age = (circumstances.now - scanned).total_seconds() / 86400
    if age > limit:
        yield Breach(f"the image was scanned {int(age)} days ago, {limit} allowed", remediation=_AGAIN)


REQUIREMENT = Requirement(
    "scan",
    "The scan is young enough, for saved reports.",
    judge,
    {"max_age_days": {"type": "number", "exclusiveMinimum": 0, "description": "days since the image was scanned"}},
    required=("max_age_days",),
)
