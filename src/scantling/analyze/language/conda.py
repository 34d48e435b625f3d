"""Installed conda packages: ``conda-meta/NAME-VERSION-BUILD.json`` of an environment (conda's manual, "conda-meta").

Advisories name no conda packages, so there is no feed for them: they are listed, and the matcher says that they were
not looked up. Python packages that conda installed have their own metadata besides, and are matched by that.
"""

from __future__ import annotations

from collections.abc import Iterator

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits
from scantling.model.errors import Malformed
from scantling.model.facts import FileFacts, PackageFact

from ._identity import problem
from ._json import load_object, text

_ID = "conda"


def extract(file: FileView) -> Iterator[Extracted]:
    """The package that one record is about."""
    if file.path.split("/")[-2:-1] != ["conda-meta"]:
        return
    record = load_object(file.data)
    if "name" not in record and "version" not in record:
        return  # conda keeps its own notes in the same directory ("initial_specs.json")
    name, version = text(record.get("name")), text(record.get("version"))
    if wrong := problem(name, version):
        raise Malformed(f"conda record: {wrong}")
    depends = record.get("depends")
    names = {line.split(" ", 1)[0] for line in map(text, depends) if line} if isinstance(depends, list) else set()
    licence = text(record.get("license"))
    fact = PackageFact(
        "conda",
        name,
        version,
        arch=text(record.get("subdir"))[: limits.PACKAGE_NAME_CHARS],
        licenses=(licence,) if licence and len(licence) <= limits.FIELD_CHARS else (),
        origin=text(record.get("channel"))[: limits.FIELD_CHARS],
        depends=tuple(sorted(names)[: limits.DEPENDS_PER_PACKAGE]),
    )
    yield FileFacts(file.path, _ID, (fact,))


ANALYZERS: tuple[Analyzer, ...] = (
    Analyzer(_ID, 1, Wants(globs=("*conda-meta/*.json",)), extract, max_bytes=64 * 1024 * 1024),
)
