"""What has to be known before a check may say anything, and before it may say that all is well."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scantling.model.moment import parse
from scantling.model.report import Report
from scantling.policy.requirements.catalog import BY_ID

_OF_CONFIGURATION = frozenset({"user", "healthcheck", "labels", "ports"})
_OF_CLOCK = frozenset({"database", "scan"})  # gaps in what was read do not change them
_OF_BASE = frozenset({"base-image", "base-behind"})
_OF_FILES = frozenset({"secrets", "misconfiguration", "malware", "integrity", "size"})
_WITHOUT_CONFIGURATION = frozenset({"dir", "sbom"})
# gaps of advisories, not of what was read: they say nothing about files and configuration
_OF_ADVISORIES = frozenset({
    "eol-os", "unsupported-package", "no-feed", "demo-database", "update-failed", "stale-database", "stale-feed",
    "feed-error", "clock", "third-party-packages", "unversioned", "unknown-version", "vendored-package",
})  # fmt: skip
_JUDGED_BY_ADVISORIES = frozenset({"vulnerabilities", "outdated", "end-of-life", "malware", "coverage"})
_FILE_RULES = ("SCN-FS-",)  # what needs files alone, no history and no configuration


def cannot_judge(rule: str, parameters: Mapping[str, Any], report: Report) -> str:
    """Why nothing can be said of ``report``, "" when something can."""
    scanner = BY_ID[rule].scanner
    if scanner and scanner not in report.scanners:
        return f"nobody looked: the {scanner} scanner did not run"
    kind = report.target.kind
    if kind in _WITHOUT_CONFIGURATION and rule in _OF_CONFIGURATION:
        return "the target has no image configuration"
    if kind == "sbom" and rule in _OF_FILES:
        return "a bill of materials has no files to look at"
    if rule == "database" and (report.database is None or parse(report.database.built_at) is None):
        return "no vulnerability database was asked"
    if rule == "coverage" and "max_unowned" not in parameters:
        return _incomplete(rule, report)
    if rule == "scan" and parse(report.created_at) is None:
        return "the report does not say when it was made"
    if rule == "signed-or-sbom" and report.target.attached is None:
        return "what is attached to the image is not known"
    if rule == "base-behind":
        parameters = {"newest": True}
    return _base(parameters, report) if rule in _OF_BASE else ""


def cannot_pass(rule: str, parameters: Mapping[str, Any], report: Report) -> str:
    """Why a check that found nothing must not be called passed, "" when it may."""
    if rule in _OF_CONFIGURATION or rule in _OF_CLOCK or rule in _OF_BASE or rule == "signed-or-sbom":
        return ""
    if incomplete := _incomplete(rule, report):
        return incomplete
    if any(warning.rule == "filtered" for warning in report.verdict.warnings):
        return "the report holds only a part of the findings (--severity, --ignore-unfixed or --ignore-status)"
    if rule == "integrity" and any(gap.what == "not-compared" for gap in report.gaps):
        return "some files could not be compared with their package's record"
    if rule == "misconfiguration" and not _of_files_alone(parameters):
        if report.target.kind in _WITHOUT_CONFIGURATION:
            return "the target has no image configuration"
        if not any(layer.created_by for layer in report.target.layers):
            return "the image has no history: how it was built is not known"
    return ""


def _incomplete(rule: str, report: Report) -> str:
    without = frozenset() if rule in _JUDGED_BY_ADVISORIES else _OF_ADVISORIES
    blocking = sorted({gap.what for gap in report.gaps if gap.blocks} - without)
    return f"not everything was looked at: {', '.join(blocking)}" if blocking else ""


def _of_files_alone(parameters: Mapping[str, Any]) -> bool:
    ids = parameters.get("ids", ())
    return bool(ids) and all(str(id_).startswith(_FILE_RULES) for id_ in ids)


def _base(parameters: Mapping[str, Any], report: Report) -> str:
    base = report.target.base
    if "approved" in parameters and (base is None or not base.name):
        return "the base image is not known"
    if "max_age_days" in parameters and (base is None or parse(base.created) is None):
        return "nothing says how old the base image is"
    if parameters.get("newest", False) and (base is None or base.behind is None):
        return "the base image could not be compared with its tag"
    return ""
