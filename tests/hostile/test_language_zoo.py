"""The files of every further ecosystem, damaged or written to do harm: a ``Gap`` or an honest answer, soon."""

from __future__ import annotations

import json
import random
import time
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest

from scantling.guard import limits
from support.language_facts import ANALYZERS, analyze
from support.language_zoo import files

MIB = limits.MIB
PIECE = 200_000
SECONDS = 2.0  # for a file of that size, on a busy machine
FILES = files()
MORE = {
    "renv.lock": b'{"Packages": {"a": {"Package": "a", "Version": "1", "Requirements": ["b"]}}}',
    "packrat.lock": b"PackratFormat: 1.4\n\nPackage: a\nVersion: 1\nRequires: b,\n  c\n",
    "Manifest.toml": b'manifest_format = "2.0"\n[[deps.A]]\ndeps = ["B"]\nuuid = "u"\nversion = "1"\n',
    "lib/.meta/A-1/install.json": b'{"dist": "A-1", "pathname": "A/AU/AUTHOR/A-1.tar.gz"}',
    "lib/perllocal.pod": b"=head2 Mon: C<Module> L<A::B|A::B>\n\nC<VERSION: 1>\n",
    "cpanfile.snapshot": b"# carton snapshot format: version 1.0\nDISTRIBUTIONS\n  A-1\n    pathname: A/AU/A/A-1.zip\n",
    "luarocks.lock": b'return {\n dependencies = {\n  a = "1-1",\n  ["b-c"] = "2-1"\n }\n}\n',
    "wp-includes/version.php": b"<?php\n$wp_version = '6.1';\n",
    "wp-content/themes/a/style.css": b"/*\nTheme Name: A\nVersion: 1\n*/\n",
    "a/1.0/a.nuspec": b"<package><metadata><id>a</id><version>1.0</version></metadata></package>",
    "project.assets.json": b'{"version": 3, "targets": {"n": {"a/1": {}}}, "libraries": {"a/1": {"type": "package"}}}',
    "package.conf.d/a.conf": b"name: a\nversion: 1\nlicense: x\n",
    "v1/Package.resolved": b'{"version": 1, "object": {"pins": [{"repositoryURL": "g", "state": {"version": "1"}}]}}',
}
SEEDS = {**{path: data for path, data in FILES.items() if not path.startswith(("java/", "node", "go/"))}, **MORE}


@pytest.mark.parametrize("path", sorted(SEEDS))
def test_random_damage_ends_in_facts_or_gaps(path: str) -> None:
    dice = random.Random(path)
    for _ in range(300):
        data = bytearray(SEEDS[path])
        for _ in range(dice.randint(1, 6)):
            data[dice.randrange(len(data))] = dice.choice((0, 1, 0x7F, 0x80, 0xFF, dice.randrange(256)))
        analyze(path, bytes(data[: dice.randint(0, len(data))] if dice.random() < 0.3 else data))


@pytest.mark.parametrize("path", sorted(SEEDS))
def test_noise_is_no_crash(path: str) -> None:
    noise = random.Random(7).randbytes(100_000)
    for data in (b"", b"\0", b"\n", noise, b"\xff\xfe" + noise[:999], b"[]", b"{}", b"null", b"[1]", b'"x"'):
        analyze(path, data)


def _wrong(value: Any) -> Iterator[Any]:
    """``value`` with each of its parts replaced in turn by something of another type."""
    yield from (None, 7, "x", [], {}, [[]], {"x": {"x": []}}, True)
    if isinstance(value, dict):
        for key, part in value.items():
            for changed in _wrong(part):
                yield {**value, key: changed}
    elif isinstance(value, list):
        for at, part in enumerate(value):
            for changed in _wrong(part):
                yield [*value[:at], changed, *value[at + 1 :]]


SAMPLES: dict[str, Any] = {
    **{path: json.loads(data) for path, data in SEEDS.items() if data[:1] == b"{" and "beam" not in path},
    "pubspec.lock": {"packages": {"a": {"dependency": "x", "description": {"name": "a"}, "source": "hosted",
                                        "version": "1"}}},
    "Podfile.lock": {"PODS": ["A (1)", {"B/C (1)": ["A (= 1)", "B/D"]}]},
    "stack.yaml.lock": {"packages": [{"completed": {"hackage": "a-1@x", "name": "b", "version": "1"}}],
                        "snapshots": [{}]},
    "stack.yaml": {"extra-deps": ["a-1", {"git": "x"}]},
}  # fmt: skip


