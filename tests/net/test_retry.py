"""When to try again and how long to wait; no test sleeps."""

from __future__ import annotations

from scantling.guard import limits
from scantling.net.retry import Attempts, Timing, is_transient, parse_retry_after

NOON = 1_795_435_200.0  # 2026-11-23 12:00 UTC


def test_pauses_double_and_end() -> None:
    slept: list[float] = []
    attempts = Attempts(Timing(now=lambda: NOON, sleep=slept.append, jitter=lambda: 0.5))
    while attempts.again():
        pass
    assert slept == [0.5, 1.0, 2.0, 4.0]


def test_retry_after_is_obeyed_and_capped() -> None:
    slept: list[float] = []
    attempts = Attempts(Timing(now=lambda: NOON, sleep=slept.append, jitter=lambda: 0.5))
    assert attempts.again("7")
    assert not attempts.again("1000000000"), "together the pauses would exceed the total"
    assert slept == [7.0]
    fresh = Attempts(Timing(now=lambda: NOON, sleep=slept.append, jitter=lambda: 0.5))
    assert fresh.again("1000000000")
    assert slept[-1] == limits.RETRY_AFTER_MAX_S


def test_retry_after_forms() -> None:
    assert parse_retry_after("120", NOON) == 120
    assert parse_retry_after("Mon, 23 Nov 2026 12:01:30 GMT", NOON) == 90
    assert parse_retry_after("Mon, 23 Nov 2020 12:01:30 GMT", NOON) == 0
    for nonsense in (
        "",
        "soon",
        "-5",
        "1e9",
        "9" * 100,
        "Mon, 99 Foo 2026",
        "²",
        "\x00",
        "Mon, 23 Nov 99999 12:00 GMT",
    ):
        assert parse_retry_after(nonsense, NOON) is None


def test_what_may_pass_by_itself() -> None:
    assert [status for status in range(600) if is_transient(status)] == [408, 425, 429, 500, 502, 503, 504]
