"""Executables that carry Go build information, put together field by field from the formats' specifications."""

from __future__ import annotations

import struct

MODULES = (
    "path\texample.org/app\n"
    "mod\texample.org/app\t(devel)\t\n"
    "dep\tgithub.com/gin-gonic/gin\tv1.7.0\th1:abc=\n"
    "dep\texample.org/old\tv1.0.0\n"
    "=>\texample.org/new\tv1.2.0\th1:def=\n"
    "dep\texample.org/local\tv0.3.0\n"
    "=>\t../local\t\n"
    "build\t-compiler=gc\n"
)
_GUARD = bytes(range(0x30, 0x40))


def varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*out, value))


def inline_info(version: str = "go1.21.4", modules: str = MODULES) -> bytes:
    """The form since Go 1.18."""
    text = _GUARD + modules.encode() + _GUARD if modules else b""
    strings = varint(len(version)) + version.encode() + varint(len(text)) + text
    return b"\xff Go buildinf:\x08\x02" + bytes(16) + strings


def pointer_info(address: int, version: str = "go1.17.3", modules: str = MODULES) -> bytes:
    """The form before Go 1.18, to be loaded at ``address``: pointers to string headers (pointer, length)."""
    text = _GUARD + modules.encode() + _GUARD
    headers = address + 32
    strings = headers + 32
    return (
        b"\xff Go buildinf:\x08\x00"
        + struct.pack("<QQ", headers, headers + 16)
        + struct.pack("<QQQQ", strings, len(version), strings + len(version), len(text))
        + version.encode()
        + text
    )


def elf(info: bytes, name: str = ".go.buildinfo", address: int = 0x400000, size: int | None = None) -> bytes:
    """A 64-bit little-endian ELF with one writable segment and, unless ``name`` is "", one section that hold
    ``info``, which begins at a multiple of 16."""
    at = 0x100
    held = len(info) if size is None else size
    names = b"\0" + name.encode() + b"\0.shstrtab\0"
    names_at = at + len(info)
    table = names_at + len(names)
    header = b"\x7fELF\x02\x01\x01" + bytes(9)
    count = 3 if name else 0
    header += struct.pack("<HHIQQQIHHHHHH", 2, 62, 1, 0, 64, table if name else 0, 0, 64, 56, 1, 64, count, 2)
    program = struct.pack("<IIQQQQQQ", 1, 6, at, address, address, held, held, 16)
    body = (header + program).ljust(at, b"\0") + info + names
    if not name:
        return body.ljust(2048, b"\0")
    sections = bytes(64)
    sections += struct.pack("<IIQQQQIIQQ", 1, 1, 3, address, at, held, 0, 0, 16, 0)
    sections += struct.pack("<IIQQQQIIQQ", 2 + len(name), 3, 0, 0, names_at, len(names), 0, 0, 1, 0)
    return (body + sections).ljust(2048, b"\0")


def pe(info: bytes) -> bytes:
    """A PE32+ file whose ``.data`` holds ``info``."""
    coff = struct.pack("<4sHHIIIHH", b"PE\0\0", 0x8664, 1, 0, 0, 0, 240, 0x22)
    optional = (struct.pack("<H", 0x20B) + bytes(22) + struct.pack("<Q", 0x140000000)).ljust(240, b"\0")
    at = 0x400
    section = struct.pack("<8sIIIIIIHHI", b".data", len(info), 0x1000, len(info), at, 0, 0, 0, 0, 0xC0000040)
    dos = b"MZ".ljust(60, b"\0") + struct.pack("<I", 64)
    return (dos + coff + optional + section).ljust(at, b"\0") + info


def macho(info: bytes) -> bytes:
    """A 64-bit Mach-O file with ``__DATA,__go_buildinfo``."""
    at = 0x400
    size = 72 + 80
    header = struct.pack("<IIIIIIII", 0xFEEDFACF, 0x01000007, 3, 2, 1, size, 0, 0)
    segment = struct.pack("<II16sQQQQIIII", 0x19, size, b"__DATA", 0x1000, len(info), at, len(info), 7, 3, 1, 0)
    section = struct.pack("<16s16sQQIIIIIIII", b"__go_buildinfo", b"__DATA", 0x1000, len(info), at, 4, 0, 0, 0, 0, 0, 0)
    return (header + segment + section).ljust(at, b"\0") + info
