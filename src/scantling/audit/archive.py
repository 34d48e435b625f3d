"""The auditor pack's archive: a plain POSIX tar in exactly one form, so that every byte of it is accounted for.

Reading builds the archive anew from what was read and compares: a byte that differs anywhere, padding and headers
included, is a damaged archive. Nothing is ever written to disk by its name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scantling.guard import limits
from scantling.model.errors import Unscannable, UsageError

_BLOCK = 512
_END = bytes(2 * _BLOCK)
_NAME_MAX = 100  # POSIX ustar's field


def write(members: Mapping[str, bytes]) -> bytes:
    """``members`` in the order of their names; no owner, no time: same members, same bytes."""
    parts: list[bytes] = []
    for name in sorted(members):
        data = members[name]
        parts += [_header(name, len(data)), data, bytes(-len(data) % _BLOCK)]
    return b"".join([*parts, _END])


def read(data: bytes, where: str) -> dict[str, bytes]:
    """The members of an archive that ``write`` made. Raises ``Unscannable`` for any other bytes."""
    members: dict[str, bytes] = {}
    for name, body in _members(data, where):
        if name in members or len(members) >= limits.AUDITOR_PACK_MEMBERS:
            raise _refused(where, f"a repeated name or more than {limits.AUDITOR_PACK_MEMBERS} members")
        members[name] = body
    if write(members) != data:
        raise _refused(where, "bytes that the program does not write")
    return members


def _members(data: bytes, where: str) -> Iterator[tuple[str, bytes]]:
    offset = 0
    while data[offset : offset + _BLOCK] != bytes(_BLOCK):
        header = data[offset : offset + _BLOCK]
        if len(header) < _BLOCK:
            raise _refused(where, "it ends early")
        try:
            name = header[:_NAME_MAX].rstrip(b"\0").decode("ascii")
            size = int(header[124:135].decode("ascii"), 8)
        except ValueError:
            raise _refused(where, f"no header at byte {offset}") from None
        start = offset + _BLOCK
        if size < 0 or start + size > len(data):
            raise _refused(where, "it ends early")
        yield name, data[start : start + size]
        offset = start + size + -size % _BLOCK


def _header(name: str, size: int) -> bytes:
    raw = name.encode("ascii", "replace")
    if not raw or len(raw) > _NAME_MAX or size >= 8**11:
        raise UsageError("a member of the pack has a name or size that tar cannot hold", where=name[:_NAME_MAX])
    fields = (
        raw.ljust(_NAME_MAX, b"\0"), b"0000644\0", b"0000000\0", b"0000000\0", b"%011o\0" % size, b"00000000000\0",
        b" " * 8, b"0", bytes(100), b"ustar\x0000", bytes(64), b"0000000\0", b"0000000\0",
    )  # fmt: skip
    header = b"".join(fields).ljust(_BLOCK, b"\0")
    return header[:148] + b"%06o\0 " % sum(header) + header[156:]


def _refused(where: str, why: str) -> Unscannable:
    return Unscannable(f"not an auditor pack, or a damaged one: {why}", where=where, hint="ask for the pack again")
