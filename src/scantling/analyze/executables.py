"""Which files of a layer can be run or loaded, told by their first bytes while the one pass goes by.

ELF (gabi, "ELF Identification"), PE ("MZ", Microsoft's PE format), Mach-O (mach-o/loader.h) and scripts ("#!",
execve(2)). Without an execute bit only shared libraries count: object files and debug symbols never run.
"""

from __future__ import annotations

from scantling.layers.entry import Entry

HEAD_BYTES = 4
ELF = b"\x7fELF"
MACH_O = frozenset({b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe"})


class Executables:
    """Gathers paths of one layer; the last entry of a name wins, as in the tree."""

    __slots__ = ("_found",)

    def __init__(self) -> None:
        self._found: dict[str, bool] = {}  # path -> is it a binary

    def note(self, entry: Entry, head: bytes) -> None:
        """Take ``entry`` in if it is executable. Called for regular files with an execute bit or ELF's first bytes."""
        path = entry.path
        if head.startswith(ELF):
            if entry.mode & 0o111 or ".so" in path[path.rfind("/") + 1 :]:
                self._found[path] = True
        elif head.startswith(b"MZ") or head[:4] in MACH_O:
            self._found[path] = True
        elif head.startswith(b"#!"):
            self._found[path] = False

    def binaries(self) -> bytes:
        """NUL-separated, sorted."""
        return "\0".join(sorted(path for path, binary in self._found.items() if binary)).encode()

    def scripts(self) -> bytes:
        """NUL-separated, sorted."""
        return "\0".join(sorted(path for path, binary in self._found.items() if not binary)).encode()
