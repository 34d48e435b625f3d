"""A distribution release past its support, as a finding of kind ``eol``."""

from __future__ import annotations

from hashlib import sha256

from scantling.model.facts import OsRelease
from scantling.model.finding import Finding, MatchEvidence

from .eol import Support


def eol_finding(os: OsRelease, support: Support, repository: str) -> Finding:
    """HIGH, whatever else is found: from its last day on, every new hole in it stays open."""
    name = os.pretty_name or f"{os.id} {os.version_id}"
    identity = f"EOL-{support.product}-{support.cycle}"
    since = f" on {support.date}" if support.date else ""
    return Finding(
        fingerprint=sha256(f"{identity}|{repository}".encode()).hexdigest(),
        kind="eol",
        id=identity,
        title=f"Security support of {name} ended{since}",
        severity="HIGH",
        severity_source="endoflife.date",
        installed_version=os.version_id,
        status="end_of_life",
        path="etc/os-release",
        remediation=f"Build from a supported release of {os.id}",
        references=(f"https://endoflife.date/{support.product}",),
        match=MatchEvidence("endoflife.date", f"support ended{since}" if since else "support ended"),
    )
