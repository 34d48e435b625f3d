"""What the table folds away, with a count: findings that nobody can act on now, or that nothing shipped needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scantling.model.finding import Finding
from scantling.model.report import Report

_DEVELOPMENT = "in packages for development only"
_UNFIXABLE = "in the base image without a fix"


def noise_of(report: Report, findings: Iterable[Finding]) -> Mapping[str, str]:
    """Why each of ``findings`` that is noise is so, by fingerprint. Never noise: what is exploited or has a public
    exploit, what could not be compared, and what the verdict names."""
    development = {package.purl for package in report.packages if package.is_dev}
    verdict = report.verdict
    named = {print_ for said in (*verdict.violations, *verdict.warnings) for print_ in said.findings}
    why: dict[str, str] = {}
    for finding in findings:
        if finding.kind != "vulnerability" or finding.status == "unverified" or finding.fingerprint in named:
            continue
        if finding.kev is not None or finding.exploit_public:
            continue
        if finding.package in development:
            why[finding.fingerprint] = _DEVELOPMENT
        elif finding.from_base and not finding.fixed_versions:
            why[finding.fingerprint] = _UNFIXABLE
    return why


def noise_note(noise: Mapping[str, str], findings: Iterable[Finding]) -> str:
    """How many of ``findings`` are folded away, and why."""
    reasons = [noise[finding.fingerprint] for finding in findings if finding.fingerprint in noise]
    counted = (f"{reasons.count(why)} {why}" for why in (_DEVELOPMENT, _UNFIXABLE) if why in reasons)
    return f"{', '.join(counted)} (-f json lists them)"
