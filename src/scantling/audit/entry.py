"""What a record of the trail says of one scan: who, when, what, judged with which data and rules, and how it ended."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scantling.guard.display import printable
from scantling.model.errors import ScantlingError
from scantling.model.finding import by_severity
from scantling.model.moment import iso
from scantling.model.report import Report
from scantling.report.json import encode

from .who import who

if TYPE_CHECKING:
    from scantling.policy.asked import Asked
    from scantling.policy.gate import Gate

_VERSION = 1
_CHARS = 1_000
# a name and password written into a target by mistake; a digest is none
_LOGIN = re.compile(r"(^|//)[^/@\s]+:[^/@\s]+@(?!sha[0-9]+:)")
_POLICIES = 100  # named one by one; the digest covers all


def began(command: str, environ: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """What every record begins with. ``now`` is the real clock, whatever --now says."""
    return {"version": _VERSION, "time": iso(now), "who": who(environ), "command": command}


def of_inputs(files: Iterable[tuple[str, Path]]) -> dict[str, Any]:
    """What else the verdict depends on: (kind, file) of exceptions, VEX documents and baselines, each with its digest;
    null for what is no file."""
    named = [{"kind": kind, "name": printable(str(path), 200), "sha256": _digest(path)} for kind, path in files]
    return {"inputs": named[:_POLICIES]}


def of_report(report: Report, code: int, gate: Gate, asked: Asked | None) -> dict[str, Any]:
    """How a scan ended; ``report`` is the one that was shown, and the digest that of its JSON format."""
    live = [finding for finding in report.findings if finding.suppressed is None]
    database = report.database
    return {
        "tool": f"{report.tool.name} {report.tool.version}",
        "target": {
            "reference": printable(report.target.reference, _CHARS),
            "image_digest": report.target.image_digest,
            "config_digest": report.target.config_digest,
            "platform": printable(report.target.platform, 100),
        },
        "database": None
        if database is None
        else {"digest": database.digest, "built_at": database.built_at, "age_hours": database.age_hours},
        "policy": _policy(gate, asked),
        "created_at": report.created_at,
        "status": report.status,
        "outcome": report.verdict.outcome,
        "exit_code": code,
        "findings": by_severity(finding.severity for finding in live),
        "suppressed": len(report.findings) - len(live),
        "violations": len(report.verdict.violations),
        "report_digest": f"sha256:{hashlib.sha256(encode(report)).hexdigest()}",
    }


def of_error(target: str, error: BaseException, code: int) -> dict[str, Any]:
    """How a scan ended that came to no verdict."""
    what = error.what if isinstance(error, ScantlingError) else type(error).__name__
    return {
        "target": {"reference": _LOGIN.sub(r"\1***@", printable(target, _CHARS))},
        "outcome": "error",
        "exit_code": code,
        "error": printable(what, _CHARS),
    }


def _digest(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:  # a directory, a name that is none
        return None


def _policy(gate: Gate, asked: Asked | None) -> dict[str, Any]:
    """What was asked of the image; ``digest`` stands for all of it."""
    named = []
    if asked is not None:
        named = [{"name": printable(one.name, 200), "sha256": one.digest} for one in asked.policies]
        named += [{"name": printable(one.bundle.name, 200), "sha256": one.bundle.digest} for one in asked.rego]
    stated = {
        "gate": {field.name: _plain(getattr(gate, field.name)) for field in fields(gate)},
        "environment": printable(asked.environment, 200) if asked is not None else "",
        "policies": named,
    }
    digest = hashlib.sha256(json.dumps(stated, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    return {**stated, "policies": named[:_POLICIES], "digest": f"sha256:{digest}"}


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    return value.value if isinstance(value, Enum) else value
