"""Perl distributions: cpanm's record (``.meta/DIST/install.json``), MakeMaker's (perllocal.pod), cpanfile.snapshot.

Sources: cpanminus' ``save_meta``, Carton's ``Carton::Snapshot`` (format 1.0). The author's CPAN id,
which the purl wants for a namespace, is taken from the path of the archive ("M/MI/MIYAGAWA/Plack-1.0.tar.gz"). The
snapshot's facts are ``declared``. perllocal.pod (ExtUtils::Install, perllocal(1)) has an entry for every installation
that ``make install`` made, from wherever; the last of a module counts. Its author is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits
from scantling.model.errors import Malformed

from ._declared import Declared
from ._json import load_object, text

_INSTALL_ID, _SNAPSHOT_ID, _LOCAL_ID = "cpan-install", "cpanfile-snapshot", "perllocal"
_DISTRIBUTION = re.compile(r"([A-Za-z][A-Za-z0-9_]*(?:[-+.][A-Za-z][A-Za-z0-9_]*)*)-(v?[0-9][0-9A-Za-z._-]*)")
_ARCHIVE = re.compile(r"\.(?:tar\.gz|tgz|tar\.bz2|tbz|tar\.xz|zip)\Z")
_LONGEST = limits.PACKAGE_NAME_CHARS + limits.VERSION_CHARS
_MODULE = re.compile(r"C<Module> L<([A-Za-z_][\w:]{0,255})[|>]")
_LOCAL_VERSION = re.compile(r"C<VERSION: ([^\s>]{1,256})>")
_AUTHOR = re.compile(r"[A-Z]/[A-Z0-9-]{2}/([A-Z0-9-]+)/")


def extract_install(file: FileView) -> Iterator[Extracted]:
    """The distribution that cpanm installed."""
    if file.path.split("/")[-3:-2] != [".meta"]:
        return
    record = load_object(file.data)
    found = Declared("cpan", file.path, _INSTALL_ID, declared=False)
    _add(found, text(record.get("dist")), text(record.get("pathname")))
    yield from found.results()


def extract_local(file: FileView) -> Iterator[Extracted]:
    """Every module that perllocal.pod says was installed, as the distribution of its name."""
    installed: dict[str, str] = {}
    module = ""
    for line in file.data.decode("utf-8", "replace").splitlines():
        if line.startswith("=head2 "):
            named = _MODULE.search(line)
            module = named[1] if named is not None else ""
        elif module and (version := _LOCAL_VERSION.match(line)):
            installed[module] = version[1]
    found = Declared("cpan", file.path, _LOCAL_ID, declared=False)
    for module, version_text in installed.items():
        found.add(module.replace("::", "-"), version_text)
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
    Analyzer(_LOCAL_ID, 1, Wants(names=frozenset({"perllocal.pod"})), extract_local, max_bytes=16 * limits.MIB),
    Analyzer(_INSTALL_ID, 1, Wants(globs=("*.meta/*/install.json",)), extract_install, max_bytes=16 * limits.MIB),
    Analyzer(
        _SNAPSHOT_ID, 1, Wants(names=frozenset({"cpanfile.snapshot"})), extract_snapshot, max_bytes=16 * limits.MIB
    ),
)
