"""A feed: where its files are, and the pure function that reads one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from scantling.db.records import Record
from scantling.guard import limits
from scantling.model.errors import Malformed


@dataclass(frozen=True, slots=True)
class FeedFile:
    """One file of a feed: its ``path`` in a mirror (which may add .gz, .xz or .bz2), its ``url`` upstream, and what it
    is about (``key``: a release or an ecosystem). An absent ``optional`` file is no failure. ``via`` are the steps
    from ``url`` to the file, for what upstream names anew each time (``db.locate``)."""

    path: str
    url: str
    key: str = ""
    optional: bool = False
    via: tuple[str, ...] = ()


Parse = Callable[[FeedFile, BinaryIO], Iterator[Record]]
"""Reads a file, decompressed (a zip as it is). Raises ``Malformed`` when the file as a whole is not what it should be;
single bad records are ``Rejected`` values."""


@dataclass(frozen=True, slots=True)
class Feed:
    """``ecosystems`` are the keys that it answers for even when it cannot be had. ``rank`` orders feeds that describe
    the same vulnerability: the lowest one's words win."""

    name: str
    files: tuple[FeedFile, ...]
    parse: Parse
    licence: str
    ecosystems: tuple[str, ...] = ()
    rank: int = 50


def whole(blob: BinaryIO, max_bytes: int = limits.FEED_JSON_BYTES) -> bytes:
    """All of ``blob``; raises ``Malformed`` when it is longer than ``max_bytes``."""
    data = blob.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise Malformed(f"the feed is longer than {max_bytes} bytes")
    return data


def line(text: object, max_chars: int) -> str:
    """``text`` as one line of at most ``max_chars``; "" for what is not a text."""
    if not isinstance(text, str):
        return ""
    return clip(" ".join(text[: max_chars * 4].split()), max_chars)


def clip(text: str, max_chars: int) -> str:
    return text if len(text) <= max_chars else text[: max_chars - 1] + "…"
