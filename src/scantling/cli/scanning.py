"""From settings to a scan, its reports, its summary and its exit code: what ``image`` and ``rootfs`` share."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from scantling.guard.display import clip, printable
from scantling.model.errors import UsageError
from scantling.model.finding import by_severity, counts_in_words
from scantling.policy.gate import KINDS_OF_SCANNER, Gate, OnGap, select

from .conclude import Done, concluded
from .console import ProgressLine, is_terminal, say
from .options import ATTACHED_VEX, DEFAULT_SCANNERS
from .outputs import Output, build_of_run, check_writable, load_template, pair, write_reports
from .policies import history_of, ignore_policy_of, packs_of, policies_of
from .settings import Settings
from .source_options import source_of
from .sources import check_sources

if TYPE_CHECKING:
    from scantling.analyze.inspectors import InspectorSettings
    from scantling.exceptions.baseline import Baseline
    from scantling.licence.settings import LicenceSettings
    from scantling.model.report import Report
    from scantling.net.options import NetOptions
    from scantling.pipeline.base import BaseOptions
    from scantling.pipeline.excuse import AttachedVex, Excuses
    from scantling.pipeline.options import ScanOptions
    from scantling.policy.asked import Asked

_SUMMARY_NAME = 60
_FIRST_USE = "building the vulnerability database: there is none yet, or it is more than a day old (this takes a while)"


def scan_and_report(target: str, settings: Settings) -> int:
    """Check what can be checked, scan, write the reports, say how it went; the exit code of the contract."""
    with concluded(settings, target) as done:
        return _scan_and_report(target, settings, done)


def _scan_and_report(target: str, settings: Settings, done: Done) -> int:
    outputs = pair(settings["format"], settings["output"])
    record = _record_file(settings)
    load_template(outputs, settings)  # a template that cannot be used is better told before the scan
    build_of_run(outputs, settings)
    check_sources(settings)
    gate = gate_of(settings)
    options = scan_options(settings, gate)
    from scantling.pipeline.scan import scan
    from scantling.policy.evaluate import exit_code

    progress = progress_of(settings, {"database": _FIRST_USE})
    try:
        if record is None:
            report = scan(target, options, progress)
        else:
            from scantling.pipeline.record import scan_recorded

            report = scan_recorded(target, options, record, settings["opa"] or "", progress)
    finally:
        progress.clear()
    code = exit_code(report, gate)
    report = replace(report, findings=select(report.findings, gate))
    write_reports(report, outputs, settings)
    done(report, code, gate, options.policies)
    if not settings["quiet"]:
        _summarize(report, outputs, code)
    return code


def _record_file(settings: Settings) -> Path | None:
    """Where ``--record`` goes, None for nowhere. Raises ``UsageError`` if that cannot be written."""
    if not settings.values.get("record"):
        return None
    path = Path(settings["record"])
    check_writable(path)
    return path


def gate_of(settings: Settings) -> Gate:
    """The gate that the settings ask for. Raises ``UsageError`` for one that could never fail."""
    on_gap = settings["on_gap"]
    max_age: float | None = settings["max_db_age"]
    gate = Gate(
        severities=frozenset(settings["severity"]) or None,
        ignore_unfixed=settings["ignore_unfixed"],
        ignore_status=frozenset(settings["ignore_status"]),
        exit_code=settings["exit_code"],
        exit_on_eol=settings["exit_on_eol"],
        on_gap=OnGap(on_gap) if on_gap is not None else None,
        kinds=_counted_kinds(settings),
        max_db_age_hours=max_age / 3600 if max_age is not None else None,
        max_unowned=settings.values.get("max_unowned"),
        has_policy=bool(settings["policy"]),
    )
    scanners = scanners_of(settings)
    if not scanners - {"packages"} and gate.exit_code:
        raise UsageError(
            "a gate needs a scanner that finds something: packages only lists what is there",
            where="--scanners",
            hint="leave out --scanners or --exit-code",
        )
    if "vuln" not in scanners and (gate.exit_on_eol or max_age is not None):
        raise UsageError(
            "a gate on end of life or on the database's age needs the vuln scanner",
            where="--scanners",
            hint="add vuln, or leave out --exit-on-eol and --max-db-age",
        )
    return gate


def scanners_of(settings: Settings) -> frozenset[str]:
    """What to look for: ``--scanners``, else all that is on by default."""
    named: tuple[str, ...] | None = settings["scanners"]
    return frozenset(DEFAULT_SCANNERS if named is None else named)


def _counted_kinds(settings: Settings) -> frozenset[str]:
    """The kinds of finding that a gate counts: those of the scanners that were named, as Trivy's users expect
    vulnerabilities and secrets where none was."""
    named = ("vuln", "secret") if settings["scanners"] is None else settings["scanners"]
    return frozenset(kind for scanner in named for kind in KINDS_OF_SCANNER.get(scanner, ()))


def scan_options(settings: Settings, gate: Gate) -> ScanOptions:
    """Everything else that the settings ask for."""
    from scantling.guard import limits
    from scantling.pipeline.options import STALE_AFTER_S, DatabaseChoice, ScanOptions

    scanners = scanners_of(settings)
    if not scanners or not settings["pkg_types"]:
        name = "--scanners" if not scanners else "--pkg-types"
        raise UsageError("an empty list: nothing would be looked at", where=name)
    values = settings.values
    source = source_of(settings)
    database = settings.environ.get("SCANTLING_DB", "")
    policies = policies_of(settings, source)
    return ScanOptions(
        source=source,
        gate=gate,
        now=now_of(settings),
        cache_dir=cache_dir_of(settings),
        use_cache=not values.get("no_cache", False),
        database=DatabaseChoice(
            path=Path(database) if database else None,
            update=not settings["skip_db_update"] and not settings["offline"],
            mirror=settings.environ.get("SCANTLING_FEED_MIRROR", ""),
        ),
        scanners=scanners,
        pkg_types=frozenset(settings["pkg_types"]),
        stale_after_s=settings["stale_after"] or STALE_AFTER_S,
        skip_dirs=values.get("skip_dirs", ()),
        skip_files=values.get("skip_files", ()),
        policies=policies,
        compliance=packs_of(settings),
        history=history_of(settings),
        excuses=excuses_of(settings, policies),
        ignore_policy=ignore_policy_of(settings),
        base=base_options_of(settings),
        inspectors=_inspectors(settings),
        licences=_licences(settings),
        timeout_s=settings["timeout"] or limits.SCAN_TIMEOUT_S,
        offline=settings["offline"],
    )


def _inspectors(settings: Settings) -> InspectorSettings:
    from scantling.analyze.inspectors import InspectorSettings
    from scantling.malware.settings import MalwareSettings
    from scantling.secret.settings import DEFAULT_SALT, SecretSettings

    config = settings.values.get("secret_config")
    salt = settings.values.get("secret_salt") or DEFAULT_SALT
    kept = cache_dir_of(settings)
    rules, hashes = (tuple(map(Path, settings.values.get(name, ()))) for name in ("malware_rules", "malware_hashes"))
    malware = MalwareSettings(rules, kept, hashes, settings.values.get("clamd") or "")
    return InspectorSettings(SecretSettings(Path(config) if config else None, salt, kept), malware)


def base_options_of(settings: Settings) -> BaseOptions:
    """How the base image is recognised. Raises ``UsageError`` for an index that is not there."""
    from scantling.pipeline.base import BaseOptions

    index, dockerfile = (settings.values.get(name) for name in ("base_index", "dockerfile"))
    if index and not Path(index).is_file():
        raise UsageError("no such index of bases", where=index, hint="fill one: scantling base index NAME:TAG")
    check = settings.values.get("check_base", False)
    return BaseOptions(Path(index) if index else None, Path(dockerfile) if dockerfile else None, check)


def _licences(settings: Settings) -> LicenceSettings:
    from scantling.licence.settings import LicenceSettings

    values = settings.values
    return LicenceSettings(*(values.get(name, ()) for name in ("license_allow", "license_deny", "ignored_licenses")))


def excuses_of(settings: Settings, policies: Asked | None) -> Excuses:
    """The exceptions and VEX statements that the settings name, or that lie in the working directory.

    Raises ``UsageError``, also for an exception that does not carry what a policy requires of it.
    """
    from scantling.pipeline.excuse import Excuses

    files = ignore_files(settings)
    baseline = _baseline(settings)
    documents, attached = vex_of(settings)
    if not files and not documents:
        return Excuses(baseline=baseline, attached=attached)
    from scantling.exceptions.catalog import read_exceptions
    from scantling.exceptions.vex.read import read_vex

    terms = [policy.exceptions for policy in policies.policies if policy.exceptions] if policies is not None else []
    require = sorted({word for term in terms for word in term.require}) if terms else None
    return Excuses(
        tuple(
            entry for file in files for entry in read_exceptions(file, sorted(require) if require is not None else None)
        ),
        read_vex(documents) if documents else None,
        policies.exception_days() if policies is not None else None,
        baseline,
        attached,
    )


def vex_of(settings: Settings) -> tuple[tuple[str, ...], AttachedVex | None]:
    """The VEX documents that are named, and whether what is attached to the image counts (``oci``, as Trivy has it).
    Raises ``UsageError``, also for a key that nothing is verified with."""
    from scantling.pipeline.excuse import AttachedVex

    named: tuple[str, ...] = settings["vex"]
    documents = tuple(name for name in named if name != ATTACHED_VEX)
    key = settings.values.get("vex_key")
    if ATTACHED_VEX not in named:
        if key:
            raise UsageError("nothing is verified with the key", where="--vex-key", hint="add: --vex oci")
        return documents, None
    if not key:
        return documents, AttachedVex()
    from scantling.attest.keys import public_key

    return documents, AttachedVex(public_key(Path(key)))


def _baseline(settings: Settings) -> Baseline | None:
    if not settings.values.get("baseline"):
        return None
    from scantling.exceptions.baseline import baseline_of
    from scantling.report.load import load_report

    return baseline_of(load_report(Path(settings["baseline"])), Path(settings["baseline"]).name)


def ignore_files(settings: Settings) -> tuple[Path, ...]:
    """The files of exceptions: those named, else those that lie in the working directory."""
    if settings["ignorefile"]:
        return tuple(map(Path, settings["ignorefile"]))
    from scantling.exceptions.catalog import found_in

    return found_in(Path())


def now_of(settings: Settings) -> datetime:
    """``--now``, else the clock; whole seconds, since that is what a report shows."""
    moment: datetime = settings.values.get("now") or datetime.now(UTC)
    return moment.replace(microsecond=0)


def cache_dir_of(settings: Settings) -> Path:
    """``--cache-dir``, else the platform's user cache directory."""
    if settings["cache_dir"]:
        return Path(settings["cache_dir"])
    from scantling.pipeline.options import user_cache_dir

    return user_cache_dir()


