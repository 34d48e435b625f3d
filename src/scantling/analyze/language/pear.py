"""PHP's older package managers: PEAR and PECL, from the registry that both keep (``php/.registry/**/*.reg``).

A .reg file is PHP's ``serialize`` of what package.xml said (PHP's manual; PEAR's ``PEAR_Registry``). It is read here,
not unserialised: no object is ever made. What PEAR's own channel has is at Packagist too, under the same versions, and
advisories name it so: it is reported as the Composer package pear/NAME. Extensions from PECL are of type "pecl", those
of any other channel of type "pear"; for both there are no advisories.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits
from scantling.model.errors import Malformed
from scantling.model.facts import FileFacts, PackageFact

from ._identity import problem

Value: TypeAlias = "str | dict[str, Value]"

_ID = "pear-registry"
_PEAR, _PECL = "pear.php.net", "pecl.php.net"
_LICENSE_CHARS = 100


def extract(file: FileView) -> Iterator[Extracted]:
    """The package that one registry file is about."""
    if "/.registry/" not in f"/{file.path}":
        return
    value, _ = _read(file.data, 0, 0, [0])
    record = _mapping(value)
    name = _text(record.get("name")) or _text(record.get("package"))  # package.xml 2.0 and 1.0
    version = record.get("version")
    release = _text(_mapping(version).get("release")) if isinstance(version, dict) else _text(version)
    if wrong := problem(name, release):
        raise Malformed(f"registry: {wrong}")
    channel = _text(record.get("channel")) or _PEAR
    licence = record.get("license")
    named = _text(_mapping(licence).get("_content")) if isinstance(licence, dict) else _text(licence)
    type_, spelled = _known_as(channel, name)
    fact = PackageFact(type_, spelled, release, licenses=(named,) if 0 < len(named) <= _LICENSE_CHARS else ())
    yield FileFacts(file.path, _ID, (fact,))


def _known_as(channel: str, name: str) -> tuple[str, str]:
    if channel == _PEAR:
        return "composer", f"pear/{name.lower()}"
    return ("pecl", name) if channel == _PECL else ("pear", f"{channel}/{name}")


def _read(data: bytes, at: int, depth: int, values: list[int]) -> tuple[Value, int]:
    """The value at ``at`` and where the next one begins."""
    values[0] += 1
    if depth > limits.JSON_DEPTH or values[0] > limits.JSON_VALUES:
        raise Malformed("nested too deeply" if depth > limits.JSON_DEPTH else "too many values")
    kind = data[at : at + 2]
    if kind == b"N;":
        return "", at + 2
    if kind in {b"i:", b"b:", b"d:"}:
        end = data.find(b";", at, at + 64)
        if end < 0:
            raise Malformed("a number without an end")
        return data[at + 2 : end].decode("ascii", "replace"), end + 1
    if kind not in {b"s:", b"a:"}:
        raise Malformed(f"not a serialised value: {data[at : at + 10]!r}")
    colon = data.find(b":", at + 2, at + 16)
    if colon < 0 or not data[at + 2 : colon].isdigit():
        raise Malformed("a value without a length")
    length, start = int(data[at + 2 : colon]), colon + 2
    if kind == b"s:":
        if data[start + length : start + length + 2] != b'";':
            raise Malformed("a text that is shorter or longer than it says")
        return data[start : start + length].decode("utf-8", "replace"), start + length + 2
    found: dict[str, Value] = {}
    at = start
    for _ in range(length):
        key, at = _read(data, at, depth + 1, values)
        found[_text(key)], at = _read(data, at, depth + 1, values)
    if data[at : at + 1] != b"}":
        raise Malformed("a list without an end")
    return found, at + 1


def _mapping(value: Value | None) -> dict[str, Value]:
    return value if isinstance(value, dict) else {}


def _text(value: Value | None) -> str:
    return value if isinstance(value, str) else ""


ANALYZERS: tuple[Analyzer, ...] = (
    Analyzer(_ID, 1, Wants(globs=("*.registry/*.reg",)), extract, max_bytes=4 * limits.MIB),
)
