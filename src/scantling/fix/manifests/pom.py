"""``pom.xml``: dependencies with a version of their own, or one that a property of the same file holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from .edit import Edited, Progress, Wanted

_PROPERTY = re.compile(r"\$\{([A-Za-z0-9._-]{1,200})\}")


def edit(text: str, wanted: Mapping[str, Wanted], where: str) -> Edited:
    """The file with the new versions. What a parent or an imported bill of materials decides is left to a person."""
    progress = Progress()
    changed = text
    for block in reversed(list(_blocks(text))):  # from the end, so that places before stay where they are
        start, end = block
        group, artifact = (_field(text, start, end, name) for name in ("groupId", "artifactId"))
        version = _field(text, start, end, "version")
        one = wanted.get(f"{_value(text, group)}:{_value(text, artifact)}")
        if one is None:
            continue
        if version is None:
            progress.notes.append(f"{where} does not say which version of {one.name}: its parent or a BOM does")
            continue
        said = _value(text, version)
        if said == one.installed:
            changed = changed[: version[0]] + one.version + changed[version[1] :]
            progress.done.add(one.name)
        elif (match := _PROPERTY.fullmatch(said)) is not None:
            place = _field(_without_comments(changed), 0, len(changed), match[1])
            if place is not None and _value(changed, place) in {one.installed, one.version}:
                changed = changed[: place[0]] + one.version + changed[place[1] :]
                progress.done.add(one.name)
    return progress.edited(changed)


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    plain = _without_comments(text)
    at = 0
    while (start := plain.find("<dependency>", at)) >= 0:
        end = plain.find("</dependency>", start)
        if end < 0:
            return
        yield start, end
        at = end


def _field(text: str, start: int, end: int, name: str) -> tuple[int, int] | None:
    """Where the text of the first such element is; those in exclusions come after."""
    opening = f"<{name}>"
    first = text.find(opening, start, end)
    last = text.find(f"</{name}>", first, end) if first >= 0 else -1
    stop = text.find("<exclusions>", start, end)
    if first < 0 or last < 0 or 0 <= stop < first:
        return None
    return first + len(opening), last


def _value(text: str, place: tuple[int, int] | None) -> str:
    return text[place[0] : place[1]].strip() if place is not None else ""


def _without_comments(text: str) -> str:
    """``text`` with blanks for comments, as long as before."""
    out: list[str] = []
    at = 0
    while (start := text.find("<!--", at)) >= 0:
        end = text.find("-->", start)
        end = len(text) if end < 0 else end + 3
        out += [text[at:start], " " * (end - start)]
        at = end
    return "".join([*out, text[at:]])
