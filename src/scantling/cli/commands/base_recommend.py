"""``scantling base recommend IMAGE``: newer, smaller and other bases, each with what it would fix and add."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from scantling.guard import limits
from scantling.model.errors import ScantlingError

from ..base_choice import compare_with
from ..settings import Settings
from .base_index import index_of

if TYPE_CHECKING:
    from scantling.base.candidates import Candidate
    from scantling.model.report import Report
    from scantling.pipeline.options import ScanOptions


def run(settings: Settings) -> int:
    online = replace(settings, values={**settings.values, "check_base": not settings["offline"]})
    return compare_with(online, lambda report, options: _choose(report, options, settings))


def _choose(report: Report, options: ScanOptions, settings: Settings) -> tuple[Sequence[Candidate], Sequence[str]]:
    from scantling.base.candidates import candidates, home, may_be_asked
    from scantling.base.index import Unusable, named
    from scantling.source.reference import parse_reference
    from scantling.source.registry_tags import tags_of

    base = report.target.base
    assert base is not None  # a report without a base is refused before
    notes = []
    try:
        index = index_of(settings)
        known = named(index) if index.is_file() else ()
    except Unusable as error:
        known = ()
        notes.append(f"the index of bases cannot be read: {error}")
    tags: tuple[str, ...] = ()
    if options.source.offline:
        notes.append("offline: only what the index of bases holds was looked at")
    elif not may_be_asked(base, report):
        notes.append("the base's registry was not asked: only the image itself names it, or nothing does")
    else:
        try:
            tags = tags_of(parse_reference(home(base, known)), options.source)
        except ScantlingError as error:
            notes.append(f"the tags of {base.name} could not be listed: {error}")
    return candidates(base, known, tags, report.target.platform, limits.BASE_CANDIDATES), notes
