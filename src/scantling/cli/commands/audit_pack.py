"""``scantling audit pack REPORT.json... -o FILE --key KEY.pem``: one signed archive for one image and a period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from scantling.model.errors import UsageError

from ..console import say
from ..outputs import Output, check_writable, write_rendered
from ..policies import history_of, packs_of
from ..scanning import now_of
from ..settings import Settings

if TYPE_CHECKING:
    from scantling.model.report import Report


def run(settings: Settings) -> int:
    output = _output(settings["output"])
    if not settings["key"]:
        hint = "openssl ecparam -name prime256v1 -genkey -noout -out key.pem"
        raise UsageError("no key to sign with", where="--key", hint=hint)
    packs = packs_of(settings)
    from scantling.audit.contents import Gathered, by_age, moment
    from scantling.audit.pack import make
    from scantling.exceptions.catalog import read_exceptions
    from scantling.guard import limits
    from scantling.pipeline.comply import complied
    from scantling.report.load import load_report

    if len(settings.arguments) > limits.AUDITOR_PACK_REPORTS:
        raise UsageError(f"more than {limits.AUDITOR_PACK_REPORTS} reports", hint="make a pack for each shorter period")
    loaded = [(name, load_report(Path(name))) for name in settings.arguments]
    _of_one_image(loaded)
    reports = by_age(report for _, report in loaded)
    first, last = _period(settings["period"], [moment(report) for report in reports])
    kept = tuple(report for report in reports if first <= moment(report) <= last)
    if not kept:
        raise UsageError(f"no report was made between {first} and {last}", where="--period")
    if packs:
        kept = (*kept[:-1], complied(kept[-1], packs, now_of(settings), history_of(settings)))
    files = tuple(
        (kind, Path(name).name, _file(name))
        for kind, names in (("policy", settings["policy"]), ("exceptions", settings["ignorefile"]))
        for name in names
    )
    entries = tuple(entry for name in settings["ignorefile"] for entry in read_exceptions(Path(name)))
    trail = _trail(settings["audit"], first, last)
    data = make(Gathered(kept, entries, files, trail), (first, last), Path(settings["key"]))
    write_rendered([(output, data)])
    if not settings["quiet"]:
        left = len(reports) - len(kept)
        outside = f"; {left} report{'s' if left > 1 else ''} outside the period left out" if left else ""
        say(f"auditor pack of {len(kept)} report{'s' if len(kept) > 1 else ''}, {first} to {last}{outside}")
        if not kept[-1].compliance:
            say("no control was judged: add --compliance PACK")
    return 0


def _output(names: Sequence[str]) -> Output:
    if len(names) != 1 or names[0] == "-":
        raise UsageError("name the one file to write", where="--output", hint="-o pack.tar")
    path = Path(names[0])
    check_writable(path)
    return Output("audit-pack", path)


def _of_one_image(loaded: Sequence[tuple[str, Report]]) -> None:
    """Raise ``UsageError`` for a report of another image than the first: by manifest digest, else by configuration."""
    name, first = loaded[0]
    if not (first.target.image_digest or first.target.config_digest):
        raise UsageError(
            "the report is of no image with a digest", where=name, hint="scan it from a registry or layout"
        )
    for other, report in loaded[1:]:
        if (report.target.image_digest, report.target.config_digest) != (
            first.target.image_digest,
            first.target.config_digest,
        ):
            raise UsageError(
                "a report of another image", where=other, hint=f"one pack is for one digest, that of {name}"
            )


def _period(text: str | None, moments: Sequence[str]) -> tuple[str, str]:
    """From and to as ISO times; without ``--period`` from the first report to the last."""
    if not text:
        return moments[0], moments[-1]
    from scantling.model.moment import iso, parse

    first, dots, last = text.partition("..")
    begins, ends = parse(first), parse(last)
    if not dots or begins is None or ends is None or begins > ends:
        raise UsageError("not a period", where="--period", hint="FROM..TO, such as 2026-07-01..2026-09-30")
    return iso(begins), iso(_end_of_day(last, ends))


def _end_of_day(text: str, moment: datetime) -> datetime:
    return moment + timedelta(days=1, seconds=-1) if len(text.strip()) == len("2026-09-30") else moment


def _trail(name: str | None, first: str, last: str) -> bytes:
    """The records of the audit trail in the period. Raises ``Unscannable`` for one that is broken."""
    if not name:
        return b""
    from scantling.audit.trail_verify import extract

    found = extract(Path(name), first, last)
    if not found:
        raise UsageError(f"no record of the audit trail was made between {first} and {last}", where=name)
    return found


def _file(name: str) -> bytes:
    from scantling.guard import limits
    from scantling.guard.user_file import read_bounded

    data = read_bounded(Path(name), limits.SETTINGS_BYTES, "cannot read the file for the pack")
    if len(data) > limits.SETTINGS_BYTES:
        raise UsageError(f"more than {limits.SETTINGS_BYTES} bytes", where=name)
    return data
