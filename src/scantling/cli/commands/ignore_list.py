"""``scantling ignore list``: every exception of every file, with who, why and until when."""

from __future__ import annotations

from scantling.guard.display import printable

from ..outputs import write_stdout
from ..scanning import ignore_files, now_of
from ..settings import Settings


def run(settings: Settings) -> int:
    from scantling.exceptions.catalog import read_exceptions

    today = now_of(settings).date()
    lines = []
    for file in ignore_files(settings):
        for entry in read_exceptions(file, ()):
            places = {"package": entry.package, "path": entry.path, "image": entry.image}
            scope = "  ".join(f"{name} {value}" for name, value in places.items() if value)
            until = f"until {entry.expires}" if entry.expires is not None else "for ever"
            state = "  EXPIRED" if entry.is_expired(today) else ""
            lines.append(f"{entry.id}  {until}{state}  {entry.owner or 'no owner'}{'  ' if scope else ''}{scope}")
            lines.append(f"    {entry.reason or 'no reason given'} ({entry.place})")
    if not lines:
        lines = ["no exceptions"]
    write_stdout("".join(f"{printable(line)}\n" for line in lines).encode())
    return 0
