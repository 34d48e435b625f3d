"""``scantling explain ID TARGET``: one finding, why it is there and what to do. TARGET may be a saved JSON report."""

from __future__ import annotations

from difflib import get_close_matches

from scantling.guard.display import printable
from scantling.model.errors import UsageError

from ..conclude import concluded
from ..outputs import Output, on_screen, pair_of, write_rendered
from ..saved_or_scanned import report_of
from ..scanning import gate_of
from ..settings import Settings


def run(settings: Settings) -> int:
    outputs = pair_of(settings, ("table", "json"), "explanations")
    wanted, target = settings.arguments
    from scantling.explain.explanation import Explanation, explanations
    from scantling.explain.page import render
    from scantling.report.json import encode

    gate = gate_of(settings)
    with concluded(settings, target) as done:
        report = report_of(target, settings, gate)
        done(report, 0, gate, None)
    found = explanations(report, wanted)
    if not found:
        near = get_close_matches(wanted.upper(), sorted({finding.id for finding in report.findings}), n=1)
        blocking = sum(gap.blocks for gap in report.gaps)
        beside = f"; the scan is not complete ({blocking} not looked at)" if blocking else ""
        hint = f"did you mean {printable(near[0])}?" if near else "the report lists the ids that there are"
        raise UsageError(f"no finding {printable(wanted)!r} in {printable(target)}{beside}", hint=hint)

    def rendered(output: Output, found: tuple[Explanation, ...]) -> bytes:
        return encode(found) if output.format == "json" else render(found, *on_screen(output, settings))

    write_rendered([(output, rendered(output, found)) for output in outputs])
    return 0
