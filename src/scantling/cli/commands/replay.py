"""``scantling replay RECORD``: the recorded verdict again, or from other inputs with what each of them changes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from scantling.guard.display import printable
from scantling.model.errors import DatabaseUnusable, ScantlingError, UsageError

from ..console import say
from ..options import ATTACHED_VEX
from ..outputs import load_template, pair, write_reports
from ..policies import policies_of
from ..scanning import cache_dir_of, summary_line
from ..settings import Settings

if TYPE_CHECKING:
    from scantling.pipeline.record import Accepted, Record, Rules
    from scantling.pipeline.replay import Changed, Replayed

_LINES = 20  # of what came or went, for each input


def run(settings: Settings) -> int:
    outputs = pair(settings["format"], settings["output"])
    load_template(outputs, settings)
    from scantling import __version__
    from scantling.pipeline.record import read_record
    from scantling.pipeline.replay import Changed
    from scantling.policy.evaluate import exit_code
    from scantling.policy.gate import select

    record = read_record(Path(settings.argument))
    other = read_record(Path(settings["image_of"])) if settings["image_of"] else None
    changed = Changed(
        inspected=other.inspected if other is not None else None,
        rules=_rules(record, settings),
        accepted=_accepted(record, settings),
        now=settings["now"],
    )
    played = _replayed(record, changed, settings)
    gate = played.record.rules.gate
    report = replace(played.report, findings=select(played.report.findings, gate))
    write_reports(report, outputs, settings)
    code = exit_code(played.report, gate)
    if not settings["quiet"]:
        for line in _lines(record, played):
            say(printable(line))
        say(summary_line(report, code))
    if not played.steps and not played.same:
        by = f"version {record.tool}, and this is {__version__}" if record.tool != __version__ else "this very version"
        raise ScantlingError(
            "the same inputs gave another report than the recorded one",
            where=settings.argument,
            hint=f"the record was written by {by}",
        )
    return code


def _rules(record: Record, settings: Settings) -> Rules | None:
    """The recorded rules with the policies that the settings name; None for none."""
    asked = policies_of(settings)
    if asked is None:
        return None
    gate = replace(record.rules.gate, has_policy=True)
    return replace(
        record.rules,
        gate=gate,
        policies=asked.policies,
        environment=asked.environment,
        rego=asked.rego,
        opa=settings["opa"] or "",
    )


def _accepted(record: Record, settings: Settings) -> Accepted | None:
    """The recorded exceptions with those that the settings name; None for none. Nothing is read that is not named."""
    if not settings["ignorefile"] and not settings["vex"]:
        return None
    from scantling.exceptions.catalog import read_exceptions
    from scantling.exceptions.vex.apply import heard
    from scantling.exceptions.vex.read import read_vex

    accepted = record.accepted
    if settings["ignorefile"]:
        entries = tuple(one for name in settings["ignorefile"] for one in read_exceptions(Path(name), ()))
        accepted = replace(accepted, entries=entries)
    if ATTACHED_VEX in settings["vex"]:
        raise UsageError(
            "what is attached to the image is not asked for again",
            where=f"--vex {ATTACHED_VEX}",
            hint="a record of a scan with --vex oci holds it",
        )
    if settings["vex"]:
        inspected = record.inspected
        said = heard(read_vex(settings["vex"]), inspected.info, inspected.inventory.packages)
        accepted = replace(accepted, statements=said)
    return accepted


def _replayed(record: Record, changed: Changed, settings: Settings) -> Replayed:
    """With the database at hand, never a newer one. Raises ``DatabaseUnusable``, also for another one where the
    recorded one is asked for."""
    from scantling.pipeline.database import open_for
    from scantling.pipeline.options import DatabaseChoice, ScanOptions, no_progress
    from scantling.pipeline.replay import replay

    if not record.database:
        return replay(record, None, changed)
    named = settings.environ.get("SCANTLING_DB", "")
    choice = DatabaseChoice(Path(named) if named else None, update=False)
    database, gaps = open_for(ScanOptions(database=choice, cache_dir=cache_dir_of(settings)), no_progress)
    with database:
        if settings["exact"] and database.meta.digest != record.database:
            raise DatabaseUnusable(
                f"the database is not the recorded one: {database.meta.digest}",
                where=named or "the one that is installed",
                hint=f"SCANTLING_DB=FILE names that of {record.database}; without --exact the difference is told",
            )
        return replay(record, database, changed, gaps)


def _lines(record: Record, played: Replayed) -> list[str]:
    lines = [f"replay of {record.target}, scanned {record.now.isoformat()} by scantling {record.tool}"]
    if not played.steps:
        return [*lines, "the same image, database, policies, exceptions and time"]
    for step in played.steps:
        verdict = f"{step.before}" if step.before == step.after else f"{step.before} -> {step.after}"
        lines.append(f"another {step.cause}: verdict {verdict}{'' if step.come or step.gone else ', nothing else'}")
        for sign, texts in (("+", step.come), ("-", step.gone)):
            lines += [f"  {sign} {text}" for text in texts[:_LINES]]
            if len(texts) > _LINES:
                lines.append(f"  {sign} and {len(texts) - _LINES} more")
    return lines
