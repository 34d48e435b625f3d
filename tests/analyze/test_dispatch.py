from __future__ import annotations

from collections.abc import Iterable

import pytest

from scantling.analyze.dispatch import Dispatcher, build, parse_skip
from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants


def nothing(view: FileView) -> Iterable[Extracted]:
    return ()


def wanting(identity: str, **wants: object) -> Analyzer:
    return Analyzer(identity, 1, Wants(**wants), nothing)  # type: ignore[arg-type]


@pytest.fixture
def dispatcher() -> Dispatcher:
    return build(
        (
            wanting("path", paths=frozenset({"var/lib/dpkg/status"})),
            wanting("name", names=frozenset({"package.json", "METADATA"})),
            wanting("suffix", suffixes=(".jar", ".dist-info/METADATA", ".egg-info")),
            wanting("prefix", prefixes=("var/lib/dpkg/status.d/",)),
            wanting("magic", magic=(b"\x7fELF", b"MZ")),
            wanting("glob", globs=("*requirements*.txt", "*conda-meta/*.json", "*.switch/*/opam")),
        )
    )


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("var/lib/dpkg/status", ["path"]),
        ("chroot/var/lib/dpkg/status", []),
        ("srv/node_modules/a/package.json", ["name"]),
        ("package.json", ["name"]),
        ("srv/my-package.json", []),
        ("opt/app.jar", ["suffix"]),
        (".jar", ["suffix"]),
        ("opt/jar", []),
        ("opt/app.jar.bak", []),
        ("lib/a-1.dist-info/METADATA", ["name", "suffix"]),
        ("lib/a/METADATA", ["name"]),
        ("lib/a.egg-info", ["suffix"]),
        ("lib/a.egg-info/PKG-INFO", []),
        ("var/lib/dpkg/status.d/base", ["prefix"]),
        ("var/lib/dpkg/status.d/x.jar", ["suffix", "prefix"]),
        ("srv/dev-requirements.txt", ["glob"]),
        ("srv/requirements/base.txt", ["glob"]),
        ("srv/requirements.in", []),
        ("srv/Requirements.txt", []),
        ("conda-meta/a.json", ["glob"]),
        ("root/.switch/packages/lwt.1/opam", ["glob"]),
        ("usr/bin/opam", []),
        ("srv/conda-meta.json", []),
        ("", []),
    ],
)
def test_who_wants_a_path(dispatcher: Dispatcher, path: str, expected: list[str]) -> None:
    assert [analyzer.id for analyzer in dispatcher.for_path(path)] == expected


@pytest.mark.parametrize(("head", "expected"), [(b"\x7fELF", ["magic"]), (b"MZ\x90\x00", ["magic"]), (b"#!/b", [])])
def test_who_wants_a_start(dispatcher: Dispatcher, head: bytes, expected: list[str]) -> None:
    assert dispatcher.magic_bytes == 4
    assert [analyzer.id for analyzer in dispatcher.for_magic(head)] == expected


@pytest.mark.parametrize(
    ("path", "skipped"),
    [
        ("usr/share/doc/a/copyright", True),
        ("usr/share/docs/a", False),
        ("usr/share/doc", False),
        ("opt/x/test/a.py", True),
        ("opt/x/y/test/a.py", True),  # "*" crosses directories, as in Trivy's patterns with **
        ("srv/secret.pem", True),
        ("srv/secret.pem.txt", False),
    ],
)
def test_what_the_user_leaves_out(path: str, skipped: bool) -> None:
    skip = parse_skip(("/usr/share/doc/", "opt/*/test"), ("./srv/secret.pem",))
    assert skip.covers(path) is skipped


def test_nothing_left_out_is_falsy() -> None:
    assert not parse_skip((), ())
