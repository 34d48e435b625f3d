"""Marks on lines of the change: the findings that stand in files of the repository, the most severe first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from scantling.guard import limits
from scantling.guard.display import clip, printable
from scantling.model.finding import SEVERITIES, Finding
from scantling.model.report import Report

_LEVELS = {"CRITICAL": "failure", "HIGH": "failure", "MEDIUM": "warning"}
_TITLE, _MESSAGE = 255, 2_000


@dataclass(frozen=True, slots=True)
class Annotation:
    """``path`` is relative to the repository's root, ``line`` counts from 1. ``level`` is GitHub's word: "notice",
    "warning" or "failure"."""

    path: str
    line: int
    level: str
    title: str
    message: str


def marks(report: Report, at: str = "") -> tuple[tuple[Annotation, ...], int]:
    """Marks for ``report``, at most ``limits.CHECK_ANNOTATIONS_ALL``, and how many more there are.

    Only a report of configuration speaks of files in the repository; ``at`` is the directory, from its root, that was
    searched. What was found in an image lies in the image."""
    if report.target.kind != "config":
        return (), 0
    live = [one for one in report.findings if one.suppressed is None and _is_inside(one.path)]
    ranked = sorted(live, key=lambda one: (SEVERITIES.index(one.severity), one.path, one.line or 0, one.id))
    kept = ranked[: limits.CHECK_ANNOTATIONS_ALL]
    return tuple(_annotation(one, at) for one in kept), len(ranked) - len(kept)


def _annotation(finding: Finding, at: str) -> Annotation:
    text: Sequence[str] = (finding.title, finding.description, finding.remediation)
    return Annotation(
        path=str(PurePosixPath(at) / finding.path),
        line=finding.line or 1,
        level=_LEVELS.get(finding.severity, "notice"),
        title=clip(printable(f"{finding.severity}: {finding.id}"), _TITLE),
        message=printable("  ".join(part for part in text if part) or finding.id, _MESSAGE),
    )


def _is_inside(path: str) -> bool:
    return bool(path) and not path.startswith("/") and ".." not in PurePosixPath(path).parts
