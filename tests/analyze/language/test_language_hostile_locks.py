"""Lock files that were damaged or written to do harm: a ``Gap`` or an honest answer, soon, and never an exception.

``analyze`` lets everything escape that is not ``Malformed``, so that a crash fails the test.
"""

from __future__ import annotations

import json
import random
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from typing import Any

import pytest

from scantling.guard import limits
from support.gobinaries import elf
from support.language_facts import analyze

MIB = 1024 * 1024
TOML = ("poetry.lock", "pdm.lock", "uv.lock", "pylock.toml", "Cargo.lock")
YAML = ("pnpm-lock.yaml", "yarn.lock")
JSON = (
    "Pipfile.lock", "bun.lock", "composer.lock", "vendor/composer/installed.json", "app.deps.json",
    "packages.lock.json", "a/conda-meta/x.json",
)  # fmt: skip
OTHERS = ("requirements.txt", "packages.config")
SECONDS = 6.0  # for one file of 1 MiB, on a busy machine


@pytest.mark.parametrize("name", TOML + YAML + JSON + OTHERS)
def test_noise_is_no_crash(name: str) -> None:
    noise = random.Random(7).randbytes(100_000)
    for data in (b"", b"\0", b"\n", noise, b"\xff\xfe" + noise[:999], b"[]", b"{}", b"null", b"[1]", b'"x"'):
        packages, _ = analyze(name, data)
        assert not [p for p in packages if p.type not in {"pypi"}]


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
    "Pipfile.lock": {"_meta": {}, "default": {"a": {"version": "==1", "editable": True}}},
    "bun.lock": {
        "lockfileVersion": 1,
        "workspaces": {"": {"name": "d", "dependencies": {"a": "1"}, "optionalDependencies": {"b": "1"}}},
        "packages": {"a": ["a@1", "", {"dependencies": {"b": "1"}}, "x"], "@s/a/b": ["b@1", "", {}, "x"]},
    },
    "composer.lock": {"packages": [{"name": "a/b", "version": "1", "license": ["x"], "require": {"c/d": "1"}}],
                      "packages-dev": []},
    "vendor/composer/installed.json": {"packages": [{"name": "a/b", "version": "1"}], "dev-package-names": ["a/b"]},
    "shared/F/1/F.deps.json": {"runtimeTarget": {"name": "n/x"}, "targets": {"n/x": {"a/1": {"dependencies": {}}}},
                               "libraries": {"a/1": {"type": "package"}}},
    "packages.lock.json": {"version": 1, "dependencies": {"net": {"a": {"type": "Direct", "resolved": "1",
                                                                       "dependencies": {"b": "1"}}}}},
    "a/conda-meta/x.json": {"name": "a", "version": "1", "depends": ["b"], "license": "x", "subdir": "y",
                            "channel": "z"},
    "pnpm-lock.yaml": {
        "lockfileVersion": "9.0",
        "importers": {".": {"dependencies": {"a": {"version": "1"}}}},
        "packages": {"a@1": {"resolution": {"type": "x"}, "name": "a", "version": "1"}},
        "snapshots": {"a@1": {"dependencies": {"a": "1"}}},
    },
    "5/pnpm-lock.yaml": {"lockfileVersion": "5.4", "packages": {"/a/1": {"dev": "x", "dependencies": {"a": "1"}}}},
    "yarn.lock": {"__metadata": {"version": "8"},
                  "a@npm:1": {"version": "1", "resolution": "a@npm:1", "dependencies": {"b": "1"}, "linkType": "x"}},
    "bin": {"packages": [{"name": "a", "version": "1", "kind": "build", "dependencies": [0]}]},
}  # fmt: skip


