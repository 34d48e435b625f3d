"""The database as the rest of the program sees it: read-only, and either whole or refused.

Whatever is wrong with the file (``schema`` says how it is noticed) is ``DatabaseUnusable``, at opening or at the
look-up that meets it; it is never an empty answer. Opening the installed file compares the inode with the one whose
SHA-256 was recorded when it was installed, and hashes the file only when that differs; the digest of a file named by
the user (``SCANTLING_DB``) is remembered for as long as the file is certainly the same (``store.digest_memo``).
"""

from __future__ import annotations

import sqlite3
import stat
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn, Self

from scantling.model.advisory import Advisory, EolCycle, Epss, Kev, SourceStatus, Vulnerability
from scantling.model.errors import DatabaseUnusable
from scantling.model.moment import parse
from scantling.store.digest_memo import sha256_of

from . import codec, schema
from .cve_table import Scores, holds_cve, parse_cve
from .meta import DatabaseMeta
from .names import fold

__all__ = ["Database", "DatabaseMeta", "open_database", "sha256_of"]

_UPDATE = "run: scantling db update"
_HEADER_BYTES = 100


def open_database(path: Path, memo: Path | None = None) -> Database:
    """The database at ``path``; ``memo`` is the file that remembers digests, None to hash in any case. Raises
    ``DatabaseUnusable``."""
    from .install import recorded_digest

    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise DatabaseUnusable("the vulnerability database is not a regular file", where=str(path), hint=_UPDATE)
        with path.open("rb") as file:
            _check_header(file.read(_HEADER_BYTES), status.st_size, path)
        digest = recorded_digest(path, status)
        if not digest:
            digest = sha256_of(path, memo)
            if _is_digest(path.stem) and path.stem != digest:
                raise DatabaseUnusable(
                    "the vulnerability database is damaged: its SHA-256 is another", where=str(path), hint=_UPDATE
                )
        connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False, isolation_level=None
        )
    except FileNotFoundError as error:
        raise DatabaseUnusable("there is no vulnerability database", where=str(path), hint=_UPDATE) from error
    except (OSError, sqlite3.Error) as error:
        raise DatabaseUnusable(
            f"the vulnerability database cannot be read: {error}", where=str(path), hint=_UPDATE
        ) from error
    try:
        return Database(connection, path, f"sha256:{digest}", status.st_size)
    except BaseException:
        connection.close()
        raise


