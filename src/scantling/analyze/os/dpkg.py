"""Debian packages: ``var/lib/dpkg/status``, distroless' ``status.d`` and the file lists of ``info``.

Format: deb822(5) paragraphs with the fields of deb-control(5); states: dpkg(1), "Package states".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits
from scantling.model.errors import Malformed
from scantling.model.facts import FileFacts, PackageFact

from .ownership import claimable
from .text import Complaints, phrase, version, word

_ID = "dpkg"
_STATUS = "var/lib/dpkg/status"
_STATUS_D = "var/lib/dpkg/status.d/"
_INFO = "var/lib/dpkg/info/"

_NEWLINES = re.compile(rb"\n*")
_SOURCE = re.compile(rb"([^\s()]+)(?:[ \t]+\(([^()]*)\))?")
_RELATION = re.compile(rb"(?:^|[,|])[ \t\n]*([A-Za-z0-9][A-Za-z0-9+.-]*)")  # names only, alternatives included
_FIELDS = frozenset({
    b"package", b"status", b"version", b"source", b"architecture", b"depends", b"pre-depends", b"provides",
    b"maintainer", b"origin",
})  # fmt: skip
# third word of Status. Absent ones have no file on disk but, at most, configuration
_ABSENT = frozenset({b"not-installed", b"config-files"})
_PRESENT = frozenset({
    b"installed", b"unpacked", b"half-configured", b"half-installed", b"triggers-awaited", b"triggers-pending",
})  # fmt: skip


def extract(file: FileView) -> Iterable[Extracted]:
    """Packages of a status file, or the owned paths of a file list. Bad paragraphs become gaps; the others stay."""
    path = file.path
    if path.startswith(_INFO) or (path.startswith(_STATUS_D) and path.endswith(".md5sums")):
        owned = _owned(file)
        return [FileFacts(path, _ID, owns=owned)] if owned else []
    complaints = Complaints(path)
    packages = _packages(file.data, complaints)
    return [FileFacts(path, _ID, packages=packages), *complaints.gaps()]


def _packages(data: bytes, complaints: Complaints) -> tuple[PackageFact, ...]:
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
    if complaints.where == _STATUS and data and not data.endswith(b"\n"):
        complaints.add("the file ends in the middle of a line: it was cut short")
    elif complaints.where == _STATUS and data and not data.endswith(b"\n\n"):
        # dpkg closes every paragraph; other builders of images do not, so this is no proof
        complaints.add("the last paragraph is not closed: the file may have been cut short", blocks=False)
    found: dict[tuple[str, str, str], PackageFact] = {}
    providers: dict[str, str] = {}
    for number, stanza in enumerate(_stanzas(data), 1):
        if number > limits.PACKAGES_PER_FILE:
            complaints.add(
                f"more than {limits.PACKAGES_PER_FILE} packages: the rest was not read", what="limit-reached"
            )
            break
        try:
            fields = _fields(stanza)
            fact = _package(fields, number, complaints)
        except Malformed as error:
            complaints.add(f"paragraph {number}: {error.what}")
            continue
        if fact is None:
            continue
        if fields.get(b"provides"):
            for virtual in _names(fields[b"provides"]):
                providers.setdefault(virtual, fact.name)
        found[fact.name, fact.arch, fact.version] = fact
    _note_conflicts(found.values(), complaints)
    real = {fact.name for fact in found.values()}
    return tuple(_resolved(fact, real, providers) for fact in found.values())


def _stanzas(data: bytes) -> Iterator[bytes]:
    at = 0
    while (at := _NEWLINES.match(data, at).end()) < len(data):  # type: ignore[union-attr]  # matches emptiness too
        end = data.find(b"\n\n", at)
        end = len(data) if end < 0 else end
        # one byte more than is allowed shows ``_fields`` that it is too long
        yield data[at : min(end, at + limits.STANZA_BYTES + 1)].rstrip(b"\n")
        at = end


def _fields(stanza: bytes) -> dict[bytes, bytes]:
    """The fields that are used, by their names in lower case; of one given twice, the first. Raises ``Malformed`` for
    a paragraph that deb822(5) does not allow."""
    if len(stanza) > limits.STANZA_BYTES:
        raise Malformed(f"longer than the {limits.STANZA_BYTES} bytes a paragraph may have")
    fields: dict[bytes, bytes] = {}
    current = b""
    for line in stanza.split(b"\n"):
        name, colon, value = line.partition(b":")
        if name in _FIELDS or (name := name.lower()) in _FIELDS:
            current = b"" if name in fields else name
            if current and colon:
                fields[name] = value
        elif line[0] in b" \t":
            if current and len(fields[current]) <= limits.LINE_BYTES:
                fields[current] += b"\n" + line
        else:
            current = b""
        if not colon and line[0] not in b" \t":
            raise Malformed(f"{line[:40].decode('utf-8', 'replace')!r} is no field")
    return fields


def _package(fields: dict[bytes, bytes], number: int, complaints: Complaints) -> PackageFact | None:
    """The package of one paragraph, None when it is not on disk. No Status at all (distroless) means installed."""
    name = word(fields.get(b"package", b""), "package name")
    status = fields.get(b"status")
    if status is not None:
        words = status.split()
        if len(words) == 3 and words[2] in _ABSENT:
            return None
        if len(words) != 3 or words[2] not in _PRESENT:
            said = phrase(status[:64])
            complaints.add(f"paragraph {number}: {name} has the unknown status {said!r}; taken as installed")
    full = version(fields.get(b"version", b""))
    source_name, source_version = name, full
    if source := fields.get(b"source"):
        match = _SOURCE.fullmatch(source.strip())
        if match is None:
            complaints.add(f"paragraph {number}: {name} has the source {phrase(source[:64])!r}")
        else:
            source_name = word(match[1], "source name")
            if match[2]:
                source_version = version(match[2])
    depends = fields.get(b"pre-depends", b"") + b"," + fields.get(b"depends", b"")
    return PackageFact(
        type="deb",
        name=name,
        version=full,
        arch=word(fields[b"architecture"], "architecture", 64) if fields.get(b"architecture") else "",
        source_name=source_name,
        source_version=source_version,
        origin=phrase(fields.get(b"maintainer") or fields.get(b"origin", b"")),
        depends=_names(depends) if len(depends) > 1 else (),
    )


def _names(relation: bytes) -> tuple[str, ...]:
    names = dict.fromkeys(_RELATION.findall(relation))
    return tuple([name.decode("ascii") for name in names][: limits.DEPENDS_PER_PACKAGE])


def _resolved(fact: PackageFact, real: set[str], providers: dict[str, str]) -> PackageFact:
    """A virtual package's name is replaced by its provider's, so that a dependency path can be walked."""
    if all(name in real for name in fact.depends):
        return fact
    names = dict.fromkeys(name if name in real else providers.get(name, name) for name in fact.depends)
    return replace(fact, depends=tuple(names))


def _note_conflicts(packages: Iterable[PackageFact], complaints: Complaints) -> None:
    versions: dict[tuple[str, str], str] = {}
    for fact in packages:
        known = versions.setdefault((fact.name, fact.arch), fact.version)
        if known != fact.version:
            complaints.add(f"{fact.name} is recorded at {known} and at {fact.version}: both were taken")


def _owned(file: FileView) -> tuple[str, ...]:
    """Paths of a ``.list`` (absolute, directories before what is in them) or of distroless' ``.md5sums`` (digest,
    path). The ``.md5sums`` of ``info`` say less than the ``.list`` beside them and are left alone."""
    is_sums = file.path.startswith(_STATUS_D)
    if not is_sums and not file.path.endswith(".list"):
        return ()
    owned: list[str] = []
    pending = ""
    for raw in file.data[: limits.PARSED_FILE_BYTES].split(b"\n"):
        if is_sums:
            raw = raw[34:]
        path = raw[: limits.PATH_BYTES + 1].decode("utf-8", "replace").lstrip("/")
        # a directory is listed directly before its first child
        if pending and not path.startswith(pending + "/"):
            owned.append(pending)
        pending = path if path and claimable(path) else ""
        if len(owned) >= limits.OWNED_PER_FILE:
            break
    if pending:
        owned.append(pending)
    return tuple(owned)


ANALYZER = Analyzer(
    id=_ID,
    version=4,
    wants=Wants(paths=frozenset({_STATUS}), prefixes=(_STATUS_D, _INFO)),
    extract=extract,
    max_bytes=limits.PARSED_FILE_BYTES,
)
