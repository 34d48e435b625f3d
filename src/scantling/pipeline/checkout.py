"""The packages that a checkout asks for, each with the line of the lock file or manifest that does."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from scantling.guard import limits
from scantling.guard.user_file import read_bounded
from scantling.model.errors import UsageError
from scantling.model.purl import without_version
from scantling.model.report import ReportPackage
from scantling.report.sources import SourceLine

from .options import ScanOptions
from .scan import scan

# what was installed beside the sources, and is in no repository
_INSTALLED = (
    ".git",
    "node_modules",
    ".venv",
    "venv",
    ".tox",
    "__pycache__",
    ".scantling-*",
)  # the last: what `ci init` makes
_WORD = re.compile(r"[^\s\"'`,;:=<>()\[\]{}|^~!#]+")
_LINES_OF_A_NAME = 20  # one file names a package a few times; the line with its version is sought among these


def packages_in(root: Path, options: ScanOptions) -> dict[str, SourceLine]:
    """By purl, and by purl without its version, the line below ``root`` that asks for a package.

    Read as any directory is, in a child process and with its bounds. Raises ``Unscannable``.
    """
    asked = replace(options, scanners=frozenset({"packages"}), pkg_types=frozenset({"library"}), use_cache=False)
    report = scan(
        f"dir:{root}", replace(asked, skip_dirs=(*_INSTALLED, *(f"*/{name}" for name in _INSTALLED)), skip_files=())
    )
    by_file: dict[str, list[ReportPackage]] = {}
    for package in report.packages:
        for location in package.locations:
            by_file.setdefault(location.path, []).append(package)
    found: dict[str, SourceLine] = {}
    for path in sorted(by_file, key=lambda path: (path.count("/"), path)):  # the repository's own before a nested one
        lines = _lines(root / path)
        for package in by_file[path]:
            place = SourceLine(path, _line_of(package, lines))
            found.setdefault(package.purl, place)
            found.setdefault(without_version(package.purl), place)
    return found


def _lines(path: Path) -> dict[str, list[tuple[int, str]]]:
    """By the words of the file, folded, the lines that have them, each with the one below it: lock files write a name,
    and its version on the next line."""
    try:
        text = read_bounded(path, limits.CHECKOUT_FILE_BYTES, "cannot read it").decode("utf-8", "replace")
    except UsageError:
        return {}  # then it is the file's first line
    found: dict[str, list[tuple[int, str]]] = {}
    lines = text.split("\n")
    for number, (line, below) in enumerate(zip(lines, [*lines[1:], ""], strict=True), 1):
        for word in _WORD.findall(line):
            plain = word.rpartition("node_modules/")[2].lstrip("/").rstrip("/")
            for spelling in {plain, plain[:1] + plain[1:].partition("@")[0]}:  # yarn and pnpm put "@version" behind it
                seen = found.setdefault(_folded(spelling), [])
                if len(seen) < _LINES_OF_A_NAME:
                    seen.append((number, f"{line}\n{below}"))
    return found


def _line_of(package: ReportPackage, lines: dict[str, list[tuple[int, str]]]) -> int:
    named = lines.get(_folded(package.name)) or lines.get(_folded(re.split(r"[:/]", package.name)[-1])) or []
    return next((number for number, text in named if package.version in text), named[0][0] if named else 1)


def _folded(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")
