"""Compressed blobs that are cut, altered, oversized or not what they say: never a clean finish."""

from __future__ import annotations

import gzip
import os
import struct
import subprocess
import sys
import textwrap
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scantling.layers.blob import LayerStream
from scantling.layers.reader import BytesReader
from scantling.layers.tar import walk
from scantling.model.errors import DamagedLayer
from scantling.model.image import LayerRef
from support.tars import Member, gzip_bytes, sha256, tar, zstd_bytes

TAR = tar([Member("etc/os-release", b"ID=debian\n" * 40), Member("bin/x", bytes(range(256)) * 12)])
GZIP, ZSTD = gzip_bytes(TAR), zstd_bytes(TAR)
quick = settings(derandomize=True, max_examples=150, deadline=None)


def finish(blob: bytes, *, declared: bool = False) -> tuple[str, int]:
    """Read to the end; with ``declared``, against the digests of the undamaged blob's content only."""
    ref = LayerRef(0, sha256(TAR) if declared else "")
    with LayerStream(BytesReader(blob), ref) as stream:
        return stream.finish()


@pytest.mark.parametrize("blob", [TAR, GZIP, ZSTD, gzip_bytes(b""), zstd_bytes(b"")])
def test_an_honest_blob_gives_its_digest(blob: bytes) -> None:
    content = TAR if blob in (TAR, GZIP, ZSTD) else b""
    assert finish(blob) == (sha256(content), len(content))


@pytest.mark.parametrize("whole", [GZIP, ZSTD], ids=["gzip", "zstd"])
def test_cut_anywhere_is_damage_even_with_nothing_declared(whole: bytes) -> None:
    for length in range(6, len(whole)):
        with pytest.raises(DamagedLayer):
            finish(whole[:length])


@pytest.mark.parametrize("whole", [GZIP, ZSTD], ids=["gzip", "zstd"])
@given(data=st.data())
@quick
def test_one_flipped_byte_is_damage_where_the_blob_is_declared(whole: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(whole) - 1))
    flipped = bytearray(whole)
    flipped[at] ^= data.draw(st.integers(1, 255))
    ref = LayerRef(0, sha256(TAR), sha256(whole), len(whole))
    with LayerStream(BytesReader(bytes(flipped)), ref) as stream, pytest.raises(DamagedLayer):
        stream.finish()


@pytest.mark.parametrize("whole", [GZIP, ZSTD], ids=["gzip", "zstd"])
def test_one_flipped_byte_never_changes_the_content_unnoticed(whole: bytes) -> None:
    for at in range(2 if whole is GZIP else 4, len(whole)):  # before: the magic number, see the next test
        flipped = bytearray(whole)
        flipped[at] ^= 0x41
        try:
            found = finish(bytes(flipped))
        except DamagedLayer:
            continue
        assert found == (sha256(TAR), len(TAR)), at  # a gzip header's time stamp, say


@pytest.mark.parametrize("whole", [GZIP, ZSTD], ids=["gzip", "zstd"])
def test_without_its_magic_number_a_blob_is_no_archive(whole: bytes) -> None:
    for at in range(2 if whole is GZIP else 4):
        flipped = bytearray(whole)
        flipped[at] ^= 0x41
        with pytest.raises(DamagedLayer):
            list(walk(LayerStream(BytesReader(bytes(flipped)), LayerRef(0, ""))))


def test_gzip_with_a_wrong_length_or_checksum() -> None:
    crc, length = struct.unpack("<II", GZIP[-8:])
    for trailer in (struct.pack("<II", crc ^ 1, length), struct.pack("<II", crc, length + 1)):
        with pytest.raises(DamagedLayer):
            finish(GZIP[:-8] + trailer)


def test_members_and_frames_may_follow_each_other() -> None:
    halves = TAR[:700], TAR[700:]
    skippable = b"\x52\x2a\x4d\x18" + struct.pack("<I", 300) + bytes(300)
    for blob in (
        b"".join(map(gzip_bytes, halves)),
        b"".join(map(zstd_bytes, halves)),
        skippable + ZSTD + skippable,
        gzip_bytes(b"") + GZIP + bytes(4096),
    ):
        assert finish(blob) == (sha256(TAR), len(TAR))


@pytest.mark.parametrize(
    "blob",
    [GZIP + b"junk" * 300_000, GZIP + bytes(70_000) + b"j", ZSTD + b"junk!", ZSTD + bytes(512), ZSTD + b"\x28\xb5"],
)
def test_trailing_junk_is_damage(blob: bytes) -> None:
    with pytest.raises(DamagedLayer):
        finish(blob)


