"""Packages behind the newest fixed version that their distribution has published, one finding for a source package.

Whatever the fixes were for: an upgrade brings all of them. Told from the advisories alone, so that a distribution
without fixed versions has nothing to say here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scantling.model.advisory import Advisory
from scantling.model.finding import Finding, MatchEvidence
from scantling.model.fingerprint import fingerprint
from scantling.model.package import Package
from scantling.versions.catalog import key
from scantling.versions.unparseable import Unparseable

from .lookup import compared_version, speaks_of


def newest_fix(package: Package, advisories: Iterable[Advisory]) -> tuple[str, Advisory] | None:
    """The highest fixed version above the installed one that an advisory for this build names; None when there is
    none, or when versions cannot be ordered."""
    version = compared_version(package)
    best: tuple[str, Advisory] | None = None
    for advisory in advisories:
        if advisory.status != "fixed" or advisory.module != package.module or not speaks_of(advisory, package):
            continue
        for bounds in advisory.ranges:
            if not bounds.fixed:
                continue
            try:
                fixed = key(advisory.scheme, bounds.fixed)
                if fixed > key(advisory.scheme, version) and (best is None or fixed > key(advisory.scheme, best[0])):
                    best = bounds.fixed, advisory
            except Unparseable:
                continue
    return best


def outdated(behind: Sequence[tuple[Package, str, Advisory]], repository: str) -> tuple[Finding, ...]:
    """``behind`` are packages with the version to go to; the first binary of a source, by name, stands for it."""
    groups: dict[tuple[str, str, str], list[tuple[Package, str, Advisory]]] = {}
    for package, fixed, advisory in behind:
        name = package.source.name if package.source is not None else package.name
        groups.setdefault((package.ecosystem, name, compared_version(package)), []).append((package, fixed, advisory))
    return tuple(_finding(name, members, repository) for (_, name, _), members in sorted(groups.items()))


def _finding(name: str, members: list[tuple[Package, str, Advisory]], repository: str) -> Finding:
    package, fixed, advisory = min(members, key=lambda member: (member[0].name, member[0].purl))
    identity = f"OUTDATED-{name}"
    names = sorted({member[0].name for member in members})
    others = f" (with {', '.join(names[1:4])}{' ...' if len(names) > 4 else ''})" if len(names) > 1 else ""
    return Finding(
        fingerprint=fingerprint(identity, package.purl, repository, package.from_base),
        kind="outdated",
        id=identity,
        title=f"{name} {compared_version(package)} is behind {fixed}{others}",
        severity="LOW",
        severity_source=advisory.feed,
        package=package.purl,
        installed_version=package.version,
        fixed_versions=(fixed,),
        status="fixed",
        path=package.location.path,
        diff_id=package.location.diff_id,
        from_base=package.from_base,
        remediation=f"Upgrade {name} to {fixed}",
        match=MatchEvidence(advisory.feed, f"<{fixed}"),
    )
