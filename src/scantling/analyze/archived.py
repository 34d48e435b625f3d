"""What an application's archive holds of its configuration, in memory: the texts in jars, wars, ears and zips, and the
application's own classes.

Libraries inside (``BOOT-INF/lib``, ``WEB-INF/lib``) are left out: no one's configuration is in them. Secrets are looked
for in what is given here (``secrets``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from scantling.guard import limits
from scantling.model.coverage import Gap
from scantling.model.errors import Malformed

from .language._zip import Archive, Budget, LimitReached, Member

SUFFIXES = (".jar", ".war", ".ear", ".zip")
_TEXTS = (
    ".properties", ".yml", ".yaml", ".xml", ".json", ".env", ".conf", ".config", ".cfg", ".ini", ".toml", ".tfvars",
    ".pem", ".key",
)  # fmt: skip
_OWN_CLASSES = ("BOOT-INF/classes/", "WEB-INF/classes/")
_OF_MAVEN = "META-INF/maven/"  # what libraries are called: nobody's configuration, and in every jar


class Held(NamedTuple):
    """A member of an archive, at ``app.jar!/BOOT-INF/classes/application.yml``."""

    path: str
    data: bytes


def held(data: bytes, path: str, is_meant: Callable[[str], bool]) -> Iterator[Held | Gap]:
    """The members of the archive at ``path`` that may hold a secret: texts by their ending, the application's classes,
    and what ``is_meant`` says yes to. At most ``limits.ARCHIVED_BYTES`` of them; what is left out is a gap."""
    left, named = limits.ARCHIVED_BYTES, 0
    for found in _archive(data, path, is_meant, Budget(), 0):
        if isinstance(found, Gap):
            named += 1
            if named <= limits.GAPS_PER_FILE:
                yield found
            continue
        archive, member, where = found
        left -= member.size
        if left < 0:
            yield Gap("limit-reached", path, f"secret: more than {limits.ARCHIVED_BYTES} bytes of texts in an archive")
            return
        try:
            yield Held(where, archive.read(member))
        except Malformed as error:
            named += 1
            if named <= limits.GAPS_PER_FILE:
                yield _gap(where, error)
    if named > limits.GAPS_PER_FILE:
        reason = f"secret: {named} members cannot be read; the first {limits.GAPS_PER_FILE} are named"
        yield Gap("unreadable-file", path, reason)


def _archive(
    data: bytes, path: str, is_meant: Callable[[str], bool], budget: Budget, depth: int
) -> Iterator[tuple[Archive, Member, str] | Gap]:
    if depth > limits.ARCHIVE_NESTING:
        yield Gap("limit-reached", path, f"secret: archives nested more than {limits.ARCHIVE_NESTING} deep")
        return
    try:
        archive = Archive(data, budget)
    except Malformed as error:
        yield _gap(path, error)
        return
    for member in archive.members:
        name = member.name
        if not member.size:
            continue
        where = f"{path}!/{name}"
        if name.endswith(".class"):
            wanted = name.startswith(_OWN_CLASSES)
        else:
            wanted = (name.endswith(_TEXTS) and not name.startswith(_OF_MAVEN)) or is_meant(where)
        if wanted:
            yield archive, member, where
        elif name.endswith(".war") or (name.endswith(".jar") and "/" not in name and path.endswith(".ear")):
            try:
                inner = archive.read(member)
            except Malformed as error:
                yield _gap(where, error)
                continue
            yield from _archive(inner, where, is_meant, budget, depth + 1)


def _gap(where: str, error: Malformed) -> Gap:
    what = "limit-reached" if isinstance(error, LimitReached) else "unreadable-file"
    return Gap(what, where, f"secret: {error.what}")
