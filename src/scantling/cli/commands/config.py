"""``scantling config FILE|DIR``: Dockerfiles, Compose files and Kubernetes manifests, before anything is built."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from scantling.policy.gate import Gate, OnGap, select

from ..conclude import Done, concluded
from ..console import say
from ..outputs import check_writable, load_template, pair, write_reports
from ..policies import ignore_policy_of
from ..scanning import now_of, summary_line
from ..settings import Settings


def run(settings: Settings) -> int:
    with concluded(settings, settings.argument) as done:
        return _config(settings, done)


def _config(settings: Settings, done: Done) -> int:
    outputs = pair(settings["format"], settings["output"])
    load_template(outputs, settings)
    patch = Path(settings["patch"]) if settings["patch"] else None
    if patch is not None:
        check_writable(patch)
    on_gap = settings["on_gap"]
    gate = Gate(
        severities=frozenset(settings["severity"]) or None,
        exit_code=settings["exit_code"],
        on_gap=OnGap(on_gap) if on_gap is not None else None,
        kinds=frozenset({"misconfig"}),
    )
    from scantling.pipeline.config import scan_config
    from scantling.policy.evaluate import exit_code
    from scantling.store.atomic import replace_file

    found = scan_config(settings.argument, gate, now_of(settings), ignore_policy_of(settings))
    code = exit_code(found.report, gate)
    report = replace(found.report, findings=select(found.report.findings, gate))
    if patch is not None:
        replace_file(patch, found.patch.encode())
    write_reports(report, outputs, settings)
    done(report, code, gate, None)
    if not settings["quiet"]:
        say(summary_line(report, code))
    return code
