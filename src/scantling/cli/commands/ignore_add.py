"""``scantling ignore add ID``: one more exception, never without a reason, an owner and an end."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from scantling.model.errors import UsageError

from ..console import is_terminal, say
from ..outputs import check_writable
from ..scanning import now_of
from ..settings import Settings

if TYPE_CHECKING:
    from scantling.exceptions.entry import Entry

_ANSWER_CHARS = 500


def run(settings: Settings) -> int:
    from scantling.exceptions.catalog import OWN
    from scantling.exceptions.entry import Entry, Place
    from scantling.exceptions.own_format import read
    from scantling.exceptions.prune import with_entry
    from scantling.store.atomic import replace_file

    files = settings["ignorefile"] or (OWN,)
    if len(files) > 1:
        raise UsageError("an exception goes into one file", where="--ignorefile")
    path = Path(os.path.realpath(files[0]))
    check_writable(path)
    old = path.read_bytes() if path.exists() else b""
    known = read(old, files[0], ())  # also: is it a file of ours
    today = now_of(settings).date()
    entry = Entry(
        place=Place(files[0], 0),
        id=settings.argument,
        package=settings["package"] or "",
        path=settings["path"] or "",
        image=settings["image"] or "",
        reason=_asked(settings, "reason", "why is it accepted?"),
        owner=_asked(settings, "owner", "who answers for it?"),
        expires=_day(_asked(settings, "expires", "last day on which it counts (YYYY-MM-DD)?")),
        added=today,
        justification=settings["justification"] or "",
    )
    if settings["report"]:
        entry = replace(entry, known_fixes=_known_fixes(entry, Path(settings["report"])))
    if entry.is_expired(today):
        raise UsageError(f"{entry.expires} has passed already", where="--expires")
    same = [one for one in known if _scope(one) == _scope(entry)]
    if same:
        raise UsageError(f"{entry.id} is accepted there already", where=str(same[0].place), hint="change that entry")
    text = with_entry(old.decode("utf-8"), entry)
    read(text.encode(), files[0], ("reason", "owner", "expires"))  # what is written must be read again
    replace_file(path, text.encode())
    if not settings["quiet"]:
        say(f"accepted {entry.id} until {entry.expires} in {files[0]}")
    return 0


def _known_fixes(entry: Entry, report: Path) -> tuple[str, ...]:
    """The fixed versions that are out by now. Raises ``UsageError`` for an entry that fits nothing in the report."""
    from scantling.report.load import load_report

    loaded = load_report(report)
    meant = [finding for finding in loaded.findings if entry.fits(finding, loaded.target.repository)]
    if not meant:
        raise UsageError(f"{entry.id} fits no finding of the report", where=str(report), hint="see its id and package")
    return tuple(sorted({version for finding in meant for version in finding.fixed_versions}))


def _scope(entry: Entry) -> tuple[str, ...]:
    return entry.id, entry.package, entry.path, entry.image


def _asked(settings: Settings, name: str, question: str) -> str:
    given: str = (settings[name] or "").strip()
    if not given and sys.stdin is not None and is_terminal(sys.stdin) and is_terminal(sys.stderr):
        sys.stderr.write(f"{question} ")
        sys.stderr.flush()
        given = sys.stdin.readline(_ANSWER_CHARS).strip()
    if not given:
        raise UsageError(f"an exception needs --{name}", hint="--reason TEXT --owner NAME --expires YYYY-MM-DD")
    return given


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError("a day is written as 2026-12-31", where="--expires") from None
