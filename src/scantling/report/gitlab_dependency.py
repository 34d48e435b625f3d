"""GitLab's dependency scanning report (security report schemas, version 15): the packages of languages, each in the
lock file or manifest of the repository that asks for it.

Findings of the distribution's packages are the container scanning report's. A package that no file of the repository
asks for (or without ``--checkout``) stands at its path in the image.
"""

from __future__ import annotations

from typing import Any

from scantling.guard.display import printable
from scantling.model.finding import Finding
from scantling.model.report import Report, ReportPackage

from .gitlab import document, vulnerability
from .identity import ranked
from .json import encode
from .options import ReportOptions
from .sources import Sources

# the schema's package_manager, by purl type, where another word is used for it
_MANAGERS = {
    "pypi": "pip", "gem": "bundler", "golang": "go", "hex": "mix", "cran": "packrat", "swift": "swiftpm",
    "hackage": "cabal",
}  # fmt: skip
_OF_THE_SYSTEM = frozenset({"deb", "rpm", "apk", "alpm"})


def render(report: Report, options: ReportOptions) -> bytes:
    """``report`` as ``gl-dependency-scanning-report.json``. Silenced findings are left out: the schema has no place."""
    sources = options.sources or Sources()
    packages = [package for package in report.packages if package.type not in _OF_THE_SYSTEM]
    by_purl = {package.purl: package for package in packages}
    found = [
        vulnerability(id_, finding, package, {"file": _file(package, finding, sources)})
        for id_, finding in ranked(report.findings)
        if finding.suppressed is None
        and finding.is_advised
        and (package := by_purl.get(finding.package or "")) is not None
    ]
    body = document(report, "dependency_scanning", found)
    return encode({**body, "dependency_files": _files(packages, sources)})


def _file(package: ReportPackage, finding: Finding, sources: Sources) -> str:
    place = sources.of_package(package.purl) if not finding.from_base else None
    return place.path if place is not None else _path(package)


def _path(package: ReportPackage) -> str:
    return printable(package.locations[0].path if package.locations else "") or "image"


def _files(packages: list[ReportPackage], sources: Sources) -> list[dict[str, Any]]:
    by_file: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for package in packages:
        place = sources.of_package(package.purl) if not package.from_base else None
        key = (place.path if place is not None else _path(package), _MANAGERS.get(package.type, package.type))
        version = printable(package.version) or "unknown"
        one: dict[str, Any] = {"package": {"name": printable(package.name) or "unknown"}, "version": version}
        if package.direct is not None:
            one["direct"] = package.direct
        by_file.setdefault(key, []).append(one)
    return [
        {"path": path, "package_manager": printable(manager) or "generic", "dependencies": by_file[path, manager]}
        for path, manager in sorted(by_file)
    ]
