"""``rule: coverage``: how much of the image the findings must speak for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scantling.model.report import Report

from ..choosing import TEXTS, matches
from ..requirement import Breach, Circumstances, Requirement

_NAMED = 3


def judge(report: Report, parameters: Mapping[str, Any], _circumstances: Circumstances) -> Iterable[Breach]:
    if parameters.get("complete", True):
        allowed = parameters.get("accepted_gaps", ())
        gaps = [gap for gap in report.gaps if gap.blocks and not matches(gap.what, allowed)]
        if gaps:
            named = "; ".join(f"{gap.what} ({gap.where})" for gap in gaps[:_NAMED])
            more = f"; and {len(gaps) - _NAMED} more" if len(gaps) > _NAMED else ""
            yield Breach(
                f"not everything was looked at: {named}{more}",
                remediation="close the gaps that the report lists, or name them under accepted_gaps",
            )
    most = parameters.get("max_unowned")
    if most is None:
        return
    binaries = report.coverage.binaries
    if binaries is None:
        yield Breach("no files were looked at, so that unowned binaries could not be counted")
    elif binaries.unowned > most:
        named = ", ".join(binaries.unowned_paths[:_NAMED])
        yield Breach(
            f"{binaries.unowned} binaries belong to no package and carry no version, {most} allowed: {named}",
            remediation="install them from packages",
        )


REQUIREMENT = Requirement(
    "coverage",
    "Everything was looked at, and little is of unknown origin.",
    judge,
    {
        "complete": {"type": "boolean", "description": "no gap that blocks may be left; default true"},
        "accepted_gaps": {**TEXTS, "description": "kinds of gaps that are accepted (patterns)"},
        "max_unowned": {
            "type": "integer",
            "minimum": 0,
            "description": "binaries that may belong to no package and carry no version",
        },
    },
)
