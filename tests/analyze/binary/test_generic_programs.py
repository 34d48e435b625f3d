"""Programs compiled from source: recognised by name and by the text that their own sources put into the binary."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scantling.analyze.binary import generic, toolchains
from scantling.analyze.plugin import FileView
from scantling.model.coverage import Gap
from scantling.model.facts import FileFacts

ELF = b"\x7fELF\2\1\1" + bytes(100)


def found(path: str, *texts: bytes) -> list[tuple[str, str] | str]:
    data = ELF + b"\0" + b"\0".join(texts) + b"\0" + bytes(50)
    out: list[tuple[str, str] | str] = []
    for result in generic.extract(FileView(path, data, 0o755)):
        if isinstance(result, Gap):
            out.append(result.what)
        else:
            out += [(package.name, package.version) for package in result.packages]
    return out


# the format strings stand in each project's sources: Python/getversion.c, src/node_version.h, crypto/opensslv.h,
# version.c of ruby, main/main.c of php, src/core/nginx.h, include/ap_release.h, src/release.c of redis ...
@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("usr/local/bin/python3.11", b"3.11.7", ("python", "3.11.7")),
        ("usr/local/lib/libpython3.12.so.1.0", b"3.12.0rc1", ("python", "3.12.0rc1")),
        ("usr/local/bin/node", b"https://nodejs.org/download/release/v20.11.1/node.tar.gz", ("node", "20.11.1")),
        ("opt/ssl/lib/libcrypto.so.3", b"OpenSSL 3.0.13 30 Jan 2024", ("openssl", "3.0.13")),
        ("opt/ssl/lib/libssl.so.1.1", b"OpenSSL 1.1.1w  11 Sep 2023", ("openssl", "1.1.1w")),
        ("x.libs/libssl-81ffa89e.so.1.1", b"OpenSSL 1.1.1k  25 Mar 2021", ("openssl", "1.1.1k")),
        ("usr/local/bin/ruby", b"ruby 3.2.2 (2023-03-30 revision e51014f9c0) [x86_64-linux]", ("ruby", "3.2.2")),
        ("usr/local/bin/php", b"X-Powered-By: PHP/8.2.14", ("php", "8.2.14")),
        ("usr/local/sbin/nginx", b"nginx version: nginx/1.25.3", ("nginx", "1.25.3")),
        ("usr/local/apache2/bin/httpd", b"Apache/2.4.58 (Unix)", ("httpd", "2.4.58")),
        ("usr/local/bin/memcached", b"memcached 1.6.22", ("memcached", "1.6.22")),
        ("bin/busybox", b"BusyBox v1.36.1 (2023-11-07 18:53:09 UTC)", ("busybox", "1.36.1")),
        ("usr/local/bin/haproxy", b"HAProxy version 2.8.5-aaba8d0, released 2023/12/07", ("haproxy", "2.8.5")),
        ("usr/local/bin/postgres", b"postgres (PostgreSQL) 16.1", ("postgresql", "16.1")),
        ("usr/local/bin/mysqld", b"10.6.16-MariaDB", ("mariadb", "10.6.16")),
        ("usr/local/bin/curl", b"CLIENT libcurl 8.5.0", ("curl", "8.5.0")),
    ],
)
def test_each_program_tells_its_version(path: str, text: bytes, expected: tuple[str, str]) -> None:
    assert found(path, text) == [expected]


def test_redis_tells_it_by_its_build_id() -> None:
    texts = (b"7.0.15", b"2.0.0", b"7.0.15buildkitsandbox-1704780000000000000abcdef")
    assert found("usr/local/bin/redis-server", *texts) == [("redis", "7.0.15")]


@pytest.mark.parametrize(
    ("path", "texts"),
    [
        ("usr/local/bin/python3", (b"3.11.7",)),  # a launcher: which minor it is, its name does not say
        ("usr/local/bin/app", (b"OpenSSL 3.0.13 30 Jan 2024",)),  # linked into a program of any name
        ("usr/local/bin/nginx", (b"no version here",)),
        ("usr/local/bin/node", (b"node.js/vNEXT",)),
        ("usr/local/bin/python3.11", (b"3.12.1",)),  # another minor's text is not this one's
    ],
)
def test_a_name_alone_and_a_text_alone_say_nothing(path: str, texts: tuple[bytes, ...]) -> None:
    assert found(path, *texts) == []


def test_several_versions_are_said_and_none_is_chosen() -> None:
    assert found("usr/local/sbin/nginx", b"nginx version: nginx/1.25.3", b"nginx version: nginx/1.2.1") == [
        "unidentified-package"
    ]


def test_a_script_of_that_name_is_no_program() -> None:
    assert list(generic.extract(FileView("bin/node", b"#!/bin/sh\nnode.js/v20.1.1\n", 0o755))) == []


@pytest.mark.parametrize(
    "base", ["python3.11", "redis-server", "libcrypto.so.3", "nginx", "mysqld", "perl", "bash", "ruby"]
)
def test_a_file_full_of_markers_takes_no_time(base: str) -> None:
    markers = b"\x003.11.7\0redis7.0.15aaaaaaaaaaaaaaaaaaaaaa OpenSSL nginx version: nginx/ "
    markers += b"-MariaDB ruby \0v5. @(#)Bash version "
    started = time.process_time()
    list(generic.extract(FileView(f"bin/{base}", ELF + markers * 200_000, 0o755)))
    list(generic.extract(FileView(f"bin/{base}", ELF + b"1.1.1" * 4_000_000, 0o755)))
    assert time.process_time() - started < 20


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("release", b'IMPLEMENTOR="Eclipse Adoptium"\nJAVA_VERSION="17.0.9"\n', [("temurin", "17.0.9")]),
        ("release", b'JAVA_VERSION="1.8.0_392"\nIMPLEMENTOR="Amazon.com Inc."\n', [("corretto", "1.8.0_392")]),
        ("release", b'JAVA_VERSION="11.0.2"\n', [("openjdk", "11.0.2")]),
        ("release", b"NAME=Debian\n", []),
        ("release", b'JAVA_VERSION="' + b"1" * 100_000, []),
        ("VERSION", b"go1.21.6\ntime 2024-01-04\n", [("go", "1.21.6")]),
        ("VERSION", b"2.4.1\n", []),
        ("OTP_VERSION", b"26.2.1\n", [("erlang", "26.2.1")]),
        ("OTP_VERSION", b"twenty-six\n", []),
    ],
)
def test_runtimes_that_say_it_in_a_file(name: str, data: bytes, expected: list[tuple[str, str]]) -> None:
    said = []
    for analyzer in toolchains.ANALYZERS:
        if name in analyzer.wants.names:
            for result in analyzer.extract(FileView(f"opt/x/{name}", data)):
                assert isinstance(result, FileFacts)
                said += [(package.name, package.version) for package in result.packages]
    assert said == expected


def test_this_machines_own_python_is_told_right() -> None:
    """The oracle is the interpreter itself."""
    version = ".".join(map(str, sys.version_info[:3]))
    folder = Path(os.path.realpath(sys.executable)).parent
    minor = f"{sys.version_info[0]}.{sys.version_info[1]}"
    files = [folder / f"python{minor}", *(folder.parent / "lib").glob(f"libpython{minor}.so.*")]
    told = [
        package.version
        for file in files
        if file.is_file()
        for result in generic.extract(FileView(f"usr/bin/{file.name}", file.read_bytes(), 0o755))
        if isinstance(result, FileFacts)
        for package in result.packages
    ]
    if not told:
        pytest.skip("this Python keeps its version in a library elsewhere")
    assert set(told) == {version}


ASKED = (("bash", "--version"), ("perl", "-v"), ("curl", "--version"), ("openssl", "version"), ("git", "--version"))


@pytest.mark.debian
def test_this_machines_programs_are_told_right() -> None:
    """The oracle is each program's own answer."""
    checked = 0
    for name, flag in (
        ("bash", "--version"),
        ("perl", "-v"),
        ("curl", "--version"),
        ("openssl", "version"),
        ("git", "--version"),
    ):
        program = shutil.which(name)
        if program is None:
            continue
        said = subprocess.run([program, flag], capture_output=True, text=True, check=True).stdout
        file = Path(program).resolve()
        for result in generic.extract(FileView(f"usr/bin/{file.name}", file.read_bytes(), 0o755)):
            assert isinstance(result, FileFacts)
            assert result.packages[0].version in said, (name, result.packages)
            checked += 1
    if not checked:
        pytest.skip("none of the programs is here")
