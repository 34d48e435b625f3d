"""``scantling fix TARGET``: the few changes that clear the gate. TARGET may be a saved JSON report."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from scantling.model.errors import UsageError

from ..conclude import concluded
from ..console import say
from ..outputs import Output, check_writable, on_screen, pair_of, write_rendered
from ..saved_or_scanned import is_saved, whole_report_of
from ..scanning import gate_of, now_of, progress_of, scan_options, scanners_of
from ..settings import Settings

if TYPE_CHECKING:
    from scantling.fix.change import Plan
    from scantling.fix.verify import Check
    from scantling.model.report import Report, Verdict
    from scantling.pipeline.options import ScanOptions
    from scantling.policy.gate import Gate


def run(settings: Settings) -> int:
    outputs = pair_of(settings, ("table", "json", "markdown"), "a plan")
    if settings["verify"] and "vuln" not in scanners_of(settings):
        raise UsageError("only vulnerabilities are matched again", where="--verify", hint="add vuln to --scanners")
    if settings["patch"]:
        _roots(settings)
        if (place := _place(settings)) is not None:
            check_writable(place)  # better told before a scan than after it
    asked = gate_of(settings)
    # nothing asked for: what a first --exit-code 1 would stop is what there is to clear
    gate = asked if asked.is_asked else replace(asked, exit_code=1)
    options = scan_options(settings, gate)
    with concluded(settings, settings.argument) as done:
        with _read(settings, gate, options) as (report, check):
            plan = _plan(report, gate, options, settings, check)
        plan = plan if asked.is_asked else replace(plan, code=0)
        difference = None
        if settings["patch"]:
            plan, difference = _patched(plan, settings)
        done(report, plan.code, gate, options.policies)
    if difference is not None:
        write_rendered([(Output("patch", _place(settings)), difference.encode())])
    if difference is not None and settings["patch"] == "-":
        outputs = tuple(output for output in outputs if output.path is not None)
    write_rendered([(output, _rendered(plan, output, settings)) for output in outputs])
    if not settings["quiet"]:
        count = len(plan.changes)
        ended = "passes" if plan.after == "pass" else "FAILS"
        say(f"scantling: {count} change{'s' if count != 1 else ''}; the gate then {ended}; exit {plan.code}")
    return plan.code


def _plan(report: Report, gate: Gate, options: ScanOptions, settings: Settings, check: Check | None) -> Plan:
    from scantling.fix.plan import plan
    from scantling.pipeline.hold import held
    from scantling.policy.evaluate import evaluate, exit_code

    def judge(report: Report) -> Verdict:
        if options.policies is None:
            return evaluate(report, gate)
        report, violations = held(report, options.policies, options.now, options.history)
        return evaluate(report, gate, violations)

    words, today = _in_words(gate, settings), now_of(settings).date()
    return plan(report, judge, words, today, check, lambda judged: exit_code(judged, gate))


@contextmanager
def _read(settings: Settings, gate: Gate, options: ScanOptions) -> Iterator[tuple[Report, Check | None]]:
    """The report, and with ``--verify`` what tries a plan out. Raises ``UsageError`` for a saved report that a plan
    would have to be tried on: it does not hold all that is matched."""
    if not settings["verify"]:
        yield whole_report_of(settings.argument, settings, gate, options), None
        return
    if is_saved(Path(settings.argument)):
        hint = "name the image, or leave out --verify: the plan then goes by what the report knows of each version"
        raise UsageError("a saved report cannot be matched again", where=settings.argument, hint=hint)
    from scantling.fix.verify import changed
    from scantling.pipeline.database import open_for
    from scantling.pipeline.scan import judge, scan_in_full

    progress = progress_of(settings)
    try:
        scanned = scan_in_full(settings.argument, options, progress)
    finally:
        progress.clear()
    # the very database that the scan used: nothing is downloaded in between
    database, _ = open_for(replace(options, database=replace(options.database, update=False)), progress)
    with database:
        yield (
            scanned.report,
            lambda changes: judge(changed(scanned.inspected, changes), database, options, scanned.database_gaps),
        )


def _patched(plan: Plan, settings: Settings) -> tuple[Plan, str]:
    """The plan with what its patch does, and the patch."""
    from scantling.fix import language, system
    from scantling.fix.change import Patched
    from scantling.fix.patch import patch
    from scantling.fix.sources import read_sources

    made = patch(plan.changes, read_sources(*_roots(settings)))
    names = tuple(change.name for change in made.done), tuple(change.name for change in made.rest)
    commands = (*system.commands(made.rest), *language.commands(made.rest))
    done = Patched(made.files, *names, made.refresh)
    return replace(plan, patched=done, commands=commands, notes=(*plan.notes, *made.notes)), made.text


def _roots(settings: Settings) -> tuple[Path | None, Path | None]:
    """The checkout and the Dockerfile. Raises ``UsageError`` for a patch without either."""
    checkout, dockerfile = (Path(settings[name]) if settings[name] else None for name in ("checkout", "dockerfile"))
    if checkout is None and dockerfile is None:
        hint = "name what to patch: --dockerfile FILE, or --checkout DIR for manifests too"
        raise UsageError("nothing to patch", where="--patch", hint=hint)
    return checkout, dockerfile


def _place(settings: Settings) -> Path | None:
    return None if settings["patch"] == "-" else Path(settings["patch"])


def _in_words(gate: Gate, settings: Settings) -> str:
    """The gate as it was asked for."""
    parts = [f"--policy {Path(name).name}" for name in settings["policy"]]
    if gate.exit_code:
        parts.append(f"--exit-code {gate.exit_code}")
    if gate.severities:
        parts.append(f"--severity {','.join(settings['severity'])}")
    if gate.ignore_unfixed:
        parts.append("--ignore-unfixed")
    parts += [f"--{name} {settings[name.replace('-', '_')]}" for name in ("exit-on-eol", "on-gap")
              if settings[name.replace("-", "_")]]  # fmt: skip
    return " ".join(parts) or "nothing asked for"


def _rendered(plan: Plan, output: Output, settings: Settings) -> bytes:
    if output.format == "json":
        from scantling.report.json import encode

        return encode(plan)
    if output.format == "markdown":
        from scantling.fix.markdown import render as markdown

        return markdown(plan)
    from scantling.fix.page import render as table

    return table(plan, *on_screen(output, settings))