@pytest.mark.parametrize("name", SAMPLES)
def test_any_part_may_be_of_any_type(name: str) -> None:
    # JSON is YAML too, but for its true and null
    for document in _wrong(SAMPLES[name]):
        text = json.dumps(document).encode()
        if name == "yarn.lock":
            text = b"__metadata: {}\n" + (text[1:-1].replace(b"}, ", b"}\n") if isinstance(document, dict) else text)
        analyze(name, elf(zlib.compress(text), ".dep-v0") if name == "bin" else text)


@pytest.mark.parametrize("name", TOML)
def test_toml_of_wrong_types(name: str) -> None:
    keys = {
        "name": '"a"',
        "version": '"1"',
        "source": '{type = "x"}',
        "dependencies": '[{name = "b"}]',
        "groups": '["main"]',
        "category": '"dev"',
        "marker": '"x"',
        "optional-dependencies": "{x = [{name = 1}]}",
    }
    for table in ("package", "packages"):
        for key in keys:
            for value in ("1", "[1]", "{x = 1}", "true", "[[]]", '""', "1979-05-27", "nan"):
                body = "\n".join(f"{k} = {value if k == key else v}" for k, v in keys.items())
                analyze(name, f'version = 1\nlock-version = "1.0"\n[[{table}]]\n{body}\n'.encode())
        analyze(name, f'version = 1\nlock-version = "1.0"\n{table} = 1\n'.encode())


DEEP = [b"[" * MIB, b"{" * MIB, b'{"a":' * 200_000, b"[{" * 500_000]


@pytest.mark.parametrize("name", JSON)
@pytest.mark.parametrize("data", DEEP, ids=range(len(DEEP)))
def test_deep_json(name: str, data: bytes) -> None:
    _soon_a_gap(name, data)


YAML_BOMBS = {
    "flow lists": b"a: " + b"[" * MIB,
    "flow mappings": b"a: " + b"{x: " * 250_000,
    "questions": b"? " * 500_000,
    "dashes": b"- " * 500_000,
    "indents": b"".join(b" " * depth + b"a:\n" for depth in range(1400)),
    "aliases": b"a: &a [x]\nb: &b [*a,*a]\nc: [*b,*b]\n",
    "cycle": b"a: &a [*a]\n",
    "tags": b"a: !!python/object/apply:os.system ['true']\n",
    "merge": b"a: &a {b: 1}\nc: {<<: *a}\n",
    "key of a mapping": b"{a: 1}: 2\n",
    "list": b"- a\n",
    "cut": b'a: "b',
    "long key": b"x" * MIB,
    "nodes": b"a: [" + b"0," * (limits.YAML_NODES + 2) + b"]",
}


@pytest.mark.parametrize("data", YAML_BOMBS.values(), ids=YAML_BOMBS)
@pytest.mark.parametrize("head", [b"", b"__metadata:\n  version: 8\n"], ids=["pnpm", "yarn"])
def test_yaml_bombs(head: bytes, data: bytes) -> None:
    _soon_a_gap("yarn.lock" if head else "pnpm-lock.yaml", head + data, 20)


