"""Findings as a person works through them: by place, then by the package that has to change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scantling.model.finding import SEVERITIES, Finding
from scantling.model.package import OS_TYPES
from scantling.model.report import Report, ReportPackage

from .relation_words import via_words

LANGUAGES = {
    "pypi": "Python", "npm": "Node.js", "maven": "Java", "golang": "Go", "gem": "Ruby", "cargo": "Rust",
    "composer": "PHP", "nuget": ".NET", "hex": "Elixir", "pub": "Dart", "conan": "C/C++", "deb": "Debian",
    "rpm": "RPM", "apk": "Alpine",
}  # fmt: skip
# a path ends after this to name the place where packages of a language live
_PLACES = ("/site-packages/", "/dist-packages/", "/node_modules/", "/specifications/")


@dataclass(frozen=True, slots=True)
class Problem:
    """One vulnerability in one package. ``findings`` has more than one member if several binary packages of one
    source package have it."""

    id: str
    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        return self.findings[0]


@dataclass(frozen=True, slots=True)
class Block:
    """One package at one version (for an OS package the source package) with its problems, the worst first.
    ``binaries`` are the names of the installed packages, where they differ; ``upgrade`` is the smallest version
    that clears ``cleared`` of the problems ("" when none does, or when it cannot be told). ``via`` are those that
    brought it, from a direct dependency on ("a 1.0 > b 2.0"), "" where it is one itself or nobody knows."""

    name: str
    version: str
    binaries: tuple[str, ...]
    problems: tuple[Problem, ...]
    upgrade: str
    cleared: int
    via: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One place: the OS's packages, the packages of one language in one directory, or what has no package."""

    title: str
    blocks: tuple[Block, ...]

    @property
    def has_packages(self) -> bool:
        return any(block.name for block in self.blocks)

    @property
    def count(self) -> int:
        return sum(len(block.problems) for block in self.blocks)


def sections(report: Report, findings: Iterable[Finding]) -> tuple[Section, ...]:
    """``findings`` grouped: OS packages first, then languages by name and place, then everything else."""
    by_purl = {package.purl: package for package in report.packages}
    places: dict[tuple[int, str], dict[tuple[str, str, str], list[tuple[Finding, ReportPackage | None]]]] = {}
    for finding in findings:
        # a changed file is looked into by itself, whichever package it belongs to
        package = by_purl.get(finding.package or "") if finding.kind != "integrity" else None
        place, key = _place(report, finding, package)
        places.setdefault(place, {}).setdefault(key, []).append((finding, package))
    return tuple(
        Section(
            title,
            tuple(sorted((_block(key, places[rank, title][key], by_purl) for key in places[rank, title]), key=_worst)),
        )
        for rank, title in sorted(places)
    )


def _place(
    report: Report, finding: Finding, package: ReportPackage | None
) -> tuple[tuple[int, str], tuple[str, str, str]]:
    if package is None:
        if finding.package and finding.kind != "integrity":
            return (2, "Other packages"), ("", finding.package, finding.installed_version)
        title = "Configuration" if report.target.kind == "config" else "The image itself"
        return (3, title), ("", "", finding.path)
    if package.type in OS_TYPES and not finding.path.startswith("/"):
        os = report.target.os
        name = (os.pretty_name or os.id) if os is not None else LANGUAGES[package.type]
        source = package.source.name if package.source is not None else package.name
        return (0, f"{name} packages"), (package.type, source, package.version)
    language = LANGUAGES.get(package.type, package.type)
    return (1, f"{language} in {_directory(finding.path)}"), (package.type, package.name, package.version)


def _directory(path: str) -> str:
    if not path:
        return "the image"
    path = "/" + path.lstrip("/")
    for place in _PLACES:
        cut = path.find(place)
        if cut >= 0:
            return path[: cut + len(place) - 1]
    return path.split("!", 1)[0]


def _block(
    key: tuple[str, str, str],
    members: list[tuple[Finding, ReportPackage | None]],
    by_purl: dict[str, ReportPackage],
) -> Block:
    from scantling.versions.upgrade import smallest_upgrade

    type_, name, version = key
    by_id: dict[str, list[Finding]] = {}
    for finding, _ in members:
        # what no package has is a problem in each of its places
        key_ = finding.id if finding.kind != "misconfig" else f"{finding.fingerprint}:{finding.line}"
        by_id.setdefault(key_, []).append(finding)
    problems = tuple(sorted((Problem(group[0].id, tuple(group)) for group in by_id.values()), key=_order))
    fixes = [problem.first.fixed_versions for problem in problems if problem.first.fixed_versions]
    packages = {package.purl: package for _, package in members if package is not None}
    installed = {package.name for package in packages.values()}
    return Block(
        name=name,
        version=version,
        binaries=() if installed <= {name} else tuple(sorted(installed)),
        problems=problems,
        upgrade=(smallest_upgrade(type_, version, fixes) or "") if fixes else "",
        cleared=len(fixes),
        via=via_words(next(iter(packages.values())), by_purl) if len(packages) == 1 else "",
    )


def _order(problem: Problem) -> tuple[int, int, str]:
    # by priority: a LOW that is exploited comes before a HIGH that nobody uses; where none was given, by severity
    first = problem.first
    return (-first.priority.score, SEVERITIES.index(first.severity), f"{problem.id} {first.line or 0:09}")


def _worst(block: Block) -> tuple[int, int, int, str, str]:
    priority, severity, _ = _order(block.problems[0])
    return (priority, severity, -len(block.problems), block.name, block.version)
