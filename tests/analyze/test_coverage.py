"""What the coverage statement counts: layers are walked from entries made by hand, ownership by a dpkg file list."""

from __future__ import annotations

import pytest

from scantling.analyze import dispatch, lock_files
from scantling.analyze.catalog import ANALYZERS
from scantling.analyze.codec import decode, encode
from scantling.analyze.merge import merge
from scantling.analyze.runner import inspect
from scantling.guard.limits import COVERAGE_PATHS, MIB
from scantling.layers.entry import Entry, Kind
from scantling.model.coverage_statement import Executables, LockFiles, Seen
from scantling.model.facts import LayerFacts
from support.gobinaries import elf, inline_info

ELF = b"\x7fELF" + bytes(2000)
SCRIPT = b"#!/bin/sh\n"


class Held:
    def __init__(self, data: bytes) -> None:
        self.data = data

    def head(self, entry: Entry, size: int) -> bytes:
        return self.data[:size]

    def read(self, entry: Entry) -> bytes:
        return self.data


def file(path: str, data: bytes, mode: int = 0o755) -> Entry:
    return Entry(path, Kind.FILE, mode, size=len(data), body=Held(data))


def layer(number: int, *entries: Entry) -> LayerFacts:
    facts = inspect(entries, dispatch.build(ANALYZERS)).facts(f"sha256:{number}", 1)
    kept = decode(encode(facts), MIB)
    assert kept == facts  # what the cache holds is what was seen
    return facts


def seen(*layers: LayerFacts) -> Seen:
    found = merge(layers).seen
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("path", "head", "mode", "sort"),
    [
        ("usr/bin/ls", b"\x7fELF", 0o755, "binaries"),
        ("usr/lib/libz.so.1.2", b"\x7fELF", 0o644, "binaries"),
        ("usr/lib/crt1.o", b"\x7fELF", 0o644, None),
        ("usr/lib/debug/x.debug", b"\x7fELF", 0o644, None),
        ("app/tool.exe", b"MZ\x90\0", 0o755, "binaries"),
        ("app/notes.txt", b"MZ\x90\0", 0o644, None),
        ("app/tool", b"\xcf\xfa\xed\xfe", 0o755, "binaries"),
        ("app/run", b"#!/b", 0o755, "scripts"),
        ("app/run.txt", b"#!/b", 0o644, None),
        ("app/Main.class", b"\xca\xfe\xba\xbe", 0o755, None),
        ("app/data", b"data", 0o777, None),
    ],
)
@pytest.mark.parametrize("size", [0, 2000], ids=["small", "large"])
def test_what_is_an_executable(path: str, head: bytes, mode: int, sort: str | None, size: int) -> None:
    facts = layer(0, file(path, head + bytes(size), mode))
    if sort == "binaries" and size == 0 and not mode & 0o111:
        return  # no shared library is that small
    assert facts.binaries == (path.encode() if sort == "binaries" else b"")
    assert facts.scripts == (path.encode() if sort == "scripts" else b"")


def test_each_executable_is_counted_once_under_the_first_that_holds() -> None:
    listing = b"/.\n/bin\n/bin/ls\n/usr\n/usr/bin\n/usr/bin/python3\n/usr/bin/2to3\n"
    go = elf(inline_info())
    found = seen(
        layer(
            0,
            file("var/lib/dpkg/info/base.list", listing, 0o644),
            file("var/lib/dpkg/info/base.postinst", SCRIPT),
            file("usr/bin/2to3", SCRIPT),
            file("bin/ls", ELF),
            file("usr/bin/python3", ELF),
            file("usr/bin/python3-copy", ELF),
            file("app/server", go),
            file("v/site-packages/a-1.dist-info/METADATA", b"Name: a\nVersion: 1\n\n", 0o644),
            file("v/site-packages/a/_fast.so", ELF, 0o644),
            file("v/other/_fast.so", ELF, 0o644),
            file("entrypoint.sh", SCRIPT),
        )
    )
    assert found.binaries == Executables(6, 2, 2, 2, ("usr/bin/python3-copy", "v/other/_fast.so"))
    assert found.scripts == Executables(2, 1, 0, 1, ("entrypoint.sh",))


