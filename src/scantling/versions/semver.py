"""Semantic Versioning 2.0.0 and the schemes built on it: npm, cargo, hex, pub, julia.

More forgiving than the grammar where the meaning is plain and feeds are sloppy: a leading "v" or "=", missing minor
or patch numbers (0), leading zeros.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from .unparseable import Unparseable

Identifiers: TypeAlias = tuple[tuple[int, int | str], ...]
Key: TypeAlias = tuple[tuple[int, ...], bool, Identifiers]
PubKey: TypeAlias = tuple[Key, Identifiers]

_VERSION = re.compile(
    r"[ \t]*[v=]?[ \t]*([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?"
    r"(?:-([0-9A-Za-z.-]+))?(?:\+([0-9A-Za-z.-]+))?[ \t]*"
)


def scheme_key(scheme: str) -> Callable[[str], Key]:
    """The key function of a scheme whose order is section 11 of the specification; build metadata is ignored."""

    def key(text: str) -> Key:
        return _parse(scheme, text)[0]

    return key


semver_key, npm_key, cargo_key, hex_key = map(scheme_key, ("semver", "npm", "cargo", "hex"))


def pub_key(text: str) -> PubKey:
    """Dart's pub also orders the build part, by the same rules, after the same version without one."""
    return _parse("pub", text)


def julia_key(text: str) -> PubKey:
    """Julia's ``VersionNumber``, which orders the build part too: "1.2.13+1" packages the same zlib anew."""
    return _parse("julia", text)


def identifiers(scheme: str, whole: str, text: str) -> Identifiers:
    """Dot-separated identifiers: numbers by value and below words, words by ASCII, fewer before more."""
    parts = text.split(".")
    if not all(parts):
        raise Unparseable(scheme, whole, "an identifier is empty")
    return tuple((0, int(part)) if part.isdecimal() else (1, part) for part in parts)


def _parse(scheme: str, text: str) -> tuple[Key, Identifiers]:
    match = _VERSION.fullmatch(text)
    if match is None:
        raise Unparseable(scheme, text)
    major, minor, patch, before, build = match.groups()
    numbers = (int(major), int(minor or 0), int(patch or 0))
    release = (numbers, before is None, identifiers(scheme, text, before) if before else ())
    return release, identifiers(scheme, text, build) if build else ()
