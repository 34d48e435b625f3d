"""How a package came to be there, in words, for every format that people read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scantling.guard.display import printable
from scantling.model.package import OS_TYPES
from scantling.model.report import ReportPackage

_ARROW = " > "
_STEPS = 8  # of a longer path the middle is left out
_NAMED = 5


def by_purl(packages: Iterable[ReportPackage]) -> dict[str, ReportPackage]:
    """The packages by their purls, which is what paths are made of."""
    return {package.purl: package for package in packages}


def asked_words(package: ReportPackage) -> str:
    """Whether somebody asked for ``package``, "" where nobody knows."""
    if package.direct is None:
        return ""
    if package.type in OS_TYPES:
        return "installed on request" if package.direct else "pulled in by other packages"
    return "a direct dependency" if package.direct else "a transitive dependency"


def path_words(package: ReportPackage, known: Mapping[str, ReportPackage]) -> str:
    """The way from a direct dependency to ``package``: "a 1.0 > b 2.0"; "" where it is none or not known."""
    return (
        _joined([_named(purl, known) for purl in package.dependency_path]) if len(package.dependency_path) > 1 else ""
    )


def via_words(package: ReportPackage, known: Mapping[str, ReportPackage]) -> str:
    """As ``path_words``, without ``package`` itself."""
    return _joined([_named(purl, known) for purl in package.dependency_path[:-1]])


def needed_words(purls: Iterable[str], known: Mapping[str, ReportPackage]) -> str:
    """Those who need a package, the first of many: "a 1.0, b 2.0 and 3 more"; "" for none."""
    names = sorted(_named(purl, known) for purl in purls)
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _joined(path: list[str]) -> str:
    if len(path) > _STEPS:
        half = _STEPS // 2
        path = [*path[:half], f"({len(path) - 2 * half} more)", *path[-half:]]
    return _ARROW.join(path)


def _named(purl: str, known: Mapping[str, ReportPackage]) -> str:
    package = known.get(purl)
    return printable(f"{package.name} {package.version}" if package is not None else purl)
