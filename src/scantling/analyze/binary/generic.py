"""Software compiled from source, with no package manager to ask: recognised by its file's name and told by its bytes.

Reported as ``pkg:generic/NAME@VERSION``. What an OS package installed is that package, and dropped when layers are
merged. A file of a known name without the marker (a launcher beside its library) says nothing and yields nothing; one
with several versions in it is a ``Gap`` that does not block.
"""

from __future__ import annotations

from collections.abc import Iterator

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.model.coverage import Gap
from scantling.model.facts import FileFacts, PackageFact

from .programs import OF_INTEREST, PROGRAMS

_ID = "generic-binary"
_ELF = b"\x7fELF"
_SHOWN = 5


def extract(file: FileView) -> Iterator[Extracted]:
    """The software that an ELF file is; nothing for every other file."""
    base = file.path[file.path.rfind("/") + 1 :]
    if not OF_INTEREST.fullmatch(base) or not file.data.startswith(_ELF):
        return
    for program in PROGRAMS:
        if not program.files.fullmatch(base):
            continue
        for marker in program.markers:
            found = sorted(version.decode("ascii") for version in marker(file.data, base))
            if len(found) == 1:
                yield FileFacts(file.path, _ID, (PackageFact("generic", program.name, found[0]),))
                return
            if found:
                said = ", ".join(found[:_SHOWN])
                reason = f"{program.name} of several versions ({said}): which one it is cannot be told"
                yield Gap("unidentified-package", file.path, reason, blocks=False)
                return


ANALYZERS: tuple[Analyzer, ...] = (Analyzer(_ID, 1, Wants(magic=(_ELF,)), extract),)
