"""The whole way from a target to a report. The only file that knows the order of the stages."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from scantling.analyze import dispatch, runner
from scantling.analyze.catalog import ANALYZERS
from scantling.analyze.merge import merge
from scantling.enrich.catalog import Enriched, enrich
from scantling.enrich.eol import UNKNOWN
from scantling.match.match import match
from scantling.model.coverage import Gap
from scantling.model.image import ImageInfo
from scantling.model.package import Inventory
from scantling.model.report import Report
from scantling.policy.evaluate import evaluate
from scantling.source.catalog import open_target
from scantling.source.target import parse_target
from scantling.store.cache import LayerCache

from .assemble import assemble
from .database import open_for
from .options import Progress, ScanOptions, no_progress
from .read_layers import LayerReading, read_layers

if TYPE_CHECKING:
    from scantling.db.open import Database


def scan(target: str, options: ScanOptions | None = None, progress: Progress = no_progress) -> Report:
    """Scan ``target`` (as the command line names it: "oci:DIR", "docker:NAME", "registry/name:tag" ...) and judge it.

    The report holds every finding and package; ``policy.gate.select`` is what the command line's filters do to it.

    Raises ``UsageError`` (exit 2), ``Unscannable`` (3) and ``DatabaseUnusable`` (5); everything less is in the
    report as a ``Gap``.
    """
    options = options or ScanOptions()
    deadline = time.monotonic() + options.timeout_s
    if "vuln" not in options.scanners:
        return judge(*take_inventory(target, options, deadline, progress), None, options)
    database, gaps = open_for(options, progress)
    with database:
        info, inventory = take_inventory(target, options, deadline, progress)
        return judge(info, inventory, database, options, gaps)


def take_inventory(
    target: str, options: ScanOptions, deadline: float, progress: Progress = no_progress
) -> tuple[ImageInfo, Inventory]:
    """What ``target`` is and holds; needs no database."""
    parsed = parse_target(target)
    if parsed.transport == "sbom":
        from .from_document import inventory_of_document

        return inventory_of_document(Path(parsed.value), target, options.pkg_types, deadline)
    image = open_target(target, options.source)
    try:
        reading = LayerReading(
            dispatcher=dispatch.build(ANALYZERS),
            cache=LayerCache(options.cache_dir / "layers", runner.fingerprint(ANALYZERS))
            if options.use_cache
            else None,
            deadline=deadline,
            skip=dispatch.parse_skip(options.skip_dirs, options.skip_files),
            workers=options.workers,
            progress=progress,
        )
        layers = read_layers(image, reading)
    finally:
        image.close()
    inventory = merge(layers, options.pkg_types)
    return image.info, replace(inventory, gaps=tuple(sorted({*inventory.gaps, *image.info.gaps})))


def judge(
    info: ImageInfo,
    inventory: Inventory,
    database: Database | None,
    options: ScanOptions,
    database_gaps: tuple[Gap, ...] = (),
) -> Report:
    """Match, enrich, decide: touches no bytes of the image, so it can be repeated whenever the database changes."""
    enriched = Enriched((), (), UNKNOWN)
    gaps = inventory.gaps
    if database is not None:
        findings, match_gaps = match(inventory, database, info.repository)
        enriched = enrich(findings, info, inventory, database, options.now, timedelta(seconds=options.stale_after_s))
        gaps = tuple(sorted({*gaps, *database_gaps, *match_gaps, *enriched.gaps}))
    report = assemble(info, inventory, database, enriched, gaps, options)
    return replace(report, verdict=evaluate(report, options.gate))
