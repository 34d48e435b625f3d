"""What the user asked of the image: which findings are shown, and which of them stop the build."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from scantling.model.finding import Finding


class OnGap(Enum):
    """What an incomplete scan means to the gate."""

    FAIL = "fail"
    REPORT = "report"


# what each word of --scanners finds, as far as findings can stop a build; end of life has an option of its own
KINDS_OF_SCANNER = {
    "vuln": ("vulnerability",),
    "secret": ("secret",),
    "misconfig": ("misconfig",),
    "malware": ("malware",),
    "integrity": ("integrity",),
    "license": ("license",),
}


@dataclass(frozen=True, slots=True)
class Gate:
    """The gate and the filter of one scan.

    ``severities`` are those shown and counted (None: all are shown, all but NEGLIGIBLE counted, since that word is
    the distribution's for "not a security problem"). ``ignore_unfixed`` leaves out what no version fixes,
    ``ignore_status`` what has one of these statuses. ``exit_code`` is what findings exit with and ``exit_on_eol``
    what a release past its support exits with; None and 0 ask for neither. ``on_gap`` None means FAIL if a gate is
    asked for at all. ``kinds`` are the kinds of finding that count. ``max_db_age_hours`` refuses older data,
    ``max_unowned`` more binaries than that which nothing gives a version. ``has_policy``: policies are asked too.
    """

    severities: frozenset[str] | None = None
    ignore_unfixed: bool = False
    ignore_status: frozenset[str] = frozenset()
    exit_code: int | None = None
    exit_on_eol: int | None = None
    on_gap: OnGap | None = None
    kinds: frozenset[str] = frozenset({"vulnerability", "secret"})
    max_db_age_hours: float | None = None
    max_unowned: int | None = None
    has_policy: bool = False

    @property
    def is_asked(self) -> bool:
        """Whether anything at all was asked of the image: without that, every scan that ends exits with 0."""
        return (
            bool(self.exit_code)
            or bool(self.exit_on_eol)
            or self.on_gap is OnGap.FAIL
            or self.max_db_age_hours is not None
            or self.max_unowned is not None
            or self.has_policy
        )

    @property
    def fails_on_gap(self) -> bool:
        """Whether an incomplete scan fails: the default as soon as a gate is asked for."""
        return self.is_asked and self.on_gap is not OnGap.REPORT


def select(findings: Iterable[Finding], gate: Gate) -> tuple[Finding, ...]:
    """The findings that the gate's filter lets through, in their order: what a report shows."""
    return tuple(finding for finding in findings if _passes(finding, gate))


def counted(findings: Iterable[Finding], gate: Gate) -> tuple[Finding, ...]:
    """The findings that ``exit_code`` is about: selected, of a counted kind, neither suppressed nor negligible."""
    return tuple(
        finding
        for finding in select(findings, gate)
        if finding.is_of(gate.kinds)
        and finding.suppressed is None
        and finding.status != "not_affected"
        and (gate.severities is not None or finding.severity != "NEGLIGIBLE")
    )


def _passes(finding: Finding, gate: Gate) -> bool:
    if gate.severities is not None and finding.severity not in gate.severities:
        return False
    if finding.kind != "vulnerability":
        return True
    if finding.status in gate.ignore_status:
        return False
    return not gate.ignore_unfixed or _is_fixed(finding)


def _is_fixed(finding: Finding) -> bool:
    # an unverified finding with a fix is one that nobody could compare: it stays, not knowing is no reason to drop it
    return finding.status == "fixed" or (finding.status == "unverified" and bool(finding.fixed_versions))
