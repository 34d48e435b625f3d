"""The whole way from a target to a report. The only file that knows the order of the stages."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from scantling.analyze import cache_key
from scantling.analyze.inspectors import inspectors
from scantling.analyze.merge import merge
from scantling.base.origin import origins, placed, with_origins
from scantling.base.recognise import Recognised
from scantling.check import run as check
from scantling.check.check import Scene, evidence_of
from scantling.enrich.catalog import enrich, without_database
from scantling.exceptions.vex.statement import Statement
from scantling.layers.squash import squash
from scantling.match.match import match
from scantling.model.coverage import Gap
from scantling.model.evidence_licence import LicenceFacts
from scantling.model.finding import Finding
from scantling.model.image import ImageInfo
from scantling.model.package import Inventory
from scantling.model.report import Report
from scantling.policy.evaluate import evaluate
from scantling.source.catalog import open_target
from scantling.source.target import parse_target
from scantling.store.cache import LayerCache

from .assemble import assemble
from .attached import with_attached
from .base import base_of
from .database import open_for
from .excuse import excuse
from .options import Progress, ScanOptions, no_progress
from .quiet import holds_secrets, without_secrets
from .read_layers import LayerReading, read_layers

if TYPE_CHECKING:
    from scantling.analyze.dispatch import Dispatcher
    from scantling.db.open import Database


def scan(target: str, options: ScanOptions | None = None, progress: Progress = no_progress) -> Report:
    """Scan ``target`` (as the command line names it: "oci:DIR", "docker:NAME", "registry/name:tag" ...) and judge it.

    The report holds every finding and package; ``policy.gate.select`` is what the command line's filters do to it.

    Raises ``UsageError`` (exit 2), ``Unscannable`` (3) and ``DatabaseUnusable`` (5); everything less is in the
    report as a ``Gap``.
    """
    return scan_in_full(target, options or ScanOptions(), progress).report


@dataclass(frozen=True, slots=True)
class Scanned:
    """A report, and what it was made of: all that ``judge`` was given beside the database and the options."""

    report: Report
    inspected: Inspected
    database_gaps: tuple[Gap, ...] = ()


def scan_in_full(target: str, options: ScanOptions, progress: Progress = no_progress) -> Scanned:
    """``scan``, with what the report was made of."""
    deadline = time.monotonic() + options.timeout_s
    if "vuln" not in options.scanners:
        inspected = inspect(target, options, deadline, progress)
        if "malware" in options.scanners:
            from .known_malicious import with_known_malicious

            inspected = with_known_malicious(inspected, options, progress)
        return Scanned(judge(inspected, None, options), inspected)
    database, gaps = open_for(options, progress)
    with database:
        inspected = inspect(target, options, deadline, progress)
        return Scanned(judge(inspected, database, options, gaps), inspected, gaps)


def _dispatcher() -> Dispatcher:
    from scantling.analyze.catalog import ANALYZERS
    from scantling.analyze.dispatch import build

    return build(ANALYZERS)


@dataclass(frozen=True, slots=True)
class Inspected:
    """What an image is, holds, and shows by itself: all that its bytes can tell. Judged again without them."""

    info: ImageInfo
    inventory: Inventory
    findings: tuple[Finding, ...] = ()
    recognised: Recognised = field(default_factory=Recognised)
    vex: tuple[Statement, ...] = ()  # attached to it, where that was asked for


def inspect(target: str, options: ScanOptions, deadline: float, progress: Progress = no_progress) -> Inspected:
    """Read ``target``; needs no database."""
    parsed = parse_target(target)
    if parsed.transport == "sbom":
        from .from_document import inventory_of_document

        info, inventory = inventory_of_document(Path(parsed.value), target, options.pkg_types, deadline)
        scene = Scene(info, inventory, (), squash([]), licences=options.licences)
        findings, gaps = check.run(scene, options.scanners)
        gaps = tuple(sorted({*inventory.gaps, *gaps}))
        return Inspected(info, replace(inventory, gaps=gaps), findings)
    asked = inspectors(options.scanners, options.inspectors)
    image = open_target(target, options.source)
    try:
        reading = LayerReading(
            dispatcher=_dispatcher,
            cache=LayerCache(options.cache_dir / "layers", cache_key.fingerprint()) if options.use_cache else None,
            deadline=deadline,
            skip_dirs=options.skip_dirs,
            skip_files=options.skip_files,
            workers=options.workers,
            progress=progress,
            inspectors=asked,
        )
        layers = read_layers(image, reading)
        info = with_attached(image, options.policies, options.compliance)
        vex: tuple[Statement, ...] = ()
        if options.excuses.attached is not None:
            from .attached_vex import attached_vex

            vex, unread = attached_vex(image, options.excuses.attached)
            info = replace(info, gaps=(*info.gaps, *unread))
        if "malware" in options.scanners and options.inspectors.malware.clamd:
            from .signatures import signature_gaps

            info = replace(info, gaps=(*info.gaps, *signature_gaps(options.inspectors.malware, options.now)))
    finally:
        image.close()
    view = squash([layer.tree for layer in layers])
    inventory = merge(layers, options.pkg_types, view)
    if "license" in options.scanners:
        from scantling.analyze.licences import with_licences

        inventory = with_licences(inventory, evidence_of(layers, "licences", LicenceFacts), view)
    recognised = base_of(info, inventory.os, options.base, options.cache_dir, options.source)
    of_layer = origins(info, recognised.layers)
    inventory = with_origins(inventory, of_layer)
    secrets = options.inspectors.secrets
    hide = "secret" in options.scanners and holds_secrets(info, secrets, reading.cache)
    scene = Scene(info, inventory, tuple(layers), view, secrets, hide, options.licences)
    findings, gaps = check.run(scene, options.scanners)
    if hide:
        info = without_secrets(info, secrets)
    gaps = tuple(sorted({*inventory.gaps, *info.gaps, *gaps, *recognised.gaps}))
    findings = tuple(placed(finding, of_layer) for finding in findings)
    return Inspected(info, replace(inventory, gaps=gaps), findings, recognised, vex)


def judge(
    inspected: Inspected, database: Database | None, options: ScanOptions, database_gaps: tuple[Gap, ...] = ()
) -> Report:
    """Match, enrich, decide: touches no bytes of the image, so it can be repeated whenever the database changes."""
    info, inventory = inspected.info, inspected.inventory
    gaps = inventory.gaps
    if database is None:
        enriched = without_database(inspected.findings, info)
    else:
        matched, match_gaps = match(inventory, database, info.repository)
        stale_after = timedelta(seconds=options.stale_after_s)
        enriched = enrich((*matched, *inspected.findings), info, inventory, database, options.now, stale_after)
        gaps = tuple(sorted({*gaps, *database_gaps, *match_gaps, *enriched.gaps}))
    if excuses := options.excuses.also(inspected.vex):
        excused, said = excuse(enriched.findings, excuses, info, inventory.packages, options.now)
        enriched = replace(enriched, findings=excused)
        gaps = tuple(sorted({*gaps, *said}))
    report = assemble(info, inventory, database, enriched, gaps, options, inspected.recognised)
    if options.ignore_policy is not None:
        from .ignore_policy import ignore

        report = ignore(report, options.ignore_policy, options.now)
    if options.compliance:
        from .comply import complied

        report = complied(report, options.compliance, options.now, options.history)
    violations = None
    if options.policies is not None:
        from .hold import held

        report, violations = held(report, options.policies, options.now, options.history)
    return replace(report, verdict=evaluate(report, options.gate, violations))
