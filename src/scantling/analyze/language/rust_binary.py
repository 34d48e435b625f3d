"""Crates linked into an executable, from the list that ``cargo auditable`` puts into its section ``.dep-v0``.

The section is JSON packed by zlib (cargo-auditable's PARSING.md and its JSON schema): ``packages`` with name, version,
source, kind, and the positions of those each depends on. Build dependencies ran at build time and are not part of the
program: they are marked as for development. The program itself and crates of its workspace are reported like the
others. A Rust program without the section yields nothing: nothing in it names its crates.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits
from scantling.model.errors import Malformed

from ._declared import Declared
from ._json import load_object, mapping, text
from .elf import EXECUTABLES, parse

_ID = "rust-binary"
_SECTION = ".dep-v0"


def extract(file: FileView) -> Iterator[Extracted]:
    """The crates of one Rust program; nothing for any other file."""
    try:
        program = parse(file.data)
    except Malformed:
        return  # go-binary, which reads the same files, says it; one Gap is enough
    section = program.section(_SECTION) if program is not None else None
    if section is None or not section.size:
        return
    if section.offset + section.size > len(file.data):
        raise Malformed(f"section {_SECTION} lies outside the file")
    document = load_object(_unpacked(file.data[section.offset : section.offset + section.size]))
    packages = document.get("packages")
    if not isinstance(packages, list):
        raise Malformed(f"section {_SECTION} names no packages")
    found = Declared("cargo", file.path, _ID, declared=False)
    entries = [mapping(each) for each in packages]
    names = [text(entry.get("name")) for entry in entries]
    for entry in entries:
        needs = entry.get("dependencies")
        places = needs[: limits.DEPENDS_PER_PACKAGE] if isinstance(needs, list) else []
        found.add(
            text(entry.get("name")),
            text(entry.get("version")),
            depends=(names[at] for at in places if isinstance(at, int) and 0 <= at < len(names)),
            is_dev=text(entry.get("kind")) == "build",
        )
    yield from found.results()


def _unpacked(data: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        unpacked = unpacker.decompress(data, limits.AUDIT_BYTES)
    except zlib.error:
        raise Malformed(f"section {_SECTION} is not packed by zlib") from None
    if not unpacker.eof:
        reason = "is cut short" if not unpacker.unconsumed_tail else f"unpacks to more than {limits.AUDIT_BYTES} bytes"
        raise Malformed(f"section {_SECTION} {reason}")
    return unpacked


ANALYZERS: tuple[Analyzer, ...] = (
    Analyzer(
        _ID,
        1,
        Wants(magic=EXECUTABLES),
        extract,
        max_bytes=limits.PARSED_FILE_BYTES,
    ),
)
