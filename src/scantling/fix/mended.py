"""An image as it would be after changes: its report, foretold, and its inventory, to be matched again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from scantling.model.image import ImageConfig
from scantling.model.package import Inventory, Package, Source
from scantling.model.purl import without_version
from scantling.model.report import Report, ReportConfig, ReportPackage

from .change import BASE, DROP_DEV, HEALTHCHECK, LANGUAGE, SYSTEM, USER, Change


def foretold(report: Report, changes: Iterable[Change]) -> Report:
    """``report`` without the findings that ``changes`` clear, at the versions that they bring. Whether a version has
    problems of its own is not known here: matching ``mended`` again tells."""
    changes = tuple(changes)
    gone = {print_ for change in changes for print_ in change.clears}
    versions, dropped = versions_of(changes), _dropped(changes)
    packages = tuple(
        _report_package(package, versions.get(package.purl, ""))
        for package in report.packages
        if package.purl not in dropped
    )
    target = replace(report.target, config=_report_config(report.target.config, changes))
    kept = tuple(finding for finding in report.findings if finding.fingerprint not in gone)
    return replace(report, target=target, packages=packages, findings=kept)


def mended(inventory: Inventory, changes: Iterable[Change]) -> Inventory:
    """``inventory`` with the versions that ``changes`` bring."""
    changes = tuple(changes)
    versions, dropped = versions_of(changes), _dropped(changes)
    packages = [_package(one, versions.get(one.purl, "")) for one in inventory.packages if one.purl not in dropped]
    packages.sort(key=lambda one: (one.type, one.name, one.version, one.purl))
    return replace(inventory, packages=tuple(packages))


def configured(config: ImageConfig, changes: Iterable[Change]) -> ImageConfig:
    """``config`` with the user and the health check of ``changes``."""
    for change in changes:
        if change.kind == USER:
            config = replace(config, user=change.version)
        elif change.kind == HEALTHCHECK:
            config = replace(config, healthcheck=_check(change))
    return config


def versions_of(changes: Iterable[Change]) -> Mapping[str, str]:
    """By purl of what is installed, the version that comes in its place."""
    return {purl: change.version for change in changes if change.kind in {SYSTEM, LANGUAGE} for purl in change.packages}


def purl_at(purl: str, version: str) -> str:
    """The same package at another version; the rest of the purl as it is."""
    from urllib.parse import quote

    name = without_version(purl)
    rest = purl[len(purl.split("?", 1)[0]) :]
    return f"{name}@{quote(version, safe='.-_~:+')}{rest}"


def _dropped(changes: Iterable[Change]) -> frozenset[str]:
    return frozenset(purl for change in changes if change.kind in {DROP_DEV, BASE} for purl in change.packages)


def _check(change: Change) -> tuple[str, ...]:
    return ("CMD-SHELL", change.version.removeprefix("HEALTHCHECK CMD "))


def _report_config(config: ReportConfig, changes: Iterable[Change]) -> ReportConfig:
    for change in changes:
        if change.kind == USER:
            config = replace(config, user=change.version)
        elif change.kind == HEALTHCHECK:
            config = replace(config, healthcheck=_check(change))
    return config


def _report_package(package: ReportPackage, version: str) -> ReportPackage:
    if not version:
        return package
    return replace(package, version=version, source=_source(package.source, version))


def _package(package: Package, version: str) -> Package:
    if not version:
        return package
    return replace(
        package,
        purl=purl_at(package.purl, version),
        version=version,
        source=_source(package.source, version),
    )


def _source(source: Source | None, version: str) -> Source | None:
    return replace(source, version=version) if source is not None else None
