"""``scantling replay RECORD``: the recorded verdict again, or from other inputs with what each of them changes."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from scantling.guard.display import printable
from scantling.model.errors import DatabaseUnusable, ScantlingError

from ..console import say
from ..outputs import load_template, pair, write_reports
from ..policies import policies_of
from ..scanning import cache_dir_of, summary_line
from ..settings import Settings

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from scantling.db.open import Database
    from scantling.pipeline.record import Accepted, Record, Rules
    from scantling.pipeline.replay import Replayed

_LINES = 20  # of what came or went, for each input


def run(settings: Settings) -> int:
    outputs = pair(settings["format"], settings["output"])
    load_template(outputs, settings)
    from scantling import __version__
    from scantling.pipeline.record import read_record
    from scantling.pipeline.replay import Changed, replay
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
    with _database(record, settings) as database:
        played = replay(record, database, changed)
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
    if settings["vex"]:
        inspected = record.inspected
        said = heard(read_vex(settings["vex"]), inspected.info, inspected.inventory.packages)
        accepted = replace(accepted, statements=said)
    return accepted


def _database(record: Record, settings: Settings) -> AbstractContextManager[Database | None]:
    """The database at hand, never a newer one. Raises ``DatabaseUnusable``, also for another one where the recorded
    one is asked for."""
    if not record.database:
        return nullcontext()
    from scantling.db import install
    from scantling.db.open import open_database

    named = settings.environ.get("SCANTLING_DB", "")
    cache_dir = cache_dir_of(settings)
    path = Path(named) if named else install.current(cache_dir)
    if path is None:
        raise DatabaseUnusable(
            "there is no vulnerability database",
            where=str(install.directory(cache_dir)),
            hint=f"the record needs that of {record.database}; SCANTLING_DB names a finished file",
        )
    database = open_database(path, cache_dir / "digests.json")
    if settings["exact"] and database.meta.digest != record.database:
        found = database.meta.digest
        with database:
            raise DatabaseUnusable(
                f"the database is not the recorded one: {found}",
                where=str(path),
                hint=f"SCANTLING_DB=FILE names that of {record.database}; without --exact the difference is told",
            )
    return database


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
