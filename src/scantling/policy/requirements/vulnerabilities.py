"""``rule: vulnerabilities``: what may be known of the packages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scantling.model.finding import STATUSES, Finding
from scantling.model.purl import without_version
from scantling.model.report import Report

from ..advice import upgrades
from ..choosing import COMMON, TEXTS, breaches, chosen, names
from ..requirement import Breach, Circumstances, Requirement

_UPGRADES_NAMED = 5
_SHARE = {"type": "number", "minimum": 0, "maximum": 1}


def judge(report: Report, parameters: Mapping[str, Any], circumstances: Circumstances) -> Iterable[Breach]:
    development = {package.purl for package in report.packages if package.is_dev}
    used = {package.purl: package.used_at_runtime for package in report.packages}
    found = [
        finding
        for finding in chosen(report, "vulnerability", parameters)
        if _counts(finding, parameters)
        and not (parameters.get("ignore_development", False) and finding.package in development)
        and not (parameters.get("used_at_runtime") is True and used.get(finding.package or "") is False)
    ]
    steps = upgrades(report.packages, found)
    advice = "; ".join(
        f"upgrade {step.name} to {step.version} (clears {step.clears})" for step in steps[:_UPGRADES_NAMED]
    )
    if len(steps) > _UPGRADES_NAMED:
        advice += f"; and {len(steps) - _UPGRADES_NAMED} more upgrades"
    malicious = sorted({without_version(one.package) for one in found if one.kind == "malware" and one.package})
    if malicious:
        names = ", ".join(malicious[:_UPGRADES_NAMED]) + (", ..." if len(malicious) > _UPGRADES_NAMED else "")
        advice = f"remove {names}: known to be malicious{'; ' if advice else ''}{advice}"
    without = sum(not finding.fixed_versions and finding.kind != "malware" for finding in found)
    if without:
        advice += f"{'; ' if advice else ''}{without} without a fix: remove the package, or accept it with an expiry"
    return breaches(found, parameters, circumstances, ("vulnerability", "vulnerabilities"), advice)


def _counts(finding: Finding, parameters: Mapping[str, Any]) -> bool:
    fixable = parameters.get("fixable")
    # a finding that nobody could compare, but that has a fix, is as good as fixable: not knowing is no excuse
    # and what is malicious needs no fix to go away
    if fixable is not None and (bool(finding.fixed_versions) or finding.kind == "malware") is not fixable:
        return False
    if "status" in parameters and finding.status not in parameters["status"]:
        return False
    if "packages" in parameters and not _package(finding, parameters["packages"]):
        return False
    if _package(finding, parameters.get("except_packages", ())):
        return False
    if finding.reachable == "no" and parameters.get("reachable") is True:
        return False
    return _all_hold(finding, parameters)


def _all_hold(finding: Finding, parameters: Mapping[str, Any]) -> bool:
    """Exploitation: every condition that is asked for must hold."""
    if parameters.get("kev") is True and finding.kev is None:
        return False
    if parameters.get("exploit_public") is True and not (finding.exploit_public or finding.kev is not None):
        return False
    if "epss_min" in parameters and (finding.epss is None or finding.epss.score < parameters["epss_min"]):
        return False
    minimum = parameters.get("cvss_min")
    return minimum is None or max((score.score for score in finding.cvss), default=0.0) >= minimum


def _package(finding: Finding, patterns: Iterable[str]) -> bool:
    return finding.package is not None and names(finding.package, "", patterns)


REQUIREMENT = Requirement(
    id="vulnerabilities",
    summary="No vulnerability that all the given conditions hold for.",
    judge=judge,
    scanner="vuln",
    parameters={
        **COMMON,
        "fixable": {
            "type": "boolean",
            "description": "true: only those with a fixed version; false: only those without",
        },
        "status": {
            "type": "array",
            "items": {"enum": list(STATUSES)},
            "minItems": 1,
            "description": "only these statuses",
        },
        "packages": {**TEXTS, "description": "only in these packages: names or purls without version, patterns"},
        "except_packages": {
            **TEXTS,
            "description": "all but in these packages: names or purls without version, patterns",
        },
        "kev": {"const": True, "description": "only what CISA lists as exploited"},
        "exploit_public": {"const": True, "description": "only with a public exploit, or listed by CISA"},
        "epss_min": {**_SHARE, "description": "only with at least this EPSS score (0-1)"},
        "cvss_min": {
            "type": "number",
            "minimum": 0,
            "maximum": 10,
            "description": "only with at least this CVSS score",
        },
        "reachable": {"const": True, "description": "leave out what is known not to be reachable"},
        "used_at_runtime": {
            "const": True,
            "description": "leave out packages known not to be used when the image runs",
        },
        "ignore_development": {"type": "boolean", "description": "leave out packages for development and tests"},
    },
)
