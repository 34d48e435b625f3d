"""YAML of manifests keeps its lines, and cannot be made to grow."""

from __future__ import annotations

import time

import pytest

from scantling.check.manifests.yaml_lines import documents
from scantling.model.errors import Malformed


def test_documents_with_lines() -> None:
    first, second = documents(b"a: 1\nb:\n  - x\n  - {c: yes}\n---\nd: null\n")
    assert first == {"a": 1, "b": ["x", {"c": "yes"}]}
    assert first.line_of("b") == 2
    assert first["b"].lines == [3, 4]
    assert second == {"d": None}


def test_anchors_and_merge_keys() -> None:
    (value,) = documents(b"x: &x {a: 1, b: 2}\ny:\n  <<: *x\n  b: 3\nz: *x\n")
    assert value["y"] == {"a": 1, "b": 3}
    assert value["z"] is value["x"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"a: *x\n", "alias of nothing"),
        (b"a: &a [*a]\n", "inside what it stands for"),
        (b"a: !!python/object:os.system x\n", "tag"),
        (b"[" * 1000, "nested too deeply"),
        (b"a: b: c\n", "not YAML"),
        (b"\xff\xfe", "not UTF-8"),
        (b"? [a]\n: b\n", "key that is not text"),
    ],
)
def test_what_is_refused(text: bytes, message: str) -> None:
    with pytest.raises(Malformed, match=message):
        documents(text)


def test_an_alias_bomb_is_small() -> None:
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x]"]
    lines += [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    began = time.process_time()
    documents("\n".join(lines).encode())
    assert time.process_time() - began < 1


def test_a_merge_bomb_is_refused() -> None:
    wide = ", ".join(f"k{n}: 1" for n in range(5000))
    text = f"x: &x {{{wide}}}\n" + "".join(f"y{n}: {{<<: *x}}\n" for n in range(200))
    with pytest.raises(Malformed, match="more than"):
        documents(text.encode())
