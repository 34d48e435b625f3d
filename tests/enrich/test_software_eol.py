"""Runtimes and frameworks past their support; dates as endoflife.date gives them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scantling.enrich.software_eol import software_eol
from scantling.model.advisory import EolCycle
from scantling.model.package import Location, Package

NOW = datetime(2026, 11, 23, tzinfo=UTC)
CYCLES = {
    "python": ("3.14 2030-10-31", "3.13 2029-10-31", "3.9 2025-10-31", "3.7 2023-06-27"),
    "nodejs": ("26 2029-04-30", "24 2028-04-30", "14 2023-04-30"),
    "openssl": ("4.0 2027-05-14", "1.1.1 2023-09-11", "1.0.2 2019-12-31"),
    "eclipse-temurin": ("21 2029-12-31", "8 2026-11-22"),
    "go": ("1.27 ", "1.22 2025-02-11"),
    "django": ("5.2 2028-04-30", "3.2 2024-04-01"),
    "dotnet": ("10 2028-11-14", "6 2024-11-12"),
    "apache-http-server": ("2.4 ", "2.2 2017-07-11"),
}


class Data:
    def eol(self, product: str) -> tuple[EolCycle, ...]:
        return tuple(
            EolCycle(product, cycle, eol=eol, is_eol=None if eol else False, latest="x")
            for cycle, eol in (text.split(" ") for text in CYCLES.get(product, ()))
        )


def package(type_: str, name: str, version: str, **more: object) -> Package:
    fields = {"purl": f"pkg:{type_}/{name}@{version}", "locations": (Location("opt/x", "sha256:1"),)} | more
    return Package(name=name, version=version, type=type_, **fields)  # type: ignore[arg-type]


def ended(*packages: Package) -> list[str]:
    return [finding.title for finding in software_eol(packages, Data(), "shop/api", NOW)]


@pytest.mark.parametrize(
    ("type_", "name", "version", "cycle"),
    [
        ("generic", "python", "3.7.17", "Python 3.7 ended on 2023-06-27"),
        ("generic", "node", "14.21.3", "Node.js 14 ended on 2023-04-30"),
        ("generic", "openssl", "1.1.1w", "OpenSSL 1.1.1 ended on 2023-09-11"),
        ("generic", "openssl", "1.0.2zh", "OpenSSL 1.0.2 ended on 2019-12-31"),
        ("generic", "temurin", "1.8.0_392", "Eclipse Temurin 8 ended on 2026-11-22"),
        ("golang", "stdlib", "1.22.3", "Go 1.22 ended on 2025-02-11"),
        ("pypi", "Django", "3.2.19", "Django 3.2 ended on 2024-04-01"),
        ("nuget", "Microsoft.NETCore.App.Runtime.linux-x64", "6.0.25", ".NET 6 ended on 2024-11-12"),
        ("generic", "httpd", "2.2.34", "Apache HTTP Server 2.2 ended on 2017-07-11"),
    ],
)
def test_a_cycle_that_has_ended(type_: str, name: str, version: str, cycle: str) -> None:
    assert ended(package(type_, name, version)) == [f"Security support of {cycle}"]


@pytest.mark.parametrize(
    ("type_", "name", "version"),
    [
        ("generic", "python", "3.13.1"),
        ("generic", "python", "3.70.1"),  # no such cycle is known: nothing is said
        ("generic", "httpd", "2.4.58"),
        ("generic", "curl", "7.1.0"),  # no product that is certain
        ("generic", "openssl", "4.0.0"),
        ("pypi", "flask", "0.12"),
        ("deb", "python3.7", "3.7.3-2"),  # the distribution supports what it packages
    ],
)
def test_nothing_is_said_of_what_is_supported_or_not_certain(type_: str, name: str, version: str) -> None:
    assert ended(package(type_, name, version)) == []


def test_what_a_distribution_brought_and_what_is_for_development_is_left_out() -> None:
    assert ended(package("pypi", "django", "3.2", os_owned=True), package("pypi", "django", "3.2", is_dev=True)) == []


def test_the_finding_says_where_and_what_to_move_to() -> None:
    (finding,) = software_eol([package("generic", "python", "3.7.17")], Data(), "shop/api", NOW)
    assert (finding.kind, finding.id, finding.severity, finding.path) == ("eol", "EOL-python-3.7", "MEDIUM", "opt/x")
    assert finding.remediation == "Move to Python 3.14 or another supported release"
    assert finding.package == "pkg:generic/python@3.7.17" and finding.diff_id == "sha256:1"
