"""One letter for an image, by a formula that is written down (docs/how-to/quickview.md) and can be done by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scantling.model.finding import Finding
from scantling.model.report import Report

LETTERS = ((90, "A"), (75, "B"), (60, "C"), (40, "D"), (0, "F"))


@dataclass(frozen=True, slots=True)
class Penalty:
    """What each finding of a sort takes from 100 points, and how much all of them together may take."""

    sort: str
    each: int
    most: int
    is_meant: Callable[[Finding], bool]


@dataclass(frozen=True, slots=True)
class Deduction:
    """``points`` taken for ``count`` findings of one sort."""

    sort: str
    count: int
    points: int


@dataclass(frozen=True, slots=True)
class Grade:
    """``letter`` is the best that the image can have: where ``complete`` is false, what was not looked at may make it
    worse. ``points`` are what is left of 100."""

    letter: str
    points: int
    complete: bool
    deductions: tuple[Deduction, ...]


def _vulnerability(severity: str, fixable: bool) -> Callable[[Finding], bool]:
    def is_meant(finding: Finding) -> bool:
        is_one = finding.kind == "vulnerability" and finding.severity == severity and finding.kev is None
        return is_one and bool(finding.fixed_versions) is fixable

    return is_meant


def _kind(kind: str, *severities: str) -> Callable[[Finding], bool]:
    return lambda finding: finding.kind == kind and (not severities or finding.severity in severities)


# each finding counts once: a vulnerability that is exploited counts as that, whatever its severity
PENALTIES: tuple[Penalty, ...] = (
    Penalty("malware", 60, 60, _kind("malware", "CRITICAL", "HIGH")),
    Penalty("secrets", 20, 40, _kind("secret")),
    Penalty("exploited vulnerabilities", 20, 40, lambda f: f.kind == "vulnerability" and f.kev is not None),
    Penalty("changed system files", 20, 40, _kind("integrity", "CRITICAL", "HIGH")),
    Penalty("releases past their end of life", 20, 30, _kind("eol")),
    Penalty("critical vulnerabilities with a fix", 10, 40, _vulnerability("CRITICAL", True)),
    Penalty("high vulnerabilities with a fix", 3, 25, _vulnerability("HIGH", True)),
    Penalty("critical vulnerabilities without a fix", 3, 12, _vulnerability("CRITICAL", False)),
    Penalty("high vulnerabilities without a fix", 1, 6, _vulnerability("HIGH", False)),
    Penalty("serious misconfigurations", 5, 15, _kind("misconfig", "CRITICAL", "HIGH")),
    Penalty("misconfigurations", 1, 5, _kind("misconfig", "MEDIUM")),
)


def grade(report: Report) -> Grade:
    """The grade of what is reported and not suppressed."""
    live = [finding for finding in report.findings if finding.suppressed is None]
    deductions = []
    for penalty in PENALTIES:
        count = len({_problem(finding) for finding in live if penalty.is_meant(finding)})
        if count:
            deductions.append(Deduction(penalty.sort, count, min(count * penalty.each, penalty.most)))
    points = max(0, 100 - sum(deduction.points for deduction in deductions))
    letter = next(letter for least, letter in LETTERS if points >= least)
    return Grade(letter, points, report.status == "complete", tuple(sorted(deductions, key=lambda d: -d.points)))


def _problem(finding: Finding) -> tuple[str, str]:
    # one vulnerability in five packages of one source is one thing to do, not five
    return (finding.id, "" if finding.is_advised else finding.fingerprint)
