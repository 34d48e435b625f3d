"""What an executable is, by its first bytes: format, processor, program or library; or the interpreter of a script.

System V gABI ("ELF header", "Program header"), execve(2).
"""

from __future__ import annotations

import struct

from .executables import ELF, MACH_O

_MACHINES = {3: "x86", 40: "ARM", 62: "x86-64", 183: "AArch64", 243: "RISC-V", 22: "S/390", 21: "PowerPC 64", 8: "MIPS"}
PROGRAM_STARTS = (ELF, b"#!", b"MZ", *MACH_O)
_EXECUTABLE, _SHARED = 2, 3
_INTERPRETER, _DYNAMIC = 3, 2
_HEADERS = 16  # program headers looked at, as far as the head reaches


def kind_of(path: str, mode: int, head: bytes) -> str:
    """ "ELF x86-64 program, static", "script of /bin/sh", ...; "" for what cannot be run or loaded."""
    if head.startswith(ELF):
        name = path[path.rfind("/") + 1 :]
        return _elf(head) if mode & 0o111 or ".so" in name else ""
    if head.startswith(b"MZ"):
        return "PE program"
    if head[:4] in MACH_O:
        return "Mach-O program"
    if head.startswith(b"#!") and mode & 0o111:
        words = head[2:].split(b"\n", 1)[0].split()
        return f"script of {words[0][:60].decode('utf-8', 'replace')}" if words else ""
    return ""


def _elf(head: bytes) -> str:
    if len(head) < 64 or head[4] not in (1, 2) or head[5] not in (1, 2):
        return "ELF, damaged"
    order = "<" if head[5] == 1 else ">"
    wide = head[4] == 2
    type_, machine = struct.unpack_from(f"{order}HH", head, 16)
    offset = struct.unpack_from(f"{order}Q", head, 32)[0] if wide else struct.unpack_from(f"{order}I", head, 28)[0]
    size, count = struct.unpack_from(f"{order}HH", head, 54 if wide else 42)
    sorts = set()
    for number in range(min(count, _HEADERS)):
        at = offset + number * size
        if at + 4 > len(head):
            break
        sorts.add(struct.unpack_from(f"{order}I", head, at)[0])
    cpu = _MACHINES.get(machine, f"machine {machine}")
    if type_ == _EXECUTABLE or (type_ == _SHARED and _INTERPRETER in sorts):
        return f"ELF {cpu} program" + ("" if _INTERPRETER in sorts or _DYNAMIC in sorts else ", static")
    return f"ELF {cpu} library" if type_ == _SHARED else f"ELF {cpu} object"
