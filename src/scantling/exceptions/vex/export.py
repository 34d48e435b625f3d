"""Exceptions as an OpenVEX 0.2.0 document, so that they travel with the image and other tools honour them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from scantling.model.finding import Finding
from scantling.model.moment import iso
from scantling.model.report import Report

from ..apply import apply
from ..entry import Entry

_CONTEXT = "https://openvex.dev/ns/v0.2.0"


def export(report: Report, entries: Sequence[Entry], repository: str, now: datetime) -> bytes:
    """The exceptions that count for vulnerabilities of ``report``. Each says "not affected" with the entry's reason as
    its impact statement: which of OpenVEX's five justifications applies, no exception says."""
    bare = [finding for finding in report.findings if finding.is_advised]
    _, used = apply(bare, entries, repository, now.date())
    by_print: dict[str, Finding] = {finding.fingerprint: finding for finding in bare}
    statements: list[dict[str, Any]] = []
    for use in used:
        if not use.counted:
            continue
        for fingerprint in use.fits:
            finding = by_print[fingerprint]
            if finding.package is None:
                continue
            names: dict[str, Any] = {"name": finding.id}
            if finding.aliases:
                names["aliases"] = list(finding.aliases)
            owner = f" (accepted by {use.entry.owner})" if use.entry.owner else ""
            statements.append(
                {
                    "vulnerability": {
                        "name": finding.id,
                        **({"aliases": list(finding.aliases)} if finding.aliases else {}),
                    },
                    "timestamp": iso(now),
                    "products": [{"@id": finding.package, "identifiers": {"purl": finding.package}}],
                    "status": "not_affected",
                    "impact_statement": f"{use.entry.reason or 'accepted'}{owner}",
                }
            )
    statements.sort(key=lambda one: (one["vulnerability"]["name"], one["products"][0]["@id"]))
    body: dict[str, Any] = {"author": "scantling", "timestamp": iso(now), "version": 1, "statements": statements}
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    return json.dumps({"@context": _CONTEXT, "@id": f"urn:scantling:vex:{digest}", **body}, indent=2).encode() + b"\n"
