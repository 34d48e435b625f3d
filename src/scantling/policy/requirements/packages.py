"""``rule: packages``: what must be in the image, and what must not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scantling.model.report import Report, ReportPackage

from ..brought import named
from ..choosing import TEXTS, names
from ..requirement import Breach, Circumstances, Requirement

_NAMED = 10
_HOW = "names, or purls without version such as pkg:deb/debian/telnet; patterns with * and ?"


def judge(report: Report, parameters: Mapping[str, Any], _circumstances: Circumstances) -> Iterable[Breach]:
    forbidden = [package for package in report.packages if _is(package, parameters.get("forbidden", ()))]
    if forbidden:
        found = [named(report, package) for package in forbidden]
        more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
        yield Breach(
            f"{len(found)} forbidden package{'s' if len(found) > 1 else ''}: {', '.join(found[:_NAMED])}{more}",
            remediation="remove them in the layer that installs them, or build the last stage without them",
        )
    missing = [
        pattern
        for pattern in parameters.get("required", ())
        if not any(_is(package, (pattern,)) for package in report.packages)
    ]
    if missing:
        yield Breach(f"required and not there: {', '.join(missing)}", remediation="install what is missing")


def _is(package: ReportPackage, patterns: Iterable[str]) -> bool:
    return names(package.purl, package.name, patterns)


REQUIREMENT = Requirement(
    "packages",
    "Packages that must not, and packages that must be in the image.",
    judge,
    {
        "forbidden": {**TEXTS, "description": f"must not be there: {_HOW}"},
        "required": {**TEXTS, "description": f"must be there: {_HOW}"},
    },
)
