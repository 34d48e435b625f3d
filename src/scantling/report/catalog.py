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


def _cyclonedx() -> Reporter:
    from .cyclonedx import render

    return render


def _spdx() -> Reporter:
    from .spdx import render

    return render


def _junit() -> Reporter:
    from .junit import render

    return render


def _gitlab() -> Reporter:
    from .gitlab import render

    return render


def _gitlab_dependency() -> Reporter:
    from .gitlab_dependency import render

    return render


def _github() -> Reporter:
    from .github import render

    return render


def _markdown() -> Reporter:
    from .markdown import render

    return render


def _html() -> Reporter:
    from .html import render

    return render


def _csv() -> Reporter:
    from .csv import render

    return render


def _poam() -> Reporter:
    from .poam import render

    return render


def _trivy() -> Reporter:
    from .trivy import render

    return render


def _template() -> Reporter:
    from .template import render

    return render


REPORTERS: dict[str, Callable[[], Reporter]] = {
    "table": _table,
    "json": _json,
    "sarif": _sarif,
    "cyclonedx": _cyclonedx,
    "spdx-json": _spdx,
    "junit": _junit,
    "gitlab": _gitlab,
    "gitlab-dependency": _gitlab_dependency,
    "github": _github,
    "markdown": _markdown,
    "html": _html,
    "csv": _csv,
    "poam": _poam,
    "trivy": _trivy,
    "template": _template,
}


def reporter(name: str) -> Reporter:
    """The reporter called ``name``, a key of ``REPORTERS``."""
    return REPORTERS[name]()
