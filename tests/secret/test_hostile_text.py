"""Whatever the bytes are, a piece is scanned in far less than a second, and secrets in odd encodings are found."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest

from scantling.analyze.inspectors import InspectorSettings
from scantling.analyze.secrets import inspector
from scantling.guard import limits
from scantling.layers import tar
from scantling.layers.entry import Entry
from scantling.layers.reader import BytesReader
from scantling.model.evidence_secret import SecretFacts
from scantling.secret.settings import SecretSettings
from support.tars import Member
from support.tars import tar as tar_bytes

TOKEN = "glpat-" + "aB3dE5fG7hJ9kL1mN2pQ"
LOOK = InspectorSettings(SecretSettings())
MB = 1_000_000


def facts(data: bytes, name: str = "srv/file") -> SecretFacts:
    work = inspector(LOOK).begin()
    for entry in tar.walk(BytesReader(tar_bytes([Member(name, data)]))):
        assert isinstance(entry, Entry)
        if work.wants(entry, entry.head(limits.INSPECTED_HEAD)):
            offset = 0
            for piece in entry.pieces(limits.INSPECTED_PIECE):
                work.piece(entry, piece, offset, offset + len(piece) >= entry.size)
                offset += len(piece)
    found: SecretFacts = work.finish()[0]
    return found


@pytest.fixture(autouse=True, scope="module")
def compiled() -> None:
    facts(b"nothing")  # compiling the rules is no part of what is measured


@pytest.mark.parametrize(
    "codec", ["utf-8", "latin-1", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "utf-8-sig"]
)
def test_any_encoding(codec: str) -> None:
    (one,) = facts(f"# a file of settings\nname = M\u00fcller\ntoken = {TOKEN}\n".encode(codec)).found
    assert (one.rule, one.line) == ("gitlab-pat", 3)


def test_in_a_program() -> None:
    (one,) = facts(b"\x7fELF\x02\x01\x01" + bytes(600) + TOKEN.encode() + bytes(50)).found
    assert (one.rule, one.line) == ("gitlab-pat", 0)


@pytest.mark.parametrize("at", [-30, -10, 0, 5])
def test_across_two_pieces(at: int) -> None:
    start = limits.INSPECTED_PIECE + at
    text = (b"word word\n" * (start // 10 + 1))[:start] + b" " + TOKEN.encode() + b"\nmore\n"
    (one,) = facts(text).found
    assert one.line == text[: start + 1].count(b"\n") + 1


@pytest.mark.parametrize(
    "make",
    [
        lambda: b"a" * 10 * MB,
        lambda: b"{" + b'"password":"' * (10 * MB // 12),
        lambda: (b"postgres://" + b"a" * 70 + b":") * (10 * MB // 82),
        lambda: b"://:@" * 2 * MB,
        lambda: b"-----BEGIN RSA PRIVATE KEY-----\\n" * (10 * MB // 33),
        lambda: b"eyJ" * (10 * MB // 3),
        lambda: b"eyJaaaaaaaaaaaaaa." * (10 * MB // 18),
        lambda: ("token = " + "x" * 30 + "\n").encode("utf-16") * (10 * MB // 80),
        lambda: random.Random(1).randbytes(10 * MB),
        lambda: b"AKIA" * (10 * MB // 4),
        lambda: b"api_key='" + b"Aa1" * (10 * MB // 3),
        lambda: (b"secret_key = '" + b"aB3" * 13 + b"x'\n") * (10 * MB // 56),
    ],
    ids=["letters", "json", "urls", "signs", "pem", "jwt", "jwt-dots", "utf-16", "junk", "aws", "key", "keys"],
)
def test_ten_megabytes_of_anything(make: Callable[[], bytes]) -> None:
    data = make()
    before = time.process_time()
    facts(data)
    assert time.process_time() - before < 5  # a quarter of a second or so on an idle core; a blow-up takes minutes
