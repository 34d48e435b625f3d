"""``go.mod``: module versions, and the toolchain."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .edit import Edited, Progress, Wanted

_REQUIRE = re.compile(r"([ \t]{0,20}(?:require[ \t]{1,8})?)(\S{1,500})([ \t]{1,8})(v[0-9]\S{0,200})(.{0,1000})")
_GO = re.compile(r"go[ \t]{1,8}[0-9]\S{0,40}[ \t]{0,8}\r?")
_TOOLCHAIN = re.compile(r"toolchain[ \t]{1,8}go\S{1,40}")
_OTHER = ("module ", "replace ", "exclude ", "retract ", "//")


def edit(text: str, wanted: Mapping[str, Wanted], _where: str) -> Edited:
    """The file with the new versions of modules that it requires."""
    progress = Progress()
    lines = text.split("\n")
    block = ""
    for index, line in enumerate(lines):
        stripped = line.strip()
        if stripped.endswith("("):
            block = stripped.split()[0]
        elif stripped == ")":
            block = ""
        elif (block in {"", "require"}) and not stripped.startswith(_OTHER):
            match = _REQUIRE.fullmatch(line)
            if match is not None and (one := wanted.get(match[2])) is not None and (block or "require" in match[1]):
                lines[index] = f"{match[1]}{match[2]}{match[3]}v{one.version.removeprefix('v')}{match[5]}"
                progress.done.add(one.name)
    if (go := wanted.get("stdlib")) is not None:
        _toolchain(lines, go.version, progress)
    return progress.edited("\n".join(lines))


def _toolchain(lines: list[str], version: str, progress: Progress) -> None:
    for index, line in enumerate(lines):
        if (match := _TOOLCHAIN.match(line)) is not None:
            lines[index] = f"toolchain go{version}{line[match.end() :]}"
            progress.done.add("stdlib")
            return
    for index, line in enumerate(lines):
        if _GO.fullmatch(line):
            end = "\r" if line.endswith("\r") else ""
            lines.insert(index + 1, f"{end}\ntoolchain go{version}{end}")
            progress.done.add("stdlib")
            return
