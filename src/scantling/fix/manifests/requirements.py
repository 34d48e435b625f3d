"""``requirements*.txt``, as pip reads it."""

from __future__ import annotations

from collections.abc import Mapping

from .edit import Edited, Progress, Wanted, folded
from .requirement import raised


def edit(text: str, wanted: Mapping[str, Wanted], where: str) -> Edited:
    """Lines that ask for one of ``wanted`` at its new version; comments, markers and line ends stay."""
    by_name = folded(wanted)
    progress = Progress()
    lines = text.split("\n")
    for index, line in enumerate(lines):
        start = len(line) - len(line.lstrip())
        if line[start : start + 1] in {"", "#", "-"}:
            continue
        changed = line[:start] + raised(line[start:], by_name, where, progress)
        if changed != line and _has_hashes(lines, index):
            progress.notes.append(f"{where} has hashes: they have to be made again (pip-compile --generate-hashes)")
        lines[index] = changed
    return progress.edited("\n".join(lines))


def _has_hashes(lines: list[str], index: int) -> bool:
    return "--hash=" in lines[index] or (
        lines[index].rstrip().endswith("\\") and index + 1 < len(lines) and "--hash=" in lines[index + 1]
    )
