"""Go build information in every executable format and both encodings; go.mod and go.sum."""

from __future__ import annotations

import pytest

from scantling.analyze.language import gobinary
from scantling.analyze.plugin import FileView
from scantling.model.coverage import Gap
from support.gobinaries import elf, inline_info, macho, pe, pointer_info
from support.language_facts import analyze, named

LINKED = [
    ("example.org/app", "(devel)"),
    ("example.org/local", "v0.3.0"),
    ("example.org/new", "v1.2.0"),
    ("github.com/gin-gonic/gin", "v1.7.0"),
]


@pytest.mark.parametrize(
    "program",
    [elf(inline_info()), elf(inline_info(), name=""), pe(inline_info()), macho(inline_info())],
    ids=["elf", "elf stripped", "pe", "macho"],
)
def test_modules_of_a_program(program: bytes) -> None:
    assert named("usr/bin/app", program) == sorted([*LINKED, ("stdlib", "1.21.4")])


def test_the_pointers_of_go_before_1_18() -> None:
    assert named("usr/bin/app", elf(pointer_info(0x400000))) == sorted([*LINKED, ("stdlib", "1.17.3")])


@pytest.mark.parametrize(
    ("built_by", "version"),
    [("go1.22.1 X:boringcrypto", "1.22.1"), ("go1.21rc2", "1.21rc2"), ("go1.20", "1.20"),
     ("go1.21.9 (Red Hat 1.21.9-1.el9_4)", "1.21.9")],
)  # fmt: skip
def test_the_version_of_the_standard_library(built_by: str, version: str) -> None:
    assert named("a", elf(inline_info(built_by, ""))) == [("stdlib", version)]


def test_a_development_go_is_a_gap() -> None:
    packages, gaps = analyze("a", elf(inline_info("devel go1.19-2ad71bd", "")))
    assert [(p.name, p.version) for p in packages] == [("stdlib", "(devel)")]
    assert [gap.what for gap in gaps] == ["unknown-version"]


def test_a_program_in_another_language_is_nothing() -> None:
    assert analyze("bin/sh", elf(bytes(64), name=".data")) == ([], [])


GO_MOD = b"""module example.org/app // the app

go 1.21
toolchain go1.22.1

require example.org/one v1.0.0
require (
\texample.org/two v2.0.0 // indirect
\texample.org/old v1.0.0
\texample.org/local v0.1.0
)
replace example.org/old => example.org/new v1.5.0
replace example.org/local v0.1.0 => ../local
exclude example.org/one v0.9.0
"""


def test_go_mod() -> None:
    packages, gaps = analyze("src/go.mod", GO_MOD)
    assert [(p.name, p.version) for p in packages] == [
        ("example.org/local", "v0.1.0"),
        ("example.org/new", "v1.5.0"),
        ("example.org/one", "v1.0.0"),
        ("example.org/two", "v2.0.0"),
    ]
    assert all(p.declared for p in packages)
    assert not gaps


def test_go_mod_of_an_old_go_names_only_direct_requirements() -> None:
    _, gaps = analyze("go.mod", GO_MOD.replace(b"go 1.21", b"go 1.16"))
    assert [(gap.what, gap.blocks) for gap in gaps] == [("partial-manifest", False)]


def test_go_sum_keeps_the_newest_version_that_has_a_content_hash() -> None:
    data = b"a.org/x v1.9.0 h1:a=\na.org/x v1.10.0 h1:b=\na.org/x v1.10.0-rc.1 h1:b=\na.org/x v2.0.0/go.mod h1:c=\n"
    assert named("go.sum", data) == [("a.org/x", "v1.10.0")]


@pytest.mark.parametrize("data", [b"", b"go 1.21\n", b"module x\nrequire (\n", b"module x\n<<<<<<< HEAD\n"])
def test_a_go_mod_that_is_none_is_a_gap(data: bytes) -> None:
    packages, gaps = analyze("go.mod", data)
    assert not packages
    assert gaps[0].blocks


def test_a_program_built_without_modules_says_that_nobody_knows_what_is_in_it() -> None:
    """As `go version -m` shows Debian's gh: a path and settings, neither mod nor dep."""
    program = elf(inline_info(modules="path\tgithub.com/cli/cli/v2/cmd/gh\nbuild\t-compiler=gc\n"))
    results = list(gobinary.ANALYZERS[0].extract(FileView("usr/bin/gh", program)))
    (gap,) = [result for result in results if isinstance(result, Gap)]
    assert (gap.what, gap.where, gap.blocks) == ("unidentified-package", "usr/bin/gh", False)
    (facts,) = [result for result in results if not isinstance(result, Gap)]
    assert ("github.com/cli/cli/v2/cmd/gh", "(devel)") in {(one.name, one.version) for one in facts.packages}


def test_vendored_modules() -> None:
    """As Go Modules Reference, "Vendoring", shows the file."""
    text = b"""# github.com/pkg/errors v0.9.1
## explicit
github.com/pkg/errors
# golang.org/x/net v0.17.0 => golang.org/x/net v0.18.0
## explicit; go 1.17
golang.org/x/net/http2
# example.org/local v1.0.0 => ./local
"""
    assert named("src/app/vendor/modules.txt", text) == [
        ("example.org/local", "v1.0.0"),
        ("github.com/pkg/errors", "v0.9.1"),
        ("golang.org/x/net", "v0.18.0"),
    ]
    _, (gap,) = analyze("src/app/vendor/modules.txt", b"# one two three four\n")
    assert gap.what == "unreadable-file"


def test_the_tool_chains_own_commands_are_the_standard_library() -> None:
    program = elf(inline_info(modules="path\tcmd/vet\nbuild\t-compiler=gc\n"))
    (facts,) = gobinary.ANALYZERS[0].extract(FileView("usr/lib/go/pkg/tool/vet", program))
    assert not isinstance(facts, Gap)
    assert [one.name for one in facts.packages] == ["stdlib"]
