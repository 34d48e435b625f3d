"""``scantling base compare IMAGE CANDIDATE...``: what other bases would fix and add."""

from __future__ import annotations

from ..base_choice import compare_with
from ..settings import Settings


def run(settings: Settings) -> int:
    from scantling.base.candidates import Candidate

    named = [Candidate("named", name, name) for name in settings.arguments[1:]]
    return compare_with(settings, lambda _report, _options: (named, ()))
