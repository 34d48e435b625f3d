"""dpkg's status, distroless' status.d and the file lists."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from scantling.analyze.os import dpkg
from scantling.analyze.plugin import FileView
from scantling.model.coverage import Gap
from scantling.model.facts import FileFacts, PackageFact

STATUS = "var/lib/dpkg/status"
LIBC = """Package: libc6
Status: install ok installed
Priority: optional
Maintainer: GNU Libc Maintainers <debian-glibc@lists.debian.org>
Architecture: amd64
Multi-Arch: same
Source: glibc
Version: 2.36-9+deb12u9
Depends: libgcc-s1, libcrypt1 (>= 1:4.4.10-10~)
Conffiles:
 /etc/ld.so.conf.d/x86_64-linux-gnu.conf d4e7a7b88a71b5ffd9e2644e71a0cfab
Description: GNU C Library: Shared libraries
 Contains the standard libraries.
 .
 Version: 0 is not a field in here.
"""


def read(text: str | bytes, path: str = STATUS) -> tuple[tuple[PackageFact, ...], list[Gap]]:
    data = text.encode() if isinstance(text, str) else text
    results = list(dpkg.extract(FileView(path, data)))
    facts = [result for result in results if isinstance(result, FileFacts)]
    assert len(facts) == 1
    return facts[0].packages, [result for result in results if isinstance(result, Gap)]


def stanza(name: str, version: str = "1.0", status: str = "install ok installed", extra: str = "") -> str:
    return f"Package: {name}\nStatus: {status}\nArchitecture: amd64\nVersion: {version}\n{extra}\n"


def test_one_package() -> None:
    packages, gaps = read(LIBC + "\n")
    assert gaps == []
    assert packages == (
        PackageFact(
            "deb", "libc6", "2.36-9+deb12u9", "amd64", "glibc", "2.36-9+deb12u9",
            origin="GNU Libc Maintainers <debian-glibc@lists.debian.org>", depends=("libgcc-s1", "libcrypt1"),
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("status", "present"),
    [
        ("install ok installed", True),
        ("hold ok installed", True),
        ("deinstall ok installed", True),
        ("install ok unpacked", True),
        ("install ok half-configured", True),
        ("install reinstreq half-installed", True),
        ("install ok triggers-awaited", True),
        ("install ok triggers-pending", True),
        ("deinstall ok config-files", False),
        ("purge ok not-installed", False),
    ],
)
def test_what_counts_as_being_there(status: str, present: bool) -> None:
    packages, gaps = read(stanza("x", status=status))
    assert bool(packages) is present
    assert gaps == []


@pytest.mark.parametrize("status", ["install ok nonsense", "installed", ""])
def test_an_unknown_status_is_told_and_the_package_kept(status: str) -> None:
    packages, gaps = read(stanza("x", status=status))
    assert len(packages) == 1
    assert "unknown status" in gaps[0].reason


@pytest.mark.parametrize(
    ("extra", "source"),
    [
        ("", ("x", "1:1.0-1+b2")),
        ("Source: src\n", ("src", "1:1.0-1+b2")),
        ("Source: src (1:1.0-1)\n", ("src", "1:1.0-1")),
        ("Source: x (2.0)\n", ("x", "2.0")),
    ],
)
def test_the_source_package(extra: str, source: tuple[str, str]) -> None:
    packages, gaps = read(stanza("x", "1:1.0-1+b2", extra=extra))
    assert (packages[0].source_name, packages[0].source_version) == source
    assert gaps == []


def test_names_of_fields_have_no_case_and_values_may_be_folded() -> None:
    packages, _ = read(
        "package: x\nSTATUS: install ok installed\nversion:1.0\nDepends: a,\n b | c (>= 2),\n\td:any [amd64]\n\n"
    )
    assert packages == (PackageFact("deb", "x", "1.0", "", "x", "1.0", depends=("a", "b", "c", "d")),)


def test_a_virtual_package_is_replaced_by_its_provider() -> None:
    packages, _ = read(
        stanza("mta", extra="Provides: mail-transport-agent (= 1)\n")
        + stanza("cron", extra="Depends: mail-transport-agent, nobody\n")
    )
    assert packages[1].depends == ("mta", "nobody")


def test_the_same_name_for_two_architectures_is_two_packages() -> None:
    other = LIBC.replace("Architecture: amd64", "Architecture: i386")
    packages, gaps = read(f"{LIBC}\n{other}\n")
    assert [(package.name, package.arch) for package in packages] == [("libc6", "amd64"), ("libc6", "i386")]
    assert gaps == []


def test_distroless_has_one_file_a_package_without_status() -> None:
    packages, gaps = read(
        "Package: tzdata\nVersion: 2024a-0+deb12u1\nArchitecture: all", "var/lib/dpkg/status.d/tzdata"
    )
    assert [(package.name, package.version) for package in packages] == [("tzdata", "2024a-0+deb12u1")]
    assert gaps == []


def test_an_empty_status_is_no_package_and_no_gap() -> None:
    assert read("") == ((), [])


# --- what owns what ---------------------------------------------------------------------------------------------


def owned(text: str, path: str) -> tuple[str, ...]:
    results = list(dpkg.extract(FileView(path, text.encode())))
    assert all(isinstance(result, FileFacts) for result in results)
    return results[0].owns if results else ()  # type: ignore[union-attr]


def test_a_file_list_names_what_a_language_analyzer_could_claim() -> None:
    listed = "\n".join([
        "/.", "/usr", "/usr/bin", "/usr/bin/yq", "/usr/lib", "/usr/lib/python3", "/usr/lib/python3/dist-packages",
        "/usr/lib/python3/dist-packages/yaml", "/usr/lib/python3/dist-packages/yaml/__init__.py",
        "/usr/lib/python3/dist-packages/PyYAML-6.0.dist-info",
        "/usr/lib/python3/dist-packages/PyYAML-6.0.dist-info/METADATA",
        "/usr/lib/python3/dist-packages/six-1.16.0.egg-info", "/usr/share", "/usr/share/doc", "/usr/share/doc/yq",
        "/usr/share/doc/yq/copyright", "/usr/share/java", "/usr/share/java/x.jar", "/usr/share/nodejs",
        "/usr/share/nodejs/a", "/usr/share/nodejs/a/package.json", "",
    ])  # fmt: skip
    assert owned(listed, "var/lib/dpkg/info/yq.list") == (
        "usr/bin/yq",
        "usr/lib/python3/dist-packages/PyYAML-6.0.dist-info/METADATA",
        "usr/lib/python3/dist-packages/six-1.16.0.egg-info",
        "usr/share/java/x.jar",
        "usr/share/nodejs/a/package.json",
    )


def test_distroless_has_digest_lists_only() -> None:
    text = f"{'0' * 32}  usr/bin/x\n{'1' * 32}  usr/share/man/man1/x.1.gz\n"
    assert owned(text, "var/lib/dpkg/status.d/x.md5sums") == ("usr/bin/x",)


def test_other_files_of_info_say_nothing() -> None:
    assert list(dpkg.extract(FileView("var/lib/dpkg/info/x.postinst", b"#!/bin/sh\n"))) == []


# --- the oracle ---------------------------------------------------------------------------------------------------


@pytest.mark.debian
@pytest.mark.skipif(shutil.which("dpkg-query") is None, reason="needs dpkg-query")
def test_every_package_of_this_machine_as_dpkg_query_says() -> None:
    status = Path("/") / STATUS
    if not status.exists():
        pytest.skip("no dpkg database on this machine")
    shown = "${db:Status-Status}\t${Package}\t${Version}\t${Architecture}\t${source:Package}\t${source:Version}\n"
    lines = subprocess.run(
        ["dpkg-query", "-W", "-f", shown], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    expected = sorted(
        tuple(line.split("\t")[1:]) for line in lines if line.split("\t")[0] not in {"config-files", "not-installed"}
    )
    packages, gaps = read(status.read_bytes())
    assert gaps == []
    assert sorted((p.name, p.version, p.arch, p.source_name, p.source_version) for p in packages) == expected
    assert len(expected) > 50
