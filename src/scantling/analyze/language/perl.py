"""Perl distributions: what cpanm recorded (``.meta/DIST/install.json``), and Carton's cpanfile.snapshot.

Sources: cpanminus' ``save_meta``, Carton's ``Carton::Snapshot`` (format 1.0). The author's CPAN id,
which the purl wants for a namespace, is taken from the path of the archive ("M/MI/MIYAGAWA/Plack-1.0.tar.gz"). The
snapshot's facts are ``declared``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits
from scantling.model.errors import Malformed

from ._declared import Declared
from ._json import load_object, text

_INSTALL_ID, _SNAPSHOT_ID = "cpan-install", "cpanfile-snapshot"
_DISTRIBUTION = re.compile(r"([A-Za-z][A-Za-z0-9_]*(?:[-+.][A-Za-z][A-Za-z0-9_]*)*)-(v?[0-9][0-9A-Za-z._-]*)")
_ARCHIVE = re.compile(r"\.(?:tar\.gz|tgz|tar\.bz2|tbz|tar\.xz|zip)\Z")
_LONGEST = limits.PACKAGE_NAME_CHARS + limits.VERSION_CHARS
_AUTHOR = re.compile(r"[A-Z]/[A-Z0-9-]{2}/([A-Z0-9-]+)/")


def extract_install(file: FileView) -> Iterator[Extracted]:
    """The distribution that cpanm installed."""
    if file.path.split("/")[-3:-2] != [".meta"]:
        return
    record = load_object(file.data)
    found = Declared("cpan", file.path, _INSTALL_ID, declared=False)
    _add(found, text(record.get("dist")), text(record.get("pathname")))
    yield from found.results()


def extract_snapshot(file: FileView) -> Iterator[Extracted]:
    """Every distribution of a cpanfile.snapshot."""
    lines = file.data.decode("utf-8-sig", "replace").splitlines()
    if not lines or not lines[0].startswith("# carton snapshot format: version 1"):
        raise Malformed("not a snapshot of format 1")
    found = Declared("cpan", file.path, _SNAPSHOT_ID)
    written = archive = ""
    for line in [*lines[1:], "  end"]:
        if len(line) > limits.LINE_BYTES:
            raise Malformed("a line of more than 1 MiB")
        indent = len(line) - len(line.lstrip(" "))
        if indent == 2 and line.strip():
            if written:
                _add(found, written, archive)
            written, archive = line.strip(), ""
        elif indent == 4 and line.strip().startswith("pathname:"):
            archive = line.partition(":")[2].strip()
        elif line.startswith(("<<<<<<<", ">>>>>>>")):
            raise Malformed("an unresolved merge conflict")
    yield from found.results()


def _add(found: Declared, distribution: str, archive: str) -> None:
    named = _ARCHIVE.sub("", archive.rpartition("/")[2]) or distribution
    match = _DISTRIBUTION.fullmatch(named[:_LONGEST]) or _DISTRIBUTION.fullmatch(distribution[:_LONGEST])
    author = _AUTHOR.match(archive)
    if match is None:
        found.add(distribution[:_LONGEST], "")
    else:
        found.add(match[1], match[2], origin=author[1] if author else "")


ANALYZERS: tuple[Analyzer, ...] = (
    Analyzer(_INSTALL_ID, 1, Wants(names=frozenset({"install.json"})), extract_install, max_bytes=16 * limits.MIB),
    Analyzer(
        _SNAPSHOT_ID, 1, Wants(names=frozenset({"cpanfile.snapshot"})), extract_snapshot, max_bytes=16 * limits.MIB
    ),
)
