"""Installed Ruby gems and what a bundle locks. Ruby source is read as text and never run.

``specifications/*.gemspec`` (and ``specifications/default/``, and Debian's ``rubygems-integration/*/specifications/``)
are written by RubyGems itself, so their form is fixed: the ``# stub:`` line first, then one attribute on each line.
Where neither gives a name and version, the file's name does: NAME-VERSION[-PLATFORM].gemspec. A gemspec elsewhere is
some project's source and no sign of an installed gem.

``Gemfile.lock`` (``gems.locked``): every gem of every GEM, GIT, PATH and PLUGIN SOURCE section, ``declared``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits
from scantling.model.errors import Malformed
from scantling.model.facts import FileFacts, PackageFact

from ._identity import problem

_NAME = r"[A-Za-z0-9_][A-Za-z0-9_.-]*"
_VERSION = r"[0-9][0-9A-Za-z.]*"
_STUB = re.compile(rf"^# stub: ({_NAME}) ({_VERSION}) ", re.MULTILINE)
_ATTRIBUTE = re.compile(
    r"""^[ \t]{0,16}\w{1,16}\.(name|version)[ \t]{0,8}="""
    r"""[ \t]{0,8}(?:Gem::Version\.new[ (]{0,2})?["']([^"'\n]{1,256})["']""",
    re.MULTILINE,
)
_LICENSE = re.compile(r"^[ \t]{0,16}\w{1,16}\.licen[sc]es?[ \t]{0,8}=([^\n]{1,2000})", re.MULTILINE)
_QUOTED = re.compile(r"""["']([^"'\n]{1,200})["']""")
_DEPENDS = re.compile(r"\.add_(?:runtime_)?dependency\(?[ ]?(?:%q<|[\"'])(" + _NAME + ")")
_FILE_NAME = re.compile(rf"({_NAME}?)-({_VERSION})(?:-[A-Za-z0-9_.-]+)?\.gemspec")
_LOCKED = re.compile(rf"    ({_NAME}) \(([^()\s]+)\)")
_NEEDED = re.compile(rf"      ({_NAME})")
_SECTIONS = frozenset({"GEM", "GIT", "PATH", "PLUGIN SOURCE"})


def extract_gemspec(file: FileView) -> Iterator[Extracted]:
    """The gem that an installed specification describes."""
    parts = file.path.split("/")
    directory = parts[-3:-1] if parts[-2:-1] == ["default"] else parts[-2:-1]
    if not directory or directory[0] != "specifications":
        return
    source = file.data.decode("utf-8", "replace")
    if stub := _STUB.search(source, 0, 4096):
        name, version = stub[1], stub[2]
    else:
        attributes: dict[str, str] = {}
        for key, value in _ATTRIBUTE.findall(source):
            attributes.setdefault(key, value)
        name, version = attributes.get("name", ""), attributes.get("version", "")
        if not (name and version) and (named := _FILE_NAME.fullmatch(parts[-1])):
            name, version = named[1], named[2]
    if wrong := problem(name, version):
        raise Malformed(f"gemspec: {wrong}")
    licence = _LICENSE.search(source)
    fact = PackageFact(
        "gem",
        name,
        version,
        licenses=tuple(sorted(set(_QUOTED.findall(licence[1])))) if licence else (),
        depends=tuple(sorted(set(_DEPENDS.findall(source)))),
    )
    yield FileFacts(file.path, "gemspec", (fact,))


def extract_lock(file: FileView) -> Iterator[Extracted]:
    """Every gem that the lock file names; a platform's gem is reported by its version alone."""
    found: dict[tuple[str, str], set[str]] = {}
    section = ""
    needs: set[str] = set()
    for line in file.data.decode("utf-8-sig", "replace").splitlines():
        if line.startswith(("<<<<<<<", ">>>>>>>")):
            raise Malformed("an unresolved merge conflict")
        if line and not line[0].isspace():
            section = line.rstrip()
        elif section not in _SECTIONS:
            continue
        elif locked := _LOCKED.fullmatch(line.rstrip().removesuffix("!")):
            name, version = locked[1], locked[2].partition("-")[0]
            if wrong := problem(name, version):
                raise Malformed(wrong)
            needs = found.setdefault((name, version), set())
            if len(found) > limits.PACKAGES_PER_FILE:
                raise Malformed(f"more than {limits.PACKAGES_PER_FILE} packages")
        elif needed := _NEEDED.match(line):
            needs.add(needed[1])
        elif line.startswith("    ") and line.strip():
            raise Malformed(f"not a gem: {line.strip()[:60]!r}")
    if not section and file.data.strip():
        raise Malformed("not a bundler lock file")
    facts = tuple(
        PackageFact("gem", name, version, depends=tuple(sorted(depends)), declared=True)
        for (name, version), depends in sorted(found.items())
    )
    yield FileFacts(file.path, "gemfile-lock", facts)


ANALYZERS: tuple[Analyzer, ...] = (
    Analyzer("gemspec", 1, Wants(suffixes=(".gemspec",)), extract_gemspec, max_bytes=16 * 1024 * 1024),
    Analyzer(
        "gemfile-lock",
        1,
        Wants(names=frozenset({"Gemfile.lock", "gems.locked"})),
        extract_lock,
        max_bytes=16 * 1024 * 1024,
    ),
)
