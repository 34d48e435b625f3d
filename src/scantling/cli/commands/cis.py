"""``scantling cis TARGET``: section 4 of the CIS Docker Benchmark, item by item. TARGET may be a saved JSON report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ..conclude import concluded
from ..outputs import on_screen, pair_of, write_rendered
from ..saved_or_scanned import report_of
from ..settings import Settings

if TYPE_CHECKING:
    from scantling.cis.judge import Result
    from scantling.model.report import Verdict


def run(settings: Settings) -> int:
    """0, or what ``--exit-code`` says if an item fails. What filters findings elsewhere does not apply here."""
    outputs = pair_of(settings, ("table", "json"), "the benchmark")
    from scantling.cis.judge import FAIL, results
    from scantling.cis.page import encode, render
    from scantling.policy.gate import Gate

    with concluded(settings, settings.argument) as done:
        report = report_of(settings.argument, settings, Gate())
        found = results(report, settings["trusted_base"])
        write_rendered([
            (output, encode(found) if output.format == "json" else render(found, *on_screen(output, settings)))
            for output in outputs
        ])  # fmt: skip
        asked = settings["exit_code"] or 0
        failed = [one for one in found if one.result == FAIL]
        code = asked if failed else 0
        done(replace(report, verdict=_verdict(failed, asked)), code, Gate(exit_code=asked), None)
    return code


def _verdict(failed: Sequence[Result], asked: int) -> Verdict:
    """What the benchmark says, as the audit trail records it."""
    from scantling.model.report import Verdict, Violation

    if not asked:
        return Verdict("not_asked")
    broken = tuple(Violation(f"cis {one.number}", "deny", one.title, one.findings) for one in failed)
    return Verdict("fail" if broken else "pass", broken)
