"""Families 59, 60, 63, 64 and 65 of bad inputs: every one ends soon, in bounded memory, with a gap and no traceback."""

from __future__ import annotations

import json
import random
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from scantling.guard import limits
from support.gobinaries import elf, inline_info, macho, pe, pointer_info, varint
from support.jars import jar, manifest, pom
from support.language_facts import ANALYZERS, analyze

LOG4J = pom("org.apache.logging.log4j", "log4j-core", "2.14.1")
GOOD = jar(LOG4J)
NAME = "org.apache.logging.log4j:log4j-core"


@pytest.fixture(autouse=True)
def soon() -> Iterator[None]:
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < 20


@pytest.fixture
def little_memory() -> Iterator[None]:
    tracemalloc.start()
    yield
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 300 * limits.MIB


# --- 59: archives -------------------------------------------------------------------------------------------------


def test_a_jar_in_a_jar_a_hundred_times_stops_at_the_limit_and_says_so() -> None:
    data = GOOD
    for _ in range(100):
        data = jar(LOG4J, ("in.jar", data), method=zipfile.ZIP_STORED)
    packages, gaps = analyze("a.jar", data)
    assert len(packages) == limits.ARCHIVE_NESTING + 1
    assert [gap.what for gap in gaps] == ["limit-reached"]


def test_a_jar_of_a_hundred_thousand_entries_is_read() -> None:
    data = jar(*((f"c/{n}", b"") for n in range(100_000)), LOG4J, method=zipfile.ZIP_STORED)
    packages, gaps = analyze("a.jar", data)
    assert [p.name for p in packages] == [NAME]
    assert not gaps


def test_more_entries_than_the_limit_over_all_nested_archives() -> None:
    inner = jar(*((f"{n}", b"") for n in range(60_000)), method=zipfile.ZIP_STORED)
    packages, gaps = analyze("a.war", jar(LOG4J, *((f"{n}.jar", inner) for n in range(4))))
    assert [p.name for p in packages] == [NAME]
    assert "limit-reached" in {gap.what for gap in gaps}


@pytest.mark.usefixtures("little_memory")
def test_a_bomb_is_not_inflated() -> None:
    packages, gaps = analyze("a.war", jar(LOG4J, ("lib/bomb.jar", bytes(64 * limits.MIB))))
    assert [p.name for p in packages] == [NAME]
    assert [(gap.what, gap.where) for gap in gaps] == [("limit-reached", "a.war!/lib/bomb.jar")]


def _patched(data: bytes, name: str, offset: int, value: bytes) -> bytes:
    """Overwrite a field of ``name``'s central directory record."""
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(name.encode())) + offset
    return data[:at] + value + data[at + len(value) :]


INNER = jar(("lib/a.jar", GOOD), ("lib/b.jar", GOOD), method=zipfile.ZIP_STORED)


@pytest.mark.parametrize(
    "data",
    [
        _patched(INNER, "lib/b.jar", 42, bytes(4)),
        _patched(INNER, "lib/b.jar", 8, b"\x01\x00"),
        _patched(INNER, "lib/b.jar", 10, b"\x63\x00"),
        _patched(INNER, "lib/b.jar", 16, b"\0\0\0\0"),
        _patched(INNER, "lib/b.jar", 20, struct.pack("<I", 2**31)),
        _patched(INNER, "lib/b.jar", 24, struct.pack("<I", 7)),
        _patched(INNER, "lib/b.jar", 24, struct.pack("<I", 2**32 - 1)),
        _patched(INNER, "lib/b.jar", 42, struct.pack("<I", 2**32 - 2)),
    ],
    ids=["overlap", "encrypted", "method", "crc", "packed", "size", "zip64 lie", "offset"],
)
def test_a_lying_entry_is_a_gap_and_never_silence(data: bytes) -> None:
    _, gaps = analyze("a.war", data)
    assert any(gap.blocks and gap.where.endswith(".jar") for gap in gaps)


