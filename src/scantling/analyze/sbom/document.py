"""What any bill of materials says, whichever format it came in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from scantling.analyze.os.text import Complaints
from scantling.model.facts import OsRelease

# the package managers' own records, which say more of a package than its other files
_DATABASES = (
    "var/lib/dpkg/status", "lib/apk/db/installed", "usr/lib/apk/db/installed", "var/lib/rpm/", "usr/lib/sysimage/rpm/",
)  # fmt: skip
_DPKG_INFO = "var/lib/dpkg/info/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One package as the document has it; "" where it says nothing.

    ``name`` includes a group or scope. ``path`` has no leading slash and ``layer`` is the diffID that brought it, where
    the producer keeps them. ``owns`` are paths that an OS package installed. ``depends`` are names of components.
    """

    name: str
    version: str
    purl: str
    path: str = ""
    layer: str = ""
    licenses: tuple[str, ...] = ()
    supplier: str = ""
    source_name: str = ""
    source_version: str = ""
    module: str = ""
    depends: tuple[str, ...] = ()
    owns: tuple[str, ...] = ()


@dataclass(slots=True)
class Document:
    """``format`` names format and version. ``subject`` is what the document is about, in its own words."""

    format: str
    subject: str
    components: list[Component]
    complaints: Complaints
    os: OsRelease | None = None
    layers: tuple[str, ...] = field(default=())  # diffIDs, lowest first, where the document lists them


def best_place(places: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """Of a package's (path, layer) pairs, at least one, that of the package manager's record, else the first.

    Each layer that installs something rewrites dpkg's status file whole; the files of ``info`` stay where the package
    came from, so they name its layer.
    """
    path, layer = next((place for place in places if place[0].startswith(_DATABASES)), places[0])
    if path.startswith("var/lib/dpkg/"):
        layer = next((info for name, info in places if name.startswith(_DPKG_INFO)), layer)
    return path, layer
