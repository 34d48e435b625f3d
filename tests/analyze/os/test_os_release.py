"""os-release(5) and the files that stand in for it. Expected values: the manual page, and /bin/sh where it agrees."""

from __future__ import annotations

import subprocess

import pytest

from scantling.analyze.os import release
from scantling.analyze.plugin import FileView
from scantling.model.coverage import Gap
from scantling.model.errors import Malformed
from scantling.model.facts import FileFacts, OsRelease

DEBIAN = b"""PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
HOME_URL="https://www.debian.org/"
"""
ROCKY = b"""NAME="Rocky Linux"
VERSION="9.3 (Blue Onyx)"
ID="rocky"
ID_LIKE="rhel centos fedora"
VERSION_ID="9.3"
PLATFORM_ID="platform:el9"
PRETTY_NAME="Rocky Linux 9.3 (Blue Onyx)"
VARIANT_ID=container
"""


def read(data: bytes, path: str = "etc/os-release") -> tuple[OsRelease | None, list[Gap]]:
    results = list(release.extract(FileView(path, data)))
    facts = [result for result in results if isinstance(result, FileFacts)]
    assert all(fact.path == path and not fact.packages for fact in facts)
    return facts[0].os if facts else None, [result for result in results if isinstance(result, Gap)]


def test_debian() -> None:
    expected = OsRelease("debian", "12", "bookworm", "Debian GNU/Linux 12 (bookworm)")
    assert read(DEBIAN) == (expected, [])
    assert read(DEBIAN.replace(b"\n", b"\r\n")) == (expected, [])


def test_rocky_keeps_its_relatives_apart() -> None:
    os, gaps = read(ROCKY)
    assert os == OsRelease("rocky", "9.3", "", "Rocky Linux 9.3 (Blue Onyx)", "container", ("rhel", "centos", "fedora"))
    assert gaps == []


def test_unstable_has_no_version() -> None:
    os, _ = read(b'PRETTY_NAME="Debian GNU/Linux trixie/sid"\nVERSION_CODENAME=trixie\nID=debian\n')
    assert os == OsRelease("debian", "", "trixie", "Debian GNU/Linux trixie/sid")


@pytest.mark.parametrize(
    "raw",
    [
        '"a b"',
        "'a $HOME b'",
        r'"a \"quoted\" b"',
        r'"back\\slash"',
        r'"\$HOME"',
        r'"\n stays"',
        "plain",
        r"es\caped",
        '""',
    ],
)
def test_quoting_means_what_it_means_to_a_shell(raw: str) -> None:
    shell = subprocess.run(["/bin/sh", "-c", f'X={raw}; printf %s "$X"'], capture_output=True, text=True, check=True)
    os, _ = read(f"ID=x\nPRETTY_NAME={raw}\n".encode())
    assert os is not None
    assert os.pretty_name == shell.stdout


def test_nothing_is_expanded_or_run() -> None:
    os, gaps = read(b'ID=x\nPRETTY_NAME="$(touch /tmp/canary) `id` ${HOME}"\n')
    assert os is not None
    assert os.pretty_name == "$(touch /tmp/canary) `id` ${HOME}"
    assert gaps == []


def test_a_later_assignment_wins_and_case_does_not_matter() -> None:
    os, _ = read(b"ID=Debian\nVERSION_ID=11\nVERSION_ID=12\n")
    assert os == OsRelease("debian", "12")


def test_without_id_it_is_linux() -> None:
    assert read(b"NAME=Thing\nPRETTY_NAME=Thing\n")[0] == OsRelease("linux", pretty_name="Thing")


@pytest.mark.parametrize(
    "data", [b"", b"\n# nothing\n", b"\x00" * 400, b"ID=../../etc\n", b"ID=" + b"a" * 4000 + b"\n"]
)
def test_what_is_no_os_release_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        read(data)


def test_a_line_that_is_no_assignment_is_told() -> None:
    os, gaps = read(b'ID=debian\nhello world\nVERSION_ID="12\n')
    assert os == OsRelease("debian")
    assert [gap.reason for gap in gaps] == ["line 2 is no assignment"]


def test_a_version_that_is_none_is_dropped_and_told() -> None:
    os, gaps = read(b"ID=debian\nVERSION_ID='12 or so'\n")
    assert os == OsRelease("debian")
    assert gaps[0].blocks


@pytest.mark.parametrize(
    ("path", "data", "expected"),
    [
        ("etc/alpine-release", b"3.20.3\n", ("alpine", "3.20.3")),
        ("etc/alpine-release", b"3.21.0_alpha20240807\n", ("alpine", "3.21.0_alpha20240807")),
        ("etc/debian_version", b"12.5\n", ("debian", "12")),
        ("etc/redhat-release", b"CentOS Linux release 7.9.2009 (Core)\n", ("centos", "7.9.2009")),
        ("etc/redhat-release", b"Red Hat Enterprise Linux release 9.3 (Plow)\n", ("rhel", "9.3")),
        ("etc/redhat-release", b"Red Hat Enterprise Linux Server release 7.9 (Maipo)\n", ("rhel", "7.9")),
        ("etc/centos-release", b"CentOS release 6.10 (Final)\n", ("centos", "6.10")),
        ("etc/redhat-release", b"AlmaLinux release 9.2 (Turquoise Kodkod)\n", ("almalinux", "9.2")),
        ("etc/redhat-release", b"Fedora release 40 (Forty)\n", ("fedora", "40")),
    ],
)
def test_older_files(path: str, data: bytes, expected: tuple[str, str]) -> None:
    os, gaps = read(data, path)
    assert os is not None
    assert (os.id, os.version_id) == expected
    assert gaps == []


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("etc/debian_version", b"trixie/sid\n"),  # Ubuntu's says such a thing too
        ("etc/redhat-release", b"openEuler release 22.03\n"),
        ("etc/alpine-release", b"<html>\n"),
    ],
)
def test_older_files_that_prove_nothing_claim_nothing(path: str, data: bytes) -> None:
    os, gaps = read(data, path)
    assert os is None
    assert [gap.blocks for gap in gaps] == [False]
