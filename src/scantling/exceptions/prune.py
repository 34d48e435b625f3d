"""Takes entries out of a file of our own format, and puts one in, without touching the rest of the text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from .entry import Entry


def without(text: str, entries: Iterable[Entry]) -> str:
    """``text`` without the lines of ``entries``. Comments between entries stay with the entry above them."""
    gone = {line for entry in entries for line in range(entry.place.line, entry.place.last_line + 1)}
    kept = [line for number, line in enumerate(text.splitlines(keepends=True), 1) if number not in gone]
    out = "".join(kept)
    if out.rstrip().endswith("ignore:"):
        out = out.rstrip() + " []\n"
    return out


def with_entry(text: str, entry: Entry) -> str:
    """``text`` (a file of our own format, or nothing yet) with ``entry`` as its last."""
    fields = [
        ("id", entry.id), ("package", entry.package), ("path", entry.path), ("image", entry.image),
        ("reason", entry.reason), ("owner", entry.owner), ("justification", entry.justification),
    ]  # fmt: skip
    lines = [f"{name}: {_quoted(value)}" for name, value in fields if value]
    days = {"expires": entry.expires, "added": entry.added}
    lines += [f"{name}: {day.isoformat()}" for name, day in days.items() if isinstance(day, date)]
    if entry.known_fixes is not None:
        lines.append(f"known_fixes: {_quoted(', '.join(entry.known_fixes) or 'none')}")
    body = "".join(f"  {'- ' if not index else '  '}{line}\n" for index, line in enumerate(lines))
    if not text.strip():
        text = "version: 1\nignore:\n"
    text = text.replace("ignore: []\n", "ignore:\n")
    if not text.endswith("\n"):
        text += "\n"
    return text + body


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ").replace("\t", " ") + '"'
