"""``scantling ignore check [--report R]``: which exceptions are of no use any more, or too wide. 1 when any is."""

from __future__ import annotations

from pathlib import Path

from scantling.guard.display import printable

from ..outputs import write_stdout
from ..scanning import ignore_files, now_of
from ..settings import Settings
from .ignore_held import held_against


def run(settings: Settings) -> int:
    found = 0
    lines = []
    report = Path(settings["report"]) if settings["report"] else None
    max_days = None
    if settings["policy"]:
        from scantling.policy.asked import read_policies

        max_days = read_policies(settings["policy"]).exception_days()
    for used, said in held_against(ignore_files(settings), report, now_of(settings).date(), max_days):
        if said:
            found += 1
            lines.append(f"{used.entry.id} ({used.entry.place}): {'; '.join(said)}")
    lines.append(f"{found} exception{'' if found == 1 else 's'} to look at")
    if report is None:
        lines.append("whether they still match anything needs a report: --report FILE, written by -f json")
    write_stdout("".join(f"{printable(line)}\n" for line in lines).encode())
    return 1 if found else 0
