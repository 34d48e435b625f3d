"""Ranges as npm and Poetry write them (``^1.2``, ``~1.2``, ``1.2.3``, ``>=1.2``), moved to a higher version."""

from __future__ import annotations

import re

from scantling.versions import Unparseable, compare

from .edit import Progress, Wanted

_SIMPLE = re.compile(r"(\^|~|>=|=|==)?([ \t]{0,4})v?([0-9]{1,9}(?:\.[0-9A-Za-z+-]{1,60}){0,4})")
_ANY = frozenset({"*", "latest", "x", ""})
_NUMBER = re.compile(r"[0-9]{1,9}")


def raised(text: str, one: Wanted, where: str, progress: Progress, scheme: str) -> str:
    """``text`` with its version raised to that of ``one``, the operator kept; unchanged, with a note, where it is more
    than one simple range."""
    if text.strip() in _ANY:
        progress.done.add(one.name)
        return text
    match = _SIMPLE.fullmatch(text.strip())
    if match is None:
        progress.notes.append(f"{where} asks for {one.name} as {text!r}: change that by hand to {one.version}")
        return text
    progress.done.add(one.name)
    operator = match[1] or ""
    try:
        if operator != ">=" and compare(scheme, match[3], one.version) > 0:
            return text
    except Unparseable:
        pass
    if not _holds(operator, match[3], one.version):
        progress.notes.append(f"{one.name} {one.version} is outside {text}, which {where} asked for")
    return f"{operator}{match[2]}{one.version}"


def _holds(operator: str, bound: str, version: str) -> bool:
    """Whether ``version``, which is higher, lies in the range; one exact version is there to be moved."""
    if operator not in {"^", "~"}:
        return True
    old, new = ([int(number) for number in _NUMBER.findall(text)] for text in (bound, version))
    if operator == "~":
        kept = min(2, len(old))
    else:
        kept = next((index + 1 for index, number in enumerate(old) if number), len(old))
    return old[:kept] == new[:kept]
