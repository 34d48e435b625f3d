"""``rule: integrity``: files that are not what their package installed, programs that no package owns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scantling.model.report import Report

from ..choosing import COMMON, breaches, chosen
from ..requirement import Breach, Circumstances, Requirement

_KINDS = frozenset({"integrity"})
_ADVICE = "reinstall the package, or install the program from one"


def judge(report: Report, parameters: Mapping[str, Any], circumstances: Circumstances) -> Iterable[Breach]:
    return breaches(
        chosen(report, _KINDS, parameters),
        parameters,
        circumstances,
        ("integrity problem", "integrity problems"),
        _ADVICE,
    )


REQUIREMENT = Requirement(
    "integrity",
    "Every file is as its package installed it, and every program belongs to a package.",
    judge,
    COMMON,
    scanner="malware",
)
