"""What .NET programs were deployed with, shared frameworks, and NuGet's lock files."""

from __future__ import annotations

import json

from support.language_facts import analyze, named

TARGET = ".NETCoreApp,Version=v8.0/linux-x64"
DEPS = {
    "runtimeTarget": {"name": TARGET, "signature": ""},
    "targets": {
        ".NETCoreApp,Version=v8.0": {},
        TARGET: {"App/1.0.0": {"dependencies": {"Newtonsoft.Json": "12.0.1"}},
                 "Serilog/2.0.0": {"dependencies": {"Newtonsoft.Json": "12.0.1"}}},
    },
    "libraries": {
        "App/1.0.0": {"type": "project"},
        "Newtonsoft.Json/12.0.1": {"type": "package", "serviceable": True},
        "Serilog/2.0.0": {"type": "package"},
        "System.Web.Reference/4.0.0.0": {"type": "reference"},
        "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1": {"type": "runtimepack"},
    },
}  # fmt: skip


def test_a_published_program() -> None:
    packages, gaps = analyze("app/App.deps.json", json.dumps(DEPS).encode())
    assert not gaps
    assert [(p.type, p.name, p.version, p.depends, p.declared) for p in packages] == [
        ("nuget", "Microsoft.NETCore.App.Runtime.linux-x64", "8.0.1", (), False),
        ("nuget", "Newtonsoft.Json", "12.0.1", (), False),
        ("nuget", "Serilog", "2.0.0", ("Newtonsoft.Json",), False),
    ]


def test_a_shared_framework_that_does_not_name_itself() -> None:
    path = "usr/share/dotnet/shared/Microsoft.AspNetCore.App/8.0.1/Microsoft.AspNetCore.App.deps.json"
    deps = {"runtimeTarget": {"name": TARGET}, "targets": {TARGET: {}}, "libraries": {}}
    assert named(path, json.dumps(deps).encode()) == [("Microsoft.AspNetCore.App.Runtime.linux-x64", "8.0.1")]


def test_a_shared_framework_that_names_itself_is_reported_once() -> None:
    path = "opt/dotnet/shared/Microsoft.NETCore.App/2.1.30/Microsoft.NETCore.App.deps.json"
    deps = {"runtimeTarget": {"name": ".NETCoreApp,Version=v2.1/linux-x64"},
            "libraries": {"Microsoft.NETCore.App/2.1.30": {"type": "package"}}}  # fmt: skip
    assert named(path, json.dumps(deps).encode()) == [("Microsoft.NETCore.App", "2.1.30")]


def test_packages_lock() -> None:
    lock = {
        "version": 1,
        "dependencies": {
            "net6.0": {
                "Serilog": {"type": "Direct", "requested": "[2.0, )", "resolved": "2.0.0",
                            "dependencies": {"Newtonsoft.Json": "12.0.1"}},
                "Newtonsoft.Json": {"type": "Transitive", "resolved": "12.0.1"},
                "own": {"type": "Project"},
            },
            "net8.0": {"Newtonsoft.Json": {"type": "Transitive", "resolved": "13.0.1"}},
        },
    }  # fmt: skip
    packages, gaps = analyze("src/packages.lock.json", json.dumps(lock).encode())
    assert not gaps
    assert [(p.name, p.version, p.depends, p.declared) for p in packages] == [
        ("Newtonsoft.Json", "12.0.1", (), True),
        ("Newtonsoft.Json", "13.0.1", (), True),
        ("Serilog", "2.0.0", ("Newtonsoft.Json",), True),
    ]


def test_packages_config() -> None:
    config = b"""\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?>
<packages>
  <package id="jQuery" version="3.1.1" targetFramework="net46" />
  <package id="StyleCop" version="1.0" developmentDependency="true" />
</packages>"""
    packages, gaps = analyze("src/packages.config", config)
    assert not gaps
    assert [(p.name, p.version, p.is_dev) for p in packages] == [("StyleCop", "1.0", True), ("jQuery", "3.1.1", False)]
    assert analyze("src/packages.config", b"<configuration/>") == ([], [])


def test_packages_config_with_entities_is_refused() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "b">]><packages><package id="&a;" version="1"/></packages>'
    assert [g.what for g in analyze("packages.config", bomb)[1]] == ["unreadable-file"]
