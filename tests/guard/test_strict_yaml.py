"""YAML of people's files: values with their lines, and nothing that only YAML could make."""

from __future__ import annotations

import time

import pytest
import yaml

from scantling.guard.strict_yaml import load
from scantling.model.errors import Malformed

TEXT = b"""\
# a policy
version: 1
rules:
  - rule: user
    numeric: true
  - rule: size
    max_mb: 12.5
    note: "12"
off: yes
day: 2026-11-23
none: ~
"""


def test_values_follow_the_core_schema() -> None:
    assert load(TEXT).value == {
        "version": 1,
        "rules": [{"rule": "user", "numeric": True}, {"rule": "size", "max_mb": 12.5, "note": "12"}],
        "off": "yes",
        "day": "2026-11-23",
        "none": None,
    }


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("version",), 2), (("rules",), 3), (("rules", 0), 4), (("rules", 0, "numeric"), 5), (("rules", 1, "note"), 8),
        (("rules", 1, "missing"), 6), (("rules", 7), 3), ((), 2),
    ],
)  # fmt: skip
def test_every_part_knows_its_line(path: tuple[str | int, ...], line: int) -> None:
    assert load(TEXT).line_of(path) == line


@pytest.mark.parametrize(
    ("text", "what", "where"),
    [
        (b"a: 1\na: 2\n", "a is set twice", "line 2"),
        (b"a: &x [1]\n", "anchors and aliases", "line 1"),
        (b"a: 1\nb: *x\n", "anchors and aliases", "line 2"),
        (b"a: !!python/object:os.system x\n", "tags are not taken", "line 1"),
        (b"a: 1\n--- \nb: 2\n", "more than one YAML document", "line 2"),
        (b"? [1, 2]\n: 3\n", "a key that is not text", "line 1"),
        (b"a: [1, 2\nb: 3\n", "not YAML", "line 2"),
        (b"a: \xff\n", "not UTF-8", ""),
        (b"[" * 100 + b"]" * 100, "nested too deeply", "line 1"),
    ],
)
def test_what_is_refused_names_its_line(text: bytes, what: str, where: str) -> None:
    with pytest.raises(Malformed, match=what) as caught:
        load(text)
    assert caught.value.where == where


def test_an_alias_bomb_and_a_wide_file_end_early() -> None:
    bomb = b"a: &a [x,x]\n" + b"".join(b"%c: &%c [*%c,*%c]\n" % (c + 1, c + 1, c, c) for c in range(97, 120))
    wide = b"- 1\n" * 240_000
    started = time.monotonic()
    for text in (bomb, wide, b"a: " + b"[" * 100_000):
        with pytest.raises(Malformed):
            load(text)
    with pytest.raises(Malformed, match="at most"):
        load(b"x" * 2_000_000)
    assert time.monotonic() - started < 20


@pytest.mark.parametrize(
    "text", [b"a: 1\nb: [x, 'y', 3.5, true]\nc: {d: null}\n", b"", b"- 1\n- [2, {a: b}]\n", b"just text\n"]
)
def test_plain_documents_are_what_pyyaml_makes_of_them(text: bytes) -> None:
    assert load(text).value == yaml.safe_load(text)
