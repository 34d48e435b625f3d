"""``rule: misconfiguration``: how the image is set up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scantling.model.report import Report

from ..choosing import COMMON, breaches, chosen
from ..requirement import Breach, Circumstances, Requirement

_KINDS = frozenset({"misconfig"})
_ADVICE = "each finding names its fix; scantling config shows the line of the Dockerfile"


def judge(report: Report, parameters: Mapping[str, Any], circumstances: Circumstances) -> Iterable[Breach]:
    return breaches(
        chosen(report, _KINDS, parameters),
        parameters,
        circumstances,
        ("misconfiguration", "misconfigurations"),
        _ADVICE,
    )


REQUIREMENT = Requirement(
    "misconfiguration", "No misconfiguration that the given conditions hold for.", judge, COMMON, scanner="misconfig"
)
