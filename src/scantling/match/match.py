"""Inventory and database into findings. Touches no bytes of the image, so it can be repeated at will.

Distributions decide for their own packages, the language databases for the rest. Next: ``enrich``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache

from scantling.model.advisory import Advisory, Vulnerability
from scantling.model.coverage import Gap
from scantling.model.finding import SEVERITIES, Finding
from scantling.model.package import OS_TYPES, Inventory, Package

from .affected import Answer, Judgement, judge
from .finding import to_finding
from .identity import Find, Problem, problems
from .lookup import (
    AdvisoryLookup,
    binary_name,
    compared_version,
    is_modular_of_unknown_stream,
    lookup_name,
    speaks_of,
)
from .matched import Hit
from .outdated import newest_fix, outdated

_NAMES_SHOWN = 5
_RANK = {severity: rank for rank, severity in enumerate(SEVERITIES)}


def match(
    inventory: Inventory, database: AdvisoryLookup, repository: str
) -> tuple[tuple[Finding, ...], tuple[Gap, ...]]:
    """The vulnerabilities of an inventory's packages, those behind their distribution, and what could not be matched.

    Left to others: language packages that an OS package installed (the distribution speaks for them). Findings are
    sorted by (severity, id, package), one for each problem of each package; gaps are sorted and distinct.
    """
    find = cache(database.vulnerability)
    covers = cache(database.covers)
    findings: list[Finding] = []
    gaps: set[Gap] = set()
    third_party: list[Package] = []
    without_feed: dict[str, list[Package]] = defaultdict(list)
    behind: list[tuple[Package, str, Advisory]] = []
    for package in inventory.packages:
        if package.os_owned:
            continue
        if package.third_party:
            third_party.append(package)
        elif not package.ecosystem or covers(package.ecosystem) is None:
            without_feed[package.ecosystem or package.type].append(package)
        else:
            advisories = database.advisories(package.ecosystem, lookup_name(package))
            if name := binary_name(package):
                advisories += database.advisories(package.ecosystem, name)
            if advisories and _is_unversioned(package):
                gaps.add(_unversioned(package, len(advisories)))
            elif advisories:
                found = _problems(package, advisories, find)
                findings += (to_finding(problem, package, repository, find) for problem in found)
                if package.type in OS_TYPES and (newest := newest_fix(package, advisories)) is not None:
                    behind.append((package, *newest))
    findings += outdated(behind, repository)
    gaps.update(_no_feed(where, packages) for where, packages in without_feed.items())
    if third_party:
        gaps.add(_third_party(third_party))
    findings.sort(key=lambda finding: (_RANK[finding.severity], finding.id, finding.package or "", finding.path))
    return tuple(findings), tuple(sorted(gaps))


def _problems(package: Package, advisories: Sequence[Advisory], find: Find) -> list[Problem]:
    version = compared_version(package)
    unknown_stream = is_modular_of_unknown_stream(package)
    hits: list[Hit] = []
    denied: set[tuple[str, str]] = set()  # (feed, id): that feed says this package does not have it
    cleared: set[str] = set()  # ids whose ranges were understood and do not hold the version
    for advisory in advisories:
        if not speaks_of(advisory, package):
            continue
        judgement = judge(advisory, version)
        if advisory.stream and judgement.answer is Answer.NOT_AFFECTED:
            # extended support has fixed this build; that the main stream's fix has a higher version does not matter
            denied.update((advisory.feed, id) for id in _names(advisory.id, find))
        if advisory.status == "not_affected":
            if judgement.answer is Answer.AFFECTED or not (advisory.ranges or advisory.versions):
                denied.update((advisory.feed, id) for id in _names(advisory.id, find))
        elif judgement.answer is Answer.NOT_AFFECTED:
            cleared.add(advisory.id)
        else:
            if unknown_stream:
                judgement = Judgement(Answer.UNVERIFIED, judgement.fixed, judgement.range)
            hits.append(Hit(advisory, judgement))
    if denied:
        hits = [
            hit for hit in hits if not any((hit.advisory.feed, id) in denied for id in _names(hit.advisory.id, find))
        ]
    if not hits:
        return []
    found = problems(hits, find)
    if package.type in OS_TYPES or not cleared:
        return list(found)
    cleared.difference_update(hit.advisory.id for hit in hits)  # one block of an advisory may clear, another not
    return [problem for problem in found if not _is_settled(problem, cleared)]


def _is_settled(problem: Problem, cleared: set[str]) -> bool:
    """Nobody is sure that it is affected, and another database's advisory of the same problem is sure it is not."""
    if any(hit.judgement.answer is Answer.AFFECTED for hit in problem.hits):
        return False
    return not cleared.isdisjoint((problem.id, *problem.aliases))


def _names(id: str, find: Find) -> tuple[str, ...]:
    said: Vulnerability | None = find(id)
    return (id, *said.aliases) if said is not None else (id,)


def _is_unversioned(package: Package) -> bool:
    # a Go main module built outside a tagged checkout is "(devel)": the build itself says that it has no version
    return package.type == "golang" and (package.version == "(devel)" or package.version.startswith("devel"))


def _unversioned(package: Package, count: int) -> Gap:
    reason = f"built without a version ({package.version}): its {count} advisories could not be matched"
    return Gap("unversioned", package.purl, reason, blocks=False)


def _no_feed(where: str, packages: Sequence[Package]) -> Gap:
    reason = f"the database has no feed for it: {_some(packages)} not matched"
    return Gap("no-feed", where, reason)


def _third_party(packages: Sequence[Package]) -> Gap:
    reason = f"{_some(packages)} not from the distribution, so its advisories do not speak of them"
    return Gap("third-party-packages", packages[0].ecosystem or packages[0].type, reason, blocks=False)


def _some(packages: Sequence[Package]) -> str:
    names = sorted({package.name for package in packages})
    shown = ", ".join(names[:_NAMES_SHOWN]) + (", ..." if len(names) > _NAMES_SHOWN else "")
    return f"{len(packages)} package{'s' if len(packages) != 1 else ''} ({shown})"
