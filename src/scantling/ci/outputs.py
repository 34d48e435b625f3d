"""A report in ``name=value`` lines, as GitHub's ``GITHUB_OUTPUT`` and GitLab's dotenv reports take them."""

from __future__ import annotations

import re

from scantling.diff.changes import Changes
from scantling.model.finding import SEVERITIES, by_severity
from scantling.model.report import Report

_UNSAFE = re.compile(r"[^A-Za-z0-9_:.-]")


def outputs(report: Report, changes: Changes | None) -> dict[str, str]:
    """Counts, verdict and, against a baseline, what is new and fixed. Values are single words, also of a report that
    somebody else wrote: a second line would be an output of its own."""
    live = [finding for finding in report.findings if finding.suppressed is None]
    values = {
        "outcome": report.verdict.outcome,
        "status": report.status,
        "digest": report.target.image_digest,
        "findings": str(len(live)),
    }
    counts = by_severity(finding.severity for finding in live)
    values |= {severity.lower(): str(counts.get(severity, 0)) for severity in SEVERITIES}
    values["fixable"] = str(sum(bool(finding.fixed_versions) for finding in live))
    values["suppressed"] = str(report.verdict.suppressed_count)
    values["not_looked_at"] = str(sum(gap.blocks for gap in report.gaps))
    if changes is not None:
        values |= {"new": str(len(changes.new)), "fixed": str(len(changes.fixed))}
    return {name: _UNSAFE.sub("", value)[:100] for name, value in values.items()}
