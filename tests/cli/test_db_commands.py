"""The database commands refuse what is no database with exit code 5."""

from pathlib import Path

import pytest

from scantling.cli.main import main


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("SCANTLING_DB", "SCANTLING_FEED_MIRROR", "SCANTLING_CACHE_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("command", ["status", "verify"])
def test_none_installed(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["db", command, "--cache-dir", str(tmp_path)]) == 5
    assert capsys.readouterr().err == (
        f"error: no vulnerability database is installed ({tmp_path})\n  help: run: scantling db update\n"
    )


@pytest.mark.parametrize("content", [b"", b"text", b"SQLite format 3\x00" + b"\x00" * 4080])
def test_what_is_no_database(content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "db.sqlite"
    path.write_bytes(content)
    assert main(["db", "verify", str(path)]) == 5
    monkeypatch.setenv("SCANTLING_DB", str(path))
    assert main(["db", "status"]) == 5
    assert main(["db", "verify", str(tmp_path / "none")]) == 5


def test_a_mirror_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCANTLING_FEED_MIRROR", str(tmp_path / "none"))
    assert main(["db", "update", "-q", "--cache-dir", str(tmp_path)]) == 2
    assert main(["db", "build", "-q", "--cache-dir", str(tmp_path), "out.sqlite"]) == 2
    assert not (tmp_path / "out.sqlite").exists()
    assert main(["db", "build", "-q", "none/out.sqlite"]) == 2