@pytest.mark.parametrize(("magic", "name"), [(b"BZh91AY", "bzip2"), (b"\xfd7zXZ\0\0", "xz")])
def test_other_compressions_are_named(magic: bytes, name: str) -> None:
    with pytest.raises(DamagedLayer, match=f"unsupported compression: {name}"):
        finish(magic + bytes(600))


def test_a_gzip_header_without_end_is_refused() -> None:
    with pytest.raises(DamagedLayer, match="header"):
        finish(b"\x1f\x8b\x08\x08" + bytes(6) + b"n" * 3_000_000)


def test_zstd_with_a_dictionary_or_a_huge_window_is_refused() -> None:
    with pytest.raises(DamagedLayer, match="dictionary"):
        finish(b"\x28\xb5\x2f\xfd" + bytes([0x01, 0x50, 7]) + bytes(20))
    with pytest.raises(DamagedLayer, match="window"):
        finish(b"\x28\xb5\x2f\xfd" + bytes([0x00, 0xB8]) + bytes(20))


@pytest.mark.parametrize(
    ("ref", "word"),
    [
        (LayerRef(2, "sha256:" + "0" * 64), "diffID"),
        (LayerRef(2, sha256(TAR), "sha256:" + "0" * 64), "digest"),
        (LayerRef(2, sha256(TAR), sha256(GZIP), len(GZIP) + 1), "declared"),
        (LayerRef(2, sha256(TAR), sha256(GZIP), len(GZIP) - 1), "longer"),
        (LayerRef(2, "md5:" + "0" * 32), "not supported"),
        (LayerRef(2, "sha256:../../x"), "not a digest"),
    ],
)
def test_what_is_declared_must_be_found(ref: LayerRef, word: str) -> None:
    with pytest.raises(DamagedLayer, match=word) as caught:
        LayerStream(BytesReader(GZIP), ref).finish()
    assert "layer 3" in caught.value.where


def test_sha512_is_taken() -> None:
    import hashlib

    ref = LayerRef(0, "sha512:" + hashlib.sha512(TAR).hexdigest())
    assert LayerStream(BytesReader(GZIP), ref).finish() == (ref.diff_id, len(TAR))


class _Failing:
    """A source whose connection breaks after two megabytes."""

    def __init__(self) -> None:
        self.blob = BytesReader(gzip.compress(os.urandom(3_000_000), 1))
        self.given = 0

    def read(self, size: int, /) -> bytes:
        self.given += size
        if self.given > 2_000_000:
            raise ConnectionResetError("gone")
        return self.blob.read(size)


def test_a_failing_source_is_heard_and_no_thread_stays() -> None:
    before = threading.active_count()
    with LayerStream(_Failing(), LayerRef(0, "")) as stream, pytest.raises(ConnectionResetError):
        stream.finish()
    assert threading.active_count() == before


def test_giving_up_early_leaves_no_thread() -> None:
    before = threading.active_count()
    blob = gzip.compress(os.urandom(20_000_000), 1)
    with LayerStream(BytesReader(blob), LayerRef(0, "")) as stream:
        assert stream.read(10)
        assert before < threading.active_count() <= before + 2  # one expands, one digests
    assert threading.active_count() == before
    stream = LayerStream(BytesReader(blob), LayerRef(0, ""))
    stream.read(10)
    del stream
    assert threading.active_count() == before


_BOMB = """
import resource, sys, zlib
from scantling.layers.blob import LayerStream
from scantling.model.errors import DamagedLayer
from scantling.model.image import LayerRef
import {module}
blob = {blob}
class Source:
    at = 0
    def read(self, n):
        piece = blob[self.at:self.at + n]; self.at += len(piece); return piece
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    LayerStream(Source(), LayerRef(0, "")).finish()
except DamagedLayer as error:
    assert "bomb" in str(error), error
else:
    sys.exit("not noticed")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize(
    ("module", "blob"),
    [
        ("gzip", "b''.join([gzip.compress(bytes(16 << 20), 9)] * 60)"),
        # one frame of blocks that say "128 KiB of this byte" in four bytes
        (
            "struct",
            "b'\\x28\\xb5\\x2f\\xfd\\x00\\x58' + struct.pack('<I', (131072 << 3) | 2)[:3].ljust(4, b'a') * 800000",
        ),
    ],
    ids=["gzip", "zstd"],
)
@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss is in KiB on Linux")
def test_a_bomb_is_stopped_in_little_memory(module: str, blob: str) -> None:
    code = textwrap.dedent(_BOMB.format(module=module, blob=blob))
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr
    assert int(run.stdout) < 64 * 1024
