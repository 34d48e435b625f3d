"""The demo feed, built and read back: every kind of answer that a database gives."""

from __future__ import annotations

import runpy
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scantling.db.build import build_file
from scantling.db.open import open_database
from scantling.db.update import stale_sources
from scantling.model.advisory import Range
from scantling.model.errors import DatabaseUnusable, UsageError

NOW = datetime(2026, 11, 23, tzinfo=UTC)
DEMO = Path(__file__).resolve().parents[2] / "demo" / "build_feed.py"


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return runpy.run_path(str(DEMO))["build"](tmp_path_factory.mktemp("mirror"))


@pytest.fixture(scope="module")
def database(mirror: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("db") / "demo.sqlite"
    assert build_file(path, str(mirror), NOW).demo
    return path


def test_every_kind_of_answer(database: Path) -> None:
    with open_database(database) as db:
        (curl,) = db.advisories("debian:12", "curl")
        assert (curl.id, curl.status, curl.ranges) == (
            "CVE-2023-38545", "fixed", (Range(fixed="7.88.1-10+deb12u4"),)
        )  # fmt: skip
        zlib = db.advisories("debian:12", "zlib")[0]
        assert (zlib.status, zlib.severity, zlib.note) == ("will_not_fix", "NEGLIGIBLE", "contrib/minizip not built")
        assert db.advisories("pypi", "DJANGO")[0].id == "GHSA-2gwj-7jmv-h26r"
        assert db.advisories("pypi", "nothing-of-the-kind") == ()
        assert db.advisories("no-such-ecosystem", "curl") == ()
        log4shell = db.vulnerability("GHSA-jfh8-c2jp-5v3q")
        assert log4shell is not None
        assert (log4shell.aliases, log4shell.severity) == (("CVE-2021-44228",), "CRITICAL")
        assert [score.score for score in log4shell.cvss] == [10.0]
        described = db.vulnerability("CVE-2023-4911")
        assert described is not None
        assert (described.severity, described.severity_source) == ("HIGH", "cna")
        assert described.description.startswith("Looney Tunables")
        kev = db.kev("CVE-2021-44228")
        assert kev is not None and (kev.added, kev.due, kev.ransomware) == ("2021-12-10", "2021-12-24", True)
        epss = db.epss("CVE-2023-4911")
        assert epss is not None and (epss.score, epss.percentile, epss.date) == (0.81422, 0.99606, "2026-08-16")
        assert db.epss("CVE-1999-0001") is None and db.kev("CVE-1999-0001") is None
        assert [cycle.cycle for cycle in db.eol("debian")] == ["13", "12", "11"]
        assert db.vulnerability("CVE-1900-0000") is None


def test_sources_say_what_could_not_be_had(database: Path) -> None:
    with open_database(database) as db:
        debian, hex_feed = db.covers("debian:12"), db.covers("hex")
        assert debian is not None and (debian.name, debian.error, debian.records) == ("debian", "", 8)
        assert hex_feed is not None and "not in the mirror" in hex_feed.error
        assert db.covers("plan9:4") is None
        old = stale_sources(db.meta, NOW, timedelta(days=30))
        assert "osv-pypi" not in {source.name for source in old} and "epss" in {source.name for source in old}


def test_same_inputs_and_clock_give_the_same_bytes(database: Path, mirror: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.sqlite"
    build_file(again, mirror.as_uri(), NOW)
    assert again.read_bytes() == database.read_bytes()


def test_nothing_to_be_had_is_an_error_and_keeps_the_old_file(tmp_path: Path) -> None:
    out = tmp_path / "out.sqlite"
    out.write_bytes(b"the old one")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DatabaseUnusable):
        build_file(out, str(tmp_path / "empty"), NOW)
    with pytest.raises(UsageError):
        build_file(out, str(tmp_path / "missing"), NOW)
    assert out.read_bytes() == b"the old one"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "out.sqlite"]


def test_a_record_from_the_future_does_not_make_a_feed_fresh(database: Path, mirror: Path, tmp_path: Path) -> None:
    with open_database(database) as db:
        assert all(source.updated_at[:4] <= "2026" for source in db.meta.sources)
    early = tmp_path / "early.sqlite"
    build_file(early, str(mirror), datetime(2026, 1, 1, tzinfo=UTC))
    with open_database(early) as db:
        source = db.covers("pypi")
        assert source is not None and source.updated_at == ""