def test_scripts_of_packages_that_no_list_speaks_of_are_not_counted() -> None:
    found = seen(layer(0, file("usr/lib/python3.11/pdb.py", SCRIPT), file("usr/local/lib/x.py", SCRIPT)))
    assert found.scripts == Executables(1, 0, 0, 1, ("usr/local/lib/x.py",))


def test_a_compiled_maintainer_script_is_its_packages() -> None:
    status = b"Package: bash\nStatus: install ok installed\nVersion: 5.1\n\n"
    found = seen(
        layer(
            0,
            file("var/lib/dpkg/status", status, 0o644),
            file("var/lib/dpkg/info/bash.preinst", ELF),
            file("var/lib/dpkg/info/hidden.preinst", ELF),
            file("var/lib/dpkg/hidden", ELF),
        )
    )
    assert found.binaries == Executables(3, 1, 0, 2, ("var/lib/dpkg/hidden", "var/lib/dpkg/info/hidden.preinst"))


def test_a_file_of_a_merged_usr_is_owned_under_its_old_name() -> None:
    listing = file("var/lib/dpkg/info/base.list", b"/bin/ls\n", 0o644)
    assert seen(layer(0, listing, file("usr/bin/ls", ELF))).binaries.owned == 1


def test_a_removed_or_replaced_file_does_not_count() -> None:
    base = layer(0, file("app/old", ELF), file("app/gone", ELF), file("app/kept", ELF))
    above = layer(1, file("app/old", b"text", 0o644), Entry("app/.wh.gone", Kind.FILE))
    assert seen(base, above).binaries == Executables(1, 0, 0, 1, ("app/kept",))


def test_only_the_first_paths_are_named_and_all_are_counted() -> None:
    found = seen(layer(0, *(file(f"app/{number:04}", ELF) for number in range(COVERAGE_PATHS + 50)))).binaries
    assert found.unowned == COVERAGE_PATHS + 50
    assert found.unowned_paths == tuple(f"app/{number:04}" for number in range(COVERAGE_PATHS))


def test_lock_files_read_and_not_read() -> None:
    good = b'{"lockfileVersion": 3, "packages": {}}'
    found = seen(
        layer(
            0,
            file("a/package-lock.json", good, 0o644),
            file("b/package-lock.json", b"{", 0o644),
            file("flake.lock", b"{}", 0o644),
            file("a/node_modules/x/flake.lock", b"{}", 0o644),
            file("a/myflake.lock", b"{}", 0o644),
            file("go.sum", b"", 0o644),
        )
    ).lock_files
    assert found == LockFiles(1, 3, ("b/package-lock.json", "flake.lock", "go.sum"))


def test_go_sums_count_as_read_where_the_module_file_beside_them_is() -> None:
    found = seen(layer(0, file("app/go.sum", b"", 0o644), file("app/go.mod", b"module x\n", 0o644)))
    assert found.lock_files == LockFiles(1, 0, ())


def test_finding_lock_files_takes_linear_time() -> None:
    assert lock_files.find(b"/" * MIB) == ()
    assert lock_files.find(b"a/\0" * (MIB // 3)) == ()
    assert lock_files.find(b"\0".join([b"x/yarn.lock"] * 3)) == ("x/yarn.lock",)


def test_binaries_of_dotnet_programs_and_conda_environments_are_versioned() -> None:
    deps = b'{"libraries": {"A/1.0.0": {"type": "package"}}}'
    record = b'{"name": "openssl", "version": "1.1.1k"}'
    files = (
        file("app/App.deps.json", deps, 0o644),
        file("app/A.dll", b"MZ".ljust(2000, b"\0")),
        file("elsewhere/B.dll", b"MZ".ljust(2000, b"\0")),
        file("opt/conda/conda-meta/openssl-1.1.1k-0.json", record, 0o644),
        file("opt/conda/lib/libssl.so.1.1", ELF),
        file("opt/conda/bin/openssl", ELF),
        file("opt/conda/x", ELF),
    )
    binaries = seen(layer(0, *files)).binaries
    assert (binaries.versioned, binaries.unowned_paths) == (3, ("elsewhere/B.dll", "opt/conda/x"))
