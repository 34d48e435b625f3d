"""An inventory and a database into findings and gaps: each rule of matching on the smallest example of it."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from scantling.match.match import match
from scantling.model.advisory import Advisory, Cvss, Range, SourceStatus, Vulnerability
from scantling.model.coverage import Gap
from scantling.model.finding import Finding
from scantling.model.package import Inventory, Location, Package, Source

STATUS = SourceStatus("test", "2026-11-01T00:00:00Z", 1)


class Shelf:
    """A database of a few rows."""

    def __init__(
        self, rows: dict[tuple[str, str], list[Advisory]], said: tuple[Vulnerability, ...] = (), *, more: str = ""
    ) -> None:
        self.rows = rows
        self.said = {one.id: one for one in said}
        self.covered = {ecosystem for ecosystem, _ in rows} | set(more.split())

    def advisories(self, ecosystem: str, name: str) -> tuple[Advisory, ...]:
        return tuple(self.rows.get((ecosystem, name), ()))

    def vulnerability(self, id: str) -> Vulnerability | None:
        return self.said.get(id)

    def covers(self, ecosystem: str) -> SourceStatus | None:
        return STATUS if ecosystem in self.covered else None


def deb(name: str = "libssl3", version: str = "3.0.11-1~deb12u2", source: Source | None = None) -> Package:
    return Package(
        purl=f"pkg:deb/debian/{name}@{version}?arch=amd64&distro=debian-12", name=name, version=version, type="deb",
        ecosystem="debian:12", arch="amd64", source=source,
        locations=(Location("var/lib/dpkg/status", "sha256:aa"),),
    )  # fmt: skip


def library(type_: str, name: str, version: str) -> Package:
    return Package(purl=f"pkg:{type_}/{name}@{version}", name=name, version=version, type=type_, ecosystem=type_)


def rpm(name: str, version: str, module: str = "", arch: str = "x86_64") -> Package:
    return Package(
        purl=f"pkg:rpm/redhat/{name}@{version}", name=name, version=version, type="rpm", ecosystem="rhel:9",
        arch=arch, module=module,
    )  # fmt: skip


def found(shelf: Shelf, *packages: Package) -> tuple[Finding, ...]:
    findings, gaps = match(Inventory(None, packages), shelf, "library/demo")
    assert gaps == ()
    return findings


def advise(id: str, scheme: str, fixed: str = "", **more: object) -> Advisory:
    fields: dict[str, object] = {"id": id, "feed": "test", "scheme": scheme, "ranges": (Range("", fixed),), **more}
    return Advisory(**fields)  # type: ignore[arg-type]


# --- which name and version is asked for ------------------------------------------------------------------------


def test_debian_goes_by_source_package_and_its_version() -> None:
    shelf = Shelf({("debian:12", "openssl"): [advise("CVE-2024-1", "deb", "3.0.11-1", feed="debian")]})
    binary = deb("libssl3", "3.0.10-1+b1", Source("openssl", "3.0.10-1"))
    (finding,) = found(shelf, binary)
    assert finding.id == "CVE-2024-1"
    assert finding.installed_version == "3.0.10-1+b1"
    assert finding.fixed_versions == ("3.0.11-1",)
    assert finding.remediation == "Upgrade libssl3 to 3.0.11-1"
    assert (finding.path, finding.diff_id) == ("var/lib/dpkg/status", "sha256:aa")
    assert found(shelf, replace(binary, source=Source("openssl", "3.0.11-1"))) == ()


def test_pypi_names_are_folded() -> None:
    shelf = Shelf({("pypi", "zope-interface"): [advise("CVE-2024-1", "pep440", "5.0")]})
    assert len(found(shelf, library("pypi", "Zope.Interface", "4.9"))) == 1


def test_rpm_goes_by_binary_package_epoch_and_architecture() -> None:
    shelf = Shelf({("rhel:9", "bind-libs"): [advise("CVE-2024-1", "rpm", "32:9.16.23-14.el9", arches=("x86_64",))]})
    assert len(found(shelf, rpm("bind-libs", "32:9.16.23-1.el9"))) == 1
    assert len(found(shelf, rpm("bind-libs", "9.18.0-1.el9"))) == 1  # no epoch is epoch 0
    assert found(shelf, rpm("bind-libs", "33:1.0-1.el9")) == ()
    assert found(shelf, rpm("bind-libs", "32:9.16.23-1.el9", arch="s390x")) == ()


def test_module_streams_do_not_judge_each_other() -> None:
    rows = [
        advise("CVE-2024-18", "rpm", "1:18.20-1.module+el9", module="nodejs:18"),
        advise("CVE-2024-20", "rpm", "1:20.12-1.module+el9", module="nodejs:20"),
        advise("CVE-2024-16", "rpm", "1:16.20-1.el9"),
    ]
    shelf = Shelf({("rhel:9", "nodejs"): rows})
    ids = lambda package: [(finding.id, finding.status) for finding in found(shelf, package)]  # noqa: E731
    assert ids(rpm("nodejs", "1:18.1-1.module+el9", "nodejs:18:9030020231:rhel9")) == [("CVE-2024-18", "fixed")]
    assert ids(rpm("nodejs", "1:16.1-1.el9")) == [("CVE-2024-16", "fixed")]
    lost_label = rpm("nodejs", "1:18.1-1.module+el9")
    assert ids(lost_label) == [("CVE-2024-18", "unverified"), ("CVE-2024-20", "unverified")]


# --- status -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stated", "fixed", "status", "advice"),
    [
        ("fixed", "9.9", "fixed", "Upgrade libssl3 to 9.9"),
        ("affected", "9.9", "fixed", "Upgrade libssl3 to 9.9"),
        ("affected", "", "affected", "No fixed version of libssl3 is known yet"),
        ("fixed", "", "affected", "No fixed version of libssl3 is known yet"),
        ("will_not_fix", "", "will_not_fix", "test will not fix this in libssl3"),
        ("fix_deferred", "", "fix_deferred", "test has put the fix of libssl3 off"),
        ("end_of_life", "", "end_of_life", "test no longer maintains libssl3 here"),
        ("under_investigation", "", "under_investigation", "test is still looking into this"),
    ],
)
def test_status(stated: str, fixed: str, status: str, advice: str) -> None:
    shelf = Shelf({("debian:12", "libssl3"): [advise("CVE-2024-1", "deb", fixed, status=stated)]})
    finding = next(one for one in found(shelf, deb()) if one.kind == "vulnerability")
    assert finding.status == status
    assert finding.remediation.startswith(advice)


def test_a_feeds_reason_is_passed_on() -> None:
    row = advise("CVE-2024-1", "deb", status="will_not_fix", note="Minor issue")
    (finding,) = found(Shelf({("debian:12", "libssl3"): [row]}), deb())
    assert finding.remediation.endswith("(Minor issue)")


def test_not_affected_is_no_finding_and_silences_its_own_feed_alone() -> None:
    denial = Advisory("CVE-2024-1", "ghsa", "pep440", status="not_affected")
    own = advise("GHSA-aaaa", "pep440", "2.0", feed="ghsa")
    other = advise("PYSEC-2024-1", "pep440", "2.0", feed="pypa")
    said = (Vulnerability("GHSA-aaaa", aliases=("CVE-2024-1",)), Vulnerability("PYSEC-2024-1", aliases=("CVE-2024-1",)))
    package = library("pypi", "x", "1.0")
    assert found(Shelf({("pypi", "x"): [denial, own]}, said), package) == ()
    assert len(found(Shelf({("pypi", "x"): [denial, other]}, said), package)) == 1


def test_a_version_that_cannot_be_parsed_is_an_unverified_finding() -> None:
    shelf = Shelf({("pypi", "x"): [advise("CVE-2024-1", "pep440", "2.0")]})
    (finding,) = found(shelf, library("pypi", "x", "junk"))
    assert (finding.status, finding.fixed_versions) == ("unverified", ("2.0",))
    assert "by hand" in finding.remediation


def test_an_unverified_statement_loses_to_a_definite_one_of_the_same_problem() -> None:
    said = (
        Vulnerability("GHSA-aaaa", aliases=("CVE-2024-1",)),
        Vulnerability("PYSEC-2024-1", aliases=("CVE-2024-1", "GHSA-aaaa")),
    )
    unsure = advise("GHSA-aaaa", "pep440", "junk", feed="ghsa")
    sure = advise("PYSEC-2024-1", "pep440", "2.0", feed="pypa")
    shelf = Shelf({("pypi", "x"): [unsure, sure]}, said)
    (finding,) = found(shelf, library("pypi", "x", "1.0"))
    assert (finding.status, finding.fixed_versions) == ("fixed", ("2.0",))
    assert len(found(Shelf({("pypi", "x"): [unsure]}, said), library("pypi", "x", "2.0"))) == 1


# --- identity ---------------------------------------------------------------------------------------------------


def test_aliases_fold_into_one_finding_named_by_the_cve() -> None:
    said = (
        Vulnerability("PYSEC-2024-1", aliases=("GHSA-aaaa",)),
        Vulnerability("GHSA-aaaa", aliases=("CVE-2024-1",), title="The title"),
    )
    rows = [advise("PYSEC-2024-1", "pep440", "1.5"), advise("GHSA-aaaa", "pep440", "1.4.1")]
    (finding,) = found(Shelf({("pypi", "x"): rows}, said), library("pypi", "x", "1.0"))
    assert (finding.id, finding.aliases) == ("CVE-2024-1", ("GHSA-aaaa", "PYSEC-2024-1"))
    assert finding.fixed_versions == ("1.4.1", "1.5")
    assert finding.remediation == "Upgrade x to 1.5"  # past what either of them calls affected
    assert finding.title == "The title"


def test_without_a_cve_the_ghsa_names_it_and_without_one_the_feeds_own_id() -> None:
    said = (Vulnerability("PYSEC-2024-1", aliases=("GHSA-aaaa",)),)
    (one,) = found(Shelf({("pypi", "x"): [advise("PYSEC-2024-1", "pep440")]}, said), library("pypi", "x", "1.0"))
    (other,) = found(Shelf({("pypi", "x"): [advise("PYSEC-2024-2", "pep440")]}), library("pypi", "x", "1.0"))
    assert (one.id, other.id) == ("GHSA-aaaa", "PYSEC-2024-2")


def test_an_erratum_of_several_cves_is_one_finding_for_each() -> None:
    said = (Vulnerability("RHSA-2024:1", aliases=("CVE-2024-2", "CVE-2024-1")),)
    rows = [advise("RHSA-2024:1", "rpm", "2-1"), advise("CVE-2024-2", "rpm", "2-1")]
    one, two = found(Shelf({("rhel:9", "x"): rows}, said), rpm("x", "1-1"))
    assert (one.id, one.aliases) == ("CVE-2024-1", ("RHSA-2024:1",))
    assert (two.id, two.aliases) == ("CVE-2024-2", ("RHSA-2024:1",))


def test_two_cves_are_not_joined_by_a_third_name() -> None:
    said = (
        Vulnerability("PYSEC-2024-1", aliases=("CVE-2024-1", "GHSA-aaaa")),
        Vulnerability("PYSEC-2024-2", aliases=("CVE-2024-2", "GHSA-aaaa")),
    )
    rows = [advise("PYSEC-2024-1", "pep440"), advise("PYSEC-2024-2", "pep440")]
    findings = found(Shelf({("pypi", "x"): rows}, said), library("pypi", "x", "1.0"))
    assert [finding.id for finding in findings] == ["CVE-2024-1", "CVE-2024-2"]


def test_two_advisories_of_one_id_with_one_range_each_are_one_finding() -> None:
    rows = [
        advise("GHSA-aaaa", "npm", ranges=(Range("1.0.0", "1.2.3"),)),
        advise("GHSA-aaaa", "npm", ranges=(Range("2.0.0", "2.0.5"),)),
    ]
    (finding,) = found(Shelf({("npm", "x"): rows}), library("npm", "x", "2.0.1"))
    assert finding.fixed_versions == ("2.0.5",)
    assert finding.match is not None and finding.match.range == ">=2.0.0, <2.0.5"


def test_the_fingerprint_is_its_documented_definition() -> None:
    shelf = Shelf({("debian:12", "libssl3"): [advise("CVE-2024-1", "deb")]})
    for from_base, origin in ((None, "unknown"), (True, "base"), (False, "application")):
        (finding,) = found(shelf, replace(deb(), from_base=from_base))
        text = f"CVE-2024-1|pkg:deb/debian/libssl3|library/demo|{origin}"
        assert finding.fingerprint == hashlib.sha256(text.encode()).hexdigest()


# --- severity and what is told ----------------------------------------------------------------------------------

NVD = Vulnerability("CVE-2024-1", cvss=(Cvss("nvd", "3.1", "AV:N", 9.8), Cvss("nvd", "2.0", "AV:N", 5.0)))


def test_the_distributions_own_severity_comes_first() -> None:
    row = advise("CVE-2024-1", "deb", severity="NEGLIGIBLE", feed="debian")  # Debian's "unimportant"
    (finding,) = found(Shelf({("debian:12", "libssl3"): [row]}, (NVD,)), deb())
    assert (finding.severity, finding.severity_source) == ("NEGLIGIBLE", "debian")
    row = replace(row, severity="")
    (finding,) = found(Shelf({("debian:12", "libssl3"): [row]}, (NVD,)), deb())
    assert (finding.severity, finding.severity_source) == ("CRITICAL", "nvd")
    (finding,) = found(Shelf({("debian:12", "libssl3"): [row]}), deb())
    assert (finding.severity, finding.severity_source) == ("UNKNOWN", "")


def test_a_librarys_severity_is_the_advisory_databases_word() -> None:
    said = (
        replace(NVD, severity="", aliases=("GHSA-aaaa",)),
        Vulnerability("GHSA-aaaa", severity="MEDIUM", severity_source="ghsa"),
    )
    shelf = Shelf({("pypi", "x"): [advise("CVE-2024-1", "pep440")]}, said)
    (finding,) = found(shelf, library("pypi", "x", "1.0"))
    assert (finding.severity, finding.severity_source) == ("MEDIUM", "ghsa")


@pytest.mark.parametrize(
    ("version", "score", "severity"),
    [
        ("3.1", 0.0, "NEGLIGIBLE"), ("3.1", 0.1, "LOW"), ("3.1", 3.9, "LOW"), ("3.0", 4.0, "MEDIUM"),
        ("3.1", 6.9, "MEDIUM"),
        ("4.0", 7.0, "HIGH"), ("3.1", 8.9, "HIGH"), ("4.0", 9.0, "CRITICAL"), ("2.0", 10.0, "HIGH"),
        ("2.0", 0.0, "LOW"),
        ("3.1", float("nan"), "UNKNOWN"),
    ],
)  # fmt: skip
def test_nvds_bands(version: str, score: float, severity: str) -> None:
    said = (Vulnerability("CVE-2024-1", cvss=(Cvss("nvd", version, "", score),)),)
    (finding,) = found(Shelf({("pypi", "x"): [advise("CVE-2024-1", "pep440")]}, said), library("pypi", "x", "1.0"))
    assert finding.severity == severity


def test_only_web_links_are_kept_sorted_and_at_most_twenty() -> None:
    links = (
        "javascript:alert(1)",
        "https://b.example/",
        "http://a.example/",
        "https://b.example/",
        "file:///etc/passwd",
    )
    many = tuple(f"https://c.example/{number:02}" for number in range(30))
    said = (Vulnerability("CVE-2024-1", references=links + many, cwes=("CWE-79", "CWE-20")),)
    (finding,) = found(Shelf({("pypi", "x"): [advise("CVE-2024-1", "pep440")]}, said), library("pypi", "x", "1.0"))
    assert finding.references[:2] == ("http://a.example/", "https://b.example/")
    assert len(finding.references) == 20
    assert finding.cwes == ("CWE-20", "CWE-79")


def test_findings_are_sorted_by_severity_id_and_package() -> None:
    rows = {
        ("pypi", "b"): [
            advise("CVE-2024-2", "pep440", severity="LOW"),
            advise("CVE-2024-3", "pep440", severity="HIGH"),
        ],
        ("pypi", "a"): [advise("CVE-2024-2", "pep440", severity="LOW")],
    }
    findings = found(Shelf(rows), library("pypi", "b", "1.0"), library("pypi", "a", "1.0"))
    assert [(one.id, one.package) for one in findings] == [
        ("CVE-2024-3", "pkg:pypi/b@1.0"), ("CVE-2024-2", "pkg:pypi/a@1.0"), ("CVE-2024-2", "pkg:pypi/b@1.0"),
    ]  # fmt: skip


# --- what is not matched ----------------------------------------------------------------------------------------


def test_what_the_distribution_owns_or_does_not_own_is_left_to_it() -> None:
    shelf = Shelf({("pypi", "x"): [advise("CVE-2024-1", "pep440")]}, more="debian:12")
    owned = replace(library("pypi", "x", "1.0"), os_owned=True)
    foreign = replace(deb("docker-ce", "5:24-1"), third_party=True)
    findings, gaps = match(Inventory(None, (owned, foreign)), shelf, "")
    assert findings == ()
    (gap,) = gaps
    assert (gap.what, gap.where, gap.blocks) == ("third-party-packages", "debian:12", False)
    assert "docker-ce" in gap.reason


def test_an_ecosystem_without_a_feed_is_one_blocking_gap() -> None:
    packages = (library("hex", "a", "1"), library("hex", "b", "1"), replace(library("conan", "c", "1"), ecosystem=""))
    findings, gaps = match(Inventory(None, packages), Shelf({}), "")
    assert findings == ()
    assert [(gap.what, gap.where, gap.blocks) for gap in gaps] == [("no-feed", "conan", True), ("no-feed", "hex", True)]
    assert "2 packages (a, b)" in gaps[1].reason


def test_a_go_main_module_without_a_version_is_a_gap_that_does_not_block() -> None:
    shelf = Shelf({("golang", "example.org/x"): [advise("GO-2024-1", "go", "1.0.0")]})
    findings, gaps = match(Inventory(None, (library("golang", "example.org/x", "(devel)"),)), shelf, "")
    assert findings == ()
    assert [(gap.what, gap.blocks) for gap in gaps] == [("unversioned", False)]


def test_nothing_is_nothing() -> None:
    assert match(Inventory(None, ()), Shelf({}), "") == ((), ())
    assert found(Shelf({}, more="pypi"), library("pypi", "x", "1.0")) == ()


def test_the_inventorys_gaps_are_not_repeated() -> None:
    inventory = Inventory(None, (), (Gap("eol-os", "debian:9", "old"),))
    assert match(inventory, Shelf({}), "") == ((), ())


def test_500_packages_have_all_their_findings() -> None:
    packages = tuple(library("npm", f"p{number}", f"1.{number}.0") for number in range(500))
    rows = {
        ("npm", package.name): [advise(f"CVE-2024-{number}{i}", "npm", f"{i}.0.0") for i in range(10)]
        for number, package in enumerate(packages)
    }
    shelf = Shelf(rows)
    findings, _ = match(Inventory(None, packages), shelf, "")
    assert len(findings) == 500 * 8
