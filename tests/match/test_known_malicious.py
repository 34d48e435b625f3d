"""Packages that OSV's malicious-package advisories ("MAL-...") name."""

from __future__ import annotations

from dataclasses import replace

from scantling.match.match import match
from scantling.model.advisory import Advisory, Range, SourceStatus, Vulnerability
from scantling.model.finding import Finding
from scantling.model.package import Inventory, Package
from scantling.policy.gate import Gate, counted, select


class Shelf:
    """A database that knows one package."""

    def __init__(self, advisories: tuple[Advisory, ...], said: tuple[Vulnerability, ...] = ()) -> None:
        self.rows, self.said = advisories, {one.id: one for one in said}

    def advisories(self, ecosystem: str, name: str) -> tuple[Advisory, ...]:
        return self.rows

    def vulnerability(self, id: str) -> Vulnerability | None:
        return self.said.get(id)

    def covers(self, ecosystem: str) -> SourceStatus:
        return SourceStatus("osv-npm", "2026-11-01T00:00:00Z", 1)


def chalk(version: str = "5.6.1") -> Package:
    return Package(purl=f"pkg:npm/chalk@{version}", name="chalk", version=version, type="npm", ecosystem="npm")


MALICIOUS = Advisory(
    id="MAL-2025-46969", feed="osv-npm", scheme="semver", versions=("5.6.1",), severity="CRITICAL",
    note="malicious package",
)  # fmt: skip
REVIEWED = Advisory(id="GHSA-2v46-p5h4-248w", feed="osv-npm", scheme="semver", versions=("5.6.1",), severity="HIGH")


def found(shelf: Shelf, package: Package) -> list[Finding]:
    findings, _ = match(Inventory(None, (package,)), shelf, "shop/api")
    return list(findings)


def test_it_is_malware_and_critical() -> None:
    (finding,) = found(Shelf((MALICIOUS,)), chalk())
    assert (finding.kind, finding.severity, finding.id) == ("malware", "CRITICAL", "MAL-2025-46969")
    assert finding.remediation.startswith("Remove chalk 5.6.1, known to be malicious, and revoke every secret")
    assert finding.is_advised


def test_the_honest_versions_are_no_finding() -> None:
    assert found(Shelf((MALICIOUS,)), chalk("5.6.0")) == []


def test_a_ghsa_that_names_the_same_is_one_finding_and_malware() -> None:
    said = Vulnerability(id=MALICIOUS.id, aliases=(REVIEWED.id,))
    (finding,) = found(Shelf((MALICIOUS, REVIEWED), (said,)), chalk())
    assert (finding.id, finding.aliases, finding.kind) == (REVIEWED.id, (MALICIOUS.id,), "malware")
    assert finding.severity == "CRITICAL"


def test_a_ghsa_alone_that_only_says_its_alias_is_malware_too() -> None:
    said = Vulnerability(id=REVIEWED.id, aliases=(MALICIOUS.id,))
    (finding,) = found(Shelf((REVIEWED,), (said,)), chalk())
    assert finding.kind == "malware"


def test_the_first_honest_version_is_named_where_the_advisory_has_one() -> None:
    ended = replace(MALICIOUS, versions=(), ranges=(Range("5.6.1", "5.6.2"),))
    (finding,) = found(Shelf((ended,)), chalk())
    assert "known to be malicious (5.6.2 is not)" in finding.remediation


def test_an_ordinary_advisory_stays_a_vulnerability() -> None:
    (finding,) = found(Shelf((REVIEWED,)), chalk())
    assert finding.kind == "vulnerability" and finding.is_advised


def test_a_gate_on_vulnerabilities_counts_it_whether_or_not_it_has_a_fix() -> None:
    (finding,) = found(Shelf((MALICIOUS,)), chalk())
    gate = Gate(ignore_unfixed=True, ignore_status=frozenset({"affected"}), kinds=frozenset({"vulnerability"}))
    assert counted((finding,), gate) == select((finding,), gate) == (finding,)
    assert counted((finding,), Gate(kinds=frozenset({"malware"}))) == (finding,)
    assert counted((finding,), Gate(kinds=frozenset({"secret"}))) == ()


def test_a_file_that_a_rule_calls_malware_is_no_vulnerability() -> None:
    file = Finding(fingerprint="a", kind="malware", id="SCN-MAL-001", path="opt/eicar")
    assert not file.is_advised
    assert counted((file,), Gate(kinds=frozenset({"vulnerability"}))) == ()
