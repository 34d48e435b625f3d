"""Julia: Manifest.toml, format 1 and 2, also as JuliaManifest.toml and for one version of Julia (Manifest-v1.11.toml).

Source: Pkg's manual, "Project.toml and Manifest.toml". Facts are ``declared``. Julia names a package by its UUID, which
becomes the purl's qualifier. Packages without a version are modules of Julia itself, and those with a ``path`` are
one's own: both are left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits
from scantling.model.errors import Malformed

from ._declared import Declared
from ._json import mapping, text
from ._toml import load_table, tables

_ID = "julia-manifest"
_DEPOTS = ("/.julia/packages/", "/.julia/dev/", "/share/julia/stdlib/")  # below them a manifest is that package's own


def extract(file: FileView) -> Iterator[Extracted]:
    """Every package of the manifest that has a version."""
    if any(depot in f"/{file.path}" for depot in _DEPOTS):
        return
    manifest = load_table(file.data)
    format_ = text(manifest.get("manifest_format")) or "1.0"
    if format_.partition(".")[0] == "1":
        packages = {key: value for key, value in manifest.items() if isinstance(value, list)}
        if manifest and not packages:
            return  # the name is not Julia's alone
    elif format_.partition(".")[0] == "2":
        packages = mapping(manifest.get("deps"))  # type: ignore[assignment]
    else:
        raise Malformed(f"manifest_format {format_[:20]} is not known")
    found = Declared("julia", file.path, _ID)
    for name, entries in packages.items():
        for entry in tables(entries):
            version, uuid = text(entry.get("version")), text(entry.get("uuid"))
            if not uuid or not version or "path" in entry:
                continue
            needs = entry.get("deps")
            names = list(map(text, needs)) if isinstance(needs, list) else list(mapping(needs))
            found.add(name, version, depends=names, qualifiers=(("uuid", uuid[: limits.PACKAGE_NAME_CHARS]),))
    yield from found.results()


ANALYZERS: tuple[Analyzer, ...] = (
    Analyzer(
        _ID,
        1,
        Wants(names=frozenset({"Manifest.toml", "JuliaManifest.toml"}), globs=("*Manifest-v*.toml",)),
        extract,
        max_bytes=limits.TOML_BYTES,
    ),
)
