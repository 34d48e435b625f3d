"""Each distribution through the whole way: recognised, its packages listed, and matched, or a gap that says they were
not. Roots are written here in the distributions' own formats; old versions of widely known packages stand in them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from scantling import scan
from scantling.model.report import Report
from scantling.pipeline.options import DatabaseChoice, ScanOptions

NOT_MATCHED = {"no-feed", "feed-error", "unknown-os"}


def dpkg(root: Path, name: str, version: str, source: str, where: str = "var/lib/dpkg/status") -> None:
    text = f"Package: {name}\nStatus: install ok installed\nArchitecture: amd64\nSource: {source}\nVersion: {version}\nMaintainer: Team <team@lists.debian.org>\n\n"  # noqa: E501
    write(root / where, text)


def apk(root: Path, name: str, version: str, source: str) -> None:
    write(root / "lib/apk/db/installed", f"P:{name}\nV:{version}\nA:x86_64\no:{source}\nL:MIT\n\n")


def rpm(root: Path, name: str, version: str, vendor: str) -> None:
    fields = [
        name,
        version,
        "1700000000",
        "1690000000",
        vendor,
        "(none)",
        "1",
        "x86_64",
        "0",
        f"{name}-{version}.src.rpm",
    ]
    write(root / "var/lib/rpmmanifest/container-manifest-2", "\t".join(fields) + "\n")


def pacman(root: Path, name: str, version: str) -> None:
    text = f"%NAME%\n{name}\n\n%VERSION%\n{version}\n\n%ARCH%\nx86_64\n\n"
    write(root / f"var/lib/pacman/local/{name}-{version}/desc", text)


def named(value: object) -> str:
    return value if isinstance(value, str) else ""


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def scanned(root: Path, database: Path, tmp_path: Path) -> Report:
    options = ScanOptions(
        now=datetime(2026, 11, 23, tzinfo=UTC),
        database=DatabaseChoice(path=database, update=False),
        cache_dir=tmp_path / "cache",
        scanners=frozenset({"vuln"}),
    )
    return scan(f"dir:{root}", options)


def release(root: Path, id_: str, version_id: str, **more: str) -> None:
    fields = {"ID": id_, "VERSION_ID": version_id, "PRETTY_NAME": f'"{id_} {version_id}"'} | more
    write(root / "etc/os-release", "".join(f"{key}={value}\n" for key, value in fields.items()))


DISTROLESS = "var/lib/dpkg/status.d/libssl3"
MATCHED = [
    # the mirror has feeds for these; each CVE stands in the distribution's own advisories for that package
    ("debian", "12", lambda root: dpkg(root, "libssl3", "3.0.9-1", "openssl"), "CVE-2023-5363"),
    ("debian", "12", lambda root: dpkg(root, "libssl3", "3.0.9-1", "openssl", DISTROLESS), "CVE-2023-5363"),
    ("ubuntu", "22.04", lambda root: dpkg(root, "libssl3", "3.0.2-0ubuntu1.1", "openssl"), "CVE-2023-0286"),
    ("alpine", "3.20.0", lambda root: apk(root, "libcrypto3", "3.3.0-r0", "openssl"), "CVE-2024-4741"),
    ("wolfi", "20230201", lambda root: apk(root, "libcrypto3", "3.1.0-r0", "openssl"), "CVE-2023-2650"),
    ("rhel", "9.2", lambda root: rpm(root, "openssl-libs", "3.0.1-1.el9", "Red Hat, Inc."), "CVE-2023-0286"),
    ("rocky", "9.1", lambda root: rpm(root, "openssl-libs", "3.0.1-1.el9", "Rocky Enterprise Software Foundation"), ""),
    ("almalinux", "9.1", lambda root: rpm(root, "openssl-libs", "3.0.1-1.el9", "AlmaLinux"), "CVE-2023-0286"),
    ("azurelinux", "3.0", lambda root: rpm(root, "opensc", "0.25.0-1.azl3", "Microsoft Corporation"), "CVE-2023-5992"),
    ("mariner", "2.0.20240101", lambda root: rpm(root, "openssl", "1.1.1k-1.cm2", "Microsoft Corporation"), ""),
    ("photon", "3.0", lambda root: rpm(root, "openssl", "1.0.2n-1.ph3", "VMware, Inc."), ""),
]  # fmt: skip


@pytest.mark.feeds
@pytest.mark.parametrize(
    ("id_", "version_id", "install", "cve"), MATCHED, ids=lambda value: value if isinstance(value, str) else ""
)
def test_matched_by_its_own_advisories(
    id_: str, version_id: str, install: object, cve: str, database: Path, tmp_path: Path
) -> None:
    root = tmp_path / "root"
    release(root, id_, version_id)
    install(root)  # type: ignore[operator]
    report = scanned(root, database, tmp_path)
    assert report.target.os is not None and report.target.os.id == id_
    assert len(report.packages) == 1
    found = {name for one in report.findings if one.kind == "vulnerability" for name in (one.id, *one.aliases)}
    assert found and (not cve or cve in found), sorted(found)[:20]
    assert not NOT_MATCHED & {gap.what for gap in report.gaps}


UNMATCHED = [
    # no feed of theirs is in the mirror: never silence
    ("centos", "9", lambda root: rpm(root, "openssl-libs", "3.0.1-1.el9", "CentOS")),
    ("fedora", "40", lambda root: rpm(root, "openssl-libs", "3.0.1-1.fc40", "Fedora Project")),
    ("ol", "9.2", lambda root: rpm(root, "openssl-libs", "3.0.1-1.el9", "Oracle America")),
    ("amzn", "2018.03", lambda root: rpm(root, "openssl", "1.0.2k-16.150.amzn1", "Amazon.com")),
    ("amzn", "2", lambda root: rpm(root, "openssl", "1.0.2k-24.amzn2", "Amazon Linux")),
    ("amzn", "2023", lambda root: rpm(root, "openssl-libs", "3.0.8-1.amzn2023", "Amazon Linux")),
    ("sles", "15.5", lambda root: rpm(root, "libopenssl1_1", "1.1.1d-1.1", "SUSE LLC <https://www.suse.com/>")),
    ("opensuse-leap", "15.5", lambda root: rpm(root, "libopenssl1_1", "1.1.1d-1.1", "openSUSE")),
    ("chainguard", "20230214", lambda root: apk(root, "libcrypto3", "3.1.0-r0", "openssl")),
    ("minimos", "20240101", lambda root: apk(root, "libcrypto3", "3.1.0-r0", "openssl")),
    ("echo", "1", lambda root: dpkg(root, "libssl3", "3.0.9-1", "openssl")),
    ("arch", "", lambda root: pacman(root, "openssl", "3.0.1-1")),
    ("void", "1", lambda root: apk(root, "libcrypto3", "3.1.0-r0", "openssl")),
]  # fmt: skip


@pytest.mark.feeds
@pytest.mark.parametrize(
    ("id_", "version_id", "install"), UNMATCHED, ids=lambda value: value if isinstance(value, str) else ""
)
def test_listed_and_said_to_be_unmatched(
    id_: str, version_id: str, install: object, database: Path, tmp_path: Path
) -> None:
    root = tmp_path / "root"
    release(root, id_, version_id)
    install(root)  # type: ignore[operator]
    report = scanned(root, database, tmp_path)
    assert report.target.os is not None and report.target.os.id == id_
    assert len(report.packages) == 1 and report.status == "incomplete"
    assert NOT_MATCHED & {gap.what for gap in report.gaps if gap.blocks}


@pytest.mark.feeds
def test_an_image_from_scratch_with_one_program_is_no_distribution(database: Path, tmp_path: Path) -> None:
    write(tmp_path / "root" / "bin" / "tool", "#!/bin/busybox sh\n")
    report = scanned(tmp_path / "root", database, tmp_path)
    assert report.target.os is None and report.packages == ()
    assert [gap.what for gap in report.gaps] == ["no-os"]
