"""``rule: healthcheck``: whether somebody can tell that the container works."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scantling.model.report import Report

from ..requirement import Breach, Circumstances, Requirement


def judge(report: Report, _parameters: Mapping[str, Any], _circumstances: Circumstances) -> Iterable[Breach]:
    healthcheck = report.target.config.healthcheck
    if not healthcheck or healthcheck[0].upper() == "NONE":
        yield Breach(
            "the image has no HEALTHCHECK",
            remediation="add a HEALTHCHECK instruction, or a probe where Kubernetes runs it and switch this rule off",
        )


REQUIREMENT = Requirement("healthcheck", "The image declares a HEALTHCHECK.", judge)
