"""The report: everything a reporter may print, in the shape of the JSON report (schema version 1).

Field names and order *are* the JSON: ``report.json`` encodes these classes as they stand.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .advisory import SourceStatus
from .compliance import ComplianceResult
from .coverage import Gap
from .coverage_statement import CoverageStatement
from .finding import Finding
from .package import Location, Source

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Tool:
    name: str
    version: str


@dataclass(frozen=True, slots=True)
class ReportOs:
    """``eol`` is None when no end-of-life date is known for the release."""

    id: str
    version_id: str
    pretty_name: str
    eol: bool | None
    eol_date: str | None


@dataclass(frozen=True, slots=True)
class ReportConfig:
    user: str
    entrypoint: tuple[str, ...]
    cmd: tuple[str, ...]
    env_names: tuple[str, ...]
    exposed_ports: tuple[str, ...]
    healthcheck: tuple[str, ...] | None
    labels: dict[str, str]
    created: str


@dataclass(frozen=True, slots=True)
class ReportLayer:
    diff_id: str
    digest: str
    size: int
    created_by: str
    from_base: bool | None


@dataclass(frozen=True, slots=True)
class ReportBase:
    """``source`` is the witness, by trust: "layers", "annotation", "provenance", "dockerfile", "history" or "os".
    ``layers`` is how many of the lowest layers are the base's, ``newest`` the digest that its tag points to now (""
    not asked)."""

    name: str
    tag: str
    digest: str
    evidence: str
    created: str
    behind: bool | None
    source: str = field(default="", kw_only=True)
    layers: int | None = field(default=None, kw_only=True)
    newest: str = field(default="", kw_only=True)

    @property
    def reference(self) -> str:
        """The name with its tag as people write it, "" without a name."""
        return f"{self.name}:{self.tag}" if self.name and self.tag else self.name


@dataclass(frozen=True, slots=True)
class Target:
    """``repository`` is the image's name without tag or digest, part of every finding's identity. ``attached`` says
    which of "signature" and "sbom" lie beside it, None where nobody looked or could."""

    reference: str
    kind: str
    image_digest: str
    config_digest: str
    platform: str
    os: ReportOs | None
    config: ReportConfig
    layers: tuple[ReportLayer, ...]
    base: ReportBase | None
    repository: str = ""
    attached: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class DatabaseInfo:
    """``digest`` is the database file's SHA-256; ``age_hours`` counts from ``built_at`` to the report's clock."""

    built_at: str
    digest: str
    age_hours: float
    sources: tuple[SourceStatus, ...]
    demo: bool = False


@dataclass(frozen=True, slots=True)
class ReportPackage:
    """``direct``, ``dependency_path`` (purls) and ``depends_on`` (purls) are as in ``model.package.Package``."""

    purl: str
    name: str
    version: str
    type: str
    source: Source | None
    licenses: tuple[str, ...]
    locations: tuple[Location, ...]
    from_base: bool | None
    direct: bool | None
    dependency_path: tuple[str, ...]
    used_at_runtime: bool | None
    os_owned: bool
    is_dev: bool
    depends_on: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that does not hold. ``severity`` is "deny" or "warn", ``findings`` fingerprints, ``due`` an ISO date.
    ``policy`` names the policy whose rule it is, "" where the command line asked for it."""

    rule: str
    severity: str
    message: str
    findings: tuple[str, ...] = ()
    remediation: str = ""
    docs_url: str = ""
    due: str | None = None
    policy: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``outcome`` is "pass", "fail" or "not_asked"."""

    outcome: str
    violations: tuple[Violation, ...] = ()
    warnings: tuple[Violation, ...] = ()
    suppressed_count: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """``status`` is "complete" only when no gap blocks. Every sequence is sorted; same inputs, same bytes.
    ``scanners`` are the words of ``--scanners`` that were asked for: what nobody looked for is not absent.
    ``priority_weights`` are the terms of priorities whose points a policy changed (``model.weights``)."""

    schema_version: int
    tool: Tool
    created_at: str
    status: str
    target: Target
    database: DatabaseInfo | None
    gaps: tuple[Gap, ...]
    coverage: CoverageStatement = field(default=CoverageStatement(), kw_only=True)
    scanners: tuple[str, ...] = field(default=(), kw_only=True)
    packages: tuple[ReportPackage, ...]
    findings: tuple[Finding, ...]
    compliance: tuple[ComplianceResult, ...] = field(default=(), kw_only=True)
    priority_weights: dict[str, int] = field(default_factory=dict, kw_only=True)
    verdict: Verdict
