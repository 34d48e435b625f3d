"""R packages: DESCRIPTION of what is installed, renv.lock and packrat.lock.

Sources: "Writing R Extensions" (The DESCRIPTION file), renv's "Lockfile" article, packrat's ``lockfile.R``. A package
that R installed has a ``Built`` field; a DESCRIPTION without one is source and describes nothing that is installed.
Lock files are ``declared``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits
from scantling.model.errors import Malformed
from scantling.model.facts import FileFacts, PackageFact

from ._declared import Declared
from ._identity import problem
from ._json import load_object, mapping, text

_INSTALLED_ID, _RENV_ID, _PACKRAT_ID = "r-description", "renv-lock", "packrat-lock"
_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9@/_.-]*)[ \t]*:[ \t]*(.*)")
_REQUIRED = re.compile(r"[A-Za-z][A-Za-z0-9.]*")
_NEEDS = ("Depends", "Imports", "LinkingTo")


def extract_installed(file: FileView) -> Iterator[Extracted]:
    """The package whose DESCRIPTION R wrote into its library."""
    records = _records(file.data)
    fields = records[0] if records else {}
    if not fields.get("Package") or "Built" not in fields:
        return
    name, version = fields["Package"], fields.get("Version", "")
    if wrong := problem(name, version):
        raise Malformed(f"DESCRIPTION: {wrong}")
    licence = fields.get("License", "")
    fact = PackageFact(
        "cran",
        name,
        version,
        licenses=(licence,) if licence and len(licence) <= limits.FIELD_CHARS else (),
        depends=_needs(fields),
    )
    yield FileFacts(file.path, _INSTALLED_ID, (fact,))


def extract_renv(file: FileView) -> Iterator[Extracted]:
    """Every package of renv.lock."""
    lock = load_object(file.data)
    if "Packages" not in lock:
        raise Malformed("no Packages")
    found = Declared("cran", file.path, _RENV_ID)
    for key, value in mapping(lock["Packages"]).items():
        entry = mapping(value)
        needs = entry.get("Requirements")  # a list of names until renv 1.0
        names = [name for name in map(text, needs) if name != "R"] if isinstance(needs, list) else ()
        found.add(text(entry.get("Package")) or key, text(entry.get("Version")), depends=names)
    yield from found.results()


def extract_packrat(file: FileView) -> Iterator[Extracted]:
    """Every package of packrat.lock, whose first record is about the file itself."""
    records = _records(file.data)
    if not records or not any("PackratFormat" in record or "Package" in record for record in records):
        raise Malformed("not packrat's")
    found = Declared("cran", file.path, _PACKRAT_ID)
    for fields in records:
        if "Package" in fields:
            needs = _REQUIRED.findall(fields.get("Requires", ""))
            found.add(fields["Package"], fields.get("Version", ""), depends=needs)
    yield from found.results()


def _needs(fields: dict[str, str]) -> tuple[str, ...]:
    names = {
        match[0]
        for field in _NEEDS
        for each in fields.get(field, "").split(",")
        if (match := _REQUIRED.match(each.strip())) and match[0] != "R"
    }
    return tuple(sorted(names)[: limits.DEPENDS_PER_PACKAGE])


def _records(data: bytes) -> list[dict[str, str]]:
    """The records of a Debian control file, as R calls the format; continued lines are joined."""
    records: list[dict[str, str]] = []
    fields: dict[str, list[str]] = {}
    value: list[str] = []
    for line in [*data.decode("utf-8-sig", "replace").split("\n"), ""]:
        if not line.strip():
            if fields:
                records.append({key: " ".join(parts).strip() for key, parts in fields.items()})
            fields = {}
            if len(records) > limits.PACKAGES_PER_FILE:
                raise Malformed(f"more than {limits.PACKAGES_PER_FILE} records")
        elif line[0] in " \t":
            value.append(line.strip())
        elif match := _FIELD.fullmatch(line.rstrip("\r")):
            value = [match[2].strip()]
            fields.setdefault(match[1], value)
    return records


ANALYZERS: tuple[Analyzer, ...] = (
    Analyzer(_INSTALLED_ID, 1, Wants(names=frozenset({"DESCRIPTION"})), extract_installed, max_bytes=limits.MIB),
    Analyzer(_RENV_ID, 1, Wants(names=frozenset({"renv.lock"})), extract_renv, max_bytes=16 * limits.MIB),
    Analyzer(_PACKRAT_ID, 1, Wants(names=frozenset({"packrat.lock"})), extract_packrat, max_bytes=16 * limits.MIB),
)
