"""OpenWrt's packages: opkg's ``status`` file, paragraphs in the manner of dpkg's (opkg, pkg_parse.c)."""

from __future__ import annotations

from collections.abc import Iterable

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits
from scantling.model.errors import Malformed
from scantling.model.facts import FileFacts, PackageFact

from .text import Complaints, phrase, version, word

_ID = "opkg"
_ABSENT = frozenset({b"not-installed", b"config-files"})


def extract(file: FileView) -> Iterable[Extracted]:
    """Every installed package. Bad paragraphs become gaps; the others stay."""
    complaints = Complaints(file.path)
    if file.data and not file.data.endswith(b"\n"):
        complaints.add("the file ends in the middle of a line: it was cut short")
    found: dict[tuple[str, str, str], PackageFact] = {}
    for number, stanza in enumerate(filter(None, file.data.replace(b"\r\n", b"\n").split(b"\n\n")), 1):
        if number > limits.PACKAGES_PER_FILE:
            complaints.add(f"more than {limits.PACKAGES_PER_FILE} packages", what="limit-reached")
            break
        if not stanza.strip():
            continue
        try:
            fact = _package(stanza)
        except Malformed as error:
            complaints.add(f"paragraph {number}: {error.what}")
            continue
        if fact is not None:
            found[fact.name, fact.arch, fact.version] = fact
    yield FileFacts(file.path, _ID, packages=tuple(found.values()))
    yield from complaints.gaps()


def _package(stanza: bytes) -> PackageFact | None:
    if len(stanza) > limits.STANZA_BYTES:
        raise Malformed(f"longer than the {limits.STANZA_BYTES} bytes a paragraph may have")
    fields: dict[bytes, bytes] = {}
    for line in stanza.split(b"\n"):
        name, colon, value = line.partition(b":")
        if colon and line[:1] not in (b" ", b"\t"):
            fields.setdefault(name.lower(), value.strip())
    state = fields.get(b"status", b"").split()
    if state and state[-1] in _ABSENT:
        return None
    full = version(fields.get(b"version", b""))
    depends = (part.split(b"(", 1)[0].strip() for part in fields.get(b"depends", b"").split(b","))
    return PackageFact(
        type="opkg",
        name=word(fields.get(b"package", b""), "package name"),
        version=full,
        arch=word(fields[b"architecture"], "architecture", 64) if fields.get(b"architecture") else "",
        licenses=tuple(filter(None, (phrase(fields.get(b"license", b"")),))),
        origin=phrase(fields.get(b"maintainer", b"")),
        depends=tuple(dict.fromkeys(part.decode("utf-8", "replace") for part in depends if part))[
            : limits.DEPENDS_PER_PACKAGE
        ],
    )


ANALYZER = Analyzer(
    id=_ID,
    version=1,
    wants=Wants(paths=frozenset({"usr/lib/opkg/status", "var/lib/opkg/status", "opt/lib/opkg/status"})),
    extract=extract,
)
