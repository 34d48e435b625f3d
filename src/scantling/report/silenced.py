"""What nobody has to act on because somebody said so: who, why and until when, for the outputs that people read."""

from __future__ import annotations

from collections.abc import Iterator

from scantling.model.finding import Finding, Suppression
from scantling.model.report import Report

_IDS, _GROUPS = 4, 10


def silenced(report: Report) -> Iterator[str]:
    """A line for all that the same word silences: "CVE-1, CVE-2 by ann (ignore.yaml:3) until 2026-12-31: why"."""
    groups: dict[Suppression, list[Finding]] = {}
    for finding in report.findings:
        if finding.suppressed is not None:
            groups.setdefault(finding.suppressed, []).append(finding)
    for number, (said, findings) in enumerate(sorted(groups.items(), key=lambda pair: (pair[0].by, pair[0].reason))):
        if number == _GROUPS:
            rest = len(groups) - _GROUPS
            yield f"and {rest} more reason{'s' if rest > 1 else ''} (-f json has all)"
            return
        ids = sorted({finding.id for finding in findings})
        more = f" and {len(ids) - _IDS} more" if len(ids) > _IDS else ""
        until = f" until {said.expires}" if said.expires else ""
        yield f"{', '.join(ids[:_IDS])}{more} by {said.by}{until}: {said.reason}"
