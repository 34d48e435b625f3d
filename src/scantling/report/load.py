"""Reads a saved JSON report back, for ``convert``."""

from __future__ import annotations

from pathlib import Path

import msgspec

from scantling.guard import limits
from scantling.model.errors import Unscannable
from scantling.model.report import SCHEMA_VERSION, Report


class _Version(msgspec.Struct):
    schema_version: int


def load_report(path: Path) -> Report:
    """The report in ``path``. Raises ``Unscannable`` if it is missing, too big, not a report, or of another schema."""
    hint = "give a file written by: scantling image -f json -o FILE TARGET"
    try:
        with path.open("rb") as file:
            data = file.read(limits.REPORT_BYTES + 1)
    except OSError as error:
        raise Unscannable(f"cannot read the report: {error.strerror or error}", where=str(path), hint=hint) from error
    if len(data) > limits.REPORT_BYTES:
        raise Unscannable(f"the report is larger than {limits.REPORT_BYTES} bytes", where=str(path), hint=hint)
    return report_in(data, str(path), hint)


def report_in(data: bytes, where: str, hint: str = "") -> Report:
    """The report in ``data``, called ``where`` in messages. Raises ``Unscannable``."""
    try:
        version = msgspec.json.decode(data, type=_Version).schema_version
        if version != SCHEMA_VERSION:
            raise Unscannable(
                f"the report has schema version {version}, this program reads {SCHEMA_VERSION}",
                where=where,
                hint="use the version of scantling that wrote it, or scan again",
            )
        return msgspec.json.decode(data, type=Report, strict=True)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Unscannable(f"not a JSON report of scantling: {error}", where=where, hint=hint) from error
