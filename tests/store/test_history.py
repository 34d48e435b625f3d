"""First-seen survives rebuilds, clocks that go back, and many processes at once."""

from __future__ import annotations

import multiprocessing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scantling.model.errors import UsageError
from scantling.store.history import Seen, remember


@dataclass(frozen=True)
class One:
    fingerprint: str
    fixed_versions: tuple[str, ...] = ()


def day(number: int) -> datetime:
    return datetime(2026, 11, number, tzinfo=UTC)


def test_the_first_day_stays_and_a_fix_is_noted_when_it_comes(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "history.sqlite"
    assert remember(path, [One("a")], day(1)) == {"a": Seen("2026-11-01T00:00:00Z", "")}
    assert remember(path, [One("a"), One("b", ("2",))], day(5)) == {
        "a": Seen("2026-11-01T00:00:00Z", ""),
        "b": Seen("2026-11-05T00:00:00Z", "2026-11-05T00:00:00Z"),
    }
    assert remember(path, [One("a", ("2",))], day(7))["a"] == Seen("2026-11-01T00:00:00Z", "2026-11-07T00:00:00Z")
    assert remember(path, [One("a")], day(9))["a"] == Seen("2026-11-01T00:00:00Z", "2026-11-07T00:00:00Z")


def test_an_earlier_clock_moves_the_first_day_back(tmp_path: Path) -> None:
    path = tmp_path / "h"
    remember(path, [One("a", ("2",))], day(9))
    assert remember(path, [One("a", ("2",))], day(3))["a"] == Seen("2026-11-03T00:00:00Z", "2026-11-03T00:00:00Z")


def _write(path: str, number: int) -> None:
    remember(Path(path), [One(f"f{n}") for n in range(200)], day(number))


def test_many_at_once_lose_nothing(tmp_path: Path) -> None:
    path = str(tmp_path / "h")
    workers = [multiprocessing.Process(target=_write, args=(path, number)) for number in range(1, 9)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    known = remember(Path(path), [One(f"f{n}") for n in range(200)], day(20))
    assert {seen.first for seen in known.values()} == {"2026-11-01T00:00:00Z"}


def test_a_file_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    (tmp_path / "h").write_bytes(b"not a database, but long enough to look like none" * 100)
    with pytest.raises(UsageError, match="history of findings cannot be used") as caught:
        remember(tmp_path / "h", [One("a")], day(1))
    assert caught.value.where == str(tmp_path / "h")
