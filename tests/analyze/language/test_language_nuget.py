"""Unpacked NuGet packages and what a project was restored with."""

from __future__ import annotations

import json

import pytest

from support.language_facts import analyze

NUSPEC = b"""\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
  <metadata minClientVersion="2.12">
    <id>Newtonsoft.Json</id>
    <version>12.0.3</version>
    <license type="expression">MIT</license>
    <dependencies><group><dependency id="x" version="1" /></group></dependencies>
  </metadata>
</package>
"""
ASSETS = {
    "version": 3,
    "targets": {
        "net8.0": {
            "Newtonsoft.Json/12.0.3": {"type": "package", "dependencies": {"NETStandard.Library": "2.0.0"}},
            "Mine/1.0.0": {"type": "project"},
        },
        "net8.0/linux-x64": {"NETStandard.Library/2.0.3": {"type": "package"}},
    },
    "libraries": {
        "Newtonsoft.Json/12.0.3": {"type": "package", "path": "newtonsoft.json/12.0.3"},
        "NETStandard.Library/2.0.3": {"type": "package"},
        "Mine/1.0.0": {"type": "project"},
    },
}


@pytest.mark.parametrize(
    "path",
    ["root/.nuget/packages/newtonsoft.json/12.0.3/newtonsoft.json.nuspec",
     "src/packages/Newtonsoft.Json.12.0.3/Newtonsoft.Json.nuspec"],
)  # fmt: skip
def test_an_unpacked_package(path: str) -> None:
    (package,), gaps = analyze(path, NUSPEC)
    assert not gaps
    assert (package.type, package.name, package.version) == ("nuget", "Newtonsoft.Json", "12.0.3")
    assert package.licenses == ("MIT",)
    assert not package.declared


@pytest.mark.parametrize(
    ("url", "licenses"),
    [
        (b"https://licenses.nuget.org/MIT", ("https://licenses.nuget.org/MIT",)),
        (b"https://aka.ms/deprecateLicenseUrl", ()),
    ],
)
def test_the_address_of_a_licence_where_none_is_named(url: bytes, licenses: tuple[str, ...]) -> None:
    old = NUSPEC.replace(b'<license type="expression">MIT</license>', b"<licenseUrl>%b</licenseUrl>" % url)
    (package,), _ = analyze("src/packages/Newtonsoft.Json.12.0.3/Newtonsoft.Json.nuspec", old)
    assert package.licenses == licenses


def test_a_nuspec_that_is_source() -> None:
    assert analyze("src/Newtonsoft.Json.nuspec", NUSPEC) == ([], [])
    assert analyze("x/12.0.3/x.nuspec", NUSPEC.replace(b"12.0.3", b"$version$")) == ([], [])


def test_a_restored_project() -> None:
    packages, gaps = analyze("src/obj/project.assets.json", json.dumps(ASSETS).encode())
    assert not gaps
    assert [(p.name, p.version, p.depends, p.declared) for p in packages] == [
        ("NETStandard.Library", "2.0.3", (), True),
        ("Newtonsoft.Json", "12.0.3", ("NETStandard.Library",), True),
    ]


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><package><metadata><id>&b;</id></metadata></package>'


@pytest.mark.parametrize(
    ("path", "data"),
    [("a/1/a.nuspec", b""), ("a/1/a.nuspec", NUSPEC[:200]), ("a/1/a.nuspec", BOMB),
     ("project.assets.json", b"{}"), ("project.assets.json", b'{"version": 9}'), ("project.assets.json", b"[")],
)  # fmt: skip
def test_what_is_none_is_a_gap(path: str, data: bytes) -> None:
    packages, gaps = analyze(path, data)
    assert not packages
    assert [gap.what for gap in gaps] == ["unreadable-file"]
