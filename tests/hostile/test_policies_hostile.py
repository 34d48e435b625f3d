"""Hostile policies and exceptions through the command line: refused at once, in one line that says where."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from scantling.cli.main import main
from support.sample_report import saved_report

_AT_ONCE_S = 30  # on a busy machine; what is expanded or searched without a bound takes minutes


@dataclass(frozen=True)
class Huge:
    """100 MB, made when they are written: ``begin``, then ``line`` again and again."""

    begin: bytes
    line: bytes

    def data(self) -> bytes:
        return self.begin + self.line * (100_000_000 // len(self.line))


def written(path: Path, data: bytes | Huge) -> Path:
    path.write_bytes(data.data() if isinstance(data, Huge) else data)
    return path


ALIASES = "a: &a [x, x]\n" + "".join(
    f"{chr(98 + level)}: &{chr(98 + level)} [*{chr(97 + level)}, *{chr(97 + level)}]\n" for level in range(24)
)
POLICIES: dict[str, tuple[bytes | Huge, str]] = {
    "100 MB": (Huge(b"version: 1\nrules:\n", b"  - {rule: user, message: x}\n"), ""),
    "alias bomb": (ALIASES.encode(), ":1"),
    "nested 100,000 deep": (b"version: 1\nrules: " + b"[" * 100_000, ""),
    "broken": (b"version: 1\nrules:\n  - rule: user\n   message: off by one\n", ":4"),
    "a tab": (b"version: 1\nrules:\n\t- rule: user\n", ":3"),
    "not UTF-8": (b"version: 1\nname: \xff\xfe\xfa\nrules: []\n", ""),
    "NUL": (b"version: 1\nname: a\x00b\nrules: []\n", ""),
    "a key twice": (b"version: 1\nrules: []\nrules: []\n", ":3"),
    "a tag of Python": (b"version: 1\nrules: !!python/object/apply:os.system ['true']\n", ":2"),
    "unknown rule": (b"version: 1\nrules:\n  - rule: user\n  - rule: usre\n", ":4"),
    "unknown parameter": (b"version: 1\nrules:\n  - rule: user\n    numerc: true\n", ":4"),
    "wrong type": (b"version: 1\nrules:\n  - rule: vulnerabilities\n    max: many\n", ":4"),
    "no rules": (b"version: 1\n", ":1"),
    "empty": (b"", ""),
    "a list": (b"- rule: user\n", ":1"),
}
EXCEPTIONS: dict[str, tuple[bytes | Huge, str]] = {
    "fits everything": (b'version: 1\nignore:\n  - id: "*"\n    reason: all is well\n', ":3"),
    "fits everything, longer": (b'version: 1\nignore:\n  - id: "*?*"\n    reason: all is well\n', ":3"),
    "alias bomb": (ALIASES.encode(), ":1"),
    "broken": (b"version: 1\nignore:\n  - id: CVE-1\n   reason: off by one\n", ":4"),
    "100 MB": (Huge(b"version: 1\nignore:\n", b"  - {id: CVE-1}\n"), ""),
    "no day": (b"version: 1\nignore:\n  - {id: CVE-1, reason: r, owner: o,\n    expires: never}\n", ":4"),
}


@pytest.fixture
def saved(tmp_path: Path) -> str:
    return str(saved_report(tmp_path))


def assert_refused(code: int, said: str, place: str, began: float) -> None:
    assert code == 2
    assert place in said
    assert "Traceback" not in said
    assert "a fault in scantling" not in said
    assert len(said) < 1_000
    assert time.monotonic() - began < _AT_ONCE_S


@pytest.mark.parametrize("name", POLICIES)
def test_a_hostile_policy_is_refused_at_once(
    name: str, saved: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, line = POLICIES[name]
    path = tmp_path / "hostile.yaml"
    written(path, data)
    began = time.monotonic()
    code = main(["policy", "check", saved, "--policy", str(path)])
    assert_refused(code, capsys.readouterr().err, f"hostile.yaml{line}", began)


@pytest.mark.parametrize("name", EXCEPTIONS)
def test_hostile_exceptions_are_refused_at_once(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, line = EXCEPTIONS[name]
    path = tmp_path / "scantling-ignore.yaml"
    written(path, data)
    began = time.monotonic()
    code = main(["ignore", "list", "--ignorefile", str(path)])
    assert_refused(code, capsys.readouterr().err, f"scantling-ignore.yaml{line}", began)


LINE = b"  - {id: CVE-1}\n"
FOREIGN: dict[tuple[str, str], tuple[bytes | Huge, str, str]] = {
    ("alias bomb", ".trivyignore.yaml"): (ALIASES.encode(), ":1", "anchors and aliases"),
    ("alias bomb", ".grype.yaml"): (ALIASES.encode(), ":1", "anchors and aliases"),
    ("alias bomb", ".snyk"): (ALIASES.encode(), ":1", "anchors and aliases"),
    ("100 MB", ".trivyignore"): (Huge(b"", b"CVE-2024-1\n"), "", "more than"),
    ("100 MB", ".trivyignore.yaml"): (Huge(b"vulnerabilities:\n", LINE), "", "more than"),
    ("100 MB", ".grype.yaml"): (Huge(b"ignore:\n", LINE), "", "more than"),
    ("100 MB", ".snyk"): (Huge(b"ignore:\n", LINE), "", "more than"),
    ("broken", ".trivyignore.yaml"): (b"vulnerabilities:\n  - id: CVE-1\n   paths: []\n", ":3", "not YAML"),
    ("broken", ".grype.yaml"): (b"ignore:\n  - reason: x\n   package: y\n", ":3", "not YAML"),
    ("broken", ".snyk"): (b"ignore:\n  CVE-1: [\n", ":3", "not YAML"),
    ("fits everything", ".trivyignore"): (b"# fine\nCVE-2024-1\n*\n", ":3", "fits everything"),
    ("fits everything, longer", ".trivyignore"): (b"# fine\nCVE-2024-1\n??*\n", ":3", "fits everything"),
    ("fits everything", ".trivyignore.yaml"): (b'secrets:\n  - id: "*"\n', ":2", "fits everything"),
    ("fits everything", ".grype.yaml"): (b'ignore:\n  - vulnerability: "**"\n', ":2", "fits everything"),
    ("fits everything", ".snyk"): (b'ignore:\n  "*":\n    - "*": {reason: x}\n', ":2", "fits everything"),
}


@pytest.mark.parametrize(("what", "name"), FOREIGN)
def test_hostile_files_of_other_scanners_are_refused_at_once(
    what: str, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, line, why = FOREIGN[what, name]
    path = tmp_path / name
    written(path, data)
    began = time.monotonic()
    code = main(["ignore", "list", "--ignorefile", str(path)])
    said = capsys.readouterr().err
    assert_refused(code, said, f"{name}{line}", began)
    assert why in said


OPENVEX = b'{"@context": "https://openvex.dev/ns/v0.2.0", "statements": '
DOCUMENTS: dict[str, bytes | Huge] = {
    "nested 100,000 deep": OPENVEX + b"[" * 100_000,
    "objects 100,000 deep": OPENVEX + b'{"a":' * 100_000,
    "100 MB": Huge(OPENVEX + b'["', b"x"),
    "a number of a million digits": OPENVEX + b"1" * 1_000_000 + b"}",
    "a key twice": OPENVEX + b'[], "statements": []}',
    "XML with entities": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>',
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_hostile_vex_document_is_refused_at_once(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "hostile.json"
    written(path, DOCUMENTS[name])
    (tmp_path / "root/etc").mkdir(parents=True)
    began = time.monotonic()
    code = main(["rootfs", str(tmp_path / "root"), "--scanners", "secret", "-q", "--vex", str(path)])
    assert_refused(code, capsys.readouterr().err, "hostile.json", began)
