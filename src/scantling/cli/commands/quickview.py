"""``scantling quickview TARGET``: one screen. TARGET may be a saved JSON report."""

from __future__ import annotations

from ..conclude import concluded
from ..outputs import on_screen, pair_of, write_rendered
from ..saved_or_scanned import report_of
from ..scanning import gate_of
from ..settings import Settings


def run(settings: Settings) -> int:
    outputs = pair_of(settings, ("table",), "the screen")
    from scantling.quickview.page import render

    gate = gate_of(settings)
    with concluded(settings, settings.argument) as done:
        report = report_of(settings.argument, settings, gate)
        done(report, 0, gate, None)
    write_rendered([(output, render(report, *on_screen(output, settings))) for output in outputs])
    return 0
