"""``rpmdb.sqlite``: the database of rpm since 4.16, one table of numbered headers.

The file is attacker's input to a C library: it is opened in memory, without permission to do anything but read one
plain table, with its own functions, views and triggers barred and the time bounded (SQLite's "Defense Against The
Dark Arts").
"""

from __future__ import annotations

import re
import struct
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
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
_COMMENT = re.compile(r"/\*[^*]*+\*++(?:[^/*][^*]*+\*++)*+/")
_COMPUTED = re.compile(r"\b(?:AS|GENERATED|WITHOUT|VIRTUAL)\b", re.IGNORECASE)
_SQL_CHARS = 4_096
_STEPS = 10_000  # virtual machine instructions between two looks at the clock


def blobs(data: bytes, complaints: Complaints) -> Iterator[bytes]:
    """The headers by their number. Raises ``Malformed`` when the file is no rpm database, is damaged at some page,
    or takes longer than ``limits.PACKAGE_DATABASE_S``."""
    data, was_wal = _plain(data, complaints)
    budget = len(data)
    count = 0
    with _opened(data, "packages") as (connection, is_late):
        del data
        _check_schema(connection)
        for _number, blob in connection.execute("SELECT hnum, blob FROM Packages ORDER BY hnum"):
            count += 1
            # rows of an honest file share no pages; a crafted one may send every row to the same long chain
            budget -= len(blob) if isinstance(blob, bytes) else 0
            if budget < 0 or is_late():
                raise Malformed("rows hold more bytes than the file, or take too long")
            if isinstance(blob, bytes):
                yield blob
            else:
                complaints.add(f"row {count} holds no header")
    if was_wal and not count:
        complaints.add("no rows: the packages are in the write-ahead log beside it, which is not merged")


def rows(data: bytes, table: str, columns: Sequence[str], complaints: Complaints) -> Iterator[tuple[object, ...]]:
    """``columns`` of ``table``, which are the caller's own words, in the order of their row numbers. Raises
    ``Malformed``, at any point, for what ``blobs`` raises it for, and beyond ``limits.HISTORY_ROWS``."""
    data, _ = _plain(data, complaints)
    with _opened(data, table) as (connection, is_late):
        del data
        _check_plain(connection, table)
        named = ", ".join(columns)
        found = connection.execute(f"SELECT {named} FROM {table} ORDER BY rowid LIMIT ?", (limits.HISTORY_ROWS + 1,))  # noqa: S608
        for count, row in enumerate(found, 1):
            if count > limits.HISTORY_ROWS or is_late():
                raise Malformed("too many rows, or they take too long")
            yield row


@contextmanager
def _opened(data: bytes, table: str) -> Iterator[tuple[sqlite3.Connection, Callable[[], bool]]]:
    """The database in memory, of which only ``table`` can be read, and whether its time is over."""
    import sqlite3

    deadline = time.monotonic() + limits.PACKAGE_DATABASE_S
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, limits.RPM_HEADER_BYTES)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        connection.deserialize(data)
        del data
        connection.execute("PRAGMA trusted_schema=OFF")
        connection.execute("PRAGMA cell_size_check=ON")
        connection.execute("PRAGMA query_only=ON")
        connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
        connection.set_authorizer(_only_reads(table))
        yield connection, lambda: time.monotonic() > deadline
    except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:
        if time.monotonic() > deadline:
            raise Malformed(f"reading the database took longer than {limits.PACKAGE_DATABASE_S} s") from error
        raise Malformed(f"damaged SQLite database ({error})") from error
    finally:
        connection.close()


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


def _only_reads(only: str) -> Callable[[int, str | None, str | None, str | None, str | None], int]:
    from sqlite3 import SQLITE_DENY, SQLITE_OK, SQLITE_READ, SQLITE_SELECT

    def judge(action: int, table: str | None, _column: str | None, _db: str | None, inside: str | None) -> int:
        if inside is not None:  # on behalf of a view or trigger of the file
            return SQLITE_DENY
        if action == SQLITE_SELECT:
            return SQLITE_OK
        if action == SQLITE_READ and (table or "").lower() in {only, "sqlite_master"}:
            return SQLITE_OK
        return SQLITE_DENY

    return judge


def _check_plain(connection: sqlite3.Connection, table: str) -> None:
    """Raises ``Malformed`` unless ``table`` is one, without columns that the file's own expressions compute."""
    found = connection.execute("SELECT type, sql FROM sqlite_master WHERE name = ? LIMIT 2", (table,)).fetchall()
    kind, sql = found[0] if len(found) == 1 else ("", "")
    if kind != "table" or not isinstance(sql, str) or len(sql) > _SQL_CHARS or _COMPUTED.search(_COMMENT.sub(" ", sql)):
        raise Malformed(f"{table} is no plain table")


def _check_schema(connection: sqlite3.Connection) -> None:
    rows = connection.execute("SELECT type, sql FROM sqlite_master WHERE name = 'Packages' LIMIT 2").fetchall()
    if not rows:
        raise Malformed("an SQLite database without rpm's table Packages")
    kind, sql = rows[0]
    plain = kind == "table" and isinstance(sql, str) and _TABLE.fullmatch(" ".join(sql[:1024].split()))
    if len(rows) > 1 or not plain:
        raise Malformed("its Packages is not the table that rpm makes")
