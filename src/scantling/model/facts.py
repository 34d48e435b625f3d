"""What one layer holds: a pure function of its bytes and of the analyzers' versions, cached under the diffID.

Paths are text without a leading slash, as the tar archive names them after normalisation. A name that is not
valid UTF-8 is kept distinct (see ``layers.names``), so that every path here is valid Unicode.
"""

from __future__ import annotations

from dataclasses import dataclass

from .coverage import Gap
from .evidence import LayerEvidence


@dataclass(frozen=True, slots=True)
class OsRelease:
    """The distribution, from os-release(5): ``id`` is lower case ("debian"), "" fields are absent ones.

    ``version_id`` is "12" or "3.20.3"; ``codename`` is VERSION_CODENAME; ``like`` is ID_LIKE, split.
    """

    id: str
    version_id: str = ""
    codename: str = ""
    pretty_name: str = ""
    variant_id: str = ""
    like: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PackageFact:
    """A package as one file of one layer records it.

    ``type`` is the purl type: deb rpm apk pypi npm maven golang gem ... ``name`` is the ecosystem's own
    spelling: ``group:artifact`` for Maven, ``@scope/name`` for npm, the module path for Go. ``version`` is the
    full version as the ecosystem writes it (``epoch:upstream-revision`` for deb and rpm, epoch only when set).
    ``source_name``/``source_version`` name the source (origin) package where the ecosystem has one.
    ``module`` is rpm's modularity label ("nodejs:18"), ``origin`` the vendor or repository when recorded.
    ``path`` is the place that holds it, when it is not the file that was read ("app.jar!/lib/b.jar").
    ``depends`` are names it requires, as recorded, each with a blank and the version after it where the file says which
    ("ms 2.0.0"). ``direct`` is whether somebody asked for it, rather than another package, None where the file does not
    say. ``is_dev`` marks a dependency for development or tests only.
    ``declared`` marks one that only a lock file names (not an installed tree). ``qualifiers`` are those of the purl
    that the type's definition asks for beside name and version (Julia's "uuid").
    """

    type: str
    name: str
    version: str
    arch: str = ""
    source_name: str = ""
    source_version: str = ""
    licenses: tuple[str, ...] = ()
    module: str = ""
    origin: str = ""
    path: str = ""
    depends: tuple[str, ...] = ()
    is_dev: bool = False
    declared: bool = False
    direct: bool | None = None
    qualifiers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What one analyzer learned from one file. ``owns``: paths that an OS package says it installed and that
    another analyzer might claim too (language metadata, archives, executables), without a leading slash. ``asked`` are
    names of packages that were asked for, ``pulled_in`` of those that only others brought, where this file says so of
    packages that other files record (apt's and apk's marks, a project's manifest)."""

    path: str
    analyzer: str
    packages: tuple[PackageFact, ...] = ()
    os: OsRelease | None = None
    owns: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    pulled_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LayerTree:
    """Which names a layer adds and removes: enough to squash layers as overlayfs would, without their bytes.

    ``files`` and ``dirs`` are NUL-separated paths (a tar name cannot hold NUL): every non-directory entry, every
    explicit directory entry. ``symlinks`` maps path to raw target, ``hardlinks`` path to the linked path.
    ``whiteouts`` are removed paths, ``opaques`` directories whose lower content is hidden.
    """

    files: bytes = b""
    dirs: bytes = b""
    symlinks: dict[str, str] | None = None
    hardlinks: dict[str, str] | None = None
    whiteouts: tuple[str, ...] = ()
    opaques: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LayerFacts:
    """Everything a scan needs to know of a layer. ``size`` is its uncompressed length in bytes.

    ``binaries`` and ``scripts`` are the NUL-separated paths of its executable files (``analyze.executables``);
    ``lock_files`` those with a lock file's name, of which ``unread_lock_files`` no analyzer could make use.
    ``evidence`` is what the inspectors learned, which is cached apart from the rest.
    """

    diff_id: str
    size: int
    entries: int
    tree: LayerTree
    files: tuple[FileFacts, ...] = ()
    gaps: tuple[Gap, ...] = ()
    binaries: bytes = b""
    scripts: bytes = b""
    lock_files: tuple[str, ...] = ()
    unread_lock_files: tuple[str, ...] = ()
    evidence: tuple[LayerEvidence, ...] = ()
