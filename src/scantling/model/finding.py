"""Findings, verdict and report: the fields of the JSON report, schema version 1, in its order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from .advisory import Cvss, Epss, Kev

SEVERITIES = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "UNKNOWN", "NEGLIGIBLE")
KINDS = ("vulnerability", "secret", "misconfig", "malware", "integrity", "license", "eol", "outdated", "runtime")
STATUSES = (
    "fixed", "affected", "will_not_fix", "fix_deferred", "end_of_life",
    "under_investigation", "not_affected", "unverified",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Priority:
    """How soon to look, 0-100, and why."""

    score: int = 0
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MatchEvidence:
    """Which feed said so and which version range (as text: ">=1.2, <1.4.1") the installed version lies in."""

    feed: str
    range: str


BASELINE = "baseline "  # how an earlier report signs what it suppresses; being known already is nobody's acceptance


NO_DAY = "unknown"  # since when an exception is there that does not say so


@dataclass(frozen=True, slots=True)
class Suppression:
    """Who or what silenced a finding, why, and until when (ISO 8601 date or None). ``added`` is the day since which an
    exception is there ("unknown" where it does not say), None for whatever is no exception of the user's."""

    by: str
    reason: str
    expires: str | None = None
    added: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One problem in one place. ``package`` is a purl. ``fingerprint`` survives rebuilds and re-tags.
    ``published`` is the day on which a vulnerability became known (ISO 8601, "" unknown)."""

    fingerprint: str
    kind: str
    id: str
    aliases: tuple[str, ...] = ()
    title: str = ""
    severity: str = "UNKNOWN"
    severity_source: str = ""
    package: str | None = None
    installed_version: str = ""
    fixed_versions: tuple[str, ...] = ()
    status: str = "affected"
    cvss: tuple[Cvss, ...] = ()
    cwes: tuple[str, ...] = ()
    kev: Kev | None = None
    epss: Epss | None = None
    exploit_public: bool = False
    reachable: str = "unknown"
    priority: Priority = Priority()
    path: str = ""
    line: int | None = None
    diff_id: str = ""
    created_by: str = ""
    from_base: bool | None = None
    remediation: str = ""
    references: tuple[str, ...] = ()
    match: MatchEvidence | None = None
    suppressed: Suppression | None = None
    description: str = field(default="")
    published: str = ""

    @property
    def is_advised(self) -> bool:
        """Whether an advisory says it of a package: a vulnerability, or a package that is known to be malicious."""
        return self.kind == "vulnerability" or (self.kind == "malware" and self.match is not None)

    def is_of(self, kinds: Collection[str]) -> bool:
        """Whether it counts as one of ``kinds``. A package that is known to be malicious is malware, and counts as a
        vulnerability too: whoever asks for those alone must hear of it."""
        return self.kind in kinds or (self.is_advised and "vulnerability" in kinds)


def by_severity(severities: Iterable[str]) -> Mapping[str, int]:
    """How many there are of each severity, the worst first; none that is zero."""
    counts = Counter(severities)
    return {severity: counts[severity] for severity in SEVERITIES if counts[severity]}


def counts_in_words(counts: Mapping[str, int]) -> str:
    """ "1 CRITICAL, 3 HIGH"; "" for none."""
    return ", ".join(f"{count} {severity}" for severity, count in counts.items())
