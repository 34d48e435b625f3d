"""Ways to find a version in the bytes of a program: each takes the file and gives the distinct versions it read.

All are linear: a literal is looked for with ``bytes.find``, and a bounded pattern is tried where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from scantling.guard import limits

Marker = Callable[[bytes, str], set[bytes]]  # the file's bytes and base name -> versions

_RELEASE = rb"([0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3})(?![0-9])"
_MINOR = re.compile(r"(?:python|libpython)([23]\.[0-9]{1,2})")
_BUILD_ID_BYTES = 200  # host name, time and commit; HOST_NAME_MAX is 64


def after(*anchors: bytes, pattern: bytes = _RELEASE) -> Marker:
    """The pattern's first group right behind any of ``anchors``."""
    compiled = re.compile(pattern)

    def find(data: bytes, _base: str) -> set[bytes]:
        found: set[bytes] = set()
        for anchor in anchors:
            for at in _places(data, anchor):
                if match := compiled.match(data, at + len(anchor)):
                    found.add(match[1])
        return found

    return find


def before(anchor: bytes, pattern: bytes, reach: int = 24) -> Marker:
    """The pattern's first group in the ``reach`` bytes that end with ``anchor``."""
    compiled = re.compile(pattern)

    def find(data: bytes, _base: str) -> set[bytes]:
        found: set[bytes] = set()
        for at in _places(data, anchor):
            end = at + len(anchor)
            if match := compiled.search(data, max(0, at - reach), end):
                found.add(match[1])
        return found

    return find


def whole_text(start: bytes, pattern: bytes) -> Marker:
    """C strings that begin with ``start`` and are ``pattern`` from there to their end."""
    compiled = re.compile(pattern + rb"\0")

    def find(data: bytes, _base: str) -> set[bytes]:
        found: set[bytes] = set()
        for at in _places(data, b"\0" + start):
            if match := compiled.match(data, at + 1):
                found.add(match[1])
        return found

    return find


def python(data: bytes, base: str) -> set[bytes]:
    """PY_VERSION, a C string that begins with the minor version in the file's name.

    Linkers keep a text that is the end of a longer one only there: built for the prefix ".../versions/3.11.7", the
    version is no string of its own. Where there is one of its own it decides.
    """
    named = _MINOR.match(base)
    if named is None:
        return set()
    minor = named[1].encode()
    pattern = re.compile(re.escape(minor) + rb"\.[0-9]{1,2}(?:(?:a|b|c|rc)[0-9]{1,2})?\+?(?=\0)")
    own: set[bytes] = set()
    tails: set[bytes] = set()
    for at in _places(data, minor + b"."):
        if match := pattern.match(data, at):
            last = data[at - 1 : at]
            if last == b"\0":
                own.add(match[0])
            elif not last.isdigit() and last != b".":
                tails.add(match[0])
    return {version.rstrip(b"+") for version in own or tails}


def redis(data: bytes, _base: str) -> set[bytes]:
    """The version string with which the build id (version, host, time, commit in one text) begins.

    The server's table of commands names dozens of versions; the build id alone does not say where its version ends.
    """
    alone = set(re.findall(rb"\0([0-9]{1,2}\.[0-9]{1,2}\.[0-9]{1,3})(?=\0)", data))
    ids = re.findall(rb"(?<![0-9.])[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{1,3}[0-9A-Za-z_.-]{18,%d}\0" % _BUILD_ID_BYTES, data)
    starting = [version for version in alone if any(text.startswith(version) for text in ids)]
    return {max(starting, key=len)} if starting else set()


def _places(data: bytes, anchor: bytes) -> Iterator[int]:
    """Where ``anchor`` stands, the first ``limits.MARKER_PLACES`` times."""
    at = data.find(anchor)
    count = 0
    while at >= 0 and count < limits.MARKER_PLACES:
        yield at
        count += 1
        at = data.find(anchor, at + len(anchor))