class Database:
    """Answers of one database. Use as a context manager or ``close`` it. Every method raises ``DatabaseUnusable`` when
    the file turns out to be damaged."""

    def __init__(self, connection: sqlite3.Connection, path: Path, digest: str, size: int) -> None:
        self._connection = connection
        self._path = path
        self._directories: dict[str, schema.Directory] = {}
        self._scores: dict[str, Scores | None] = {}
        self._kev: dict[str, Kev] | None = None
        self._exploits: bytes | None = None
        meta = dict(self._rows("SELECT key, value FROM meta"))
        sources = self._rows(
            "SELECT name, updated_at, records, error, url, licence, ecosystems FROM source ORDER BY name"
        )
        if meta.get(schema.SEAL) != schema.seal_of(sorted(meta.items()), sources):
            self._damaged("its description does not match its seal")
        try:
            if parse(meta["built_at"]) is None:
                raise ValueError("it does not say when it was built")
            self.meta = DatabaseMeta(
                built_at=meta["built_at"],
                digest=digest,
                sources=tuple(SourceStatus(*row[:6]) for row in sources),
                demo=meta["demo"] == "1",
                schema=schema.SCHEMA,
                packages=int(meta["packages"]),
                vulnerabilities=int(meta["vulnerabilities"]),
                size=size,
            )
        except (KeyError, ValueError) as error:
            self._damaged(f"its description is not whole: {error}")
        self._epss_date = meta.get("epss_date", "")
        self._years = frozenset(filter(None, meta.get("epss_years", "").split(" ")))
        self._with_directory = frozenset(filter(None, meta.get("directories", "").split(" ")))
        self._covered: dict[str, SourceStatus] = {}
        for status, row in zip(self.meta.sources, sources, strict=True):
            for dated in filter(None, row[6].split(" ")):
                ecosystem, _, date = dated.partition("|")
                known = self._covered.get(ecosystem)
                if known is None or (known.error and not known.records):
                    self._covered[ecosystem] = replace(status, updated_at=date)

    def advisories(self, ecosystem: str, name: str) -> tuple[Advisory, ...]:
        """Every feed's statements about one package, sorted by id; empty only when there are none."""
        name = fold(ecosystem, name)
        row = self._rows("SELECT data FROM package WHERE ecosystem = ? AND name = ?", (ecosystem, name))
        if not row:
            if ecosystem in self._with_directory and name in self._directory(ecosystem):
                self._damaged(f"the advisories of {name} in {ecosystem} are gone")
            return ()
        try:
            return codec.read_advisories(schema.opened("package", schema.package_key(ecosystem, name), row[0][0]))
        except schema.Damaged as error:
            self._damaged(str(error), error)

    def vulnerability(self, id: str) -> Vulnerability | None:
        """What is known of the vulnerability ``id``; None when no feed describes it."""
        row = self._rows("SELECT data FROM vulnerability WHERE id = ?", (id,))
        if not row:
            if id in self._directory(schema.VULNERABILITY_DIRECTORY):
                self._damaged(f"the description of {id} is gone")
            return None
        try:
            return codec.read_vulnerability(schema.opened("vulnerability", id, row[0][0]))
        except schema.Damaged as error:
            self._damaged(str(error), error)

    def covers(self, ecosystem: str) -> SourceStatus | None:
        """The feed that answers for ``ecosystem``; None when there is none in this database."""
        return self._covered.get(ecosystem)

    def kev(self, cve: str) -> Kev | None:
        if self._kev is None:
            try:
                rows = codec.unpack(self._fact("kev", "all"))
                self._kev = {name: Kev(added, due, bool(ransomware)) for name, added, due, ransomware in rows}
            except (schema.Damaged, ValueError, TypeError) as error:
                self._damaged(str(error), error)
        return self._kev.get(cve)

    def epss(self, cve: str) -> Epss | None:
        parsed = parse_cve(cve)
        if parsed is None or parsed[0] not in self._years:
            return None
        year, number = parsed
        if year not in self._scores:
            self._scores[year] = Scores(self._fact("epss", year))
        scores = self._scores[year]
        found = scores.get(number) if scores else None
        return Epss(found[0], found[1], self._epss_date) if found else None

    def exploit_public(self, cve: str) -> bool:
        if self._exploits is None:
            self._exploits = self._fact("exploit", "all")
        return holds_cve(self._exploits, cve)

    def eol(self, product: str) -> tuple[EolCycle, ...]:
        """The release cycles of an endoflife.date product, newest first as upstream lists them."""
        row = self._rows("SELECT data FROM fact WHERE kind = 'eol' AND key = ?", (product,))
        if not row:
            if "#eol" in self._with_directory and product in self._directory("#eol"):
                self._damaged(f"the support dates of {product} are gone")
            return ()
        try:
            return codec.read_eol(schema.opened("eol", product, row[0][0]))
        except schema.Damaged as error:
            self._damaged(str(error), error)

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _directory(self, key: str) -> schema.Directory:
        if key not in self._directories:
            self._directories[key] = schema.Directory(self._fact("directory", key))
        return self._directories[key]

    def _fact(self, kind: str, key: str) -> bytes:
        row = self._rows("SELECT data FROM fact WHERE kind = ? AND key = ?", (kind, key))
        if not row:
            self._damaged(f"its table {kind} {key} is gone")
        try:
            return schema.opened(kind, key, row[0][0])
        except schema.Damaged as error:
            self._damaged(str(error), error)

    def _rows(self, query: str, values: tuple[str, ...] = ()) -> list[Any]:
        try:
            return self._connection.execute(query, values).fetchall()
        except (sqlite3.Error, UnicodeDecodeError, OverflowError, MemoryError) as error:
            self._damaged(str(error), error)

    def _damaged(self, reason: str, cause: BaseException | None = None) -> NoReturn:
        raise DatabaseUnusable(
            f"the vulnerability database is damaged: {reason}", where=str(self._path), hint=_UPDATE
        ) from cause


def _is_digest(text: str) -> bool:
    return len(text) == 64 and all(char in "0123456789abcdef" for char in text)


def _check_header(head: bytes, size: int, path: Path) -> None:
    """The first hundred bytes (SQLite file format, section 1.3): whose file, which schema, how long."""

    def refuse(reason: str, hint: str = _UPDATE) -> NoReturn:
        raise DatabaseUnusable(f"the vulnerability database {reason}", where=str(path), hint=hint)

    if len(head) < _HEADER_BYTES or not head.startswith(b"SQLite format 3\0"):
        refuse("is empty" if not head else "is not a database")
    page_bytes = int.from_bytes(head[16:18], "big")
    page_bytes = 65536 if page_bytes == 1 else page_bytes
    found = int.from_bytes(head[60:64], "big")
    if int.from_bytes(head[68:72], "big") != schema.APPLICATION_ID:
        refuse("is some other program's SQLite file")
    if found < schema.SCHEMA:
        refuse(f"is of an older schema ({found}, this version reads {schema.SCHEMA})")
    if found > schema.SCHEMA:
        refuse(f"is of a newer schema ({found}, this version reads {schema.SCHEMA})", "upgrade scantling")
    if page_bytes * int.from_bytes(head[28:32], "big") != size:
        refuse(f"is damaged: it has {size} bytes, its header says otherwise")
