"""EPSS and public exploits by CVE: packed rows of numbers, since a third of a million rows of text would be half the
database. A CVE is a year and a number; scores are kept in steps of 0.00001, as FIRST gives them."""

from __future__ import annotations

import re
import struct
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable

_CVE = re.compile(r"CVE-([0-9]{4})-([0-9]{4,9})")
_STEP = 100_000


def parse_cve(text: str) -> tuple[str, int] | None:
    """("2021", 44228) of "CVE-2021-44228"; None for any other text."""
    found = _CVE.fullmatch(text)
    return (found[1], int(found[2])) if found else None


def pack_scores(rows: Iterable[tuple[int, float, float]]) -> bytes:
    """(number, score, percentile) rows of one year."""
    ordered = sorted(rows)
    numbers = array("I", (number for number, _, _ in ordered))
    values = array("I")
    for _, score, percentile in ordered:
        values.extend((round(score * _STEP), round(percentile * _STEP)))
    return struct.pack("<I", len(numbers)) + _little(numbers) + _little(values)


class Scores:
    """The scores of one year."""

    def __init__(self, payload: bytes) -> None:
        (count,) = struct.unpack_from("<I", payload)
        self._numbers = _array(payload[4 : 4 + 4 * count])
        self._values = _array(payload[4 + 4 * count :])

    def get(self, number: int) -> tuple[float, float] | None:
        at = _position(self._numbers, number)
        return None if at is None else (self._values[2 * at] / _STEP, self._values[2 * at + 1] / _STEP)


def pack_cves(cves: Iterable[str]) -> bytes:
    """A sorted set of CVE ids; other ids are left out."""
    found = {(int(parsed[0]), parsed[1]) for cve in cves if (parsed := parse_cve(cve))}
    return b"".join(struct.pack(">HI", year, number) for year, number in sorted(found))


def holds_cve(payload: bytes, cve: str) -> bool:
    """Whether ``pack_cves`` wrote ``cve``."""
    parsed = parse_cve(cve)
    if parsed is None:
        return False
    wanted = struct.pack(">HI", int(parsed[0]), parsed[1])
    low, high = 0, len(payload) // 6
    while low < high:
        middle = (low + high) // 2
        if payload[6 * middle : 6 * middle + 6] < wanted:
            low = middle + 1
        else:
            high = middle
    return payload[6 * low : 6 * low + 6] == wanted


def _position(numbers: array[int], wanted: int) -> int | None:
    at = bisect_left(numbers, wanted)
    return at if at < len(numbers) and numbers[at] == wanted else None


def _little(numbers: array[int]) -> bytes:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


def _array(raw: bytes) -> array[int]:
    numbers = array("I")
    numbers.frombytes(raw)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
