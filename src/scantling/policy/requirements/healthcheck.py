"""``rule: healthcheck``: whether somebody can tell that the container works."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scantling.model.report import Report

from ..requirement import IN_CONFIGURATION, Breach, Circumstances, Requirement


def judge(report: Report, _parameters: Mapping[str, Any], _circumstances: Circumstances) -> Iterable[Breach]:
    healthcheck = report.target.config.healthcheck
    if not healthcheck or healthcheck[0].upper() == "NONE":
        yield Breach(
            f"no HEALTHCHECK {IN_CONFIGURATION}",
            remediation="add a HEALTHCHECK instruction, or a probe where Kubernetes runs it and switch this rule off",
        )


REQUIREMENT = Requirement("healthcheck", "The image declares a HEALTHCHECK.", judge)
