"""The one command that is most useful after this report."""

from __future__ import annotations

import shlex

from scantling.guard.display import printable
from scantling.model.report import Report

_DATA_GAPS = frozenset({"stale-database", "feed-error", "stale-feed"})


def next_command(report: Report) -> str:
    """A command line to copy; a target that cannot be shown as it is appears as TARGET."""
    target = _target(report.target.reference)
    if report.target.kind == "config":
        return f"scantling config -f json -o report.json {target}"
    if report.database is None:
        return f"scantling image {target}"
    if report.database.demo:
        return "scantling db update"
    if any(gap.what in _DATA_GAPS and gap.blocks for gap in report.gaps):
        return "scantling db update"
    if report.verdict.outcome == "fail":
        return "change what is listed above, build again, and run the same command"
    if report.verdict.outcome == "not_asked" and any(finding.fixed_versions for finding in report.findings):
        return f"scantling image --exit-code 1 --severity CRITICAL,HIGH --ignore-unfixed {target}"
    return f"scantling image -f json -o report.json {target}"


def _target(reference: str) -> str:
    if not reference or printable(reference) != reference or reference.startswith("-"):
        return "TARGET"
    return shlex.quote(reference)
