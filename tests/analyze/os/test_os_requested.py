"""What was installed on request: the notes of apt, apk, dnf 4 and dnf 5, in their own formats."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from scantling.analyze.os.requested import extract_apk, extract_apt, extract_dnf
from scantling.analyze.os.rpm.history import extract as extract_history
from scantling.analyze.plugin import FileView
from scantling.model.facts import FileFacts

Marks = tuple[tuple[str, ...], tuple[str, ...]]


def marks(found: object) -> Marks:
    assert isinstance(found, list)
    (facts,) = found
    assert isinstance(facts, FileFacts)
    assert not facts.packages
    return facts.asked, facts.pulled_in


def test_apt_names_what_it_pulled_in() -> None:
    data = b"""\
Package: libssl3
Architecture: amd64
Auto-Installed: 1

Package: curl
Architecture: amd64
Auto-Installed: 0

Package: libc6
Architecture: i386
Auto-Installed: 1
"""
    assert marks(extract_apt(FileView("x", data))) == ((), ("libc6", "libssl3"))
    assert marks(extract_apt(FileView("x", b""))) == ((), ())


def test_apk_names_what_was_asked_for() -> None:
    data = b"alpine-base\nnginx=1.26.2-r0\nphp83@edge\nso:libz.so.1\nbusybox>=1.36\n!conflict\n.build-deps=20240101.1\n"
    assert marks(extract_apk(FileView("etc/apk/world", data))) == (
        (".build-deps", "alpine-base", "busybox", "nginx", "php83", "so:libz.so.1"),
        (),
    )


def test_dnf_5_gives_reasons() -> None:
    data = b"""\
version = "1.0"
[packages]
"git.x86_64" = {reason = "User"}
"perl-libs.x86_64" = {reason = "Dependency"}
"less.x86_64" = {reason = "Weak Dependency"}
"bash.x86_64" = {reason = "External User"}
"core.noarch" = {reason = "Group"}
"old.noarch" = {reason = "None"}
"""
    assert marks(extract_dnf(FileView("x", data))) == (("bash", "core", "git"), ("less", "perl-libs"))
    assert list(extract_dnf(FileView("x", b"= ="))) == []


def history(path: Path, *statements: str) -> bytes:
    """A database with dnf 4's two tables, as libdnf's own migration makes them, and ``statements`` after it."""
    connection = sqlite3.connect(path)
    connection.executescript(
        """
        CREATE TABLE rpm (item_id INTEGER UNIQUE NOT NULL, name TEXT NOT NULL, epoch INTEGER NOT NULL, /* stored as 0 */
                          version TEXT NOT NULL, release TEXT NOT NULL, arch TEXT NOT NULL);
        CREATE TABLE trans_item (id INTEGER PRIMARY KEY AUTOINCREMENT, trans_id INTEGER, item_id INTEGER,
                                 repo_id INTEGER, action INTEGER NOT NULL, reason INTEGER NOT NULL,
                                 state INTEGER NOT NULL);
        INSERT INTO rpm VALUES (1, 'nginx', 0, '1', '1', 'x86_64'), (2, 'openssl-libs', 1, '3', '1', 'x86_64'),
                               (3, 'vim', 0, '9', '1', 'x86_64'), (4, 'vim', 0, '9', '2', 'x86_64');
        """
    )
    for statement in statements:
        connection.executescript(statement)
    connection.close()
    return path.read_bytes()


INSTALL, UPGRADE, UPGRADED, REMOVE, DEPENDENCY, USER = 1, 6, 7, 8, 1, 2


def items(*rows: tuple[int, int, int]) -> str:
    """``rows``: item, action, reason."""
    return "".join(f"INSERT INTO trans_item VALUES (NULL, 1, {i}, 1, {a}, {r}, 1);" for i, a, r in rows)


def test_dnf_4_the_last_transaction_that_brought_a_package_says_why(tmp_path: Path) -> None:
    data = history(
        tmp_path / "history.sqlite",
        items((1, INSTALL, USER), (2, INSTALL, DEPENDENCY), (3, INSTALL, DEPENDENCY), (4, UPGRADE, USER),
              (3, UPGRADED, DEPENDENCY)),
    )  # fmt: skip
    assert marks(extract_history(FileView("x", data))) == (("nginx", "vim"), ("openssl-libs",))


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE trans_item; CREATE VIEW trans_item AS SELECT 1 id, 1 item_id, 1 action, 2 reason;",
        "DROP TABLE rpm;",
        "DROP TABLE rpm; CREATE TABLE rpm (item_id INTEGER, name AS (hex(zeroblob(9)))); INSERT INTO rpm VALUES (1);",
    ],
)
def test_what_is_no_history_of_dnf_tells_nothing(tmp_path: Path, statement: str) -> None:
    data = history(tmp_path / "history.sqlite", items((1, INSTALL, USER)), statement)
    assert list(extract_history(FileView("x", data))) == []
    assert list(extract_history(FileView("x", b"SQLite format 3\0"))) == []