def progress_of(settings: Settings, announced: Mapping[str, str] | None = None) -> ProgressLine:
    """Progress for a person at a terminal; everywhere else only what is ``announced``."""
    drawn = not settings["quiet"] and not settings["no_progress"] and is_terminal(sys.stderr)
    return ProgressLine(drawn, {} if settings["quiet"] else announced)


def net_of(settings: Settings) -> NetOptions:
    """How the feeds may be fetched."""
    from scantling.net.options import NetOptions

    return NetOptions(ca_cert=settings["ca_cert"] or "")


def _summarize(report: Report, outputs: tuple[Output, ...], code: int) -> None:
    from scantling.report.next_step import next_command

    say(summary_line(report, code))
    for output in outputs:
        if output.path is not None:
            say(f"wrote {output.format} to {printable(str(output.path))}")
    if not any(output.path is None and output.format == "table" for output in outputs):
        say(f"next: {next_command(report)}")


def summary_line(report: Report, code: int) -> str:
    """The scan in one line."""
    name = clip(printable(report.target.reference), _SUMMARY_NAME)
    live = [finding for finding in report.findings if finding.suppressed is None and finding.kind != "outdated"]
    if report.database is None and not live and report.target.kind != "config":
        found = f"{len(report.packages)} packages"
    elif live:
        listed = counts_in_words(by_severity(finding.severity for finding in live))
        found = f"{len(live)} finding{'s' if len(live) > 1 else ''} ({listed})"
    elif report.status == "complete":
        found = "no findings" + (" shown" if report.verdict.warnings else "")
    else:
        found = "no findings in what could be read"
    parts = [f"{name}: {found}"]
    if report.status != "complete":
        blocking = sum(gap.blocks for gap in report.gaps)
        parts.append(f"INCOMPLETE, {blocking} not looked at")
    if report.database is not None and report.database.demo:
        parts.append("DEMO DATA")
    if report.verdict.outcome != "not_asked":
        parts.append(f"gate {'passed' if report.verdict.outcome == 'pass' else 'FAILED'}")
        parts.append(f"exit {code}")
    return "; ".join(parts)
