"""Installed npm packages and npm lock files; the shapes are those of npm's documentation."""

from __future__ import annotations

import json
from typing import Any

import pytest

from support.language_facts import analyze, named


def manifest(**fields: Any) -> bytes:
    return json.dumps({"name": "x", "version": "1.0.0", **fields}).encode()


@pytest.mark.parametrize(
    "path",
    [
        "app/node_modules/x/package.json",
        "app/node_modules/@scope/x/package.json",
        "app/node_modules/a/node_modules/x/package.json",
        "app/node_modules/@scope/a/node_modules/x/package.json",
        "app/node_modules/.pnpm/x@1.0.0/node_modules/x/package.json",
        "usr/local/lib/node_modules/npm/package.json",
        "test/node_modules/x/package.json",
    ],
)
def test_the_root_manifest_of_an_installed_package(path: str) -> None:
    assert named(path, manifest()) == [("x", "1.0.0")]


@pytest.mark.parametrize(
    "path",
    [
        "app/package.json",
        "app/node_modules/x/dist/esm/package.json",
        "app/node_modules/@scope/package.json",
        "app/node_modules/.bin/package.json",
        "app/node_modules/x/test/node_modules/y/package.json",
    ],
)
def test_other_manifests_are_no_installed_packages(path: str) -> None:
    assert analyze(path, manifest()) == ([], [])


def test_an_alias_is_reported_as_what_it_is() -> None:
    assert named("node_modules/shown/package.json", manifest(name="lodash", version="4.17.15")) == [
        ("lodash", "4.17.15")
    ]


@pytest.mark.parametrize(
    ("fields", "licenses"),
    [({"license": "MIT"}, ("MIT",)), ({"license": {"type": "BSD"}}, ("BSD",)),
     ({"licenses": [{"type": "MIT"}, {"type": "GPL"}]}, ("GPL OR MIT",))],
)  # fmt: skip
def test_old_and_new_forms_of_a_licence(fields: dict[str, Any], licenses: tuple[str, ...]) -> None:
    assert analyze("node_modules/x/package.json", manifest(**fields))[0][0].licenses == licenses


def test_a_byte_order_mark_and_repeated_keys_are_read_as_node_reads_them() -> None:
    data = b'\xef\xbb\xbf{"name": "x", "version": "1", "version": "2"}'
    assert named("node_modules/x/package.json", data) == [("x", "2")]


def test_a_version_that_is_missing_is_a_gap_unless_the_package_is_private() -> None:
    for fields, blocks in (({}, True), ({"private": True}, False)):
        data = json.dumps({"name": "x", **fields}).encode()
        packages, gaps = analyze("node_modules/x/package.json", data)
        assert not packages
        assert [gap.blocks for gap in gaps] == [blocks]


V1 = {
    "name": "app", "lockfileVersion": 1,
    "dependencies": {
        "a": {"version": "1.0.0", "requires": {"b": "^2"}, "dependencies": {"b": {"version": "2.0.0"}}},
        "b": {"version": "3.0.0", "dev": True},
        "shown": {"version": "npm:@s/real@4.0.0"},
        "here": {"version": "file:../here"},
        "forge": {"version": "git+ssh://git@example.org/forge.git#abc"},
    },
}  # fmt: skip
V3 = {
    "name": "app", "lockfileVersion": 3,
    "packages": {
        "": {"name": "app", "version": "0.0.1"},
        "packages/own": {"version": "1.0.0"},
        "node_modules/own": {"resolved": "packages/own", "link": True},
        "node_modules/a": {"version": "1.0.0", "dependencies": {"b": "^2"}, "license": "MIT"},
        "node_modules/a/node_modules/b": {"version": "2.0.0", "inBundle": True},
        "node_modules/b": {"version": "3.0.0", "dev": True},
        "node_modules/shown": {"name": "@s/real", "version": "4.0.0"},
    },
}  # fmt: skip
LOCKED = [("@s/real", "4.0.0", False), ("a", "1.0.0", False), ("b", "2.0.0", False), ("b", "3.0.0", True)]


@pytest.mark.parametrize("lock", [V1, V3, {**V1, **V3, "lockfileVersion": 2}])
@pytest.mark.parametrize("name", ["package-lock.json", "npm-shrinkwrap.json"])
def test_lock_files_of_every_generation_name_the_same(lock: dict[str, Any], name: str) -> None:
    packages, gaps = analyze(f"app/{name}", json.dumps(lock).encode())
    assert [(p.name, p.version, p.is_dev) for p in packages] == LOCKED
    assert all(p.declared for p in packages)
    assert packages[1].depends == ("b 2.0.0",), "what Node.js loads: the one in its own node_modules"
    assert not [gap for gap in gaps if gap.blocks]


def test_a_package_is_for_development_only_when_every_place_says_so() -> None:
    places = {"node_modules/a": {"version": "1", "dev": True}, "node_modules/b/node_modules/a": {"version": "1"}}
    lock = {"lockfileVersion": 3, "packages": places}
    assert [p.is_dev for p in analyze("package-lock.json", json.dumps(lock).encode())[0]] == [False]


def test_lock_files_of_dependencies_are_not_read() -> None:
    assert analyze("node_modules/x/package-lock.json", json.dumps(V3).encode()) == ([], [])
