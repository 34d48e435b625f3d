"""``scantling cis TARGET``: section 4 of the CIS Docker Benchmark, item by item. TARGET may be a saved JSON report."""

from __future__ import annotations

from ..outputs import on_screen, pair_of, write_rendered
from ..saved_or_scanned import report_of
from ..settings import Settings


def run(settings: Settings) -> int:
    """0, or what ``--exit-code`` says if an item fails. What filters findings elsewhere does not apply here."""
    outputs = pair_of(settings, ("table", "json"), "the benchmark")
    from scantling.cis.judge import FAIL, results
    from scantling.cis.page import encode, render
    from scantling.policy.gate import Gate

    found = results(report_of(settings.argument, settings, Gate()), settings["trusted_base"])
    write_rendered([
        (output, encode(found) if output.format == "json" else render(found, *on_screen(output, settings)))
        for output in outputs
    ])  # fmt: skip
    return settings["exit_code"] or 0 if any(one.result == FAIL for one in found) else 0
