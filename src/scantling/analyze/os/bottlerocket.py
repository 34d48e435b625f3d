"""Bottlerocket's packages: its image has no rpm database, but an inventory of what went into it.

Format: ``{"Content": [{"Name", "Version", "Release", "Epoch", "Architecture", "Publisher", ...}]}`` (Bottlerocket,
"application inventory").
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits
from scantling.guard.strict_json import loads
from scantling.model.errors import Malformed
from scantling.model.facts import FileFacts, PackageFact

from .text import Complaints, phrase, version, word

_ID = "bottlerocket"


def extract(file: FileView) -> Iterable[Extracted]:
    """Every package of the inventory. Raises ``Malformed`` when it is none."""
    content = loads(file.data, max_bytes=limits.PARSED_FILE_BYTES, where=file.path)
    listed = content.get("Content") if isinstance(content, dict) else None
    if not isinstance(listed, list):
        raise Malformed("not an application inventory: no Content")
    complaints = Complaints(file.path)
    found: dict[tuple[str, str, str], PackageFact] = {}
    for number, item in enumerate(listed, 1):
        if number > limits.PACKAGES_PER_FILE:
            complaints.add(f"more than {limits.PACKAGES_PER_FILE} packages", what="limit-reached")
            break
        try:
            fact = _package(item)
        except Malformed as error:
            complaints.add(f"entry {number}: {error.what}")
            continue
        found[fact.name, fact.arch, fact.version] = fact
    yield FileFacts(file.path, _ID, packages=tuple(found.values()))
    yield from complaints.gaps()


def _package(item: Any) -> PackageFact:
    if not isinstance(item, dict):
        raise Malformed("no object")

    def text(name: str) -> bytes:
        value = item.get(name)
        return value.encode("utf-8", "replace") if isinstance(value, str) else b""

    number, release, epoch = text("Version"), text("Release"), text("Epoch")
    full = number + (b"-" + release if release else b"")
    if epoch not in (b"", b"0", b"(none)"):
        full = epoch + b":" + full
    return PackageFact(
        type="rpm",
        name=word(text("Name"), "package name"),
        version=version(full if number else b""),
        arch=word(text("Architecture"), "architecture", 64) if text("Architecture") else "",
        origin=phrase(text("Publisher")),
    )


ANALYZER = Analyzer(
    id=_ID,
    version=1,
    wants=Wants(suffixes=("usr/share/bottlerocket/application-inventory.json",)),
    extract=extract,
)
