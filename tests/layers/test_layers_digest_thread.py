"""The thread that computes a layer's digest: what fails there is raised, and nobody waits for it for ever."""

from __future__ import annotations

import hashlib
import threading

import pytest

from scantling.layers.blob import _Hashing


class Failing:
    name = "sha256"

    def update(self, _: bytes) -> None:
        raise MemoryError


def test_a_hash_that_fails_is_raised_at_the_end() -> None:
    hashing = _Hashing(Failing())

    def feed() -> None:
        for _ in range(1_000):
            hashing.update(b"x" * 1_000)

    feeder = threading.Thread(target=feed, daemon=True)
    feeder.start()
    feeder.join(10)
    assert not feeder.is_alive()
    with pytest.raises(MemoryError):
        hashing.end()


def test_the_digest_is_that_of_all_chunks() -> None:
    hashing = _Hashing(hashlib.new("sha256"))
    for _ in range(100):
        hashing.update(b"y" * 999)
    hashing.end()
    assert hashing.hexdigest() == hashlib.sha256(b"y" * 99_900).hexdigest()
