"""Licences of packages: those that are allowed, those that are denied, and what of those that nobody can read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scantling.licence.classes import CLASSES, UNKNOWN
from scantling.licence.judgement import DENIED, NOT_ALLOWED, judge
from scantling.licence.settings import LicenceSettings
from scantling.model.report import Report

from ..brought import named
from ..choosing import TEXTS, matches
from ..requirement import Breach, Circumstances, Requirement

_NAMED = 5
_ADVICE = "replace the package, or have the licence approved and allow it in the policy"


def _judge(report: Report, parameters: Mapping[str, Any], _: Circumstances) -> Iterable[Breach]:
    settings = LicenceSettings(tuple(parameters.get("allow", ())), tuple(parameters.get("deny", ())))
    classes = set(parameters.get("classes", () if settings.allow or settings.deny else ("forbidden", "restricted")))
    unknown = parameters.get("unknown", "deny" if settings.allow or UNKNOWN in classes else "allow")
    accepted = {f.package for f in report.findings if f.kind == "license" and f.suppressed is not None}
    wrong: list[str] = []
    packages: set[str] = set()
    unread: list[str] = []
    for package in report.packages:
        if package.purl in accepted or matches(package.name, parameters.get("except_packages", ())):
            continue
        found = judge(package.licenses, settings)
        if found is None:
            continue
        if found.verdict == UNKNOWN or not found.expression:
            unread.append(f"{named(report, package)}: {found.expression or 'none stated'}")
        elif found.verdict in {DENIED, NOT_ALLOWED} or found.verdict in classes:
            wrong.append(f"{named(report, package)}: {found.expression}")
            packages.add(package.purl)
    if wrong:
        text = _count(wrong, "licence that is not allowed", "licences that are not allowed")
        yield Breach(text, _prints(report, packages), _ADVICE)
    if unread and unknown != "allow":
        text = _count(unread, "licence that is not known", "licences that are not known")
        yield Breach(text, (), "read them, and allow or deny them by name", denies=unknown == "deny")


def _prints(report: Report, packages: set[str]) -> tuple[str, ...]:
    found = (f for f in report.findings if f.kind == "license" and f.suppressed is None and f.package in packages)
    return tuple(sorted(finding.fingerprint for finding in found))


def _count(found: list[str], one: str, many: str) -> str:
    said = ", ".join(found[:_NAMED]) + (f" and {len(found) - _NAMED} more" if len(found) > _NAMED else "")
    return f"{len(found)} {one if len(found) == 1 else many}: {said}"


_NAMES = "SPDX identifiers, with * and ?; of an OR one must fit, of an AND all"
REQUIREMENT = Requirement(
    "licenses",
    "No package under a licence that is not allowed.",
    _judge,
    {
        "allow": {**TEXTS, "description": f"these alone are allowed: {_NAMES}"},
        "deny": {**TEXTS, "description": f"these are not allowed: {_NAMES}"},
        "classes": {
            "type": "array",
            "items": {"enum": list(CLASSES)},
            "minItems": 1,
            "description": "classes that are not allowed; default forbidden and restricted, none with allow or deny",
        },
        "unknown": {
            "enum": ["deny", "warn", "allow"],
            "description": "what of packages that state no licence, or none that is known; default deny with allow",
        },
        "except_packages": {**TEXTS, "description": "packages that are not looked at (names with * and ?)"},
    },
    scanner="license",
)
