"""``pyproject.toml``: the requirements of ``[project]`` and of groups (PEP 508 in strings), and Poetry's tables."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

from scantling.db.names import fold

from .edit import Edited, Progress, Wanted, folded
from .range import raised as raised_range
from .requirement import raised

_TABLE = re.compile(r"[ \t]{0,20}\[([A-Za-z0-9_.\"'-]{1,200})\]")
_STRING = re.compile(r"\"([^\"\\]{1,300})\"|'([^'\\]{1,300})'")
_ENTRY = re.compile(
    r"([A-Za-z0-9._-]{1,200})([ \t]{0,8}=[ \t]{0,8}(?:\{[ \t]{0,8}version[ \t]{0,8}=[ \t]{0,8})?)\"([^\"\\]{1,200})\""
)
_LISTS = ("project.optional-dependencies", "dependency-groups")
_POETRY = re.compile(r"tool\.poetry\.(?:dev-)?(?:group\.[A-Za-z0-9_-]{1,100}\.)?dependencies")


def edit(text: str, wanted: Mapping[str, Wanted], where: str) -> Edited:
    """The file with the new versions; unchanged if it would no longer be TOML."""
    by_name = folded(wanted)
    progress = Progress()
    table, is_list = "", False
    lines = text.split("\n")
    for index, line in enumerate(lines):
        if (head := _TABLE.match(line)) is not None and not is_list:
            table = head[1].replace('"', "").replace("'", "")
            continue
        if line.lstrip().startswith("#"):
            continue
        begins = table == "project" and line.lstrip().startswith("dependencies")
        if begins or is_list or table in _LISTS:
            lines[index] = _STRING.sub(lambda match: _one(match, by_name, where, progress), line)
            if table == "project":
                is_list = "]" not in _STRING.sub("", line)
        elif _POETRY.fullmatch(table) and (entry := _ENTRY.match(line)) is not None:
            one = by_name.get(fold("pypi", entry[1]))
            if one is not None:
                spec = raised_range(entry[3], one, where, progress, "pep440")
                lines[index] = f'{entry[1]}{entry[2]}"{spec}"{line[entry.end() :]}'
    changed = "\n".join(lines)
    try:
        tomllib.loads(changed.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError:
        return Edited(text, notes=(f"{where} could not be changed: it is not TOML",))
    return progress.edited(changed)


def _one(match: re.Match[str], wanted: dict[str, Wanted], where: str, progress: Progress) -> str:
    quote = match[0][0]
    return quote + raised(match[1] or match[2], wanted, where, progress) + quote
