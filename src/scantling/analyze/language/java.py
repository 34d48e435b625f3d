"""Java archives: every package in a jar, war, ear ... and in the archives nested in it.

Each ``META-INF/maven/*/*/pom.properties`` is a package, so that what was shaded into a jar is seen too. A jar without
any is known by its manifest and its file name (``_maven``). ``PackageFact.name`` is ``group:artifact``; where nothing
says the group it is ``:artifact`` (purl ``pkg:maven/artifact``), which no advisory is looked up by: a ``Gap`` that
does not block says so, as for classes of which not even a version is known. The place of a nested archive is written
``app.jar!/BOOT-INF/lib/x.jar``.

A damaged, encrypted or oversized member is a ``Gap`` at its own place; the others are kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits
from scantling.model.coverage import Gap
from scantling.model.errors import Malformed
from scantling.model.facts import FileFacts, PackageFact

from . import _maven, _zip
from ._identity import problem

_ID = "java"
_SUFFIXES = (".jar", ".war", ".ear", ".par", ".sar", ".nar", ".jpi", ".hpi", ".kar", ".lpkg")
_CERTAIN = (".jar", ".war", ".ear")  # the other endings are also used for things that are no Java archives
_MANIFEST = "META-INF/MANIFEST.MF"
_MANIFEST_BYTES = 64 * limits.MIB  # signed ones list every class
_POM_BYTES = limits.MIB
_NO_CODE = ("-sources", "-javadoc", "-test-sources")

_Found = Iterator[PackageFact | Gap]


def extract(file: FileView) -> Iterator[Extracted]:
    """Packages of one archive as one ``FileFacts``, after the gaps that were met."""
    if not file.path.endswith(_CERTAIN) and not file.data.startswith(b"PK"):
        return
    facts: dict[tuple[str, str, str], PackageFact] = {}
    for found in _archive(file.data, file.path, _zip.Budget(), 0):
        if isinstance(found, Gap):
            yield found
            continue
        facts.setdefault((found.name, found.version, found.path), found)
        if len(facts) >= limits.PACKAGES_PER_FILE:
            yield Gap("limit-reached", file.path, f"more than {limits.PACKAGES_PER_FILE} packages")
            break
    if facts:
        yield FileFacts(file.path, _ID, tuple(facts[key] for key in sorted(facts)))


def _archive(data: bytes, path: str, budget: _zip.Budget, depth: int) -> _Found:
    if depth > limits.ARCHIVE_NESTING:
        yield Gap("limit-reached", path, f"archives nested more than {limits.ARCHIVE_NESTING} deep")
        return
    try:
        archive = _zip.Archive(data, budget)
    except Malformed as error:
        yield _gap(path, error)
        return
    poms: list[_zip.Member] = []
    models: dict[str, _zip.Member] = {}
    manifests: list[_zip.Member] = []
    nested: list[_zip.Member] = []
    for member in archive.members:
        name = member.name
        if name.endswith("pom.properties"):
            if _is_pom(name):
                poms.append(member)
        elif name.endswith("pom.xml"):
            models.setdefault(name, member)
        elif name.endswith(_SUFFIXES):
            nested.append(member)
        elif name == _MANIFEST:
            manifests.append(member)
    identified = False
    for pom in poms:
        for found in _from_pom(archive, pom, path, models.get(f"{pom.name.rpartition('/')[0]}/pom.xml")):
            identified = identified or isinstance(found, PackageFact)
            yield found
    yield from _own_identity(archive, path, manifests, identified)
    for member in nested:
        where = f"{path}!/{member.name}"
        try:
            inner = archive.read(member)
        except Malformed as error:
            yield _gap(where, error)
            continue
        if member.name.endswith(_CERTAIN) or inner.startswith(b"PK"):
            yield from _archive(inner, where, budget, depth + 1)


def _is_pom(name: str) -> bool:
    parts = name.split("/")
    return len(parts) >= 5 and parts[-5:-3] == ["META-INF", "maven"]


def _from_pom(archive: _zip.Archive, member: _zip.Member, path: str, model: _zip.Member | None) -> _Found:
    try:
        known = _maven.pom_properties(archive.read(member, _POM_BYTES), member.name)
    except Malformed as error:
        yield _gap(f"{path}!/{member.name}", error)
        return
    if wrong := problem(known.name, known.version):
        yield Gap("unreadable-file", f"{path}!/{member.name}", f"java: {wrong}")
        return
    licenses: tuple[str, ...] = ()
    if model is not None:
        try:
            licenses = _maven.pom_licenses(archive.read(model, _POM_BYTES))
        except Malformed as error:
            # it was asked for the licence alone: the package is known all the same
            yield replace(_gap(f"{path}!/{model.name}", error), blocks=False)
    yield PackageFact("maven", known.name, known.version, path=path, licenses=licenses)


def _own_identity(archive: _zip.Archive, path: str, manifests: list[_zip.Member], identified: bool) -> _Found:
    """The jar itself, when no pom.properties told."""
    attributes: list[dict[str, str]] = []
    for member in manifests:
        try:
            attributes.append(_maven.manifest(archive.read(member, _MANIFEST_BYTES)))
        except Malformed as error:
            yield _gap(f"{path}!/{member.name}", error)
    if len(manifests) > 1:
        yield Gap("ambiguous-archive", path, f"{len(manifests)} entries are called {_MANIFEST}: all were read")
    if identified:
        return
    stem = path.rpartition("/")[2].rpartition(".")[0]
    if stem.endswith(_NO_CODE):
        return
    packages = sorted({m.name.rpartition("/")[0] for m in archive.members if m.name.endswith(".class")})
    found = {_maven.from_manifest(stem, each, packages) for each in attributes or [{}]}
    licenses = _maven.bundle_licenses(attributes)
    for known in sorted(found, key=lambda c: (c.name, c.version)):
        if problem(known.name, known.version):
            if packages:
                reason = "classes without Maven metadata, manifest version or a version in the name: not matched"
                yield Gap("unidentified-package", path, reason, blocks=False)
            continue
        yield PackageFact("maven", known.name, known.version, path=path, licenses=licenses)
        if not known.group:
            reason = f"{known.artifact} {known.version}: nothing says its Maven group, so no advisory was looked up"
            yield Gap("unidentified-package", path, reason, blocks=False)


def _gap(where: str, error: Malformed) -> Gap:
    what = "limit-reached" if isinstance(error, _zip.LimitReached) else "unreadable-file"
    return Gap(what, where, f"java: {error.what}")


ANALYZERS: tuple[Analyzer, ...] = (Analyzer(_ID, 2, Wants(suffixes=_SUFFIXES), extract),)