@pytest.mark.parametrize("path", sorted(SAMPLES))
def test_any_part_may_be_of_any_type(path: str) -> None:
    for document in _wrong(SAMPLES[path]):
        analyze(path, json.dumps(document).encode())


UNITS = (
    b"a",
    b"-",
    b" ",
    b"1.",
    b'"',
    b"'",
    b"\n",
    b"(",
    b"[",
    b"{",
    b"<<",
    b"%{",
    b"a-1-",
    b"\\",
    b'"a" => ',
    b"a:\n",
)
UNITS += (
    b"name: ",
    b"version = '",
    b"Plugin Name:",
    b"any.a ==1,",
    b"a/",
    b"dependencies={",
    b"a:1:{",
    b"# ",
    b"=head2 C<Module> L<A\n",
)


@pytest.mark.parametrize("path", sorted(SEEDS))
def test_long_runs_of_anything_take_linear_time(path: str) -> None:
    for unit in UNITS:
        for data in (unit * (PIECE // len(unit)), SEEDS[path] + unit * (PIECE // len(unit))):
            begun = time.process_time()
            analyze(path, data)
            assert time.process_time() - begun < SECONDS, unit


@pytest.mark.parametrize(
    "path", ["mix.lock", "rebar.lock", "Package.resolved", "conan.lock", "renv.lock", "pubspec.lock"]
)
@pytest.mark.parametrize("unit", [b"[", b"{", b'{"a":', b"[{", b"%{", b"<<"])
def test_what_nests_without_end_is_a_gap(path: str, unit: bytes) -> None:
    packages, gaps = analyze(path, unit * 200_000)
    assert not packages
    assert [gap.what for gap in gaps] == ["unreadable-file"]


LARGE = {
    "mix.lock": (b"%{\n", b'  "p%d": {:hex, :p%d, "1.0.%d", "0", [:mix], [], "hexpm", "0"},\n', b"}\n"),
    "rebar.lock": (b'{"1.2.0",[', b'{<<"p%d">>,{pkg,<<"p%d">>,<<"1.%d">>},0},\n', b"]}.\n"),
    "cpanfile.snapshot": (b"# carton snapshot format: version 1.0\nDISTRIBUTIONS\n",
                          b"  P%d-1\n    pathname: A/AU/A/P-p%d-1.%d.tar.gz\n", b""),
    "cabal.project.freeze": (b"constraints: ", b"any.p%d ==1.%d.%d,\n", b""),
    "packrat.lock": (b"PackratFormat: 1.4\n\n", b"Package: p%d\nVersion: 1.%d\nHash: %d\n\n", b""),
    "luarocks.lock": (b"return {\n dependencies = {\n", b'  p%d = "1.%d-%d",\n', b" }\n}\n"),
}  # fmt: skip


@pytest.mark.parametrize("path", sorted(LARGE))
def test_a_large_honest_file_takes_memory_in_proportion(path: str) -> None:
    head, line, tail = LARGE[path]
    data = head + b"".join(line % (n, n, n) for n in range(10_000)) + tail
    tracemalloc.start()
    packages, gaps = analyze(path, data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert not gaps
    assert len(packages) == 10_000
    assert peak < 150 * MIB


@pytest.mark.parametrize("path", ["cpanfile.snapshot", "mix.lock"])
def test_the_largest_file_that_is_handed_over_ends_soon(path: str) -> None:
    (analyzer,) = (each for each in ANALYZERS if path in each.wants.names)
    assert analyzer.max_bytes < 200 * MIB  # beyond that the runner says "limit-reached" and reads nothing
    head, line, _ = LARGE[path]
    one = b"".join(line % (n, n, n) for n in range(1000))
    begun = time.process_time()
    packages, gaps = analyze(path, head + one * (analyzer.max_bytes // len(one)))
    assert time.process_time() - begun < 30
    assert gaps or len(packages) == 1000


def test_dependencies_in_a_circle_end() -> None:
    count = 20_000
    nodes = {"0": {"path": "conanfile.txt", "requires": ["1"]}}
    nodes |= {f"{n}": {"ref": f"p{n}/1", "requires": [f"{n % count + 1}"]} for n in range(1, count + 1)}  # type: ignore[dict-item]
    packages, gaps = analyze("conan.lock", json.dumps({"graph_lock": {"nodes": nodes}}).encode())
    assert not gaps
    assert len(packages) == count
