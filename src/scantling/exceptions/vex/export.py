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
    """The exceptions that count for vulnerabilities of ``report``. One with a justification says "not_affected"; any
    other accepts a risk that is there, so it says "affected", with its reason as the action statement (OpenVEX 0.2.0,
    "Status labels": that a risk was accepted makes nobody unaffected, and other tools must not hide it)."""
    bare = [finding for finding in report.findings if finding.is_advised]
    _, used = apply(bare, entries, repository, now.date())
    by_print: dict[str, Finding] = {finding.fingerprint: finding for finding in bare}
    statements = [
        _statement(by_print[fingerprint], use.entry, now)
        for use in used
        for fingerprint in use.fits
        if use.counted and by_print[fingerprint].package is not None
    ]
    statements.sort(key=lambda one: (one["vulnerability"]["name"], one["products"][0]["@id"]))
    body: dict[str, Any] = {"author": "scantling", "timestamp": iso(now), "version": 1, "statements": statements}
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    return json.dumps({"@context": _CONTEXT, "@id": f"urn:scantling:vex:{digest}", **body}, indent=2).encode() + b"\n"


def _statement(finding: Finding, entry: Entry, now: datetime) -> dict[str, Any]:
    who = f"accepted by {entry.owner}" if entry.owner else "accepted"
    until = f" until {entry.expires}" if entry.expires is not None else ""
    reason = entry.reason or "no reason given"
    said = (
        {"status": "not_affected", "justification": entry.justification, "impact_statement": f"{reason} ({who})"}
        if entry.justification
        else {"status": "affected", "action_statement": f"{who}{until}: {reason}"}
    )
    return {
        "vulnerability": {"name": finding.id} | ({"aliases": list(finding.aliases)} if finding.aliases else {}),
        "timestamp": iso(now),
        "products": [{"@id": finding.package, "identifiers": {"purl": finding.package}}],
        **said,
    }