TOML_BOMBS = {
    "lists": b"a = " + b"[" * MIB,
    "tables": b"a = " + b"{a=" * 300_000,
    "dotted": b"a." * (MIB // 2) + b"a = 1",
    "header": b"[" + b"a." * (MIB // 2) + b"a]",
    "quoted": b'"=".' * (MIB // 4) + b"a = 1",
    "single": b"'='  .  " * (MIB // 8) + b"a = 1",
    "escaped": rb'"\"".' * (MIB // 5) + b"a = 1",
    "inline": b"a = {" + b"a." * (MIB // 2) + b"a = 1}",
    "word": b"a" * MIB,
    "quotes": b'"' * MIB,
    "escapes": b'"' + b'\\"' * (MIB // 2),
    "apostrophes": b"'a " * (MIB // 3),
    "values": b"a = [" + b"0," * (limits.TOML_VALUES + 1) + b"]",
    "spaces": b"a" + b" " * MIB,
}


@pytest.mark.parametrize("data", TOML_BOMBS.values(), ids=TOML_BOMBS)
def test_toml_bombs(data: bytes) -> None:
    _soon_a_gap("Cargo.lock", data)


def test_what_is_too_large_is_not_looked_at() -> None:
    for name, size in (("Cargo.lock", limits.TOML_BYTES), ("pnpm-lock.yaml", limits.YAML_BYTES)):
        _soon_a_gap(name, b"#" * (size + 1))


LONG = {
    "requirements.txt": [b"a" * MIB, b"a[" * (MIB // 2), b"a==" + b"=" * MIB, b"a" + b" " * MIB + b"!",
                         b"#" * MIB, b"a \\\n" * (MIB // 4), b" #" * (MIB // 2), b"a==1,".ljust(MIB, b",")],
    "yarn.lock": [b'"' * MIB, b'"a:' * (MIB // 3), b"a@" * (MIB // 2) + b":", b"a:\n  " + b'\\"' * (MIB // 2),
                  b"a:\n  " + b"a" * MIB, b"a:\n" * (MIB // 3), b"\n" * MIB],
    "bun.lock": [b'"' + b'\\"' * (MIB // 2), b"/" * MIB, b"/*" * (MIB // 2), b"," * MIB, b", " * (MIB // 2),
                 b"," + b" " * MIB, b"/*" + b"*" * MIB],
    "packages.config": [b"<a>" * (MIB // 3), b"<a " + b"b='' " * (MIB // 5)],
    "pylock.toml": [b'lock-version = "1.0"\n[[packages]]\nname="a"\nversion="1"\nmarker = """' + b"' in " * (MIB // 5)
                    + b'"""', b'lock-version = "1.0"\n[[packages]]\nname="a"\nversion="1"\nmarker = "'
                    + b"'a' in  " * (MIB // 8) + b'"'],
}  # fmt: skip


@pytest.mark.parametrize(("name", "at"), [(name, at) for name, each in LONG.items() for at in range(len(each))])
def test_long_lines_take_linear_time(name: str, at: int) -> None:
    start = time.process_time()
    analyze(name, LONG[name][at])
    assert time.process_time() - start < SECONDS


def test_cycles_and_thousands_of_packages() -> None:
    count = 20_000
    uv = ['version = 1\n[[package]]\nname="d"\nsource={virtual="."}\ndependencies=[{name="p0"}]\n']
    for n in range(count):
        needs = f'dependencies=[{{name="p{(n + 1) % count}"}}]'
        uv.append(f'[[package]]\nname="p{n}"\nversion="1"\nsource={{registry="x"}}\n{needs}\n')
    packages, gaps = analyze("uv.lock", "".join(uv).encode())
    assert not gaps
    assert len(packages) == count
    assert not any(p.is_dev for p in packages)


def test_ten_thousand_unnamed_packages_are_a_handful_of_gaps() -> None:
    lock = {"packages": [{"name": f"a/{n}"} for n in range(10_000)]}
    packages, gaps = analyze("composer.lock", json.dumps(lock).encode())
    assert not packages
    assert len(gaps) == limits.GAPS_PER_FILE + 1
    assert gaps[-1].reason.endswith("9980 more packages without a usable name or version")


def test_a_large_honest_lock_file_takes_little_memory() -> None:
    body = "".join(
        f"  /p{n}/1.0.{n}:\n    resolution: {{integrity: sha512-{n:080}}}\n    dev: false\n" for n in range(9_000)
    )
    tracemalloc.start()
    packages, _ = analyze("pnpm-lock.yaml", f"lockfileVersion: 5.4\npackages:\n{body}".encode())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(packages) == 9_000
    assert peak < 64 * MIB


def _soon_a_gap(name: str, data: bytes, seconds: float = SECONDS) -> None:
    start = time.process_time()
    packages, gaps = analyze(name, data)
    assert time.process_time() - start < seconds
    assert not packages
    assert [gap.what for gap in gaps] == ["unreadable-file"]
