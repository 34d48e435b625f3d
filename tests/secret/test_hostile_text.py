"""Whatever the bytes are, a piece is scanned in far less than a second, and secrets in odd encodings are found."""

from __future__ import annotations

import random
import string
import time
from collections.abc import Callable

import pytest

from scantling.analyze.inspectors import InspectorSettings
from scantling.analyze.secrets import inspector
from scantling.guard import limits
from scantling.layers import tar
from scantling.layers.entry import Entry
from scantling.layers.reader import BytesReader
from scantling.model.coverage import Gap
from scantling.model.evidence_secret import SecretFacts
from scantling.secret.confirm import Effort, Hit, without_overlaps
from scantling.secret.engine import engine
from scantling.secret.ruleset import shipped_rules
from scantling.secret.settings import SecretSettings
from support.secret_corpus import drawn
from support.tars import Member
from support.tars import tar as tar_bytes

TOKEN = "glpat-" + "aB3dE5fG7hJ9kL1mN2pQ"
LOOK = InspectorSettings(SecretSettings())
ALNUM = string.ascii_letters + string.digits
MB = 1_000_000


def facts(data: bytes, name: str = "srv/file") -> SecretFacts:
    return looked_at(data, name)[0]


def looked_at(data: bytes, name: str = "srv/file") -> tuple[SecretFacts, tuple[Gap, ...]]:
    work = inspector(LOOK).begin()
    for entry in tar.walk(BytesReader(tar_bytes([Member(name, data)]))):
        assert isinstance(entry, Entry)
        if work.wants(entry, entry.head(limits.INSPECTED_HEAD)):
            offset = 0
            for piece in entry.pieces(limits.INSPECTED_PIECE):
                work.piece(entry, piece, offset, offset + len(piece) >= entry.size)
                offset += len(piece)
    found: tuple[SecretFacts, tuple[Gap, ...]] = work.finish()
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


@pytest.mark.parametrize(
    "letters",
    [
        "\u043a\u043b\u044e\u0447 \u043a \u0434\u0432\u0435\u0440\u0438\n",
        "\u5bc6\u94a5\u5728\u8fd9\u91cc\uff0c\u8bf7\n",
        "\u03ba\u03bb\u03b5\u03b9\u03b4\u03af\n",
    ],
)
@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
def test_texts_in_other_scripts(letters: str, codec: str) -> None:
    (one,) = facts((letters * 40 + f"token = {TOKEN}\n").encode(codec)).found
    assert (one.rule, one.line) == ("gitlab-pat", 41)


@pytest.mark.parametrize("before", [b"\0(", b"\n\0", b"\0\n\0 ", b"\xca\xfe\xba\xbe\0\0\0\x3d"])
@pytest.mark.parametrize("after", [b"\n", b"\0", b" and words that follow\n"])
def test_a_short_file_of_ascii_and_a_zero_is_no_wide_text(before: bytes, after: bytes) -> None:
    (one,) = facts(before + TOKEN.encode() + after).found
    assert one.rule == "gitlab-pat"


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


def one_rule(make: Callable[[str], str]) -> bytes:
    """Ten megabytes of lines that all look like one kind of secret, each with a value of its own."""
    rng = random.Random(5)
    lines = [make("".join(rng.choices(ALNUM, k=40))) for _ in range(20_000)]
    text = "\n".join(lines).encode()
    return text * (10 * MB // len(text) + 1)


def every_rule() -> bytes:
    rules = [rule for rule in shipped_rules() if rule.pattern and not rule.paths]
    text = "\n".join(drawn(rule, random.Random(3))[0] for rule in rules).encode()
    return text * (10 * MB // len(text) + 1)


@pytest.mark.parametrize(
    "make",
    [
        lambda: one_rule(lambda value: f"secret_key = '{value}'"),
        lambda: one_rule(lambda value: f"glpat-{value[:20]}"),
        lambda: one_rule(lambda value: f"ghp_{value[:36]}"),
        lambda: one_rule(lambda value: f"postgres://shop:{value[:12]}@db/shop"),
        every_rule,
    ],
    ids=["keys", "tokens", "wrong-checksums", "urls", "every-rule"],
)
def test_a_flood_costs_a_bounded_number_of_confirmations(make: Callable[[], bytes]) -> None:
    data, effort = make(), Effort()
    ready = engine(SecretSettings())
    more = [
        ready.scan(data[at : at + limits.INSPECTED_PIECE], "srv/file", effort=effort)[1]
        for at in range(0, len(data), limits.INSPECTED_PIECE)
    ]
    assert more[0]
    assert more[-1]
    assert effort.matches <= limits.SECRET_MATCHES
    assert max(effort.by_rule.values()) <= limits.SECRET_MATCHES_OF_RULE
    assert effort.bytes_read <= limits.SECRET_BYTES_AGAIN


def test_of_a_flood_the_first_are_kept_and_a_gap_tells() -> None:
    data = one_rule(lambda value: f"glpat-{value[:20]}")
    facts, gaps = looked_at(data)
    assert len(facts.found) == limits.SECRETS_PER_LAYER
    assert {one.line for one in facts.found} == set(range(1, limits.SECRETS_PER_LAYER + 1))
    assert {gap.where: gap.what for gap in gaps} == {"": "limit-reached", "srv/file": "limit-reached"}


def test_a_flood_of_one_kind_leaves_room_for_another() -> None:
    text = one_rule(lambda value: f"secret_key = '{value}'")[:500_000]
    hits, more = engine(SecretSettings()).scan(text + b"\n" + TOKEN.encode() + b"\n", "srv/file")
    assert more
    assert hits[-1].rule.id == "gitlab-pat"


def test_hits_that_touch_are_one_of_the_most_specific_rule() -> None:
    rules = {rule.id: rule for rule in shipped_rules()}
    specific, common = rules["gitlab-pat"], rules["config-api-key"]
    hits = [Hit(common, 0, 30, b""), Hit(specific, 10, 20, b""), Hit(common, 20, 25, b""), Hit(specific, 40, 50, b"")]
    assert [(hit.start, hit.end) for hit in without_overlaps(hits)] == [(10, 20), (20, 25), (40, 50)]


def test_a_picture_in_text_is_no_flood_of_tokens() -> None:
    """Base64 of black is one run of "A"; such is in icons of every desktop."""
    ready = engine(SecretSettings())
    picture = b'<image xlink:href="data:image/png;base64,iVBORw0KGgo' + b"A" * 60_000 + b'kSuQmCC"/>'
    assert ready.scan(picture, "usr/share/icons/a.svg") == ([], False)
    token = (
        b"A" * 21 + b"MLhe" + b"A" * 7 + b"0%2BuSeid%2BULvsea4JtiGRiSDSJSI%3DEUifiRBkKG5E2XzMDjRfl76ZC9Ub0wnz4XsNiRVBCh"
    )
    assert [hit.rule.id for hit in ready.scan(b"BEARER=" + token, "srv/.env")[0]] == ["twitter-bearer-token"]
