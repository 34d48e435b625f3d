"""What is no upgrade: the user, the health check, and what a person has to do."""

from __future__ import annotations

from collections.abc import Iterable

from scantling.model.finding import Finding
from scantling.model.report import Report, Verdict

from .change import BY_HAND, CONFIG, HEALTHCHECK, USER, Change

USER_RULE, HEALTH_RULE = "SCN-IMG-001", "SCN-IMG-003"
NOBODY = "65532:65532"
# by the package that brings an interpreter: how it connects to a port
_PROBES = (
    ("node", "node -e \"require('net').connect({port},'127.0.0.1').on('connect',()=>process.exit(0))"
             ".on('error',()=>process.exit(1))\""),
    ("python", "python3 -c \"import socket; socket.create_connection(('127.0.0.1', {port}), 3)\""),
    ("busybox", "nc -z 127.0.0.1 {port}"),
)  # fmt: skip
_WORDS = {
    "secret": "revoke it, then build without it: what a later layer deletes is still in the image",
    "malware": "remove it, and find out how it came into the build",
    "eol": "move to a supported release",
    "integrity": "install it from a package, or reinstall the package",
}


def changes(report: Report, findings: Iterable[Finding], verdict: Verdict) -> tuple[Change, ...]:
    """The user and the health check where a finding or a rule of a policy asks for them; then one change for each
    place or package with findings that no upgrade takes away."""
    findings = tuple(findings)
    rules = {violation.rule for violation in verdict.violations}
    found: list[Change] = []
    users = tuple(sorted(finding.fingerprint for finding in findings if finding.id == USER_RULE))
    if users or "user" in rules:
        note = "what the program writes has to belong to that user"
        found.append(Change(kind=USER, name="USER", version=NOBODY, clears=users, advice=f"USER {NOBODY}",
                            notes=(note,)))  # fmt: skip
    checks = tuple(sorted(finding.fingerprint for finding in findings if finding.id == HEALTH_RULE))
    if checks or "healthcheck" in rules:
        found.append(_health(report, checks))
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        if finding.id in {USER_RULE, HEALTH_RULE} or finding.kind in {"vulnerability", "outdated", "license"}:
            continue
        name = (finding.path or finding.package or finding.title) if finding.kind != "misconfig" else finding.id
        groups.setdefault((finding.kind, name, finding.id if finding.kind == "misconfig" else ""), []).append(finding)
    for (kind, name, _), members in groups.items():
        first = members[0]
        advice = (first.remediation if kind in {"misconfig", "eol", "malware"} else "") or _WORDS.get(kind, "")
        clears = tuple(sorted(finding.fingerprint for finding in members))
        found.append(
            Change(
                kind=CONFIG if kind == "misconfig" else BY_HAND,
                name=name,
                type=kind,
                files=tuple(sorted({finding.path for finding in members if finding.path})),
                clears=clears,
                advice=advice or first.title,
            )
        )
    return tuple(found)


def _health(report: Report, clears: tuple[str, ...]) -> Change:
    ports = [text.partition("/")[0] for text in report.target.config.exposed_ports if not text.endswith("/udp")]
    port = next((text for text in ports if text.isdecimal()), "")
    probe = next((probe for name, probe in _PROBES if _has(report, name)), "")
    if not port or not probe:
        advice = "add HEALTHCHECK with a command that asks the service itself"
        return Change(kind=BY_HAND, name="HEALTHCHECK", type="healthcheck", clears=clears, advice=advice)
    line = f"HEALTHCHECK CMD {probe.format(port=port)}"
    note = "it tells that the port answers; asking the service itself tells more"
    return Change(kind=HEALTHCHECK, name="HEALTHCHECK", version=line, clears=clears, advice=line, notes=(note,))


def _has(report: Report, program: str) -> bool:
    """Whether an interpreter is in the image: a distribution's package, or the maker's own build of it."""
    for package in report.packages:
        name = package.name.lower()
        if package.type in {"deb", "apk", "rpm", "generic", "docker"}:
            if name == program or (program != "busybox" and name.startswith((f"{program}3-minimal", f"{program}3."))):
                return True
            if program == "node" and name == "nodejs":
                return True
    return False
