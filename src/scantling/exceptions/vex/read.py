"""VEX documents from files and directories: OpenVEX, CycloneDX, CSAF, told apart by what they say of themselves.

A directory is every document below it, or a VEX hub (Aqua's VEX repository specification): ``index.json`` maps purls to
documents, so that only those are read which speak of something in the image.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from scantling.guard import limits
from scantling.guard.strict_json import loads
from scantling.guard.user_file import read_bounded
from scantling.model.errors import Malformed, UsageError

from . import csaf, cyclonedx, openvex
from .statement import Statement

_FORMATS = (openvex, cyclonedx, csaf)
_INDEX = "index.json"
_MANIFEST, _VERSION = "vex-repository.json", "0.1"  # a repository as Trivy unpacks it: the hub is in a directory below


@dataclass(frozen=True, slots=True)
class Hub:
    """``places`` maps purls without version to files."""

    directory: Path
    places: Mapping[str, tuple[Path, ...]]

    def statements(self, purls: Iterable[str]) -> Iterator[Statement]:
        """What the hub says of packages and images with these purls (without version)."""
        for path in dict.fromkeys(path for purl in sorted(set(purls)) for path in self.places.get(purl, ())):
            yield from _read(path)


@dataclass(frozen=True, slots=True)
class Vex:
    """Statements at hand, and hubs to be asked when it is known what the image holds."""

    statements: tuple[Statement, ...] = ()
    hubs: tuple[Hub, ...] = ()


def read_vex(names: Iterable[str]) -> Vex:
    """What the files and directories say. Raises ``UsageError`` for what is no VEX document: one that was meant to
    count must not be dropped in silence."""
    statements: list[Statement] = []
    hubs: list[Hub] = []
    for name in names:
        path = Path(name)
        if (path / _INDEX).is_file():
            hubs.append(_hub(path))
        elif (path / _MANIFEST).is_file():
            hubs.append(_hub(path / _VERSION))
        elif path.is_dir():
            statements += _directory(path)
        else:
            statements += _read(path)
    return Vex(tuple(statements), tuple(hubs))


def _directory(path: Path) -> Iterator[Statement]:
    files = sorted(found for found in path.rglob("*.json") if found.is_file() and not found.is_symlink())
    if not files:
        raise UsageError("no VEX document in the directory", where=str(path), hint="it holds no .json file")
    if len(files) > limits.VEX_FILES:
        raise UsageError(f"more than {limits.VEX_FILES} VEX documents", where=str(path), hint="name those that matter")
    for file in files:
        yield from _read(file)


def _hub(directory: Path) -> Hub:
    path = directory / _INDEX
    where = str(path)
    try:
        document = loads(_bytes(path), max_bytes=limits.VEX_BYTES, where=where)
    except Malformed as error:
        raise UsageError(f"the index of the VEX hub is not valid: {error.what}", where=where) from None
    packages = document.get("packages") if isinstance(document, dict) else None
    if not isinstance(packages, list):
        raise UsageError("the index of the VEX hub has no packages", where=where)
    root = directory.resolve()
    places: dict[str, tuple[Path, ...]] = {}
    for package in packages:
        if not isinstance(package, dict) or not package.get("id") or not package.get("location"):
            raise UsageError("a package of the VEX hub has no id or no location", where=where)
        file = (directory / str(package["location"])).resolve()
        if not file.is_relative_to(root):
            raise UsageError(f"the VEX hub names a file outside of it: {package['location']!r}", where=where)
        id_ = str(package["id"])
        places[id_] = (*places.get(id_, ()), file)
    return Hub(directory, places)


def _bytes(path: Path) -> bytes:
    return read_bounded(path, limits.VEX_BYTES, "cannot read the VEX document")


def _read(path: Path) -> tuple[Statement, ...]:
    try:
        document = loads(_bytes(path), max_bytes=limits.VEX_BYTES, where=str(path))
        if isinstance(document, dict):
            for format_ in _FORMATS:
                if format_.is_one(document):
                    return tuple(format_.read(document, str(path)))
    except Malformed as error:
        raise UsageError(f"the VEX document is not valid: {error.what}", where=str(path)) from None
    except (AttributeError, TypeError, ValueError) as error:  # a list where an object belongs, and the like
        raise UsageError(f"the VEX document is not valid: {type(error).__name__}", where=str(path)) from None
    raise UsageError(
        "not a VEX document", where=str(path), hint="OpenVEX, CycloneDX with analysis, and CSAF (csaf_vex) are read"
    )
