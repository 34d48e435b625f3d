"""Lock files of Conan 1 and 2, as both write them for the same three packages; the cache's notes; conanfile.txt."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scantling.model.purl import purl
from support.language_facts import analyze

NODES: dict[str, dict[str, Any]] = {
    "0": {"options": "", "requires": ["1", "2"], "build_requires": ["3"], "path": "conanfile.txt", "context": "host"},
    "1": {"ref": "zlib/1.2.13", "options": "", "package_id": "cb05", "prev": "0", "context": "host"},
    "2": {"ref": "openssl/3.1.0@acme/stable", "package_id": "c73a", "requires": ["1"], "context": "host"},
    "3": {"ref": "cmake/3.25.1", "package_id": "cb05", "prev": "0", "context": "host"},
}
V04 = {"graph_lock": {"nodes": NODES, "revisions_enabled": False}, "version": "0.4", "profile_host": "[settings]\n"}
V04_BUILD = {
    "graph_lock": {"nodes": {**NODES, "3": {**NODES["3"], "context": "build"}}, "revisions_enabled": True},
    "version": "0.4",
}
V00 = {
    "graph_lock": {
        "nodes": {
            "a": {"pref": "None/None@", "options": "", "requires": {"zlib/1.2.13": "b", "openssl/3.1.0@a/b": "c"},
                  "build_requires": {"cmake/3.25.1": "d"}},
            "b": {"pref": "zlib/1.2.13#13de:cb05#0123", "options": ""},
            "c": {"pref": "openssl/3.1.0@acme/stable#1:c73a#1", "requires": {"zlib/1.2.13#1": "b"}},
            "d": {"pref": "cmake/3.25.1#1:cb05#1"},
        }
    },
    "version": "0.0",
}  # fmt: skip
V05 = {
    "version": "0.5",
    "requires": ["zlib/1.2.13#13decc59345a4bba7c6f45c12fb8c638%1795434082.0710468",
                 "openssl/3.1.0@acme/stable#3611b9f72c18de3ff287296077ae5968%1795434082.520654"],
    "build_requires": ["cmake/3.25.1#c9bae22ccb046e3088270d8e258f8742%1795434082.838166"],
    "python_requires": [],
    "config_requires": [],
}  # fmt: skip
FOUND = [("cmake", "3.25.1", True), ("openssl", "3.1.0", False), ("zlib", "1.2.13", False)]


@pytest.mark.parametrize("lock", [V00, V04, V04_BUILD, V05], ids=["0.0", "0.4", "0.4 with two profiles", "0.5"])
def test_every_generation_names_the_same_packages(lock: dict[str, Any]) -> None:
    packages, gaps = analyze("srv/conan.lock", json.dumps(lock).encode())
    assert not gaps
    assert [(p.name, p.version, p.is_dev) for p in packages] == FOUND
    assert all(p.type == "conan" and p.declared for p in packages)
    one = packages[1]
    assert one.depends == (() if lock is V05 else ("zlib",))
    assert purl(one.type, one.name, one.version, qualifiers=one.qualifiers) == (
        "pkg:conan/openssl@3.1.0?channel=stable&user=acme"
    )


INFO = b"""[settings]
    os=Linux

[requires]
    zlib/1.Y.Z

[full_settings]
    os=Linux

[full_requires]
    zlib/1.2.13:cb054d0b3e1ca595dc66bc2339d40f1f8f04ab31

[recipe_hash]
    dbe656a7d1eede5ec6b64be7eac4fa69
"""


def test_a_package_in_the_cache_of_conan_1() -> None:
    path = "root/.conan/data/openssl/3.1.0/acme/stable/package/c73a9a2d/conaninfo.txt"
    packages, gaps = analyze(path, INFO)
    assert not gaps
    assert [(p.name, p.version, p.qualifiers, p.declared) for p in packages] == [
        ("openssl", "3.1.0", (("channel", "stable"), ("user", "acme")), False),
        ("zlib", "1.2.13", (), False),
    ]


def test_conan_2_says_only_inexactly_what_a_package_was_built_with() -> None:
    assert analyze("root/.conan2/p/b/opens1234/p/conaninfo.txt", b"[settings]\nos=Linux\n[requires]\nzlib/1.2.Z\n") == (
        [], [],
    )  # fmt: skip


def test_a_recipe() -> None:
    source = b"# what we need\n[requires]\nzlib/1.2.13\nopenssl/[>=3]\n\n[tool_requires]\ncmake/3.25.1@_/_\n"
    source += b"[options]\nzlib:shared=1\n"
    packages, gaps = analyze("srv/conanfile.txt", source)
    assert [(p.name, p.version, p.is_dev) for p in packages] == [("cmake", "3.25.1", True), ("zlib", "1.2.13", False)]
    assert [(g.what, g.blocks) for g in gaps] == [("partial-manifest", False)]


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b'{"version": "0.5", "requires": ["x"]}', b'{"graph_lock": {"nodes": {"1": {"ref": "a/ b"}}}}',
     json.dumps(V04).encode()[:200]],
)  # fmt: skip
def test_what_is_none_is_a_gap(data: bytes) -> None:
    packages, gaps = analyze("conan.lock", data)
    assert not packages
    assert [gap.what for gap in gaps] == ["unreadable-file"]


def test_a_graph_that_goes_in_circles_ends() -> None:
    nodes = {
        "0": {"path": "conanfile.txt", "requires": ["1"]},
        "1": {"ref": "a/1", "requires": ["2"]},
        "2": {"ref": "b/1", "requires": ["1", "2"]},
    }
    packages, _ = analyze("conan.lock", json.dumps({"graph_lock": {"nodes": nodes}}).encode())
    assert [(p.name, p.depends, p.is_dev) for p in packages] == [("a", ("b",), False), ("b", ("a", "b"), False)]
