"""``rule: inventory``: whether the report can serve as the image's bill of materials."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scantling.model.report import Report

from ..requirement import Breach, Circumstances, Requirement


def judge(report: Report, parameters: Mapping[str, Any], _circumstances: Circumstances) -> Iterable[Breach]:
    least = parameters.get("min_packages", 1)
    if len(report.packages) < least:
        yield Breach(
            f"the inventory lists {len(report.packages)} packages, at least {least} expected",
            remediation="scan what is deployed; a program without any package needs an SBOM made when it is built",
        )


REQUIREMENT = Requirement(
    "inventory",
    "The report lists the packages that the image is made of.",
    judge,
    {"min_packages": {"type": "integer", "minimum": 1, "description": "fewest packages to be listed; default 1"}},
)
