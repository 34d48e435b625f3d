"""The inventory: what the running container would see, with the layer that brought each thing."""

from __future__ import annotations

from dataclasses import dataclass

from .coverage import Gap
from .coverage_statement import Seen
from .facts import OsRelease

# purl types of packages that a distribution installs and speaks for
OS_TYPES = frozenset({"deb", "rpm", "apk", "alpm", "opkg", "ebuild"})


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A path and the layer (diffID, "" for an unpacked root file system) that put the package there."""

    path: str
    diff_id: str


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """The source (origin) package that a distribution built a package from."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Package:
    """One package at one version in the squashed image.

    ``ecosystem`` is the database key its advisories are under ("debian:12", "pypi"), "" when none applies.
    ``os_owned`` is true for a language package that an OS package installed: the distribution decides for it.
    ``third_party`` is true for an OS package that does not come from the distribution itself.
    ``from_base`` and ``direct`` are None when not known. ``dependency_path`` leads by purls from a direct dependency
    (or, where none is known, from a package that nothing else needs) to this one, both included; () when not known.
    ``depends_on`` are the purls of what it needs here, None where nothing says.
    """

    purl: str
    name: str
    version: str
    type: str
    ecosystem: str = ""
    arch: str = ""
    source: Source | None = None
    licenses: tuple[str, ...] = ()
    module: str = ""
    locations: tuple[Location, ...] = ()
    from_base: bool | None = None
    direct: bool | None = None
    dependency_path: tuple[str, ...] = ()
    depends_on: tuple[str, ...] | None = None
    used_at_runtime: bool | None = None
    os_owned: bool = False
    third_party: bool = False
    is_dev: bool = False
    declared: bool = False

    @property
    def location(self) -> Location:
        """The first of ``locations``, which findings point to; empty where none is known."""
        return self.locations[0] if self.locations else Location("", "")


@dataclass(frozen=True, slots=True)
class Inventory:
    """What the squashed image holds. ``packages`` are sorted by (type, name, version, purl). ``seen`` is None where
    there were no files to look at."""

    os: OsRelease | None
    packages: tuple[Package, ...]
    gaps: tuple[Gap, ...] = ()
    seen: Seen | None = None
