"""Several reports from one scan, each whole or absent."""

import os
from pathlib import Path

import pytest

from scantling.cli.outputs import Output, pair
from scantling.model.errors import UsageError


def test_pairs(tmp_path: Path) -> None:
    a, b = tmp_path / "a.json", tmp_path / "b.sarif"
    assert pair((), ()) == (Output("table", None),)
    assert pair((), (str(a),)) == (Output("table", a),)
    assert pair(("json",), ()) == (Output("json", None),)
    assert pair(("json",), ("-",)) == (Output("json", None),)
    assert pair(("json", "sarif"), (str(a), str(b))) == (Output("json", a), Output("sarif", b))
    assert pair(("json", "table"), (str(a),)) == (Output("json", a), Output("table", None))


@pytest.mark.parametrize(
    ("formats", "files", "message"),
    [
        (("json",), ("a", "b"), "2 output files for 1 format"),
        (("json", "sarif"), (), "several reports on standard output"),
        (("json", "sarif"), ("a", "./a"), "same place"),
        (("json", "sarif"), ("-", "-"), "same place"),
        (("json",), ("none/there/a.json",), "does not exist"),
        (("json",), ("..",), "is a directory"),
    ],
)
def test_refused_before_the_scan(
    formats: tuple[str, ...], files: tuple[str, ...], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=message):
        pair(formats, files)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_no_permission_is_refused_before_the_scan(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(UsageError, match="permission denied"):
        pair(("json",), (str(tmp_path / "a"),))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("-f json -o a -f sarif -o b", ["a", "b"]),
        ("-f table -f json -o a -f sarif -o b", ["-", "a", "b"]),  # each output is the format's before it
        ("-f json -o a -f table", ["a", "-"]),
        ("-o a -f json", ["a"]),
        ("-f json -o a -o b", ["a", "b"]),  # one too many: for pair() to refuse
        ("-f json,sarif -o a,b", ["a,b"]),
        ("--format=json --output=a", ["a"]),
    ],
)
def test_an_output_belongs_to_the_format_before_it(arguments: str, expected: list[str]) -> None:
    from scantling.cli.parse import parse

    assert parse(["image", "x", *arguments.split()]).given["output"] == expected
