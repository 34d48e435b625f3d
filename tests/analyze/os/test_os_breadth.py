"""pacman, opkg, Bottlerocket, Portage; third parties' rpms; which key each distribution has."""

from __future__ import annotations

import json

import pytest

from scantling.analyze.ecosystem import ecosystem_of
from scantling.analyze.os import bottlerocket, opkg, pacman, portage
from scantling.analyze.os.thirdparty_rpm import is_third_party_rpm
from scantling.analyze.plugin import Analyzer, FileView
from scantling.match.lookup import speaks_of
from scantling.model.advisory import Advisory
from scantling.model.coverage import Gap
from scantling.model.errors import Malformed
from scantling.model.facts import FileFacts, OsRelease, PackageFact
from scantling.model.package import Package


def packages(analyzer: Analyzer, path: str, data: bytes) -> list[tuple[str, str, str, str]]:
    found = [result for result in analyzer.extract(FileView(path, data)) if isinstance(result, FileFacts)]
    return [(fact.type, fact.name, fact.version, fact.arch) for facts in found for fact in facts.packages]


def test_pacman_desc_and_files() -> None:
    desc = b"%NAME%\nbash\n\n%VERSION%\n5.2.026-2\n\n%BASE%\nbash\n\n"
    desc += b"%ARCH%\nx86_64\n\n%DEPENDS%\nglibc>=2.38\nreadline\n\n"
    path = "var/lib/pacman/local/bash-5.2.026-2"
    assert packages(pacman.ANALYZER, f"{path}/desc", desc) == [("alpm", "bash", "5.2.026-2", "x86_64")]
    (files,) = pacman.extract(FileView(f"{path}/files", b"%FILES%\nusr/\nusr/bin/\nusr/bin/bash\n"))
    assert isinstance(files, FileFacts) and files.owns == ("usr/bin/bash",)
    with pytest.raises(Malformed):
        packages(pacman.ANALYZER, f"{path}/desc", b"%NAME%\nbash\n")
    assert packages(pacman.ANALYZER, f"{path}/mtree", b"\x1f\x8b") == []


def test_opkg_status() -> None:
    status = (
        b"Package: busybox\nVersion: 1.36.1-1\nDepends: libc (>= 1)\nStatus: install user installed\n"
        b"Architecture: x86_64\n\nPackage: gone\nVersion: 1\nStatus: deinstall ok not-installed\n\nVersion: 2\n\n"
    )
    assert packages(opkg.ANALYZER, "usr/lib/opkg/status", status) == [("opkg", "busybox", "1.36.1-1", "x86_64")]
    assert [r for r in opkg.extract(FileView("usr/lib/opkg/status", status)) if isinstance(r, Gap)]


def test_bottlerocket_inventory() -> None:
    content = {"Content": [{"Name": "glibc", "Version": "2.38", "Release": "1.br1", "Architecture": "x86_64"}, 5]}
    path = "usr/share/bottlerocket/application-inventory.json"
    data = json.dumps(content).encode()
    assert packages(bottlerocket.ANALYZER, path, data) == [("rpm", "glibc", "2.38-1.br1", "x86_64")]
    assert len([r for r in bottlerocket.extract(FileView(path, data)) if isinstance(r, Gap)]) == 1
    with pytest.raises(Malformed):
        packages(bottlerocket.ANALYZER, path, b"[]")


def test_portage() -> None:
    path = "var/db/pkg/app-shells/bash-5.2_p21-r1/PF"
    assert packages(portage.ANALYZER, path, b"bash-5.2_p21-r1\n") == [("ebuild", "app-shells/bash", "5.2_p21-r1", "")]
    assert packages(portage.ANALYZER, "home/PF", b"x-1") == []


@pytest.mark.parametrize(
    ("id_", "version", "expected"),
    [
        ("amzn", "2023", "amazon:2023"), ("amzn", "2", "amazon:2"), ("amzn", "2018.03", "amazon:1"),
        ("ol", "9.4", "ol:9"), ("sles", "15.5", "sles:15.5"), ("opensuse-leap", "15.6", "opensuse-leap:15.6"),
        ("opensuse-tumbleweed", "20261101", "opensuse-tumbleweed"), ("arch", "", "arch"),
        ("bottlerocket", "1.20.0", "bottlerocket"), ("minimos", "20260101", "minimos"),
        ("openwrt", "23.05.2", "openwrt:23.05"),
        ("manjaro", "24", ""),
    ],
)  # fmt: skip
def test_keys(id_: str, version: str, expected: str) -> None:
    assert ecosystem_of(OsRelease(id_, version)) == expected


@pytest.mark.parametrize(
    ("os", "version", "vendor", "expected"),
    [
        ("rocky", "3:27.0.3-1.el9", "Docker", True),
        ("rhel", "20.11.0-1nodesource", "NodeSource", True),
        ("almalinux", "15.6-1PGDG.rhel9", "PostgreSQL Global Development Group", True),
        ("rhel", "1.2-3.el9", "Fedora Project", True),
        ("fedora", "1.2-3.fc40", "Fedora Project", False),
        ("rhel", "5.1.8-9.el9", "Red Hat, Inc.", False),
        ("rocky", "5.1.8-9.el9", "", False),
        ("cloudlinux", "27.0-1", "Docker", False),
    ],
)
def test_third_party_rpms(os: str, version: str, vendor: str, expected: bool) -> None:
    assert is_third_party_rpm(PackageFact("rpm", "x", version, origin=vendor), OsRelease(os, "9")) is expected


@pytest.mark.parametrize(
    ("stream", "version", "ecosystem", "expected"),
    [
        ("el9_2", "7.76.1-23.el9_2.4", "rhel:9", True),
        ("el9_2", "7.76.1-23.el9", "rhel:9", False),
        ("", "7.76.1-23.el9_2.4", "rhel:9", True),
        ("ksplice", "2:2.17-1.ksplice1.el7", "ol:7", True),
        ("ksplice", "2.17-1.el7", "ol:7", False),
        ("", "2:2.17-1.ksplice1.el7", "ol:7", False),
    ],
)
def test_build_streams(stream: str, version: str, ecosystem: str, expected: bool) -> None:
    package = Package("pkg:rpm/x", "x", version, "rpm", ecosystem)
    assert speaks_of(Advisory("CVE-2024-0001", "f", "rpm", stream=stream), package) is expected
