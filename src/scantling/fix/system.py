"""Upgrades of a distribution's packages, and the one line of a shell that does them all."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from functools import cmp_to_key, partial

from scantling.model.finding import Finding
from scantling.model.package import OS_TYPES
from scantling.model.report import Report, ReportPackage
from scantling.versions import Unparseable, compare
from scantling.versions.upgrade import SCHEMES

from .change import SYSTEM, Change

# the package that brings each package manager, by type, the one to prefer first
_TOOLS = {
    "deb": (("apt", "apt-get"),),
    "apk": (("apk-tools", "apk"),),
    "rpm": (("dnf", "dnf"), ("dnf5", "dnf"), ("microdnf", "microdnf"), ("tdnf", "tdnf"), ("zypper", "zypper"),
            ("yum", "yum")),
}  # fmt: skip
_NO_TOOL = "the image has no package manager: the upgrade comes with a newer base, or with what the image is made of"
_MOVED_ON = "a mirror that has moved on holds a newer version alone: then leave the =VERSION out"


def tool_of(report: Report, type_: str) -> str:
    """The package manager in the image that upgrades packages of that type, "" for none."""
    names = {package.name for package in report.packages if package.type == type_}
    return next((tool for package, tool in _TOOLS.get(type_, ()) if package in names), "")


def upgrades(report: Report, findings: Iterable[Finding]) -> tuple[Change, ...]:
    """One change for each source package with a fixed version, to the newest one that is known: distributions have one
    line of versions, and their mirrors seldom keep another than the last."""
    by_purl = {package.purl: package for package in report.packages}
    groups: dict[tuple[str, str, str], list[tuple[Finding, ReportPackage]]] = {}
    for finding in findings:
        package = by_purl.get(finding.package or "")
        if package is None or package.type not in OS_TYPES or finding.status != "fixed" or not finding.fixed_versions:
            continue
        source = package.source.name if package.source is not None else package.name
        groups.setdefault((package.type, source, _source_version(package)), []).append((finding, package))
    changes = []
    for (type_, source, installed), members in groups.items():
        version = _newest(type_, [version for finding, _ in members for version in finding.fixed_versions])
        if not version:
            continue
        tool = tool_of(report, type_)
        packages = sorted({package.purl: package for _, package in members}.values(), key=lambda one: one.name)
        names = tuple(dict.fromkeys(_pinned(package, version, tool) for package in packages))
        change = Change(
            kind=SYSTEM,
            name=source,
            type=type_,
            installed=installed,
            version=version,
            tool=tool,
            names=names,
            packages=tuple(package.purl for package in packages),
            clears=tuple(sorted(finding.fingerprint for finding, _ in members)),
            command=command(tool, names),
            notes=() if tool else (_NO_TOOL,),
        )
        changes.append(change)
    return tuple(changes)


def command(tool: str, names: Sequence[str]) -> str:
    """The line that upgrades ``names`` and nothing else, and leaves no lists behind; "" without a tool."""
    if not tool or not names:
        return ""
    wanted = " ".join(map(shlex.quote, names))
    if tool == "apt-get":
        return (
            f"apt-get update && apt-get install -y --no-install-recommends --only-upgrade {wanted}"
            " && rm -rf /var/lib/apt/lists/*"
        )
    if tool == "apk":
        return f"apk add --no-cache --upgrade {wanted}"
    if tool == "zypper":
        return f"zypper --non-interactive install {wanted} && zypper clean --all"
    return f"{tool} upgrade -y {wanted} && {tool} clean all"


def commands(changes: Iterable[Change]) -> tuple[str, ...]:
    """One line for each package manager among ``changes``."""
    by_tool: dict[str, list[str]] = {}
    for change in changes:
        if change.kind == SYSTEM and change.tool:
            by_tool.setdefault(change.tool, []).extend(change.names)
    return tuple(command(tool, sorted(set(names))) for tool, names in sorted(by_tool.items()))


def mind(lines: Sequence[str]) -> tuple[str, ...]:
    """What to mind about the lines of ``commands``."""
    return (_MOVED_ON,) if any(line.startswith("apt-get") and "=" in line for line in lines) else ()


def _pinned(package: ReportPackage, version: str, tool: str) -> str:
    """The package as ``tool`` takes it; without a version where the binary's is not its source's."""
    if _source_version(package) != package.version:
        return package.name
    if tool == "apt-get":
        return f"{package.name}={version}"
    if tool in {"apk", "zypper"}:
        return f"{package.name}>={version}"
    return f"{package.name}-{version}" if tool else package.name


def _source_version(package: ReportPackage) -> str:
    if package.type == "rpm" or package.source is None:
        return package.version
    return package.source.version or package.version


def _newest(type_: str, versions: Sequence[str]) -> str:
    """The highest, "" where they cannot be ordered."""
    if type_ not in SCHEMES:
        return ""
    try:
        return max(versions, key=cmp_to_key(partial(compare, SCHEMES[type_])))
    except Unparseable:
        return ""
