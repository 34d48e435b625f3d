"""The one id of a finding in every format: its fingerprint, and the order in which formats list findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from scantling.guard.display import printable
from scantling.model.finding import SEVERITIES, Finding

_ID_CHARS = 200


def finding_ids(findings: Iterable[Finding]) -> list[str]:
    """The id of each finding: its fingerprint; "-2", "-3" ... follow it where a fingerprint comes again.

    A fingerprint leaves out the version, so that two versions of a package in one image may share it; formats that
    ask for unique ids could not hold both otherwise. Deterministic for the report's order.
    """
    seen: Counter[str] = Counter()
    taken: set[str] = set()
    ids: list[str] = []
    for finding in findings:
        stem = printable(finding.fingerprint, _ID_CHARS) or "finding"
        while True:
            seen[stem] += 1
            id_ = stem if seen[stem] == 1 else f"{stem}-{seen[stem]}"
            if id_ not in taken:
                break
        taken.add(id_)
        ids.append(id_)
    return ids


def ranked(findings: Sequence[Finding]) -> list[tuple[str, Finding]]:
    """Each finding with its id: the silenced ones last, the most severe first."""
    return sorted(zip(finding_ids(findings), findings, strict=True), key=_rank)


def _rank(pair: tuple[str, Finding]) -> tuple[bool, int, int, str, str, str]:
    id_, finding = pair
    return (
        finding.suppressed is not None,
        SEVERITIES.index(finding.severity),
        -finding.priority.score,
        finding.id,
        finding.package or "",
        id_,
    )
