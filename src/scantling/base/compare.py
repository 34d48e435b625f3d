"""What another base would fix and add: the vulnerabilities that the present one brings against those of a candidate.

Vulnerabilities are compared by their ids, since distributions cut the same software into different packages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from scantling.model.errors import Unscannable
from scantling.model.finding import SEVERITIES, Finding, by_severity
from scantling.model.report import Report, ReportBase

from .candidates import Candidate


@dataclass(frozen=True, slots=True)
class Vulnerability:
    id: str
    severity: str


@dataclass(frozen=True, slots=True)
class Alternative:
    """A candidate beside the present base. ``size`` is that of its layers as stored (bytes), ``is_complete`` false
    where something in it was not looked at, so that it may have more than is known."""

    kind: str
    reference: str
    digest: str
    distribution: str
    fixes: tuple[Vulnerability, ...]
    adds: tuple[Vulnerability, ...]
    left: tuple[Vulnerability, ...]
    packages: int
    size: int
    is_complete: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """``present`` are the vulnerabilities that the base brings, ``application`` counts the others. ``alternatives``
    begin with the one that leaves the fewest, the worst counting first."""

    image: str
    base: ReportBase
    distribution: str
    present: tuple[Vulnerability, ...]
    application: int
    packages: int
    size: int
    alternatives: tuple[Alternative, ...]
    notes: tuple[str, ...] = ()


def compare(report: Report, scanned: Sequence[tuple[Candidate, Report]], notes: Sequence[str] = ()) -> Comparison:
    """``report`` is the image's. Raises ``Unscannable`` where it is not known what of it is the base's."""
    base = report.target.base
    if base is None or base.layers is None:
        raise Unscannable(
            "which layers are the base image's is not known",
            where=report.target.reference,
            hint="index its base: scantling base index NAME:TAG",
        )
    live = _live(report)
    present = _vulnerabilities(finding for finding in live if finding.from_base)
    said = list(notes)
    if report.status != "complete":
        said.append("the image's scan is incomplete: its base may have more than is listed")
    return Comparison(
        image=report.target.reference,
        base=base,
        distribution=_distribution(report),
        present=_listed(present),
        application=len(_vulnerabilities(finding for finding in live if not finding.from_base)),
        packages=sum(package.from_base is True for package in report.packages),
        size=sum(max(layer.size, 0) for layer in report.target.layers if layer.from_base),
        alternatives=tuple(sorted((_alternative(one, other, present) for one, other in scanned), key=_rank)),
        notes=tuple(said),
    )


def counts(found: Iterable[Vulnerability]) -> Mapping[str, int]:
    """How many of each severity, the worst first; none that is zero."""
    return by_severity(one.severity for one in found)


def is_better(one: Alternative, than: Comparison) -> bool:
    """Whether ``one`` leaves less than the present base brings, the worst counting first. Nothing is said to be better
    for not having been looked at."""
    return one.is_complete and _weight(one.left) < _weight(than.present)


def _alternative(candidate: Candidate, report: Report, present: Mapping[str, str]) -> Alternative:
    theirs = _vulnerabilities(_live(report))
    return Alternative(
        kind=candidate.kind,
        reference=candidate.reference,
        digest=report.target.image_digest,
        distribution=_distribution(report),
        fixes=_listed({id_: severity for id_, severity in present.items() if id_ not in theirs}),
        adds=_listed({id_: severity for id_, severity in theirs.items() if id_ not in present}),
        left=_listed(theirs),
        packages=len(report.packages),
        size=sum(max(layer.size, 0) for layer in report.target.layers),
        is_complete=report.status == "complete",
    )


def _live(report: Report) -> list[Finding]:
    return [one for one in report.findings if one.is_advised and one.suppressed is None]


def _vulnerabilities(findings: Iterable[Finding]) -> dict[str, str]:
    """The worst severity of each, by the name that all databases share where there is one."""
    worst: dict[str, str] = {}
    for finding in findings:
        names = (finding.id, *finding.aliases)
        id_ = min((name for name in names if name.startswith("CVE-")), default=finding.id)
        severities = (finding.severity, worst.get(id_, finding.severity))
        worst[id_] = min(severities, key=SEVERITIES.index)
    return worst


def _listed(found: Mapping[str, str]) -> tuple[Vulnerability, ...]:
    ordered = sorted(found.items(), key=lambda pair: (SEVERITIES.index(pair[1]), pair[0]))
    return tuple(Vulnerability(id_, severity) for id_, severity in ordered)


def _distribution(report: Report) -> str:
    os = report.target.os
    return "" if os is None else os.pretty_name or f"{os.id} {os.version_id}".strip()


def _rank(one: Alternative) -> tuple[bool, tuple[int, ...], int, str]:
    return not one.is_complete, _weight(one.left), one.size, one.reference


def _weight(found: Iterable[Vulnerability]) -> tuple[int, ...]:
    counted = counts(found)
    return tuple(counted.get(severity, 0) for severity in SEVERITIES)
