"""``scantling ignore prune [--report R]``: takes out what expired, and what matches nothing in the report."""

from __future__ import annotations

import os
from pathlib import Path

from scantling.guard.display import printable
from scantling.model.errors import UsageError

from ..outputs import check_writable, write_stdout
from ..scanning import ignore_files, now_of
from ..settings import Settings
from .ignore_held import held_against


def run(settings: Settings) -> int:
    from scantling.exceptions.own_format import read
    from scantling.exceptions.prune import without
    from scantling.store.atomic import replace_file

    today = now_of(settings).date()
    report = Path(settings["report"]) if settings["report"] else None
    lines = []
    for file in ignore_files(settings):
        gone = [
            used.entry
            for used, _ in held_against((file,), report, today)
            if used.entry.is_expired(today) or not used.fits
        ]
        if not gone:
            continue
        data = file.read_bytes()
        try:
            read(data, str(file), ())
        except UsageError as error:
            if file.suffix in {".yaml", ".yml"} or file.name == ".snyk":
                raise UsageError(
                    "only scantling-ignore.yaml and .trivyignore are rewritten", where=str(file), hint="edit it by hand"
                ) from error
        path = Path(os.path.realpath(file))
        check_writable(path)
        replace_file(path, without(data.decode("utf-8"), gone).encode())
        lines += [f"removed {entry.id} ({entry.place})" for entry in gone]
    write_stdout("".join(f"{printable(line)}\n" for line in lines or ["nothing to remove"]).encode())
    return 0
