"""Where an executable keeps its sections and segments: the least of ELF, PE and Mach-O that finding data in one needs.

Headers are read by hand (System V gABI; Microsoft's PE format; Mach-O's loader.h): 0.1 ms whatever the size of the
file. Counts are bounded by the format's own 16 bits or by the file's length; a table outside the file is ``Malformed``.
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct
from typing import Literal

from scantling.model.errors import Malformed

# how ELF, PE and little-endian Mach-O files of 64 and 32 bits begin
EXECUTABLES = (b"\x7fELF", b"MZ", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe")
_MACHO_COMMANDS = 4096  # dyld's largest have some hundred
_PE_SECTIONS = 96  # the loader's own limit


@dataclass(frozen=True, slots=True)
class Region:
    """Bytes [offset, offset+size) of the file, which are loaded at ``address``. ``writable`` data, or a named part."""

    name: str
    address: int
    offset: int
    size: int
    writable: bool


@dataclass(frozen=True, slots=True)
class Executable:
    """``segments`` map addresses to the file; ``sections`` have names and may be absent (stripped)."""

    order: Literal["little", "big"]
    segments: tuple[Region, ...]
    sections: tuple[Region, ...]

    def section(self, name: str) -> Region | None:
        """The first section of that name."""
        return next((section for section in self.sections if section.name == name), None)

    def offset_of(self, address: int, length: int) -> int | None:
        """Where in the file the ``length`` bytes at ``address`` are; None where no segment holds them all."""
        for part in self.segments:
            if part.address <= address and address + length <= part.address + part.size:
                return part.offset + address - part.address
        return None


def parse(data: bytes) -> Executable | None:
    """The executable in ``data``; None when it is none of the three formats."""
    if data.startswith(b"\x7fELF"):
        return _elf(data)
    if data.startswith(b"MZ"):
        return _pe(data)
    if data[:4] in (b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe"):
        return _macho(data)
    return None


def _table(data: bytes, form: Struct, offset: int, stride: int, count: int) -> list[tuple[int, ...]]:
    if count and (stride < form.size or offset < 0 or offset + stride * count > len(data)):
        raise Malformed("a table of the executable lies outside the file")
    return [form.unpack_from(data, offset + index * stride) for index in range(count)]


def _name(data: bytes, start: int, end: int) -> str:
    stop = data.find(b"\0", start, end)
    return data[start : stop if stop >= 0 else end][:64].decode("latin-1")


def _elf(data: bytes) -> Executable:
    if len(data) < 64 or data[4] not in (1, 2) or data[5] not in (1, 2):
        raise Malformed("ELF header is cut short or of an unknown class")
    wide, order = data[4] == 2, "<" if data[5] == 1 else ">"
    header = Struct(order + ("24x8xQQ4x2xHHHHH" if wide else "24x4xII4x2xHHHHH"))
    phoff, shoff, phentsize, phnum, shentsize, shnum, shstrndx = header.unpack_from(data)
    segments = []
    if wide:
        for kind, flags, offset, address, size in _table(data, Struct(order + "IIQQ8xQ16x"), phoff, phentsize, phnum):
            if kind == 1:
                segments.append(Region("", address, offset, size, bool(flags & 2)))
    else:
        for kind, offset, address, size, flags in _table(data, Struct(order + "III4xI4xI4x"), phoff, phentsize, phnum):
            if kind == 1:
                segments.append(Region("", address, offset, size, bool(flags & 2)))
    form = Struct(order + ("II8xQQQ24x" if wide else "II4xIII20x"))
    sections = []
    if shoff and shoff < len(data):  # packers leave a section table that is not there; the kernel never looks at it
        rows = _table(data, form, shoff, shentsize, shnum)
        if shstrndx < len(rows):
            _, _, _, names, length = rows[shstrndx]
            end = min(names + length, len(data))
            for name, kind, address, offset, size in rows:
                if kind == 1:
                    sections.append(Region(_name(data, names + name, end), address, offset, size, False))
    elif any(part.size and part.offset + part.size > len(data) for part in segments):
        raise Malformed("ELF file is cut short")
    return Executable("little" if order == "<" else "big", tuple(segments), tuple(sections))


def _pe(data: bytes) -> Executable | None:
    if len(data) < 64:
        return None
    start = int.from_bytes(data[60:64], "little")
    if data[start : start + 4] != b"PE\0\0":
        return None  # MS-DOS program, or text that happens to begin with MZ
    if start + 24 > len(data):
        raise Malformed("PE header is cut short")
    count, optional = Struct("<2xH12xH").unpack_from(data, start + 4)
    if count > _PE_SECTIONS:
        raise Malformed(f"PE file of {count} sections")
    at = start + 24
    if at + 32 > len(data):
        raise Malformed("PE header is cut short")
    wide = data[at : at + 2] == b"\x0b\x02"
    base = int.from_bytes(data[at + 24 : at + 32] if wide else data[at + 28 : at + 32], "little")
    sections = []
    for index in range(count):
        row = at + optional + index * 40
        if row + 40 > len(data):
            raise Malformed("PE section table is cut short")
        address, size, offset, flags = Struct("<12xIII12xI").unpack_from(data, row)
        sections.append(Region(_name(data, row, row + 8), base + address, offset, size, bool(flags & 0x80000000)))
    return Executable("little", tuple(sections), tuple(sections))


def _macho(data: bytes) -> Executable:
    wide = data[0] == 0xCF
    if len(data) < 32:
        raise Malformed("Mach-O header is cut short")
    count, length = Struct("<16xII").unpack_from(data)
    at = 32 if wide else 28
    if count > _MACHO_COMMANDS or at + length > len(data):
        raise Malformed("Mach-O load commands lie outside the file")
    end = at + length
    segment = Struct("<8x16xQQQQ8xI4x" if wide else "<8x16xIIII8xI4x")
    section = Struct("<32xQQI28x" if wide else "<32xIII24x")
    segments, sections = [], []
    for _ in range(count):
        if at + 8 > end:
            raise Malformed("Mach-O load commands are cut short")
        command, size = Struct("<II").unpack_from(data, at)
        if size < 8 or at + size > end:
            raise Malformed("Mach-O load commands are cut short")
        if command == (0x19 if wide else 0x01) and size >= segment.size:
            address, _, offset, held, parts = segment.unpack_from(data, at)
            segments.append(Region(_name(data, at + 8, at + 24), address, offset, held, False))
            if parts * section.size > size - segment.size:
                raise Malformed("Mach-O sections lie outside their load command")
            for index in range(parts):
                row = at + segment.size + index * section.size
                address, held, offset = section.unpack_from(data, row)
                sections.append(Region(_name(data, row, row + 16), address, offset, held, False))
        at += size
    return Executable("little", tuple(segments), tuple(sections))
