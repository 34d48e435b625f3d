"""Julia's manifests, before and since format 2."""

from __future__ import annotations

import pytest

from scantling.model.purl import purl
from support.language_facts import analyze

V1 = """# This file is machine-generated - editing it directly is not advised

[[ArgTools]]
uuid = "0dad84c5-d112-42e6-8d28-ef12dabb789f"

[[HTTP]]
deps = ["Base64", "Dates", "URIs"]
git-tree-sha1 = "63055ee44b5c2b95ec1921edcf856c60124ff0c3"
uuid = "cd3eb016-35fb-5094-929b-558a96fad6f3"
version = "0.9.16"

[[Mine]]
path = "../Mine"
uuid = "11111111-35fb-5094-929b-558a96fad6f3"
version = "0.1.0"

[[Zlib_jll]]
deps = ["Libdl"]
uuid = "83775a58-1f1d-513f-b197-d71354ab007a"
version = "1.2.12+3"
"""
V2 = """julia_version = "1.9.2"
manifest_format = "2.0"
project_hash = "da39a3ee5e6b4b0d3255bfef95601890afd80709"

""" + V1.partition("\n\n")[2].replace("[[", "[[deps.").replace(
    'deps = ["Libdl"]', "\n    [deps.Zlib_jll.deps]\n    Libdl = 1"
)
V2 = V2.replace("\n\n    [deps.Zlib_jll.deps]\n    Libdl = 1", "") + (
    '\n    [deps.Zlib_jll.deps]\n    Libdl = "8f399da3-3557-5675-b5ff-fb832c97cbdb"\n'
)


@pytest.mark.parametrize(
    ("path", "source"),
    [("Manifest.toml", V1), ("srv/Manifest.toml", V2), ("JuliaManifest.toml", V2), ("srv/Manifest-v1.11.toml", V2),
     ("Manifest.toml", V2.replace('"2.0"', '"2.1"'))],
    ids=["1", "2", "julia's own name", "for one version", "2.1"],
)  # fmt: skip
def test_packages_with_a_version(path: str, source: str) -> None:
    packages, gaps = analyze(path, source.encode())
    assert not gaps
    assert [(p.type, p.name, p.version, p.depends, p.declared) for p in packages] == [
        ("julia", "HTTP", "0.9.16", ("Base64", "Dates", "URIs"), True),
        ("julia", "Zlib_jll", "1.2.12+3", ("Libdl",), True),
    ]
    one = packages[0]
    assert purl(one.type, one.name, one.version, qualifiers=one.qualifiers) == (
        "pkg:julia/HTTP@0.9.16?uuid=cd3eb016-35fb-5094-929b-558a96fad6f3"
    )


def test_a_manifest_inside_an_installed_package_is_its_developers() -> None:
    assert analyze("root/.julia/packages/HTTP/abcde/Manifest.toml", V2.encode()) == ([], [])


def test_a_file_of_that_name_that_is_not_julias() -> None:
    assert analyze("etc/Manifest.toml", b'name = "other"\n') == ([], [])


@pytest.mark.parametrize("data", [b"[[", b'manifest_format = "3.0"\n', V1.encode()[:80], b"a." * 100 + b"b = 1"])
def test_what_is_damaged_or_newer_is_a_gap(data: bytes) -> None:
    packages, gaps = analyze("Manifest.toml", data)
    assert not packages
    assert [gap.what for gap in gaps] == ["unreadable-file"]
