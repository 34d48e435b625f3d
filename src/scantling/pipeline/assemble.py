"""Puts what the stages found into the report's shape. Computes nothing of its own."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from scantling import __version__
from scantling.base.origin import origins
from scantling.base.recognise import Recognised
from scantling.licence.expression import normalised
from scantling.model.coverage import Gap
from scantling.model.coverage_statement import CoverageStatement
from scantling.model.image import ImageConfig, ImageInfo
from scantling.model.moment import iso, parse
from scantling.model.package import Inventory, Package
from scantling.model.report import (
    SCHEMA_VERSION,
    DatabaseInfo,
    Report,
    ReportConfig,
    ReportLayer,
    ReportOs,
    ReportPackage,
    Target,
    Tool,
    Verdict,
)

from .options import ScanOptions

if TYPE_CHECKING:
    from scantling.db.open import Database
    from scantling.enrich.catalog import Enriched


def assemble(
    info: ImageInfo,
    inventory: Inventory,
    database: Database | None,
    enriched: Enriched,
    gaps: tuple[Gap, ...],
    options: ScanOptions,
    recognised: Recognised,
) -> Report:
    """The report without its verdict."""
    return Report(
        schema_version=SCHEMA_VERSION,
        tool=Tool("scantling", __version__),
        created_at=iso(options.now),
        status="incomplete" if any(gap.blocks for gap in gaps) else "complete",
        target=_target(info, inventory, enriched, recognised),
        database=None if database is None else _database(database, options.now),
        gaps=gaps,
        coverage=_coverage(inventory, enriched),
        scanners=tuple(sorted(options.scanners)),
        packages=tuple(map(_package, inventory.packages)),
        findings=enriched.findings,
        verdict=Verdict("not_asked"),
    )


def _coverage(inventory: Inventory, enriched: Enriched) -> CoverageStatement:
    seen = inventory.seen
    eol = enriched.support.eol
    known = "unknown" if eol is None else "end_of_life" if eol else "supported"
    return CoverageStatement(
        binaries=None if seen is None else seen.binaries,
        scripts=None if seen is None else seen.scripts,
        lock_files=None if seen is None else seen.lock_files,
        distribution="none" if inventory.os is None else known,
        feeds=enriched.feeds,
    )


def _target(info: ImageInfo, inventory: Inventory, enriched: Enriched, recognised: Recognised) -> Target:
    os = inventory.os
    support = enriched.support
    of_layer = origins(info, recognised.layers)
    return Target(
        reference=info.reference,
        kind=info.kind,
        image_digest=info.image_digest,
        config_digest=info.config_digest,
        platform=info.platform,
        os=None if os is None else ReportOs(os.id, os.version_id, os.pretty_name, support.eol, support.date or None),
        config=_config(info.config),
        layers=tuple(
            ReportLayer(layer.diff_id, layer.digest, layer.size, layer.created_by, of_layer.get(layer.diff_id))
            for layer in info.layers
        ),
        base=recognised.base,
        repository=info.repository,
        attached=info.attached,
    )


def _config(config: ImageConfig) -> ReportConfig:
    # names of environment variables only: their values may be secrets
    return ReportConfig(
        user=config.user,
        entrypoint=config.entrypoint,
        cmd=config.cmd,
        env_names=tuple(sorted({item.split("=", 1)[0] for item in config.env})),
        exposed_ports=tuple(sorted(config.exposed_ports)),
        healthcheck=config.healthcheck,
        labels=dict(sorted(config.labels)),
        created=config.created,
    )


def _database(database: Database, now: datetime) -> DatabaseInfo:
    meta = database.meta
    built = parse(meta.built_at)
    assert built is not None  # a database that does not say when it was built is not opened
    age = round((now - built).total_seconds() / 3600, 1)
    return DatabaseInfo(meta.built_at, meta.digest, age, meta.sources, meta.demo)


def _package(package: Package) -> ReportPackage:
    return ReportPackage(
        purl=package.purl,
        name=package.name,
        version=package.version,
        type=package.type,
        source=package.source,
        licenses=tuple(sorted({normalised(text) for text in package.licenses})),
        locations=package.locations,
        from_base=package.from_base,
        direct=package.direct,
        dependency_path=package.dependency_path,
        used_at_runtime=package.used_at_runtime,
        os_owned=package.os_owned,
        is_dev=package.is_dev,
        depends_on=package.depends_on,
    )
