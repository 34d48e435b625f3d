"""``scantling replay`` on the record of a real Debian image: the same bytes again, and what a change is due to."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from support import real_image

# the database and the image are made once, by one worker
pytestmark = [pytest.mark.debian, pytest.mark.feeds]
Run = Callable[..., "CompletedProcess[str]"]
CLOCK = ("--now", "2026-11-23T00:00:00Z")
POLICY = """version: 1
exceptions: {max_days: 60}
rules:
  - {id: no-fixable-critical, rule: vulnerabilities, severity: [CRITICAL], fixable: true}
  - {id: healthcheck, rule: healthcheck}
"""
FORMATS = (
    "table", "json", "sarif", "cyclonedx", "spdx-json", "junit", "gitlab", "markdown", "html", "csv", "poam", "trivy",
)  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("replay")
    (path / "policy.yaml").write_text(POLICY)
    (path / "looser.yaml").write_text(POLICY.replace("  - {id: healthcheck, rule: healthcheck}\n", ""))
    return path


@pytest.fixture(scope="module")
def environment(place: Path, database: Path) -> dict[str, str]:
    return {"SCANTLING_DB": str(database), "SCANTLING_CACHE_DIR": str(place / "cache"), "COLUMNS": "100"}


@pytest.fixture(scope="module")
def critical(place: Path, environment: dict[str, str], run: Run, image: real_image.RealImage) -> str:
    """The id of a critical finding with a fix, which an exception of the recorded scan accepts until 1 December."""
    first = run("image", f"oci:{image.layout}", *CLOCK, "-q", "-f", "json", env=environment)
    found = json.loads(first.stdout)["findings"]
    id_: str = next(one["id"] for one in found if one["severity"] == "CRITICAL" and one["fixed_versions"])
    (place / "ignore.yaml").write_text(
        f"version: 1\nignore:\n  - id: {id_}\n    reason: not reachable\n    owner: ann\n"
        "    added: 2026-11-20\n    expires: 2026-12-01\n"
    )
    return id_


@pytest.fixture(scope="module")
def record(
    place: Path, environment: dict[str, str], run: Run, image: real_image.RealImage, critical: str
) -> tuple[Path, int]:
    """The record of a scan whose reports lie beside it, and the scan's exit code."""
    outputs = [word for one in FORMATS for word in ("-f", one, "-o", str(place / f"scanned.{one}"))]
    scan = run(
        "image", f"oci:{image.layout}", *CLOCK, "-q", "--policy", str(place / "policy.yaml"),
        "--ignorefile", str(place / "ignore.yaml"), "--on-gap", "report", "--record", str(place / "record.json"),
        *outputs, env=environment,
    )  # fmt: skip
    assert scan.returncode == 1, scan.stderr
    return place / "record.json", scan.returncode


def test_every_report_is_the_same_to_the_byte(
    place: Path, environment: dict[str, str], run: Run, record: tuple[Path, int]
) -> None:
    path, code = record
    outputs = [word for one in FORMATS for word in ("-f", one, "-o", str(place / f"again.{one}"))]
    again = run("replay", str(path), "--exact", *outputs, env=environment)
    assert again.returncode == code
    assert "the same image, database, policies, exceptions and time" in again.stderr
    for one in FORMATS:
        assert (place / f"again.{one}").read_bytes() == (place / f"scanned.{one}").read_bytes(), one


def test_an_expired_exception_is_named(
    environment: dict[str, str], run: Run, record: tuple[Path, int], critical: str
) -> None:
    later = run("replay", str(record[0]), "--now", "2026-12-02T00:00:00Z", "-f", "json", env=environment)
    assert f"+ the exception for {critical} expired on 2026-12-01" in later.stderr
    assert f"+ no-fixable-critical: {critical} in pkg:" in later.stderr
    assert "another time" in later.stderr and "another policy" not in later.stderr


def test_a_changed_policy_is_named(
    place: Path, environment: dict[str, str], run: Run, record: tuple[Path, int]
) -> None:
    looser = run(
        "replay", str(record[0]), "--policy", str(place / "looser.yaml"), "-o", str(place / "x"), env=environment
    )
    assert "another policy" in looser.stderr and "  - healthcheck: " in looser.stderr and "  + " not in looser.stderr
    same = run(
        "replay", str(record[0]), "--policy", str(place / "policy.yaml"), "-o", str(place / "x"), env=environment
    )
    assert "the same image, database, policies, exceptions and time" in same.stderr


def test_another_database_is_named_or_refused(
    tmp_path: Path, environment: dict[str, str], run: Run, record: tuple[Path, int], feeds: Path
) -> None:
    mirror, alpine = tmp_path / "mirror", tmp_path / "alpine.sqlite"
    mirror.mkdir()
    (mirror / "alpine-secdb").symlink_to(feeds / "alpine-secdb")  # says nothing of Debian
    built = run("db", "build", str(alpine), *CLOCK, env={"SCANTLING_FEED_MIRROR": str(mirror)})
    assert built.returncode == 0, built.stderr
    other = environment | {"SCANTLING_DB": str(alpine)}
    told = run("replay", str(record[0]), "-o", str(tmp_path / "x"), env=other)
    assert "another database" in told.stderr and "  - no-fixable-critical: " in told.stderr
    exact = run("replay", str(record[0]), "--exact", "-o", str(tmp_path / "x"), env=other)
    assert exact.returncode == 5 and "the database is not the recorded one" in exact.stderr


def test_another_image_is_named(
    tmp_path: Path, environment: dict[str, str], run: Run, record: tuple[Path, int]
) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app/package-lock.json").write_text(
        '{"lockfileVersion": 3, "packages": {"node_modules/chalk": {"version": "5.6.1"}}}'
    )
    other = tmp_path / "other.json"
    run(
        "image",
        f"dir:{tmp_path / 'app'}",
        *CLOCK,
        "-q",
        "-o",
        str(tmp_path / "x"),
        "--record",
        str(other),
        env=environment,
    )
    told = run("replay", str(record[0]), "--image-of", str(other), "-o", str(tmp_path / "x"), env=environment)
    assert (
        "another image" in told.stderr and "+ no-fixable-critical: GHSA-2v46-p5h4-248w in pkg:npm/chalk" in told.stderr
    )


def test_the_record_holds_no_value_of_the_environment(record: tuple[Path, int]) -> None:
    held: dict[str, Any] = json.loads(record[0].read_bytes())
    assert all(one.endswith("=") for one in held["record"]["inspected"]["info"]["config"]["env"])
    assert set(held["inputs"]) == {"image", "database", "policy", "exceptions"}
