"""What became better, worse or different from one report to another. Pure: two reports in, their differences out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scantling.exceptions.baseline import lifted
from scantling.model.finding import SEVERITIES, Finding, by_severity
from scantling.model.report import Report
from scantling.policy.gate import KINDS_OF_SCANNER

from .packages import PackageChange, package_changes, package_key
from .settings import SettingChange, setting_changes

# end of life and what is outdated come of the same database
_SCANNER_OF = {kind: scanner for scanner, kinds in KINDS_OF_SCANNER.items() for kind in kinds} | {
    "eol": "vuln",
    "outdated": "vuln",
}


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two reports. ``size`` is the sum of its layers as stored, in bytes; -1 where one is not known."""

    reference: str
    image_digest: str
    created_at: str
    status: str
    outcome: str
    os: str
    size: int
    layers: int
    packages: int
    findings: int


@dataclass(frozen=True, slots=True)
class FindingChange:
    """``before`` is None for a new finding, ``after`` for one that is gone. ``why`` is what explains it best."""

    before: Finding | None
    after: Finding | None
    why: str = ""

    @property
    def finding(self) -> Finding:
        """The newer of the two."""
        found = self.after or self.before
        assert found is not None
        return found


@dataclass(frozen=True, slots=True)
class Changes:
    """``new`` and ``fixed`` are live findings that one side alone has, the most severe first; ``accepted`` were live
    and are suppressed now; ``severity`` are in both with another severity; ``same`` counts what did not change.
    ``shared_layers`` counts the layers that both have, ``notes`` say what keeps the two from being compared in full."""

    old: Side
    new_side: Side
    new: tuple[FindingChange, ...]
    fixed: tuple[FindingChange, ...]
    accepted: tuple[FindingChange, ...]
    severity: tuple[FindingChange, ...]
    same: int
    packages: tuple[PackageChange, ...]
    settings: tuple[SettingChange, ...]
    shared_layers: int
    notes: tuple[str, ...]


def changes(old: Report, new: Report) -> Changes:
    """What leads from ``old`` to ``new``. A kind of finding that one of them did not look for is not compared."""
    old, new = lifted(old), lifted(new)
    packages = package_changes(old.packages, new.packages)
    compared = _kinds(old) & _kinds(new)
    moved = {change.key: change for change in packages}
    one_repository = old.target.repository == new.target.repository
    before, after = _by_identity(old, compared, one_repository), _by_identity(new, compared, one_repository)
    gone: list[FindingChange] = []
    come: list[FindingChange] = []
    accepted: list[FindingChange] = []
    severity: list[FindingChange] = []
    same = 0
    for key in before.keys() | after.keys():
        left, right = before.get(key, []), after.get(key, [])
        for one, other in zip(left, right, strict=False):
            if one.suppressed is None and other.suppressed is not None:
                accepted.append(FindingChange(one, other, f"{other.suppressed.reason} ({other.suppressed.by})"))
            elif one.suppressed is not None and other.suppressed is None:
                come.append(FindingChange(None, other, f"no longer suppressed by {one.suppressed.by}"))
            elif other.suppressed is None and one.severity != other.severity:
                severity.append(FindingChange(one, other, f"was {one.severity}"))
            elif other.suppressed is None:
                same += 1
        shared = min(len(left), len(right))
        gone += [FindingChange(one, None, _why(one, moved)) for one in left[shared:] if one.suppressed is None]
        come += [FindingChange(None, one, _why(one, moved)) for one in right[shared:] if one.suppressed is None]
    return Changes(
        _side(old),
        _side(new),
        _ordered(come),
        _ordered(gone),
        _ordered(accepted),
        _ordered(severity),
        same,
        packages,
        setting_changes(old.target, new.target),
        len({layer.diff_id for layer in old.target.layers} & {layer.diff_id for layer in new.target.layers}),
        _notes(old, new),
    )


def _by_identity(report: Report, kinds: set[str], one_repository: bool) -> dict[tuple[str, ...], list[Finding]]:
    """Findings by what stays the same from build to build; those of one package's several copies share a key."""
    found: defaultdict[tuple[str, ...], list[Finding]] = defaultdict(list)
    for finding in report.findings:
        if finding.is_of(kinds):
            found[_identity(finding, one_repository)].append(finding)
    return found


def _identity(finding: Finding, one_repository: bool) -> tuple[str, ...]:
    if finding.package:
        kind = "vulnerability" if finding.is_advised else finding.kind  # an older report may not know it as malware
        return (kind, finding.id, package_key(finding.package))
    if one_repository:
        return (finding.kind, finding.id, finding.fingerprint)
    # the fingerprint names the repository: between two of them what was found and where has to do
    return (finding.kind, finding.id, finding.path, finding.title, finding.description)


def _why(finding: Finding, moved: dict[str, PackageChange]) -> str:
    if not finding.package:
        return ""
    change = moved.get(package_key(finding.package))
    return change.sentence() if change is not None else "the package is the same: what is known of it changed"


def _kinds(report: Report) -> set[str]:
    scanners = set(report.scanners)
    return {kind for kind, scanner in _SCANNER_OF.items() if scanner in scanners or (not scanners and report.database)}


def _ordered(found: Iterable[FindingChange]) -> tuple[FindingChange, ...]:
    return tuple(sorted(found, key=_rank))


def _rank(change: FindingChange) -> tuple[int, int, str, str, str]:
    finding = change.finding
    rank = SEVERITIES.index(finding.severity)
    return (rank, -finding.priority.score, finding.id, finding.package or finding.path, finding.fingerprint)


def _side(report: Report) -> Side:
    target = report.target
    sizes = [layer.size for layer in target.layers]
    return Side(
        target.reference,
        target.image_digest,
        report.created_at,
        report.status,
        report.verdict.outcome,
        (target.os.pretty_name or f"{target.os.id} {target.os.version_id}".strip()) if target.os else "",
        -1 if any(size < 0 for size in sizes) else sum(sizes),
        len(sizes),
        len(report.packages),
        sum(finding.suppressed is None for finding in report.findings),
    )


def _notes(old: Report, new: Report) -> tuple[str, ...]:
    notes = []
    for name, report in (("old", old), ("new", new)):
        if report.status != "complete":
            blocking = sum(gap.blocks for gap in report.gaps)
            notes.append(
                f"the {name} scan is not complete ({blocking} thing{'s' if blocking != 1 else ''} not looked at):"
                " what it does not show may still be there"
            )
    if left_out := sorted(_kinds(old) ^ _kinds(new)):
        notes.append(f"not compared, since one of the two did not look for it: {', '.join(left_out)}")
    digests = [report.database.digest if report.database else "" for report in (old, new)]
    if all(digests) and digests[0] != digests[1]:
        notes.append(
            "the two were judged with different databases: scan the old one again to see what the image changed"
        )
    return tuple(notes)


def counts(found: Iterable[FindingChange]) -> Mapping[str, int]:
    """How many there are of each severity, the worst first."""
    return by_severity(change.finding.severity for change in found)
