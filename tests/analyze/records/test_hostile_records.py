"""Records that an image's author wrote by hand: digests of the right length for compared paths, or ``Malformed``."""

from __future__ import annotations

import hashlib
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scantling.analyze.records import apk, dpkg, python
from scantling.analyze.records.stated import is_python, is_system
from scantling.guard import limits
from scantling.model.errors import Malformed

MD5 = hashlib.md5(b"").hexdigest().encode()
SHA1 = b"Q12jmj7l5rSw0yVb/vlWAYkK/YBwk="  # apk-v2(5): of nothing
SHA256 = b"sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"  # of nothing
READERS = {
    "dpkg": (dpkg, "var/lib/dpkg/info/tool.md5sums"),
    "apk": (apk, "lib/apk/db/installed"),
    "python": (python, "opt/lib/site-packages/tool-1.dist-info/RECORD"),
}
LENGTHS = {"md5": 16, "sha1": 20, "sha256": 32}
PIECES = st.sampled_from([
    MD5, SHA1, SHA256, b"  ", b" *", b",", b'"', b"\n", b"\r", b"\0", b"\xff", b"../", b"/", b"usr/bin/x", b"dev/sda",
    b"P:", b"F:", b"R:", b"Z:", b"=", b"sha256=", b"Q1", b"Q2", b"\\",
])  # fmt: skip


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=300, deadline=None)
@given(pieces=st.lists(st.one_of(PIECES, st.binary(max_size=8)), max_size=30))
def test_any_bytes_are_digests_or_malformed(name: str, pieces: list[bytes]) -> None:
    reader, path = READERS[name]
    try:
        records = list(reader.read(path, b"".join(pieces)))
    except Malformed:
        return
    for stated in records:
        assert all(is_system(file) or is_python(file) for file in stated.sums)
        assert all(len(digest) == LENGTHS[stated.algorithm] for digest in stated.sums.values())


@pytest.mark.parametrize(
    ("reader", "path", "start", "line"),
    [
        (*READERS["dpkg"], b"", MD5 + b"  usr/bin/x\n"),
        (*READERS["apk"], b"P:tool\nF:usr/bin\nR:x\nZ:" + SHA1 + b"\n", b"R:x\n"),
        (*READERS["python"], b"", b"a.py," + SHA256 + b",0\n"),
    ],
    ids=READERS,
)
def test_a_record_of_too_many_lines_is_refused(
    monkeypatch: pytest.MonkeyPatch, reader: ModuleType, path: str, start: bytes, line: bytes
) -> None:
    monkeypatch.setattr(limits, "DATABASE_LINES", 100)
    assert list(reader.read(path, start + 90 * line))
    with pytest.raises(Malformed, match="more than 100 lines"):
        list(reader.read(path, start + 110 * line))


def test_places_that_are_no_files_of_packages_are_not_compared() -> None:
    lines = b"".join(MD5 + b"  " + path + b"\n" for path in (b"dev/sda", b"../usr/x", b"/etc/shadow", b"usr/bin/x"))
    (stated,) = dpkg.read(READERS["dpkg"][1], lines)
    assert list(stated.sums) == ["usr/bin/x"]
    rows = b"".join(
        path + b"," + SHA256 + b",0\n" for path in (b"/etc/a", b"../../../../../x", b"../../b/c", b"tool/a")
    )
    (stated,) = python.read(READERS["python"][1], rows)
    assert list(stated.sums) == ["opt/lib/site-packages/tool/a"]


def test_the_last_of_two_statements_about_a_file_counts() -> None:
    other = hashlib.md5(b"x").digest()
    lines = MD5 + b"  usr/bin/x\n" + other.hex().encode() + b"  usr/bin/x\n"
    (stated,) = dpkg.read(READERS["dpkg"][1], lines)
    assert stated.sums == {"usr/bin/x": other}
