"""Arch Linux packages: pacman's local database, one directory a package with ``desc`` and ``files``.

Format: a line ``%FIELD%``, its values one a line, an empty line (libalpm, be_local.c; alpm-db-desc(5)).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits
from scantling.model.facts import FileFacts, PackageFact

from .ownership import claimable
from .text import phrase, version, word

_ID = "pacman"
_LOCAL = "var/lib/pacman/local/"
_HEADING = re.compile(rb"%([A-Z0-9]{1,32})%")
_RELATION = re.compile(r"([^<>=:\s]{1,256})")  # "glibc>=2.38", "libfoo.so=1-64", "name: why it is optional"


def extract(file: FileView) -> Iterable[Extracted]:
    """The package of a ``desc``, or the owned paths of a ``files``. Raises ``Malformed``."""
    name = file.path.rsplit("/", 1)[-1]
    if name not in ("desc", "files") or file.path.count("/") != _LOCAL.count("/") + 1:
        return []
    fields = _fields(file.data)
    if name == "files":
        listed = (raw.decode("utf-8", "replace") for raw in fields.get(b"FILES", ()) if len(raw) <= limits.PATH_BYTES)
        owned = tuple(path for path in listed if not path.endswith("/") and claimable(path))
        return [FileFacts(file.path, _ID, owns=owned[: limits.OWNED_PER_FILE])]
    return [FileFacts(file.path, _ID, packages=(_package(fields),))]


def _fields(data: bytes) -> dict[bytes, list[bytes]]:
    fields: dict[bytes, list[bytes]] = {}
    current: list[bytes] | None = None
    for line in data.split(b"\n"):
        line = line.strip()
        heading = _HEADING.fullmatch(line)
        if heading is not None:
            current = fields.setdefault(heading[1], [])
        elif not line:
            current = None
        elif current is not None:
            current.append(line)
    return fields


def _package(fields: dict[bytes, list[bytes]]) -> PackageFact:
    def first(name: bytes) -> bytes:
        return next(iter(fields.get(name, ())), b"")

    full = version(first(b"VERSION"))
    depends = (_RELATION.match(raw.decode("utf-8", "replace")) for raw in fields.get(b"DEPENDS", ()))
    names = dict.fromkeys(found[1] for found in depends if found is not None)
    return PackageFact(
        type="alpm",
        name=word(first(b"NAME"), "package name"),
        version=full,
        arch=word(first(b"ARCH"), "architecture", 64) if first(b"ARCH") else "",
        source_name=word(first(b"BASE"), "base name") if first(b"BASE") else "",
        source_version=full if first(b"BASE") else "",
        licenses=tuple(phrase(raw) for raw in fields.get(b"LICENSE", ())[:64]),
        origin=phrase(first(b"PACKAGER")),
        depends=tuple(names)[: limits.DEPENDS_PER_PACKAGE],
    )


ANALYZER = Analyzer(id=_ID, version=4, wants=Wants(prefixes=(_LOCAL,)), extract=extract)
