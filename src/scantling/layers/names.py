"""File names: raw bytes in the archive, distinct and valid text everywhere else.

A byte 0xNN that is not part of valid UTF-8 becomes the private-use character U+F7NN. A name that itself holds one of
U+F700-U+F7FF has that character's bytes spelled the same way, so that two raw names never become one text.
"""

from __future__ import annotations

from scantling.guard.limits import COMPONENT_BYTES, PATH_BYTES

_ESCAPE = 0xF700


class NameTooLong(ValueError):
    """A path longer than PATH_MAX or with a component longer than NAME_MAX: no file system would hold it."""


def decode_name(raw: bytes) -> str:
    """``raw`` as valid Unicode text; never fails, and different bytes give different text."""
    if raw.isascii():
        return raw.decode("ascii")
    text = raw.decode("utf-8", "surrogateescape")
    if all(not _is_special(character) for character in text):
        return text
    return "".join(_spell(character) if _is_special(character) else character for character in text)


def encode_name(text: str) -> bytes:
    """The raw bytes that ``decode_name`` turned into ``text``."""
    if text.isascii():
        return text.encode("ascii")
    return b"".join(
        bytes((ord(character) - _ESCAPE,)) if 0xF700 <= ord(character) <= 0xF7FF else character.encode("utf-8")
        for character in text
    )


def _is_special(character: str) -> bool:
    return "\udc80" <= character <= "\udcff" or "\uf700" <= character <= "\uf7ff"


def _spell(character: str) -> str:
    return "".join(chr(_ESCAPE + byte) for byte in character.encode("utf-8", "surrogateescape"))


def normalise(raw: bytes) -> str | None:
    """The path inside the root: no leading "/" or "./", no empty, "." or ".." component; None is the root itself.

    ".." at the top stays at the top, as it does in a root directory. Raises ``NameTooLong``.
    """
    if raw.startswith(b"./"):
        raw = raw[2:]
    raw = raw.rstrip(b"/")
    if len(raw) <= COMPONENT_BYTES and b"/." not in raw and b"//" not in raw and raw and raw[0] not in b"./":
        return raw.decode("ascii") if raw.isascii() else decode_name(raw)
    parts: list[bytes] = []
    for part in raw.split(b"/"):
        if part == b"..":
            if parts:
                parts.pop()
        elif part not in (b"", b"."):
            parts.append(part)
    if any(len(part) > COMPONENT_BYTES for part in parts):
        raise NameTooLong(f"a file name longer than {COMPONENT_BYTES} bytes")
    clean = b"/".join(parts)
    if len(clean) > PATH_BYTES:
        raise NameTooLong(f"a path longer than {PATH_BYTES} bytes")
    return decode_name(clean) if clean else None
