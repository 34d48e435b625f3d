"""Marks on lines of the change, the most severe first: the findings that stand in files of the repository, and those of
an image on the line of the Dockerfile that brought them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from scantling.diff.words import name_of
from scantling.guard import limits
from scantling.guard.display import clip, printable
from scantling.model.finding import SEVERITIES, Finding, by_severity, counts_in_words
from scantling.model.report import Report

_LEVELS = {"CRITICAL": "failure", "HIGH": "failure", "MEDIUM": "warning"}
_TITLE, _MESSAGE, _LISTED = 255, 2_000, 10


@dataclass(frozen=True, slots=True)
class Annotation:
    """``path`` is relative to the repository's root, ``line`` counts from 1. ``level`` is GitHub's word: "notice",
    "warning" or "failure"."""

    path: str
    line: int
    level: str
    title: str
    message: str


@dataclass(frozen=True, slots=True)
class Sources:
    """Where in the repository a report's findings stand: below ``root`` those of configuration; in ``dockerfile`` those
    of an image, whose layers' lines ``lines`` has by diffID."""

    root: str = ""
    dockerfile: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)


def marks(report: Report, sources: Sources) -> tuple[tuple[Annotation, ...], int]:
    """Marks for ``report``, at most ``limits.CHECK_ANNOTATIONS_ALL``, and how many more there are."""
    live = [one for one in report.findings if one.suppressed is None]
    ranked = sorted(live, key=lambda one: (SEVERITIES.index(one.severity), one.path, one.line or 0, one.id))
    if report.target.kind == "config":
        found = [_annotation(one, sources.root) for one in ranked if _is_inside(one.path)]
    else:
        found = list(_by_line(ranked, sources))
    return tuple(found[: limits.CHECK_ANNOTATIONS_ALL]), max(0, len(found) - limits.CHECK_ANNOTATIONS_ALL)


def _annotation(finding: Finding, root: str) -> Annotation:
    text: Sequence[str] = (finding.title, finding.description, finding.remediation)
    return Annotation(
        path=str(PurePosixPath(root) / finding.path),
        line=finding.line or 1,
        level=_LEVELS.get(finding.severity, "notice"),
        title=clip(printable(f"{finding.severity}: {finding.id}"), _TITLE),
        message=printable("  ".join(part for part in text if part) or finding.id, _MESSAGE),
    )


def _by_line(ranked: Sequence[Finding], sources: Sources) -> Iterator[Annotation]:
    """One mark for each line: a base image brings hundreds of findings, and nobody reads hundreds of marks."""
    lines: dict[int, list[Finding]] = {}
    for finding in ranked:
        if finding.diff_id in sources.lines:
            lines.setdefault(sources.lines[finding.diff_id], []).append(finding)
    for line, found in lines.items():  # the line of the most severe finding first
        counted = counts_in_words(by_severity(finding.severity for finding in found))
        listed = [clip(f"{one.severity} {printable(one.id)} {name_of(one)}", _TITLE) for one in found[:_LISTED]]
        more = [f"and {len(found) - _LISTED} more"] if len(found) > _LISTED else []
        yield Annotation(
            path=sources.dockerfile,
            line=line,
            level=_LEVELS.get(found[0].severity, "notice"),
            title=f"This instruction brings {counted}",
            message="\n".join((*listed, *more)),
        )


def _is_inside(path: str) -> bool:
    return bool(path) and not path.startswith("/") and ".." not in PurePosixPath(path).parts
