"""Real rpm against our reader: packages built by rpmbuild, and our writers' databases read by rpm itself."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from scantling.analyze.os.rpm import database
from scantling.analyze.plugin import FileView
from scantling.model.coverage import Gap
from scantling.model.facts import FileFacts
from support import rpmdb
from support.rpmdb import Rpm

pytestmark = [
    pytest.mark.debian,
    pytest.mark.skipif(not (shutil.which("rpm") and shutil.which("rpmbuild")), reason="needs rpm and rpmbuild"),
]
ROWS = "%{NAME}\t%|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}\t%{ARCH}\t%{SOURCERPM}\t%{LICENSE}\t%{VENDOR}\n"
SPEC = """Name: {name}
Version: {version}
Release: {release}
{epoch}
Summary: {name}
License: MIT and GPLv2+
Vendor: Example
BuildArch: noarch
%description
{name}
%package libs
Summary: libs
Requires: {name}
%description libs
libs
%install
mkdir -p %{{buildroot}}/usr/bin %{{buildroot}}/usr/share/java
echo x > %{{buildroot}}/usr/bin/{name}
echo x > %{{buildroot}}/usr/share/java/{name}.jar
echo x > %{{buildroot}}/usr/share/{name}.txt
%files
/usr/bin/{name}
/usr/share/{name}.txt
%files libs
/usr/share/java/{name}.jar
"""


def rows(dbpath: Path, backend: str) -> list[tuple[str, ...]]:
    shown = subprocess.run(
        ["rpm", "--dbpath", str(dbpath), "--define", f"_db_backend {backend}", "-qa", "--qf", ROWS],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return sorted(tuple(line.split("\t")) for line in shown.splitlines())


def ours(path: Path) -> tuple[list[tuple[str, ...]], FileFacts, list[Gap]]:
    results = list(database.extract(FileView(f"var/lib/rpm/{path.name}", path.read_bytes())))
    facts = next(result for result in results if isinstance(result, FileFacts))
    shown = [
        (
            p.name, p.version, p.arch,
            f"{p.source_name}-{p.source_version}.src.rpm" if p.source_name else "(none)",
            p.licenses[0], p.origin or "(none)",
        )
        for p in facts.packages
    ]  # fmt: skip
    return sorted(shown), facts, [result for result in results if isinstance(result, Gap)]


def test_packages_that_rpmbuild_built_and_rpm_installed(tmp_path: Path) -> None:
    built = tmp_path / "build"
    for name, version, release, epoch in (("alpha", "1.2.3", "4.el9", ""), ("beta", "2.0~rc1", "1.el9_2", "Epoch: 3")):
        spec = tmp_path / f"{name}.spec"
        spec.write_text(SPEC.format(name=name, version=version, release=release, epoch=epoch))
        subprocess.run(["rpmbuild", "-bb", "--define", f"_topdir {built}", spec], capture_output=True, check=True)
    root = tmp_path / "root"
    dbpath = root / "var/lib/rpm"
    dbpath.mkdir(parents=True)
    packages = sorted(map(str, built.glob("RPMS/noarch/*.rpm")))
    subprocess.run(
        ["rpm", "--dbpath", dbpath, "--define", "_db_backend sqlite", "-i", "--justdb", "--nodeps", "--ignorearch",
         "--ignoreos", "--noscripts", *packages],
        capture_output=True, check=True,
    )  # fmt: skip
    expected = rows(dbpath, "sqlite")
    shown, facts, gaps = ours(dbpath / "rpmdb.sqlite")
    assert len(expected) == 4
    assert shown == expected
    assert sorted(facts.owns) == [
        "usr/bin/alpha", "usr/bin/beta", "usr/share/java/alpha.jar", "usr/share/java/beta.jar"
    ]  # fmt: skip
    assert {p.name: p.depends for p in facts.packages if p.name.endswith("-libs")} == {
        "alpha-libs": ("alpha",),
        "beta-libs": ("beta",),
    }
    assert gaps == []


@pytest.mark.parametrize("order", ["<", ">"], ids=["little-endian", "big-endian"])
@pytest.mark.parametrize("page_size", [512, 4096, 65_536])
def test_berkeley_db_that_rpm_reads_too(order: str, page_size: int, tmp_path: Path) -> None:
    packages = [
        Rpm("bash", "5.1.8", "6.el8", arch="x86_64", sourcerpm="bash-5.1.8-6.el8.src.rpm", vendor="CentOS"),
        Rpm("big", "1", "1", files=tuple(f"/usr/share/big/{number}" for number in range(3000))),
        *(Rpm(f"small{number}", epoch=number + 1) for number in range(40)),
    ]
    (tmp_path / "Packages").write_bytes(rpmdb.bdb([rpm.header() for rpm in packages], order, page_size))
    expected = rows(tmp_path, "bdb_ro")
    shown, _, gaps = ours(tmp_path / "Packages")
    assert len(expected) == len(packages)
    assert shown == expected
    assert gaps == []
