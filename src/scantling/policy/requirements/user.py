"""``rule: user``: as whom the container runs when nobody says otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scantling.model.image import is_root
from scantling.model.report import Report

from ..requirement import IN_CONFIGURATION, Breach, Circumstances, Requirement


def judge(report: Report, parameters: Mapping[str, Any], _circumstances: Circumstances) -> Iterable[Breach]:
    user = report.target.config.user.partition(":")[0].strip()
    if is_root(user):
        said = f"USER is {user}" if user else "no USER is declared"
        yield Breach(
            f"the container runs as root: {said} {IN_CONFIGURATION}", remediation="add to the Dockerfile: USER 10001"
        )
    elif parameters.get("numeric", False) and not user.isdecimal():
        yield Breach(
            f"USER is the name {user} {IN_CONFIGURATION}: Kubernetes' runAsNonRoot cannot tell that it is not root",
            remediation="name the user by its number: USER 10001",
        )


REQUIREMENT = Requirement(
    "user",
    "The image declares a user other than root.",
    judge,
    {"numeric": {"type": "boolean", "description": "the user must be a number, as Kubernetes' runAsNonRoot needs it"}},
)
