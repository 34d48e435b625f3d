"""One exception: which findings somebody has accepted, why, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase

from scantling.model.finding import Finding
from scantling.model.purl import parse, spelled, without_version

FITS_ALL = "an id that fits everything"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands: the file as it was named, the lines (from 1) it takes."""

    path: str
    line: int
    last_line: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A finding is meant when every part that is given fits it; ids, names and paths are patterns with * and ?.

    ``id`` fits the finding's id or any alias. ``package`` is a name or a purl, with or without version; ``path`` a
    place in the image, ``image`` its name without tag and digest. ``kinds`` restricts to kinds of finding,
    ``statuses`` to statuses (both empty: all). ``expires`` is the last day on which the entry counts, ``added`` the
    day on which it was accepted. ``known_fixes`` are the fixed versions that were out on that day (None: not said).
    ``justification`` is one of OpenVEX's reasons why the image is not affected, "" for a risk that is accepted.
    """

    place: Place
    id: str
    package: str = ""
    path: str = ""
    image: str = ""
    kinds: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    reason: str = ""
    owner: str = ""
    expires: date | None = None
    added: date | None = None
    known_fixes: tuple[str, ...] | None = None
    justification: str = ""

    def is_expired(self, today: date) -> bool:
        """Whether its last day has passed."""
        return self.expires is not None and self.expires < today

    def is_of_ids_alone(self) -> bool:
        """Whether a pattern of ids is all that tells which findings are meant, in whatever package they are."""
        return any(char in self.id for char in "*?[") and not (self.package or self.path or self.statuses)

    def fits(self, finding: Finding, repository: str) -> bool:
        """Whether ``finding``, in an image of ``repository``, is meant."""
        if self.kinds and not finding.is_of(self.kinds):
            return False
        if self.statuses and finding.status not in self.statuses:
            return False
        if not any(fnmatchcase(name, self.id) for name in (finding.id, *finding.aliases)):
            return False
        if self.image and not fnmatchcase(repository, self.image):
            return False
        if self.path and not fnmatchcase(finding.path, self.path.removeprefix("/")):
            return False
        return not self.package or fits_package(finding.package, self.package)


def fits_package(purl: str | None, pattern: str) -> bool:
    """Whether the package ``purl`` is one that ``pattern`` names: a purl with or without version, "name", or
    "name@version"."""
    if purl is None:
        return False
    bare = purl.partition("?")[0]
    if pattern.startswith("pkg:"):
        wanted = pattern.partition("?")[0]
        return fnmatchcase(bare, wanted) or fnmatchcase(without_version(bare), wanted)
    try:
        name, version = spelled(parse(purl))
    except ValueError:
        return False
    short = name.rpartition("/")[2].rpartition(":")[2]
    return any(fnmatchcase(text, pattern) for text in (name, f"{name}@{version}", short, f"{short}@{version}"))
