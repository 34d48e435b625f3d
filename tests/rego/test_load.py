"""Bundles from files, directories and archives: what is taken, what is refused, and where the message points."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from scantling.guard import limits
from scantling.model.errors import UsageError
from scantling.rego.load import is_rego, load
from support.tars import Member, tar

RULE = b'package main\ndeny contains "x" if true\n'


def directory(root: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root


def test_data_stands_below_the_directories_it_lies_in(tmp_path: Path) -> None:
    root = directory(
        tmp_path / "policies",
        {"main.rego": RULE, "lib/x.rego": b"package lib", "a/b/c.yaml": b"d: 1", "a/data.json": b'{"e": [2]}'},
    )
    made = load(root)
    assert json.loads(made.data) == {"a": {"b": {"d": 1}, "e": [2]}}
    assert [Path(module.name).name for module in made.modules] == ["x.rego", "main.rego"]
    assert made.name == "policies"


def test_a_bundle_takes_data_by_opas_names_alone_and_holds_to_its_roots(tmp_path: Path) -> None:
    manifest = b'{"revision": "1", "roots": ["main", "acme"], "rego_version": 1}'
    members = [
        Member(".manifest", manifest),
        Member("./policy/main.rego", RULE),
        Member("acme/data.json", b'{"x": 1}'),
        Member("acme/notes.yaml", b"not: data"),
        Member("../../etc/evil.rego", b"package main\n"),
    ]
    path = tmp_path / "team.tar.gz"
    path.write_bytes(gzip.compress(tar(members)))
    made = load(path)
    assert made.name == "team"
    assert json.loads(made.data) == {"acme": {"x": 1}}
    assert {module.version for module in made.modules} == {1}
    assert made.roots == ("main", "acme")


def test_data_outside_the_roots_is_refused(tmp_path: Path) -> None:
    root = directory(tmp_path, {".manifest": b'{"roots": ["main"]}', "main.rego": RULE, "other/data.json": b'{"x": 1}'})
    with pytest.raises(UsageError, match="outside the roots"):
        load(root)


@pytest.mark.parametrize(
    ("name", "content", "line", "said"),
    [
        ("d.yaml", b"a: 1\nb: [1\n", 3, "not YAML"),
        ("d.yaml", b"a: 1\na: 2\n", 2, "twice"),
        ("d.yaml", b"a: &x [1]\nb: [*x, *x]\n", 1, "anchors"),
        ("d.json", b'{"a": 1,\n}', None, "line 2"),
        ("d.json", b"[1]", None, "one object"),
    ],
)
def test_data_that_cannot_be_read_names_its_line(
    tmp_path: Path, name: str, content: bytes, line: int | None, said: str
) -> None:
    root = directory(tmp_path, {"main.rego": RULE, name: content})
    with pytest.raises(UsageError) as raised:
        load(root)
    assert raised.value.where == str(root / name) + (f":{line}" if line else "")
    assert said in raised.value.what


def test_two_files_that_say_two_things_are_refused(tmp_path: Path) -> None:
    root = directory(tmp_path, {"main.rego": RULE, "a.json": b'{"x": {"y": 1}}', "b.json": b'{"x": {"y": 2}}'})
    with pytest.raises(UsageError, match=r"data\.x\.y is given twice"):
        load(root)


def test_sizes_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = directory(tmp_path / "d", {"main.rego": RULE, "a.json": json.dumps({"x": "y" * 5_000}).encode()})
    monkeypatch.setattr(limits, "REGO_DATA_BYTES", 1_000)
    with pytest.raises(UsageError, match="more than 1000 bytes of data"):
        load(root)
    bomb = tmp_path / "bomb.tar.gz"
    bomb.write_bytes(gzip.compress(tar([Member("data.json", b" " * 3_000_000)])))
    monkeypatch.setattr(limits, "REGO_EXPANDED_BYTES", 1_000_000)
    monkeypatch.setattr(limits, "REGO_DATA_BYTES", 10_000_000)
    with pytest.raises(UsageError, match="more than 1000000 bytes unpacked"):
        load(bomb)


def test_what_is_read_as_rego(tmp_path: Path) -> None:
    assert is_rego(Path("x.rego"))
    assert is_rego(Path("x.tgz"))
    assert not is_rego(Path("x.json"))
    assert not is_rego(directory(tmp_path / "yaml", {"p.yaml": b"version: 1"}))
    assert is_rego(directory(tmp_path / "rego", {"deep/er/p.rego": RULE}))
