"""How bad, and by whose word: the distribution for its own packages, the advisory database for languages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scantling.model.advisory import Advisory, Cvss, Vulnerability
from scantling.model.finding import SEVERITIES

UNKNOWN = "UNKNOWN"
_STATED = frozenset(SEVERITIES) - {UNKNOWN}
_NEWEST_FIRST = ("4.0", "3.1", "3.0", "2.0")
_PREFERRED = ("nvd", "ghsa", "cisa-adp")  # among equals of one CVSS version; the others follow by name


def severity(is_os: bool, advisories: Sequence[Advisory], vulnerabilities: Sequence[Vulnerability]) -> tuple[str, str]:
    """(severity, whose word it is), ("UNKNOWN", "") when nobody said.

    For an OS package: its distribution's own rating, then CVSS, then any other word. For a language package: the
    advisory database's word, then CVSS, then the feed's. Both sequences are in order of preference.
    """
    feed = next(((said.severity, said.feed) for said in advisories if said.severity in _STATED), None)
    word = next(((said.severity, said.severity_source) for said in vulnerabilities if said.severity in _STATED), None)
    score = by_score(score for said in vulnerabilities for score in said.cvss)
    ranked = (feed, score, word) if is_os else (word, score, feed)
    return next((found for found in ranked if found is not None), (UNKNOWN, ""))


def by_score(scores: Iterable[Cvss]) -> tuple[str, str] | None:
    """The band of the newest CVSS version's score, and its source; None without a score."""
    known = [score for score in scores if score.version in _NEWEST_FIRST and 0.0 <= score.score <= 10.0]
    if not known:
        return None
    best = min(known, key=_preference)
    return band(best.version, best.score), best.source


def band(version: str, score: float) -> str:
    """NVD's qualitative band of a base score; "None" (0.0) is NEGLIGIBLE here. CVSS v2 knows no CRITICAL."""
    if version == "2.0":
        return "HIGH" if score >= 7.0 else "MEDIUM" if score >= 4.0 else "LOW"
    if score == 0.0:
        return "NEGLIGIBLE"
    return "CRITICAL" if score >= 9.0 else "HIGH" if score >= 7.0 else "MEDIUM" if score >= 4.0 else "LOW"


def _preference(score: Cvss) -> tuple[int, int, str, float, str]:
    known = _PREFERRED.index(score.source) if score.source in _PREFERRED else len(_PREFERRED)
    return _NEWEST_FIRST.index(score.version), known, score.source, -score.score, score.vector