def test_a_damaged_inner_jar_costs_only_itself() -> None:
    packages, gaps = analyze("a.war", jar(("lib/a.jar", GOOD[: len(GOOD) // 2]), ("lib/b.jar", GOOD)))
    assert [(p.name, p.path) for p in packages] == [(NAME, "a.war!/lib/b.jar")]
    assert [gap.where for gap in gaps] == ["a.war!/lib/a.jar"]


def test_a_pom_properties_whose_bytes_are_damaged_is_a_gap() -> None:
    data = bytearray(jar(LOG4J, method=zipfile.ZIP_STORED))
    data[data.index(b"2.14.1")] = ord("9")
    _, gaps = analyze("a.jar", bytes(data))
    assert any(gap.where.endswith("pom.properties") and gap.blocks for gap in gaps)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_entries_of_one_name_are_all_read() -> None:
    twice = jar(LOG4J, (LOG4J[0], LOG4J[1].replace(b"2.14.1", b"2.17.1")))
    assert {p.version for p in analyze("a.jar", twice)[0]} == {"2.14.1", "2.17.1"}
    two = jar(manifest(Implementation_Version="1"), manifest(Implementation_Version="2"))
    packages, gaps = analyze("a.jar", two)
    assert {p.version for p in packages} == {"1", "2"}
    assert "ambiguous-archive" in {gap.what for gap in gaps if gap.blocks}


def test_every_truncation_of_a_jar_is_a_gap() -> None:
    data = jar(manifest(), LOG4J, ("lib/a.jar", GOOD))
    for length in range(len(data)):
        assert any(gap.blocks for gap in analyze("a.jar", data[:length])[1]), length


# --- 60: lock files -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b'{"lockfileVersion": 9}',
        b'{"lockfileVersion": NaN}',
        b'{"a": ' * 10_000 + b"1" + b"}" * 10_000,
        b'{"lockfileVersion": ' + b"1" * 5_000 + b"}",
        b'{"packages": []}',
        b"[" * limits.JSON_VALUES + b"[",
    ],
    ids=["empty", "list", "version", "nan", "deep", "digits", "packages", "values"],
)
def test_a_lock_file_that_is_none_is_a_gap(data: bytes) -> None:
    packages, gaps = analyze("package-lock.json", data)
    assert not packages
    assert any(gap.blocks for gap in gaps)


def test_values_of_any_type_and_javascript_keys_do_no_harm() -> None:
    values: list[object] = [None, 1, "x", [], {}, {"version": 1}, {"version": ["1"]}, {"license": [[]]}]
    odd = {f"node_modules/{n}": value for n, value in enumerate(values)}
    lock = {"lockfileVersion": 3, "packages": {**odd, "node_modules/__proto__": {"version": "1.0.0"}}}
    packages, _ = analyze("package-lock.json", json.dumps(lock).encode())
    assert [(p.name, p.version) for p in packages] == [("__proto__", "1.0.0")]
    v1 = {"dependencies": {f"{n}": value for n, value in enumerate(values)}, "lockfileVersion": 1}
    assert analyze("package-lock.json", json.dumps(v1).encode())[0] == []


def test_dependencies_that_nest_as_deep_as_json_may() -> None:
    depth = 300
    data = b'{"lockfileVersion": 1, ' + b'"dependencies": {"a": {"version": "1", ' * depth
    data += b'"dev": false' + b"}}" * depth + b"}"
    assert [(p.name, p.version) for p in analyze("package-lock.json", data)[0]] == [("a", "1")]


@pytest.mark.parametrize("version", ["9" * 5_000, "1\n2", "1\x1b[31m"])
def test_version_texts_that_are_no_versions(version: str) -> None:
    data = json.dumps({"name": "x", "version": version}).encode()
    packages, gaps = analyze("node_modules/x/package.json", data)
    assert not packages
    assert gaps[0].blocks


# --- 63: executables ----------------------------------------------------------------------------------------------

FORGED = b"\xff Go buildinf:\x08\x02" + bytes(16)


@pytest.mark.usefixtures("little_memory")
@pytest.mark.parametrize(
    "program",
    [
        elf(FORGED + varint(4 * limits.GIB) + b"go1.21.4"),
        elf(FORGED + b"\xff" * 20),
        elf(FORGED),
        elf(b"not build information".ljust(64)),
        elf(pointer_info(0x600000)),
        elf(inline_info()[:-8]),
        elf(inline_info(), size=2**62)[:200],
        pe(FORGED + varint(4 * limits.GIB)),
        macho(FORGED + varint(4 * limits.GIB)),
        macho(inline_info())[:100],
        pe(inline_info())[:340],
    ],
    ids=["4 GB", "endless varint", "no strings", "no magic", "pointers", "cut", "header only", "pe", "macho",
         "cut macho", "cut pe"],
)  # fmt: skip
def test_forged_or_truncated_build_information_is_a_gap(program: bytes) -> None:
    packages, gaps = analyze("usr/bin/a", program)
    assert not packages
    assert any(gap.blocks for gap in gaps)


def test_a_packed_program_is_a_gap() -> None:
    data = bytearray(elf(bytes(512), name=""))
    data[0xF0:0xF4] = b"UPX!"
    assert [gap.what for gap in analyze("a", bytes(data))[1]] == ["packed-executable"]


def test_a_large_program_that_is_not_go_costs_next_to_nothing() -> None:
    data = elf(bytes(64 * limits.MIB), name=".text")
    begun = time.perf_counter()
    assert analyze("a", data) == ([], [])
    assert time.perf_counter() - begun < 0.05


# --- 64, 65: nothing leaves the tree, nothing runs ---------------------------------------------------------------


def test_ruby_code_is_never_run(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    code = f'File.write("{canary}", "x")\nGem::Specification.new {{|s| s.name = `touch {canary}`; s.version = "1" }}\n'
    analyze("specifications/evil-1.0.gemspec", code.encode())
    analyze("Gemfile.lock", code.encode())
    assert not canary.exists()


# --- all of them ------------------------------------------------------------------------------------------------

SEEDS = {
    "a.jar": jar(manifest(), LOG4J, ("lib/a.jar", GOOD)),
    "usr/bin/a": elf(inline_info()),
    "usr/bin/b": elf(pointer_info(0x400000)),
    "c.exe": pe(inline_info()),
    "d": macho(inline_info()),
    "node_modules/x/package.json": b'{"name": "x", "version": "1.0.0", "license": {"type": "MIT"}}',
    "package-lock.json": b'{"lockfileVersion": 3, "packages": {"node_modules/a": {"version": "1", "dev": true}}}',
    "x.dist-info/METADATA": b"Name: x\nVersion: 1\nRequires-Dist: y\n\nbody\n",
    "x.egg": jar(("EGG-INFO/PKG-INFO", b"Name: x\nVersion: 1\n")),
    "specifications/x-1.gemspec": b'# stub: x 1 ruby lib\ns.name = "x"\ns.version = "1"\n',
    "Gemfile.lock": b"GEM\n  specs:\n    x (1)\n",
    "go.mod": b"module x\nrequire (\n\ta v1.0.0\n)\nreplace a => b v1.0.0\n",
    "go.sum": b"a v1.0.0 h1:x=\n",
}


@pytest.mark.parametrize("path", sorted(SEEDS))
def test_a_thousand_random_damages_end_in_facts_or_gaps(path: str) -> None:
    dice = random.Random(path)
    for _ in range(1_000):
        data = bytearray(SEEDS[path])
        for _ in range(dice.randint(1, 6)):
            data[dice.randrange(len(data))] = dice.choice((0, 1, 0x7F, 0x80, 0xFF, dice.randrange(256)))
        analyze(path, bytes(data[: dice.randint(0, len(data))] if dice.random() < 0.3 else data))


LONG = [b"a" * limits.MIB, b"-" * limits.MIB, b" " * limits.MIB, b"1." * (limits.MIB // 2), b'"' * limits.MIB,
        b"\n" * limits.MIB, b"(" * limits.MIB, b"s.name = " * 100_000, b"Name: " * 100_000,
        b"- 1-" * 200_000]  # fmt: skip


@pytest.mark.parametrize(
    "path", [p for p in sorted(SEEDS) if not p.endswith((".exe", ".egg", ".jar", "/a", "/b", "d"))]
)
def test_a_megabyte_of_anything_takes_no_time(path: str) -> None:
    for data in LONG:
        for whole in (data, SEEDS[path] + data, b"# stub: " + data, b"Requires-Dist: " + data):
            begun = time.monotonic()
            analyze(path, whole)
            assert time.monotonic() - begun < 2, data[:10]


def test_a_long_file_name_takes_no_time() -> None:
    for stem in ("a-1" * 1_300, "1-" * 2_000, "-" * 4_000):
        begun = time.monotonic()
        analyze(f"{stem}.jar", jar(("a/b/c.class", b"")))
        analyze(f"specifications/{stem}.gemspec", b"")
        assert time.monotonic() - begun < 2


def test_every_analyzer_has_a_bound_and_a_name_of_its_own() -> None:
    assert all(0 < analyzer.max_bytes <= limits.PARSED_FILE_BYTES for analyzer in ANALYZERS)
    assert len({analyzer.id for analyzer in ANALYZERS}) == len(ANALYZERS)
