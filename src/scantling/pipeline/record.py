"""What a verdict was made of, as one file: so that it can be made again, or made anew from other inputs.

A verdict is a function of what the image holds, the database, the policies, the exceptions and the time. A record holds
all of them but the database, which it names by its digest. It holds no values of environment variables, and nothing of
the history that is not in the report.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from scantling import __version__
from scantling.compliance.pack import Pack
from scantling.exceptions.baseline import Baseline
from scantling.exceptions.entry import Entry
from scantling.exceptions.vex.apply import heard
from scantling.exceptions.vex.read import Vex
from scantling.exceptions.vex.statement import Statement
from scantling.guard import limits
from scantling.guard.user_file import read_bounded
from scantling.model.coverage import Gap
from scantling.model.errors import UsageError
from scantling.model.image import ImageInfo
from scantling.model.report import Report, Verdict
from scantling.policy.asked import Asked
from scantling.policy.document import Policy
from scantling.policy.gate import Gate, select
from scantling.rego.bundle import Checked
from scantling.rego.engines import engine_of
from scantling.store.atomic import replace_file
from scantling.store.history import Known, Seen, seen_in

from .excuse import Excuses
from .ignore_policy import IgnorePolicy
from .options import Progress, ScanOptions, no_progress
from .scan import Inspected, Scanned, scan_in_full

VERSION = 1
NOT_ASKED = Verdict("not_asked")
_HINT = "give a file written by: scantling image --record FILE TARGET"


@dataclass(frozen=True, slots=True)
class Rules:
    """What the image was held against. ``policies`` is None where there were none; ``opa`` is what evaluated Rego."""

    gate: Gate
    policies: tuple[Policy, ...] | None = None
    environment: str = ""
    rego: tuple[Checked, ...] = ()
    compliance: tuple[Pack, ...] = ()
    ignore_policy: Checked | None = None
    opa: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """Exceptions, the VEX statements that may speak of the image, and the baseline."""

    entries: tuple[Entry, ...] = ()
    statements: tuple[Statement, ...] = ()
    baseline: Baseline | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """``tool`` is the version of the program, ``now`` the report's clock. ``database`` is the database's digest, "" for
    none. ``report`` is the SHA-256 (hex) of the JSON report, ``verdict`` is its; ``names`` say in words what the
    fingerprints in it stand for."""

    tool: str
    target: str
    now: datetime
    scanners: tuple[str, ...]
    stale_after_s: float
    inspected: Inspected
    rules: Rules
    accepted: Accepted
    seen: Mapping[str, Seen] = field(default_factory=dict)
    database: str = ""
    database_gaps: tuple[Gap, ...] = ()
    report: str = ""
    verdict: Verdict = NOT_ASKED
    names: Mapping[str, str] = field(default_factory=dict)

    def options(self) -> ScanOptions:
        """As ``judge`` takes them. Raises ``UsageError`` where the engine for Rego cannot be had."""
        rules, accepted = self.rules, self.accepted
        needs_engine = bool(rules.rego) or rules.ignore_policy is not None
        engine = engine_of(rules.opa) if needs_engine else None
        asked = None
        if rules.policies is not None:
            asked = Asked(rules.policies, rules.environment, rules.rego, engine if rules.rego else None)
        return ScanOptions(
            gate=rules.gate,
            policies=asked,
            compliance=rules.compliance,
            history=self.seen,
            excuses=Excuses(
                accepted.entries,
                Vex(accepted.statements) if accepted.statements else None,
                asked.exception_days() if asked is not None else None,
                accepted.baseline,
            ),
            ignore_policy=IgnorePolicy(rules.ignore_policy, engine) if rules.ignore_policy and engine else None,
            now=self.now,
            scanners=frozenset(self.scanners),
            stale_after_s=self.stale_after_s,
        )


def scan_recorded(
    target: str, options: ScanOptions, path: Path, opa: str = "", progress: Progress = no_progress
) -> Report:
    """``scan``, whose record goes to ``path``, whole or not at all."""
    scanned = scan_in_full(target, options, progress)
    replace_file(path, encode(record_of(target, scanned, options, opa)))
    return scanned.report


def record_of(target: str, scanned: Scanned, options: ScanOptions, opa: str = "") -> Record:
    """The record of one scan; ``opa`` is what the settings name to evaluate Rego."""
    report = scanned.report
    return Record(
        tool=__version__,
        target=target,
        now=options.now,
        scanners=tuple(sorted(options.scanners)),
        stale_after_s=options.stale_after_s,
        inspected=replace(scanned.inspected, info=_public(scanned.inspected.info)),
        rules=rules_of(options, opa),
        accepted=accepted_of(options.excuses, scanned.inspected),
        seen=_rows(options, report),
        database=report.database.digest if report.database is not None else "",
        database_gaps=scanned.database_gaps,
        report=digest_of(report, options.gate),
        verdict=report.verdict,
        names=names_in(report),
    )


def rules_of(options: ScanOptions, opa: str = "") -> Rules:
    """The rules that ``options`` hold."""
    asked = options.policies
    return Rules(
        options.gate,
        asked.policies if asked is not None else None,
        asked.environment if asked is not None else "",
        asked.rego if asked is not None else (),
        options.compliance,
        options.ignore_policy.checked if options.ignore_policy is not None else None,
        opa,
    )


def accepted_of(excuses: Excuses, inspected: Inspected) -> Accepted:
    """What ``excuses`` say that may be about the image; hubs are asked now, they may say something else tomorrow."""
    vex = excuses.vex
    statements = heard(vex, inspected.info, inspected.inventory.packages) if vex is not None else ()
    return Accepted(excuses.entries, statements, excuses.baseline)


def digest_of(report: Report, gate: Gate) -> str:
    """SHA-256 (hex) of the JSON report as a scan with ``gate`` writes it."""
    from scantling.report.json import encode

    return hashlib.sha256(encode(replace(report, findings=select(report.findings, gate)))).hexdigest()


def names_in(report: Report) -> dict[str, str]:
    """What each fingerprint in the verdict stands for: "CVE-2026-1 in pkg:deb/debian/openssl@3.0"."""
    said = (*report.verdict.violations, *report.verdict.warnings)
    wanted = {print_ for one in said for print_ in one.findings}
    return {
        finding.fingerprint: f"{finding.id} in {finding.package or finding.path or 'the configuration'}"
        for finding in report.findings
        if finding.fingerprint in wanted
    }


def digests_of(record: Record) -> dict[str, str]:
    """SHA-256 (hex) of each input, under the word that ``replay`` calls it by."""
    return {
        "image": input_digest(record.inspected),
        "database": record.database,
        "policy": input_digest(record.rules),
        "exceptions": input_digest(record.accepted),
    }


def encode(record: Record) -> bytes:
    """The file: what is recorded, and its digests. Equal records give equal bytes."""
    import msgspec

    body = msgspec.json.encode(record, order="sorted")
    said = {
        "scantling_record": VERSION,
        "digest": hashlib.sha256(body).hexdigest(),
        "inputs": digests_of(record),
        "record": msgspec.Raw(body),
    }
    return msgspec.json.encode(said) + b"\n"


def read_record(path: Path) -> Record:
    """The record in ``path``. Raises ``UsageError`` for a file that is none, was changed, or is of another version."""
    import msgspec

    data = read_bounded(path, limits.RECORD_BYTES, "cannot read the record")
    where = str(path)
    if len(data) > limits.RECORD_BYTES:
        raise UsageError(f"the record is larger than {limits.RECORD_BYTES} bytes", where=where, hint=_HINT)
    try:
        outer = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
        version = msgspec.json.decode(outer["scantling_record"], type=int)
        if version != VERSION:
            raise UsageError(
                f"the record has version {version}, this program reads {VERSION}",
                where=where,
                hint="replay it with the version of scantling that wrote it",
            )
        body = bytes(outer["record"])
        if msgspec.json.decode(outer["digest"], type=str) != hashlib.sha256(body).hexdigest():
            raise UsageError("the record was changed after it was written: its digest is another", where=where)
        return msgspec.json.decode(body, type=Record, strict=True)
    except (msgspec.MsgspecError, KeyError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"not a record of a scan: {error}", where=where, hint=_HINT) from None


def input_digest(value: Any) -> str:
    """SHA-256 (hex) of one input, as a record holds it."""
    import msgspec

    return hashlib.sha256(msgspec.json.encode(value, order="sorted")).hexdigest()


def _public(info: ImageInfo) -> ImageInfo:
    """``info`` without what no report shows: values of variables, instructions that made no layer, annotations."""
    config = info.config
    names = tuple(sorted({f"{item.partition('=')[0]}=" for item in config.env}))
    return replace(info, config=replace(config, env=names, history=()), annotations=(), materials=())


def _rows(options: ScanOptions, report: Report) -> Mapping[str, Seen]:
    """The history's rows that the verdict depends on: the file has them already."""
    counts = (options.policies is not None and options.policies.needs_history()) or any(
        pack.needs_history() for pack in options.compliance
    )
    history: Known = options.history
    return dict(sorted(seen_in(history, report.findings, options.now).items())) if counts else {}
