"""Fixtures that whole-scan tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def feeds() -> Path:
    """The mirror of real feeds; it is not part of the project."""
    path = Path(os.environ.get("SCANTLING_TEST_FEEDS") or REPOSITORY.parent / "shared" / "feeds")
    if not path.is_dir():
        pytest.skip("no feed mirror beside the project (set SCANTLING_TEST_FEEDS to one)")
    return path


@pytest.fixture(autouse=True)
def _no_user_state(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads the developer's own cache, settings or credentials."""
    for name in [
        name for name in os.environ if name.startswith("SCANTLING_") and not name.startswith("SCANTLING_TEST_")
    ]:
        monkeypatch.delenv(name)
    private = tmp_path_factory.getbasetemp() / "user"
    monkeypatch.setenv("SCANTLING_CACHE_DIR", str(private / "cache"))
    monkeypatch.setenv("DOCKER_CONFIG", str(private / "docker"))
    monkeypatch.setenv("REGISTRY_AUTH_FILE", str(private / "auth.json"))
