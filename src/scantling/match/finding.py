"""One problem of one package, as the finding that is reported."""

from __future__ import annotations

from collections.abc import Sequence

from scantling.model.advisory import Cvss, Vulnerability
from scantling.model.finding import Finding, MatchEvidence
from scantling.model.fingerprint import fingerprint
from scantling.model.package import OS_TYPES, Package

from .affected import Answer, in_order
from .identity import Find, Problem
from .matched import Hit
from .remediation import remediation, removal
from .severity import severity

_MAX_REFERENCES = 20
_MALICIOUS = "MAL-"  # ids of OSV's malicious packages (osv.dev/docs, "Malicious packages")
# when several feeds speak of one problem: the one that helps most is the one that is quoted
_STATUS_ORDER = ("fixed", "affected", "under_investigation", "fix_deferred", "will_not_fix", "end_of_life")


def to_finding(problem: Problem, package: Package, repository: str, find: Find) -> Finding:
    """The finding; ``find`` gives what is said of an id whichever package has it."""
    is_os = package.type in OS_TYPES
    definite = [hit for hit in problem.hits if hit.judgement.answer is Answer.AFFECTED]
    hits = sorted(definite or problem.hits, key=_usefulness)
    first = hits[0]
    said = _said(problem, is_os, find)
    status = _status(first) if definite else "unverified"
    fixed = in_order(first.advisory.scheme, (version for hit in hits for version in hit.judgement.fixed))
    level, level_source = severity(is_os, [hit.advisory for hit in hits], said)
    malicious = any(name.startswith(_MALICIOUS) for name in (problem.id, *problem.aliases))
    if malicious:
        level, level_source = "CRITICAL", "malicious package"
    return Finding(
        fingerprint=fingerprint(problem.id, package.purl, repository, package.from_base),
        kind="malware" if malicious else "vulnerability",
        id=problem.id,
        aliases=problem.aliases,
        title=next((one.title for one in said if one.title), ""),
        description=next((one.description for one in said if one.description), ""),
        severity=level,
        severity_source=level_source,
        package=package.purl,
        installed_version=package.version,
        fixed_versions=fixed,
        status=status,
        cvss=_scores(said),
        cwes=tuple(sorted({cwe for one in said for cwe in one.cwes})),
        path=package.location.path,
        diff_id=package.location.diff_id,
        from_base=package.from_base,
        remediation=removal(package, fixed)
        if malicious and definite
        else remediation(package, status, fixed, first.advisory),
        references=_references(said),
        published=min((one.published for one in said if one.published), default=""),
        match=MatchEvidence(first.advisory.feed, first.judgement.range),
    )


def _usefulness(hit: Hit) -> tuple[int, str, str, str]:
    return _STATUS_ORDER.index(_status(hit)), hit.advisory.id, hit.advisory.feed, hit.judgement.range


def _status(hit: Hit) -> str:
    stated = hit.advisory.status
    if stated in _STATUS_ORDER[2:]:
        return stated
    return "fixed" if hit.judgement.fixed else "affected"


def _said(problem: Problem, is_os: bool, find: Find) -> list[Vulnerability]:
    """What is said under any of its names, the best source first: the CVE for an OS package, else the GHSA."""

    def preference(id: str) -> tuple[int, str]:
        is_ghsa, is_cve = id.startswith("GHSA-"), id.startswith("CVE-")
        return (0 if (is_cve if is_os else is_ghsa) else 1 if is_ghsa or is_cve else 2), id

    found = (find(id) for id in sorted((problem.id, *problem.aliases), key=preference))
    return [one for one in found if one is not None]


def _scores(said: Sequence[Vulnerability]) -> tuple[Cvss, ...]:
    scores = {score for one in said for score in one.cvss}
    return tuple(sorted(scores, key=lambda score: (score.source, score.version, score.vector, score.score)))


def _references(said: Sequence[Vulnerability]) -> tuple[str, ...]:
    links = {link for one in said for link in one.references if link.startswith(("https://", "http://"))}
    return tuple(sorted(links)[:_MAX_REFERENCES])
