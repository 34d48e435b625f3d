"""Where feeds come from: a mirror on disk, a mirror on the web, or upstream. Nothing is parsed here.

A mirror's layout is the upstream path under the feed's folder, with ".gz" (or ".xz", ".bz2") added where upstream
serves the file uncompressed. What was downloaded stays in a cache directory with its ETag and date, so that an
unchanged feed is asked for and not sent again; when it cannot be had, the older copy is used and the status says so.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import quote, unquote, urlsplit

from scantling.guard import limits
from scantling.model.errors import Malformed, ScantlingError, Unscannable, UsageError
from scantling.store.atomic import replace_file

from .feeds.feed import FeedFile

if TYPE_CHECKING:
    from scantling.net.client import Client
    from scantling.net.options import NetOptions
    from scantling.net.response import Response

_ENDINGS = ("", ".gz", ".xz", ".bz2", ".zst")
DEMO_MARK = "DEMO"


class FeedUnavailable(ScantlingError):
    """A feed's file cannot be had. Becomes the source's ``error``."""

    exit_code = 5


class FeedAbsent(FeedUnavailable):
    """The place answers, and does not have the file."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file on disk. ``updated_at`` is the server's date for it ("" unknown); ``note`` says when this is an older
    copy."""

    path: Path
    url: str
    updated_at: str = ""
    note: str = ""


Fetch = Callable[[FeedFile], Fetched]


def from_directory(root: Path) -> Fetch:
    """Feeds of the mirror at ``root``. Raises ``UsageError`` when it is not a directory."""
    if not root.is_dir():
        raise UsageError(
            "the feed mirror is not a directory", where=str(root), hint="set SCANTLING_FEED_MIRROR to a mirror or a URL"
        )

    def fetch(file: FeedFile) -> Fetched:
        for ending in _ENDINGS:
            path = root / (file.path + ending)
            if path.is_file():
                return Fetched(path, file.url)
        raise FeedAbsent("not in the mirror", where=file.path)

    return fetch


def from_web(client: Client, cache: Path, mirror: str = "") -> Fetch:
    """Feeds from upstream, or from the mirror at the URL ``mirror``; downloads are kept in ``cache``."""

    def fetch(file: FeedFile) -> Fetched:
        if not mirror:
            return _download(client, _located(client, file, cache), cache)
        for ending in _ENDINGS:
            with suppress(FeedAbsent):
                return _download(client, f"{mirror.rstrip('/')}/{quote(file.path, safe='/:')}{ending}", cache)
        raise FeedAbsent("not in the mirror", where=file.path)

    return fetch


def _located(client: Client, file: FeedFile, cache: Path) -> str:
    """The address of ``file`` today; each step reads one small file that names the next."""
    from .locate import STEPS

    url = file.url
    for step in file.via:
        ask, read = STEPS[step]
        asked = ask(url)
        with _download(client, asked, cache).path.open("rb") as pointer:
            try:
                url = read(asked, pointer.read(limits.SETTINGS_BYTES))
            except Malformed as error:
                raise FeedUnavailable(str(error), where=asked) from error
    return url


def open_place(mirror: str, cache: Path, options: NetOptions | None) -> tuple[Fetch, bool]:
    """How to fetch from ``mirror`` ("" = upstream; a path, a file:// or an http(s) URL), and whether it is the demo."""
    local = _local_path(mirror)
    if local is not None:
        return from_directory(local), (local / DEMO_MARK).is_file()
    from scantling.net.client import Client
    from scantling.net.options import NetOptions

    cache.mkdir(parents=True, exist_ok=True)
    client = Client(options or NetOptions())
    demo = False
    if mirror:
        with suppress(FeedUnavailable):
            demo = bool(_download(client, f"{mirror.rstrip('/')}/{DEMO_MARK}", cache))
    return from_web(client, cache, mirror), demo


def check_mirror(mirror: str) -> None:
    """Raise ``UsageError`` for a mirror whose URL carries a credential: it would show in messages and in the database's
    description."""
    parts = urlsplit(mirror)
    if parts.scheme in ("http", "https") and ("@" in parts.netloc or parts.query or parts.fragment):
        raise UsageError(
            "the mirror's URL carries a user name or a query",
            where="SCANTLING_FEED_MIRROR",
            hint="a mirror needs no credentials: feeds are public; serve it inside your network",
        )


def _local_path(mirror: str) -> Path | None:
    if not mirror:
        return None
    check_mirror(mirror)
    parts = urlsplit(mirror)
    if parts.scheme in ("http", "https"):
        return None
    if parts.scheme == "file":
        if parts.netloc not in ("", "localhost"):
            raise UsageError("a file:// mirror must be on this machine", where=mirror)
        return Path(unquote(parts.path))
    return Path(mirror).expanduser()


def _download(client: Client, url: str, cache: Path) -> Fetched:
    name = blake2b(url.encode(), digest_size=16).hexdigest()
    path, note = cache / name, cache / f"{name}.json"
    known = _known(path, note)
    headers = {}
    if known.get("etag"):
        headers["If-None-Match"] = known["etag"]
    if known.get("last_modified"):
        headers["If-Modified-Since"] = known["last_modified"]
    try:
        with client.request("GET", url, headers=headers) as response:
            if response.status == 304 and known:
                return Fetched(path, url, _iso(known.get("last_modified", "")))
            if response.status in (403, 404, 410):  # object stores answer 403 for what does not exist
                raise FeedAbsent(f"the server answered {response.status}", where=response.shown)
            if response.status != 200:
                raise Unscannable(f"the server answered {response.status}", where=response.shown)
            _keep(response, path)
            fresh = {
                "etag": response.headers.get("etag", ""),
                "last_modified": response.headers.get("last-modified", ""),
            }
    except (Unscannable, UsageError) as error:
        if known:
            return Fetched(path, url, _iso(known.get("last_modified", "")), f"an older copy was used: {error}")
        raise FeedUnavailable(str(error), where=url, hint=error.hint) from error
    replace_file(note, json.dumps({**fresh, "size": str(path.stat().st_size)}, sort_keys=True).encode())
    return Fetched(path, url, _iso(fresh["last_modified"]))


def _keep(response: Response, path: Path) -> None:
    length = response.headers.get("content-length", "")
    declared = int(length) if length.isascii() and length.isdigit() else None

    def write(out: BinaryIO) -> None:
        done = 0
        while piece := response.read(1 << 20):
            done += len(piece)
            if done > limits.FEED_BYTES:
                raise Unscannable(f"the feed is longer than {limits.FEED_BYTES} bytes", where=response.shown)
            out.write(piece)
        if declared is not None and done != declared:
            raise Unscannable(f"the download ended at {done} of {declared} bytes", where=response.shown)

    replace_file(path, write)


def _known(path: Path, note: Path) -> dict[str, str]:
    """What is remembered of an earlier download; empty unless the file is still as long as it was."""
    try:
        known = json.loads(note.read_bytes()[: limits.SETTINGS_BYTES])
        whole = isinstance(known, dict) and known.get("size") == str(path.stat().st_size)
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in known.items()} if whole else {}


def _iso(date: str) -> str:
    try:
        return parsedate_to_datetime(date).astimezone(UTC).isoformat(timespec="seconds") if date else ""
    except ValueError:
        return ""
