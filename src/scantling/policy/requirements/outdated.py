"""``rule: outdated``: packages that are behind their distribution."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scantling.model.report import Report

from ..choosing import COMMON, breaches, chosen
from ..requirement import Breach, Circumstances, Requirement

_KINDS = frozenset({"outdated"})
_ADVICE = "upgrade when the image is built: apt-get upgrade, apk upgrade, dnf upgrade"


def judge(report: Report, parameters: Mapping[str, Any], circumstances: Circumstances) -> Iterable[Breach]:
    return breaches(
        chosen(report, _KINDS, parameters),
        parameters,
        circumstances,
        ("outdated package", "outdated packages"),
        _ADVICE,
    )


REQUIREMENT = Requirement(
    "outdated", "No package is behind the newest fixed version of its distribution.", judge, COMMON, scanner="vuln"
)
