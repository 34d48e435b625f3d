"""``Gemfile``: the gems it names, and a line for those that others bring."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .edit import Edited, Progress, Wanted

_GEM = re.compile(r"([ \t]{0,40}gem[ \t(]{1,8}[\"'])([A-Za-z0-9._-]{1,200})([\"'])(.{0,2000})")
_VERSION = re.compile(r"([ \t]{0,8},[ \t]{0,8}[\"'])(~>|>=|=)?([ \t]{0,4})([0-9][0-9A-Za-z.]{0,60})([\"'])")


def edit(text: str, wanted: Mapping[str, Wanted], where: str) -> Edited:
    """The file with the new versions. ``~>`` stays, on as many numbers as it had."""
    progress = Progress()
    lines = text.split("\n")
    named: set[str] = set()
    for index, line in enumerate(lines):
        match = _GEM.match(line)
        if match is None or (one := wanted.get(match[2])) is None:
            continue
        named.add(one.name)
        lines[index] = match[1] + match[2] + match[3] + _raised(match[4], one, where, progress) + line[match.end() :]
    others = sorted(name for name, one in wanted.items() if name not in named)
    if others:
        end = "\r" if "\r\n" in text else ""
        if lines[-1]:
            lines.append("")
        lines[-1:] = [*(f'gem "{name}", ">= {wanted[name].version}"{end}' for name in others), ""]
        progress.done.update(others)
        progress.notes.append(f"{where} does not name {', '.join(others)}: added, so that no older one is taken")
    return progress.edited("\n".join(lines))


def _raised(rest: str, one: Wanted, where: str, progress: Progress) -> str:
    match = _VERSION.match(rest)
    if match is None:
        if re.match(r"[ \t]{0,8},[ \t]{0,8}[\"']", rest):
            progress.notes.append(f"{where} asks for {one.name} in a way to be changed by hand, to {one.version}")
            return rest
        progress.done.add(one.name)
        return f', ">= {one.version}"{rest}'
    progress.done.add(one.name)
    operator, after = match[2] or "", rest[match.end() :]
    if operator != "~>":
        return f"{match[1]}{operator}{match[3]}{one.version}{match[5]}{after}"
    numbers = match[4].split(".")
    kept = ".".join(one.version.split(".")[: max(len(numbers), 2)])
    if one.version.split(".")[: len(numbers) - 1] != numbers[:-1]:
        progress.notes.append(f"{one.name} {one.version} is outside ~> {match[4]}, which {where} asked for")
    floor = "" if kept == one.version else f", {match[5]}>= {one.version}{match[5]}"
    return f"{match[1]}~>{match[3] or ' '}{kept}{match[5]}{floor}{after}"
