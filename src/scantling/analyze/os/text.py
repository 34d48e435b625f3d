"""Words out of package databases: decoded, bounded and free of what no package database may hold."""

from __future__ import annotations

import re

from scantling.guard import limits
from scantling.model.coverage import Gap
from scantling.model.errors import Malformed

# what would break a line, a table or a purl's meaning: blanks and control characters
_PLAIN = re.compile(rb"[!-~]+")
_UNFIT = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ufffd]")


def word(raw: bytes, what: str, max_chars: int = limits.PACKAGE_NAME_CHARS) -> str:
    """A name or version: one unbroken word of at most ``max_chars``. Raises ``Malformed`` naming ``what``."""
    raw = raw.strip()
    if _PLAIN.fullmatch(raw) and len(raw) <= max_chars:  # nearly every one; the rest is about saying what is wrong
        return raw.decode("ascii")
    if len(raw) > max_chars * 4:
        raise Malformed(f"{what} of {len(raw)} bytes, more than a {what} can have")
    text = raw.decode("utf-8", "replace")
    if not text:
        raise Malformed(f"no {what}")
    if len(text) > max_chars:
        raise Malformed(f"{what} of {len(text)} characters, more than the {max_chars} allowed")
    if (unfit := _UNFIT.search(text)) is not None:
        raise Malformed(f"{what} holds {unfit.group()!r}")
    return text


def version(raw: bytes) -> str:
    """A version, as ``word``; whether it *is* one of its scheme is for ``versions`` to say."""
    return word(raw, "version", limits.VERSION_CHARS)


def phrase(raw: bytes) -> str:
    """Free text for the report (maintainer, vendor, licence), cut at ``limits.FIELD_CHARS``; never fails."""
    return raw[: limits.FIELD_CHARS * 4].decode("utf-8", "replace").strip()[: limits.FIELD_CHARS]


class Complaints:
    """Gaps about single records of one file: the first few by name, the rest as a count."""

    def __init__(self, where: str) -> None:
        self.where = where
        self._named: list[Gap] = []
        self._unnamed = 0

    def add(self, reason: str, *, what: str = "unreadable-record", blocks: bool = True) -> None:
        """Note one record that could not be taken as it stands."""
        if len(self._named) < limits.GAPS_PER_FILE:
            self._named.append(Gap(what, self.where, reason[: limits.FIELD_CHARS], blocks))
        else:
            self._unnamed += 1

    def gaps(self) -> list[Gap]:
        """Everything noted."""
        if not self._unnamed:
            return list(self._named)
        return [*self._named, Gap("unreadable-record", self.where, f"{self._unnamed} more records cannot be read")]
