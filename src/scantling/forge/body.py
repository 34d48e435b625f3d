"""A report, and what changed against another one, as a comment and as a status."""

from __future__ import annotations

from scantling.diff.changes import Changes
from scantling.diff.markdown import beside
from scantling.guard.display import clip, printable
from scantling.model.report import Report
from scantling.report.markdown import compose, marker

from .annotations import Sources, marks
from .post import Comment, Status

_NAME, _TITLE = 120, 140  # GitHub takes 140 characters of a status's description, GitLab 255


def comment(report: Report, changes: Changes | None, base: str) -> Comment:
    """``base`` says in words what ``changes`` are against."""
    lines, parts = beside(changes, base) if changes is not None else ((), ())
    return Comment(marker(report), compose(report, lines, parts).decode())


def status(report: Report, changes: Changes | None, body: Comment, sources: Sources) -> Status:
    """The verdict on the commit."""
    placed, left_out = marks(report, sources)
    live = sum(finding.suppressed is None for finding in report.findings)
    found = f"{live} finding{'s' if live != 1 else ''}"
    outcome = report.verdict.outcome
    if outcome == "not_asked":
        outcome = "pass" if report.status == "complete" else "neutral"
    parts = [{"fail": "gate failed", "pass": "gate passed"}.get(report.verdict.outcome, "no gate"), found]
    if changes is not None:
        parts.append(f"{len(changes.new)} new, {len(changes.fixed)} fixed")
    if report.status != "complete":
        parts.append("scan not complete")
    name = marker_name(report)
    return Status(name, outcome, clip("; ".join(parts), _TITLE), body.body, placed, left_out)


def marker_name(report: Report) -> str:
    """What the status is called: one for each image and platform."""
    of = report.target.repository or report.target.reference
    platform = f" {report.target.platform}" if report.target.platform else ""
    return clip(printable(f"scantling: {of}{platform}"), _NAME)
