"""Feeds over HTTP from a mirror: kept, asked for again with their ETag, used as they are when the server is gone."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from scantling.db.feed_file import open_feed
from scantling.db.feeds.feed import FeedFile
from scantling.db.fetch import FeedAbsent, FeedUnavailable, from_directory, from_web, open_place
from scantling.guard.limits import MIB
from scantling.model.errors import Malformed, UsageError
from scantling.net.client import Client, NetOptions

FILE = FeedFile("debian/tracker/data/json", "https://tracker.example/tracker/data/json")
BODY = gzip.compress(b'{"tar": {}}', mtime=0)


class Server(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, int]] = []
        self.mode = "well"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        status, body = 404, b""
        if self.path == "/mirror/debian/tracker/data/json.gz":
            status, body = (304, b"") if self.headers.get("If-None-Match") == '"1"' else (200, BODY)
            if self.server.mode == "refuses":
                status, body = 451, b""
        self.server.asked.append((self.path, status))
        self.send_response(status)
        self.send_header("ETag", '"1"')
        self.send_header("Last-Modified", "Sat, 21 Nov 2026 10:00:00 GMT")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


def client(server: Server) -> Client:
    host = f"127.0.0.1:{server.server_address[1]}"
    return Client(NetOptions(insecure=True, trusted_hosts=frozenset({host})), environ={})


def test_kept_asked_again_and_used_when_the_server_refuses(server: Server, tmp_path: Path) -> None:
    fetch = from_web(client(server), tmp_path, f"http://127.0.0.1:{server.server_address[1]}/mirror")
    first = fetch(FILE)
    with open_feed(first.path) as blob:
        assert blob.read() == b'{"tar": {}}'
    assert (first.updated_at, first.note) == ("2026-11-21T10:00:00+00:00", "")
    assert fetch(FILE) == first
    assert [status for _, status in server.asked] == [404, 200, 404, 304]
    server.mode = "refuses"
    older = fetch(FILE)
    assert older.path == first.path and "older copy" in older.note
    first.path.unlink()
    with pytest.raises(FeedUnavailable):
        fetch(FILE)


def test_absent_and_offline(server: Server, tmp_path: Path) -> None:
    base = f"http://127.0.0.1:{server.server_address[1]}/mirror"
    with pytest.raises(FeedAbsent):
        from_web(client(server), tmp_path, base)(FeedFile("kev/x.json", "https://kev.example/x.json"))
    with pytest.raises(FeedUnavailable):
        from_web(Client(NetOptions(offline=True), environ={}), tmp_path)(FILE)


def test_places(tmp_path: Path) -> None:
    (tmp_path / "debian/tracker/data").mkdir(parents=True)
    (tmp_path / "debian/tracker/data/json.gz").write_bytes(BODY)
    for mirror in (str(tmp_path), tmp_path.as_uri()):
        fetch, demo = open_place(mirror, tmp_path / "cache", None)
        assert fetch(FILE).path.name == "json.gz" and not demo
    (tmp_path / "DEMO").write_text("demo")
    assert open_place(str(tmp_path), tmp_path / "cache", None)[1]
    with pytest.raises(UsageError):
        from_directory(tmp_path / "missing")
    with pytest.raises(UsageError):
        open_place("file://elsewhere.example/feeds", tmp_path, None)


@pytest.mark.parametrize("ending", ["gz", "xz", "bz2"])
def test_damaged_and_swollen_files(ending: str, tmp_path: Path) -> None:
    import bz2
    import lzma

    pack = {"gz": gzip.compress, "xz": lzma.compress, "bz2": bz2.compress}[ending]
    packed = pack(b"0" * 4 * MIB)
    path = tmp_path / f"x.{ending}"
    path.write_bytes(packed[: len(packed) // 2])
    with pytest.raises(Malformed), open_feed(path) as blob:
        blob.read()
    path.write_bytes(packed)
    with pytest.raises(Malformed, match="expands beyond"), open_feed(path, max_expanded=MIB) as blob:
        blob.read()
    with open_feed(path) as blob:
        assert len(blob.read()) == 4 * MIB
