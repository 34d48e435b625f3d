"""Every report format. A reporter's module is imported when it is asked for: a JSON report pays for no other."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .options import ReportOptions

if TYPE_CHECKING:
    from scantling.model.report import Report

Reporter = Callable[["Report", ReportOptions], bytes]


def _table() -> Reporter:
    from .table import render

    return render


def _json() -> Reporter:
    from .json import render

    return render


def _sarif() -> Reporter:
    from .sarif import render

    return render


REPORTERS: dict[str, Callable[[], Reporter]] = {
    "table": _table,
    "json": _json,
    "sarif": _sarif,
}


def reporter(name: str) -> Reporter:
    """The reporter called ``name``, a key of ``REPORTERS``."""
    return REPORTERS[name]()
