"""``rpmdb.sqlite``: the database of rpm since 4.16, one table of numbered headers.

The file is attacker's input to a C library: it is opened in memory, without permission to do anything but read one
plain table, with its own functions, views and triggers barred and the time bounded (SQLite's "Defense Against The
Dark Arts").
"""

from __future__ import annotations

import re
import struct
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from scantling.analyze.os.text import Complaints
from scantling.guard import limits
from scantling.model.errors import Malformed

if TYPE_CHECKING:
    import sqlite3

_MAGIC = b"SQLite format 3\0"
# what rpm's own CREATE TABLE says, so that hnum is the row number and no column is computed by the file's expressions
_TABLE = re.compile(
    r"CREATE TABLE ['\"]?Packages['\"]? ?\( ?hnum INTEGER PRIMARY KEY( AUTOINCREMENT)? ?, ?blob BLOB( NOT NULL)? ?\)",
    re.IGNORECASE,
)
_STEPS = 10_000  # virtual machine instructions between two looks at the clock


def blobs(data: bytes, complaints: Complaints) -> Iterator[bytes]:
    """The headers by their number. Raises ``Malformed`` when the file is no rpm database, is damaged at some page,
    or takes longer than ``limits.PACKAGE_DATABASE_S``."""
    import sqlite3

    data, was_wal = _plain(data, complaints)
    budget = len(data)
    deadline = time.monotonic() + limits.PACKAGE_DATABASE_S
    connection = sqlite3.connect(":memory:", isolation_level=None)
    count = 0
    try:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, limits.RPM_HEADER_BYTES)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        connection.deserialize(data)
        del data
        connection.execute("PRAGMA trusted_schema=OFF")
        connection.execute("PRAGMA cell_size_check=ON")
        connection.execute("PRAGMA query_only=ON")
        connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
        connection.set_authorizer(_only_reads())
        _check_schema(connection)
        for _number, blob in connection.execute("SELECT hnum, blob FROM Packages ORDER BY hnum"):
            count += 1
            # rows of an honest file share no pages; a crafted one may send every row to the same long chain
            budget -= len(blob) if isinstance(blob, bytes) else 0
            if budget < 0 or time.monotonic() > deadline:
                raise Malformed("rows hold more bytes than the file, or take too long")
            if isinstance(blob, bytes):
                yield blob
            else:
                complaints.add(f"row {count} holds no header")
    except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:
        if time.monotonic() > deadline:
            raise Malformed(f"reading the database took longer than {limits.PACKAGE_DATABASE_S} s") from error
        raise Malformed(f"damaged SQLite database ({error})") from error
    finally:
        connection.close()
    if was_wal and not count:
        complaints.add("no rows: the packages are in the write-ahead log beside it, which is not merged")


def wal_gaps(data: bytes, complaints: Complaints) -> None:
    """``rpmdb.sqlite-wal``: changes that were not yet written into the database when the layer was made."""
    if len(data) > 32 and struct.unpack_from(">I", data)[0] in (0x377F0682, 0x377F0683):
        complaints.add(f"{len(data)} bytes of changes to the rpm database are in its log only, which is not merged")


def _plain(data: bytes, complaints: Complaints) -> tuple[bytes, bool]:
    """The file without the mark of write-ahead logging, which an in-memory copy cannot have."""
    if len(data) < 512 or not data.startswith(_MAGIC):
        raise Malformed("not an SQLite database")
    page_size = struct.unpack_from(">H", data, 16)[0]
    page_size = 65_536 if page_size == 1 else page_size
    pages = struct.unpack_from(">I", data, 28)[0]
    if pages * page_size > len(data):
        complaints.add(f"{pages} pages of {page_size} bytes are declared, {len(data)} bytes are there: cut short")
    if data[18] == 2 or data[19] == 2:
        return data[:18] + b"\1\1" + data[20:], True
    return data, False


def _only_reads() -> Callable[[int, str | None, str | None, str | None, str | None], int]:
    from sqlite3 import SQLITE_DENY, SQLITE_OK, SQLITE_READ, SQLITE_SELECT

    def judge(action: int, table: str | None, _column: str | None, _db: str | None, inside: str | None) -> int:
        if inside is not None:  # on behalf of a view or trigger of the file
            return SQLITE_DENY
        if action == SQLITE_SELECT:
            return SQLITE_OK
        if action == SQLITE_READ and (table or "").lower() in {"packages", "sqlite_master"}:
            return SQLITE_OK
        return SQLITE_DENY

    return judge


def _check_schema(connection: sqlite3.Connection) -> None:
    rows = connection.execute("SELECT type, sql FROM sqlite_master WHERE name = 'Packages' LIMIT 2").fetchall()
    if not rows:
        raise Malformed("an SQLite database without rpm's table Packages")
    kind, sql = rows[0]
    plain = kind == "table" and isinstance(sql, str) and _TABLE.fullmatch(" ".join(sql[:1024].split()))
    if len(rows) > 1 or not plain:
        raise Malformed("its Packages is not the table that rpm makes")
