"""A digest is remembered only for a file that is certainly the same."""

from __future__ import annotations

import json
import os
import time
from hashlib import sha256
from pathlib import Path

import pytest

from scantling.store import digest_memo
from scantling.store.digest_memo import sha256_of


@pytest.fixture
def memo(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "digests.json"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "db"
    path.write_bytes(b"one")
    return path


@pytest.fixture(autouse=True)
def old(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if every file had been written an hour ago."""
    now = time.time_ns()
    monkeypatch.setattr(digest_memo.time, "time_ns", lambda: now + 3600 * 10**9)


def forge(memo: Path, path: Path) -> None:
    """Put another digest into the memo: whoever still gives the right one has hashed."""
    known = json.loads(memo.read_bytes())
    known[os.path.realpath(path)][-1] = "0" * 64
    memo.write_text(json.dumps(known))


def test_the_second_time_nothing_is_hashed(file: Path, memo: Path) -> None:
    assert sha256_of(file, memo) == sha256(b"one").hexdigest()
    forge(memo, file)
    assert sha256_of(file, memo) == "0" * 64
    assert sha256_of(file, None) == sha256(b"one").hexdigest()


def test_a_file_that_changed_is_hashed_again(file: Path, memo: Path, tmp_path: Path) -> None:
    def written() -> None:
        file.write_bytes(b"two")

    def with_its_old_times() -> None:
        status = file.stat()
        file.write_bytes(b"six")
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))

    def replaced() -> None:
        (tmp_path / "new").write_bytes(b"ten")
        (tmp_path / "new").replace(file)

    for change in (written, with_its_old_times, replaced):
        sha256_of(file, memo)
        forge(memo, file)
        change()
        assert sha256_of(file, memo) == sha256(file.read_bytes()).hexdigest(), change.__name__


def test_what_was_written_just_now_is_not_remembered(file: Path, memo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digest_memo.time, "time_ns", lambda: file.stat().st_ctime_ns + 10**9)
    sha256_of(file, memo)
    assert not memo.exists()


@pytest.mark.parametrize("text", ["", "[]", "{", '{"x": 1}', '{"x": [1,2,3,4,5,"short"]}', "[" * 50_000])
def test_a_broken_memo_costs_nothing(file: Path, memo: Path, text: str) -> None:
    memo.parent.mkdir()
    memo.write_text(text)
    assert sha256_of(file, memo) == sha256(b"one").hexdigest()


def test_a_memo_that_cannot_be_written_costs_nothing(file: Path, tmp_path: Path) -> None:
    (tmp_path / "flat").write_text("")
    assert sha256_of(file, tmp_path / "flat" / "digests.json") == sha256(b"one").hexdigest()


def test_the_memo_stays_small(tmp_path: Path, memo: Path) -> None:
    for number in range(100):
        (tmp_path / f"f{number}").write_bytes(b"x")
        sha256_of(tmp_path / f"f{number}", memo)
    assert len(json.loads(memo.read_bytes())) == 64
