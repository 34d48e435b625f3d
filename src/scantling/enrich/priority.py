"""How soon to look at a finding: one number from 0 to 100, with the reasons that made it.

    severity      CRITICAL 50, HIGH 40, MEDIUM 25, UNKNOWN 20, LOW 10, NEGLIGIBLE 0
    exploited     +35 when CISA lists it as exploited, else +15 when an exploit is public
    likely        +10 for EPSS at or above 0.1, +5 at or above 0.01
    fixable       +5 when a fixed version is known

The weights order a list; they are not a probability. Facts first: the reasons say which terms counted.
"""

from __future__ import annotations

from dataclasses import replace

from scantling.model.finding import Finding, Priority

_SEVERITY = {"CRITICAL": 50, "HIGH": 40, "MEDIUM": 25, "UNKNOWN": 20, "LOW": 10, "NEGLIGIBLE": 0}


def with_priority(finding: Finding) -> Finding:
    """``finding`` with its priority."""
    score = _SEVERITY.get(finding.severity, 20)
    reasons = [f"severity {finding.severity}"]
    if finding.kev is not None:
        score += 35
        reasons.append("exploited in the wild (CISA KEV)")
    elif finding.exploit_public:
        score += 15
        reasons.append("a public exploit exists")
    if finding.epss is not None and finding.epss.score >= 0.01:
        score += 10 if finding.epss.score >= 0.1 else 5
        reasons.append(f"EPSS {finding.epss.score:.1%}")
    if finding.fixed_versions:
        score += 5
        reasons.append("a fix exists")
    return replace(finding, priority=Priority(min(score, 100), tuple(reasons)))
