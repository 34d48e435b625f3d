"""Upgrades of an application's packages: each to the lowest version at which all that is known of it is fixed."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence

from scantling.explain.upgrade_command import upgrade_command
from scantling.model.finding import Finding
from scantling.model.package import OS_TYPES
from scantling.model.report import Report, ReportPackage
from scantling.versions.upgrade import smallest_upgrade

from .change import DROP_DEV, LANGUAGE, Change

GO_ITSELF = "stdlib"
_NUMBER = re.compile(r"[0-9]{1,9}")
_IN_NPM = "/node_modules/npm/node_modules/"
_UNKNOWN = "direct or transitive: not known"


def upgrades(report: Report, findings: Iterable[Finding]) -> tuple[Change, ...]:
    """One change for each package and version that has fixed versions. Packages that the distribution owns are its."""
    by_purl = {package.purl: package for package in report.packages}
    groups: dict[tuple[str, str, str], list[tuple[Finding, ReportPackage]]] = {}
    for finding in findings:
        package = by_purl.get(finding.package or "")
        if package is None or package.type in OS_TYPES or package.os_owned or finding.kind == "malware":
            continue
        if finding.status == "fixed" and finding.fixed_versions:
            groups.setdefault((package.type, package.name, package.version), []).append((finding, package))
    changes = []
    for (type_, name, installed), members in groups.items():
        version = smallest_upgrade(type_, installed, [finding.fixed_versions for finding, _ in members])
        if version is not None:
            changes.append(_upgrade(type_, name, installed, version, members))
    return tuple(changes)


def without_dev(report: Report, findings: Iterable[Finding]) -> tuple[Change, ...]:
    """Leaving out what is for development only, where anything is found in it: nothing that runs needs it."""
    dev = {package.purl: package for package in report.packages if package.is_dev}
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        if (package := dev.get(finding.package or "")) is not None:
            groups.setdefault(package.type, []).append(finding)
    return tuple(
        Change(
            kind=DROP_DEV,
            name=f"{type_} packages for development",
            type=type_,
            packages=tuple(sorted({finding.package or "" for finding in members})),
            clears=tuple(sorted(finding.fingerprint for finding in members)),
            command={"npm": "npm prune --omit=dev", "composer": "composer install --no-dev"}.get(type_, ""),
            advice="install without what is for development only",
        )
        for type_, members in sorted(groups.items())
    )


def commands(changes: Iterable[Change]) -> tuple[str, ...]:
    """The line for pip, which takes several packages at once, then one line for each other."""
    changes = [change for change in changes if change.kind in {LANGUAGE, DROP_DEV}]
    pins = sorted({f"{change.name}=={change.version}" for change in changes if change.type == "pypi"})
    others = dict.fromkeys(change.command for change in changes if change.type != "pypi" and change.command)
    return (*((pip(pins),) if pins else ()), *others)


def pip(pins: Sequence[str]) -> str:
    """The line that installs ``pins``."""
    return f"pip install --no-cache-dir --upgrade {' '.join(map(shlex.quote, pins))}"


def is_major(installed: str, version: str) -> bool:
    """Whether the first number that is not zero changes, which by semantic versioning may break what uses it."""
    old, new = ([int(number) for number in _NUMBER.findall(text)] for text in (installed, version))
    for before, after in zip(old, new, strict=False):
        if before or after:
            return before != after
    return False


def _upgrade(
    type_: str, name: str, installed: str, version: str, members: Sequence[tuple[Finding, ReportPackage]]
) -> Change:
    finding, package = members[0]
    packages = {package.purl: package for _, package in members}
    files = tuple(sorted({place.path for package in packages.values() for place in package.locations if place.path}))
    return Change(
        kind=LANGUAGE,
        name=name,
        type=type_,
        installed=installed,
        version=version,
        packages=tuple(sorted(packages)),
        files=files,
        clears=tuple(sorted({finding.fingerprint for finding, _ in members})),
        is_major=is_major(installed, version),
        command="" if _is_go(type_, name) else upgrade_command(_to(finding, version), package),
        advice=f"build with Go {version}" if _is_go(type_, name) else "",
        notes=tuple(_notes(type_, name, package, files)),
    )


def _notes(type_: str, name: str, package: ReportPackage, files: Sequence[str]) -> Iterable[str]:
    if _is_go(type_, name):
        return
    if files and all(_IN_NPM in f"/{path}" for path in files):
        yield "npm brings it: upgrade npm itself, or leave npm out of the image"
    elif package.direct is False:
        through = f", through {package.dependency_path[0]}" if package.dependency_path else ""
        yield f"transitive{through}"
    elif package.direct is None:
        yield _UNKNOWN


def _is_go(type_: str, name: str) -> bool:
    return type_ == "golang" and name == GO_ITSELF


def _to(finding: Finding, version: str) -> Finding:
    from dataclasses import replace

    return replace(finding, fixed_versions=(version,))
