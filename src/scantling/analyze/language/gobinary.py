"""Go modules linked into an executable, from the build information that the Go linker writes (debug/buildinfo).

Reported: each dependency (its replacement where it was replaced by another module; a directory given as replacement
keeps the original's name and version), the standard library as ``stdlib`` with the version of Go without "go"
("go1.22.1 X:boringcrypto" is 1.22.1), and the main module. The main module's version is what the linker recorded:
"(devel)" for most programs, which is no version and is not to be matched. A Go built from its development branch
gives ``stdlib`` at "(devel)" too, with a ``Gap``.

A program built without modules (GOPATH, as distributions build them) records its package alone: it is reported at
"(devel)", with a ``Gap`` that says that what is in it was not matched.

An executable that is not Go's yields nothing. One packed by UPX is a ``Gap``: nobody can see what is in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits
from scantling.model.coverage import Gap
from scantling.model.errors import Malformed
from scantling.model.facts import FileFacts, PackageFact

from ._identity import problem
from .elf import EXECUTABLES, Executable, Region, parse

_ID = "go-binary"
_MAGIC = b"\xff Go buildinf:"
_HEADER_BYTES = 32
_ALIGNMENT = 16
_SEARCHED = limits.MIB  # debug/buildinfo looks no further into the data segment
_DEVEL = "(devel)"
_RELEASE = re.compile(r"go(\d+(?:\.\d+){0,2}(?:(?:rc|beta)\d+)?)")
_MODULE_GUARD = 16  # the module text stands between two markers of 16 bytes


def extract(file: FileView) -> Iterator[Extracted]:
    """The modules of one Go program; nothing for any other file."""
    data = file.data
    program = parse(data)
    if program is None:
        return
    place = _find(data, program)
    if place is None:
        if _is_packed(data, program):
            yield Gap("packed-executable", file.path, "packed by UPX: what it holds cannot be read")
        return
    version, modules = _strings(data, program, *place)
    release = _RELEASE.match(version)
    if release is None:
        yield Gap("unknown-version", file.path, f"built by {version[:60]!r}: the standard library was not matched")
    facts = {("stdlib", release[1] if release else _DEVEL)}
    if package := _without_modules(modules):
        facts.add((package, _DEVEL))
        reason = f"a Go program ({package[:80]}) without the list of its modules: they were not matched"
        yield Gap("unidentified-package", file.path, reason, blocks=False)
    for name, number in _modules(modules):
        if wrong := problem(name, number):
            yield Gap("unknown-version", file.path, f"Go module: {wrong}")
        else:
            facts.add((name, number))
        if len(facts) > limits.PACKAGES_PER_FILE:
            raise Malformed(f"more than {limits.PACKAGES_PER_FILE} modules")
    yield FileFacts(file.path, _ID, tuple(PackageFact("golang", *each) for each in sorted(facts)))


def _find(data: bytes, program: Executable) -> tuple[int, int] | None:
    """Where in the file the build information's header is, and where the part that holds it ends."""
    for name in (".go.buildinfo", "__go_buildinfo"):
        if (section := program.section(name)) is not None:
            found = _search(data, section)
            if found is None:
                raise Malformed(f"section {name} holds no build information")
            return found
    if program.sections and not any(section.writable for section in program.sections):
        return None  # ELF or Mach-O with its section names: a Go program would have had that one
    return next((at for part in program.segments if part.writable and (at := _search(data, part))), None)


def _search(data: bytes, part: Region) -> tuple[int, int] | None:
    end = min(len(data), part.offset + min(part.size, _SEARCHED))
    at = data.find(_MAGIC, part.offset, end)
    while at >= 0:
        if (at - part.offset) % _ALIGNMENT == 0 and at + _HEADER_BYTES <= len(data):
            return at, min(len(data), part.offset + part.size)
        at = data.find(_MAGIC, at + 1, end)
    return None


def _is_packed(data: bytes, program: Executable) -> bool:
    return b"UPX!" in data[:1024] and not any(s.name == ".text" and s.size for s in program.sections)


def _strings(data: bytes, program: Executable, at: int, end: int) -> tuple[str, str]:
    """The version of Go and the module text; inline since Go 1.18, before that pointers to string headers."""
    width, flags = data[at + 14], data[at + 15]
    if flags & 2:
        version, after = _inline(data, at + _HEADER_BYTES, end)
        text, _ = _inline(data, after, end)
    else:
        if width not in (4, 8):
            raise Malformed(f"build information with pointers of {width} bytes")
        order: Literal["little", "big"] = "big" if flags & 1 else "little"
        places = (at + 16, at + 16 + width)
        version, text = (_pointed(data, program, data[p : p + width], width, order) for p in places)
    guarded = len(text) > 2 * _MODULE_GUARD and text[-_MODULE_GUARD - 1 : -_MODULE_GUARD] == b"\n"
    modules = text[_MODULE_GUARD:-_MODULE_GUARD] if guarded else b""
    if text and not guarded:
        raise Malformed("build information without its end marker")
    return version.decode("utf-8", "replace"), modules.decode("utf-8", "replace")


def _inline(data: bytes, at: int, end: int) -> tuple[bytes, int]:
    length = shift = 0
    for index in range(10):
        if at + index >= end:
            break
        byte = data[at + index]
        length |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            start = at + index + 1
            if length > limits.GO_BUILD_INFO_BYTES or start + length > end:
                break
            return data[start : start + length], start + length
    raise Malformed("build information claims more bytes than there are")


def _pointed(data: bytes, program: Executable, pointer: bytes, width: int, order: Literal["little", "big"]) -> bytes:
    header = program.offset_of(int.from_bytes(pointer, order), 2 * width)
    if header is None or header + 2 * width > len(data):
        raise Malformed("build information points outside the program")
    length = int.from_bytes(data[header + width : header + 2 * width], order)
    if length == 0:
        return b""
    start = program.offset_of(int.from_bytes(data[header : header + width], order), length)
    if start is None or length > limits.GO_BUILD_INFO_BYTES or start + length > len(data):
        raise Malformed("build information points outside the program")
    return data[start : start + length]


def _without_modules(text: str) -> str:
    """The path of the main package of a program that records neither a main module nor dependencies; "" for any other,
    and for the Go tool chain's own commands."""
    lines = text.split("\n")
    if any(line.startswith(("mod\t", "dep\t")) for line in lines):
        return ""
    path = next((line[5:].strip() for line in lines if line.startswith("path\t")), "")
    return path if "." in path.partition("/")[0] else ""


def _modules(text: str) -> Iterator[tuple[str, str]]:
    """(module path, version) of the main module and of what was linked, replacements applied."""
    waiting: tuple[str, str] | None = None
    for line in text.split("\n"):
        kind, _, rest = line.partition("\t")
        fields = rest.split("\t")
        name, version = fields[0], fields[1] if len(fields) > 1 else ""
        if kind == "=>" and waiting is not None:
            if version and not name.startswith((".", "/")):
                waiting = name, version
            continue
        if waiting is not None:
            yield waiting
            waiting = None
        if kind in ("mod", "dep"):
            waiting = name, version or _DEVEL
    if waiting is not None:
        yield waiting


ANALYZERS: tuple[Analyzer, ...] = (
    Analyzer(
        _ID,
        2,
        Wants(magic=EXECUTABLES),
        extract,
        max_bytes=limits.PARSED_FILE_BYTES,
    ),
)
