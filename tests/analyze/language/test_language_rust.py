"""Cargo.lock of every version, and executables with the list that cargo auditable puts into them."""

from __future__ import annotations

import json
import zlib

import pytest

from scantling.guard import limits
from support.gobinaries import elf, macho
from support.language_facts import analyze, named

V3 = """
version = 3

[[package]]
name = "app"
version = "0.1.0"
dependencies = ["rand 0.7.3", "rand 0.8.5"]

[[package]]
name = "rand"
version = "0.7.3"
source = "registry+https://example.org/index"
dependencies = ["libc"]

[[package]]
name = "rand"
version = "0.8.5"
source = "registry+https://example.org/index"
dependencies = ["libc 0.2.1 (registry+https://example.org/index)"]

[[package]]
name = "libc"
version = "0.2.1"
source = "git+https://example.org/libc#abc"
"""
V1 = V3.replace("version = 3\n", "") + '[metadata]\n"checksum libc 0.2.1 (registry+x)" = "abc"\n'


@pytest.mark.parametrize("lock", [V1, V3, V3.replace("version = 3", "version = 4")])
def test_cargo_lock(lock: str) -> None:
    packages, gaps = analyze("src/Cargo.lock", lock.encode())
    assert not gaps
    assert [(p.type, p.name, p.version, p.depends, p.direct) for p in packages] == [
        ("cargo", "libc", "0.2.1", (), False),
        ("cargo", "rand", "0.7.3", ("libc",), True),
        ("cargo", "rand", "0.8.5", ("libc 0.2.1",), True),
    ]
    assert all(p.declared for p in packages)


AUDIT = {
    "packages": [
        {"name": "adler", "version": "0.2.3", "source": "registry"},
        {"name": "app", "version": "0.1.0", "source": "local", "dependencies": [0, 2], "root": True},
        {"name": "cc", "version": "1.0.0", "source": "crates.io", "kind": "build"},
    ]
}


@pytest.mark.parametrize("build", [elf, macho])
def test_an_audited_program(build: object) -> None:
    info = zlib.compress(json.dumps(AUDIT).encode())
    data = (
        elf(info, ".dep-v0")
        if build is elf
        else macho(info).replace(b"__go_buildinfo\0\0", b".dep-v0".ljust(16, b"\0"))
    )
    packages, gaps = analyze("usr/local/bin/app", data)
    assert not gaps
    assert [(p.name, p.version, p.is_dev, p.depends, p.declared) for p in packages] == [
        ("adler", "0.2.3", False, (), False),
        ("app", "0.1.0", False, ("adler", "cc"), False),
        ("cc", "1.0.0", True, (), False),
    ]


def test_other_programs_say_nothing() -> None:
    assert analyze("usr/bin/x", elf(b"x" * 64, ".text")) == ([], [])


@pytest.mark.parametrize(
    "info",
    [
        b"not zlib",
        zlib.compress(json.dumps(AUDIT).encode())[:-6],
        zlib.compress(b"[1]"),
        zlib.compress(b'{"packages": 1}'),
        zlib.compress(b"{" + b" " * limits.AUDIT_BYTES),
        zlib.compress(b'{"packages":' + b"[" * 100_000),
    ],
    ids=["no-zlib", "cut", "list", "no-packages", "bomb", "nested"],
)
def test_a_damaged_list_is_a_gap(info: bytes) -> None:
    packages, gaps = analyze("bin/app", elf(info, ".dep-v0"))
    assert not packages
    assert [g.what for g in gaps] == ["unreadable-file"]


def test_a_section_that_claims_more_than_the_file() -> None:
    info = zlib.compress(json.dumps(AUDIT).encode())
    assert [g.what for g in analyze("bin/app", elf(info, ".dep-v0", size=1 << 40))[1]] == ["unreadable-file"]


def test_positions_outside_the_list_are_no_dependencies() -> None:
    audit = {"packages": [{"name": "a", "version": "1", "dependencies": [0, -1, 7, "x", None]}]}
    data = elf(zlib.compress(json.dumps(audit).encode()), ".dep-v0")
    assert named("bin/app", data) == [("a", "1")]
    assert analyze("bin/app", data)[0][0].depends == ("a",)
