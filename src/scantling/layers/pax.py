"""PAX extended headers: ``LENGTH KEY=VALUE\\n`` records (POSIX.1-2001, pax, "Extended Header")."""

from __future__ import annotations

CAPABILITY = b"SCHILY.xattr.security.capability"
_TEXT_KEYS = frozenset({b"path", b"linkpath", b"GNU.sparse.name"})


class BadRecord(ValueError):
    """A record whose length lies, or without "=", a newline or a key, or with NUL in a name."""


def parse_records(data: bytes) -> tuple[dict[bytes, bytes], list[tuple[bytes, bytes]]]:
    """The records (the last of a key wins), and in order those of GNU's sparse format 0.0, which repeats keys."""
    records: dict[bytes, bytes] = {}
    sparse: list[tuple[bytes, bytes]] = []
    position, end = 0, len(data)
    while position < end:
        space = data.find(b" ", position, position + 9)
        digits = data[position:space] if space > 0 else b""
        if not digits.isdigit():
            raise BadRecord("no length")
        stop = position + int(digits)
        if stop > end or stop <= space + 1 or data[stop - 1] != 0x0A:
            raise BadRecord("its length lies")
        equals = data.find(b"=", space + 1, stop)
        if equals <= space + 1:
            raise BadRecord("no key")
        key, value = data[space + 1 : equals], data[equals + 1 : stop - 1]
        if b"\0" in key or (key in _TEXT_KEYS and b"\0" in value):
            raise BadRecord("NUL in a name")
        if key in (b"GNU.sparse.offset", b"GNU.sparse.numbytes"):
            sparse.append((key, value))
        records[key] = value
        position = stop
    return records, sparse
