"""Reports made in code, for the tests of reporters, gate and command line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from scantling.model.advisory import Cvss, Epss, Kev, SourceStatus
from scantling.model.coverage import Gap
from scantling.model.finding import Finding, MatchEvidence, Priority, Suppression
from scantling.model.package import Location, Source
from scantling.model.report import (
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
from scantling.report.json import encode

LAYER = "sha256:" + "1" * 64
EMPTY_CONFIG = ReportConfig("", (), (), (), (), None, {}, "")


def package(type_: str, name: str, version: str, *, source: str = "", path: str = "") -> ReportPackage:
    return ReportPackage(
        purl=f"pkg:{type_}/{name}@{version}",
        name=name,
        version=version,
        type=type_,
        source=Source(source, version) if source else None,
        licenses=(),
        locations=(Location(path, LAYER),) if path else (),
        from_base=None,
        direct=None,
        dependency_path=(),
        used_at_runtime=None,
        os_owned=False,
        is_dev=False,
    )


def finding(id_: str, of: ReportPackage, severity: str = "HIGH", fixed: str = "", **more: object) -> Finding:
    fields: dict[str, object] = {
        "fingerprint": f"{id_}|{of.purl}",
        "kind": "vulnerability",
        "id": id_,
        "title": f"A flaw called {id_}",
        "severity": severity,
        "severity_source": "test",
        "package": of.purl,
        "installed_version": of.version,
        "fixed_versions": (fixed,) if fixed else (),
        "status": "fixed" if fixed else "affected",
        "path": of.locations[0].path if of.locations else "",
        "diff_id": LAYER,
        "match": MatchEvidence("test", f"<{fixed}" if fixed else ""),
    }
    return Finding(**(fields | more))  # type: ignore[arg-type]


def report(
    findings: tuple[Finding, ...] = (),
    packages: tuple[ReportPackage, ...] = (),
    gaps: tuple[Gap, ...] = (),
    *,
    eol: bool | None = False,
    age_hours: float = 2.0,
    database: bool = True,
    demo: bool = False,
    reference: str = "shop/api:1.4",
    verdict: Verdict | None = None,
) -> Report:
    """A complete report unless one of ``gaps`` blocks, not judged unless ``verdict`` is given."""
    return Report(
        schema_version=1,
        tool=Tool("scantling", "0.1.0"),
        created_at="2026-11-23T07:00:00Z",
        status="incomplete" if any(gap.blocks for gap in gaps) else "complete",
        target=Target(
            reference=reference,
            kind="oci-archive",
            image_digest="sha256:" + "a" * 64,
            config_digest="sha256:" + "b" * 64,
            platform="linux/amd64",
            os=ReportOs("debian", "12", "Debian GNU/Linux 12 (bookworm)", eol, "2028-06-30"),
            config=EMPTY_CONFIG,
            layers=(ReportLayer(LAYER, "sha256:" + "2" * 64, 52_428_800, "COPY . /", None),),
            base=None,
        ),
        database=DatabaseInfo(
            built_at="2026-11-23T05:00:00Z",
            digest="sha256:" + "c" * 64,
            age_hours=age_hours,
            sources=(SourceStatus("debian", "2026-11-22T00:00:00Z", 100),),
            demo=demo,
        )
        if database
        else None,
        gaps=gaps,
        packages=packages,
        findings=findings,
        verdict=verdict or Verdict("not_asked"),
    )


SITE = "usr/local/lib/python3.11/site-packages"
OPENSSL = package("deb", "openssl", "3.0.9-1", source="openssl", path="var/lib/dpkg/status")
LIBSSL = package("deb", "libssl3", "3.0.9-1", source="openssl", path="var/lib/dpkg/status")
ZLIB = package("deb", "zlib1g", "1:1.2.13.dfsg-1", source="zlib", path="var/lib/dpkg/status")
DJANGO = package("pypi", "django", "3.2.0", path=f"{SITE}/Django-3.2.dist-info/METADATA")
LODASH = package("npm", "lodash", "4.17.11", path="app/node_modules/lodash/package.json")
HOSTILE = "\x1b[31mred\x07\u202egnp.exe\u200b\r\n=cmd|' /C calc'!A0</script><img src=x>[x](http://e)\uf7ff{0}"


def rich_report(**more: object) -> Report:
    """Findings of every shape: two binaries of one source, every status, KEV, EPSS, suppressed, end of life."""
    pip_fix = "3.0.11-1~deb12u2"
    findings = (
        finding("CVE-2023-0286", OPENSSL, "CRITICAL", "3.0.11-1~deb12u1", kev=Kev("2023-03-01", "2023-03-22", True)),
        finding("CVE-2023-0286", LIBSSL, "CRITICAL", "3.0.11-1~deb12u1", kev=Kev("2023-03-01", "2023-03-22", True)),
        finding("CVE-2023-5363", OPENSSL, "HIGH", pip_fix, epss=Epss(0.43, 0.97, "2026-11-22")),
        finding("CVE-2023-5363", LIBSSL, "HIGH", pip_fix, epss=Epss(0.43, 0.97, "2026-11-22")),
        finding("CVE-2023-45853", ZLIB, "CRITICAL", status="will_not_fix", cwes=("CWE-190",)),
        finding("CVE-2022-0001", ZLIB, "LOW"),
        finding("CVE-2022-0002", ZLIB, "LOW"),
        finding("CVE-2022-0003", ZLIB, "NEGLIGIBLE"),
        finding(
            "CVE-2021-35042", DJANGO, "CRITICAL", "3.2.5", exploit_public=True, aliases=("GHSA-xpfp-f569-q3p2",),
            cvss=(Cvss("nvd", "3.1", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8),),
            title="SQL injection through order_by(): an ordering taken from the request reaches the database unescaped,"
            " which lets a stranger read and change every table of the application",
            references=("https://www.djangoproject.com/weblog/2021/jul/01/security-releases/", "javascript:alert(1)"),
            priority=Priority(70, ("severity CRITICAL", "a public exploit exists", "a fix exists")),
        ),
        finding("CVE-2021-44420", DJANGO, "HIGH", "3.2.10"),
        finding("GHSA-jf85-cpcp-j695", LODASH, "MEDIUM", "4.17.12", suppressed=Suppression("team", "not reachable")),
        finding("CVE-2020-8203", LODASH, "HIGH", status="unverified"),
        Finding(fingerprint="eol", kind="eol", id="EOL-debian-12", severity="HIGH", status="end_of_life"),
    )  # fmt: skip
    packages = (LIBSSL, OPENSSL, ZLIB, LODASH, DJANGO)
    gaps = (
        Gap("parser-failure", "app/lib/broken.jar", "the central directory of the archive is cut short"),
        Gap("eol-unknown", "etc/os-release", "no end-of-life date is known", blocks=False),
    )
    return report(findings, packages, gaps, **more)  # type: ignore[arg-type]


def saved_report(directory: Path) -> Path:
    """A file with the JSON report of an image that has one critical finding with a fix."""
    path = directory / "saved.json"
    scanned = replace(report((finding("CVE-1", OPENSSL, "CRITICAL", "4"),), (OPENSSL,)), scanners=("vuln",))
    path.write_bytes(encode(scanned))
    return path
