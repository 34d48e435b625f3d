"""Which base an image is said to be built on, from its layers down to its distribution; and what contradicts them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support import bases, oci
from support.bases import Call, Write

BASE_NAME = "org.opencontainers.image.base.name"
Report = Callable[..., dict[str, Any]]


def origins(report: dict[str, Any]) -> dict[str, bool | None]:
    return {package["name"]: package["from_base"] for package in report["packages"]}


def conflicts(report: dict[str, Any]) -> list[str]:
    return [gap["reason"] for gap in report["gaps"] if gap["what"] == "base-conflict"]


@pytest.fixture
def indexed(write: Write, call: Call) -> None:
    sources = [write(bases.DEBIAN, "debian:12"), write(bases.PYTHON_BASE, "python:3.11-slim")]
    code, _, err = call("base", "index", *sources)
    assert (code, "2 base images indexed" in err) == (0, True), err


@pytest.mark.usefixtures("indexed")
def test_of_two_bases_that_share_their_lowest_layers_the_longer_is_the_base(write: Write, report: Report) -> None:
    made = report(write(bases.silent()))
    base = made["target"]["base"]
    assert (base["name"], base["tag"], base["source"], base["layers"]) == ("python", "3.11-slim", "layers", 2)
    assert base["digest"] == bases.PYTHON_BASE.digest
    assert [layer["from_base"] for layer in made["target"]["layers"]] == [True, True, False]
    assert origins(made) == {"libc": True, "python": True, "app": False}


@pytest.mark.usefixtures("indexed")
def test_layers_compressed_anew_are_the_same_layers(write: Write, report: Report) -> None:
    assert report(write(bases.silent(compression="none")))["target"]["base"]["name"] == "python"


@pytest.mark.usefixtures("indexed")
def test_an_annotation_that_the_layers_contradict_is_told(write: Write, report: Report, call: Call) -> None:
    call("base", "index", write(bases.DEBIAN_NEW, "hardened:1"))
    made = report(write(bases.silent(annotations={BASE_NAME: "hardened:1"})))
    assert made["target"]["base"]["name"] == "python"
    (reason,) = conflicts(made)
    assert "says hardened:1" in reason and "those of python:3.11-slim" in reason


@pytest.mark.usefixtures("indexed")
def test_an_annotation_that_the_layers_bear_out_is_no_conflict(write: Write, report: Report) -> None:
    made = report(write(bases.silent(annotations={BASE_NAME: "docker.io/library/python:3.11-slim"})))
    assert (made["target"]["base"]["source"], conflicts(made)) == ("layers", [])


@pytest.mark.usefixtures("indexed")
def test_one_flat_layer_hides_the_base(write: Write, report: Report) -> None:
    made = report(write(bases.squashed()))
    base = made["target"]["base"]
    assert (base["name"], base["source"], base["layers"]) == ("", "os", None)
    assert "Debian GNU/Linux 12" in base["evidence"]
    assert set(origins(made).values()) == {None}


def test_without_an_index_the_annotation_names_the_base_and_the_history_ends_it(write: Write, report: Report) -> None:
    made = report(write(bases.application(annotations={BASE_NAME: "ghcr.io/org/python:3.11"})))
    base = made["target"]["base"]
    assert (base["name"], base["tag"], base["source"], base["layers"]) == (
        "ghcr.io/org/python",
        "3.11",
        "annotation",
        2,
    )
    assert base["created"] == bases.DAY.format(2)
    assert origins(made) == {"libc": True, "python": True, "app": False}


def test_the_history_alone_tells_layers_and_no_name(write: Write, report: Report) -> None:
    base = report(write(bases.application()))["target"]["base"]
    assert (base["name"], base["source"], base["layers"]) == ("", "history", 2)


def test_the_last_stage_of_the_dockerfile_names_the_base(write: Write, report: Report, tmp_path: Path) -> None:
    recipe = tmp_path / "Dockerfile"
    recipe.write_text(
        "ARG V=3.11\nFROM golang:1 AS build\nRUN make\nFROM python:${V}-slim AS base\nFROM base\nCOPY . .\n"
    )
    base = report(write(bases.silent()), "--dockerfile", str(recipe))["target"]["base"]
    assert (base["name"], base["tag"], base["source"]) == ("python", "3.11-slim", "dockerfile")


def test_the_table_splits_findings_and_names_the_base(write: Write, call: Call) -> None:
    code, out, _ = call("base", "show", write(bases.application(annotations={BASE_NAME: "debian:12"})))
    assert code == 0
    lines = out.splitlines()
    assert "Base      debian:12" in lines and "Layers    2 of 3" in lines
    assert any(line.startswith("Evidence  the annotation") for line in lines)


def damage(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:1000] + b"\xff" * 3000)


def other(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE VIEW base AS SELECT 1")


def lie(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE base SET layers = 'many'")


def aim(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE base SET target = 'dir:/etc'")


def cut(path: Path) -> None:
    path.write_bytes(b"no database at all")


@pytest.mark.usefixtures("indexed")
@pytest.mark.parametrize("harm", [damage, other, lie, aim, cut])
def test_a_damaged_index_is_a_gap_and_no_guess(
    harm: Callable[[Path], None], write: Write, report: Report, call: Call, tmp_path: Path
) -> None:
    path = tmp_path / "cache" / "bases.sqlite"
    harm(path)
    made = report(write(bases.silent()))
    assert "base-index" in {gap["what"] for gap in made["gaps"]}
    assert made["target"]["base"]["source"] == "os"
    code, _, err = call("base", "list")
    assert (code, "error: the index of bases cannot be read" in err) == (2, True)


def test_an_index_that_is_not_there_is_told(write: Write, call: Call) -> None:
    code, _, err = call("image", write(bases.DEBIAN), "--base-index", "nowhere.sqlite", "--scanners", "packages")
    assert (code, "no such index of bases" in err) == (2, True)


def test_an_index_may_be_handed_on(write: Write, call: Call, report: Report) -> None:
    assert call("base", "index", write(bases.DEBIAN, "12"), "--name", "debian", "--base-index", "team.sqlite")[0] == 0
    made = report(write(bases.silent()), "--base-index", "team.sqlite")
    assert made["target"]["base"]["name"] == "debian"
    _, out, _ = call("base", "list", "--base-index", "team.sqlite")
    assert [line.split()[0] for line in out.splitlines()] == ["IMAGE", "debian:12"]


def test_an_image_of_no_layers_is_not_indexed(write: Write, call: Call) -> None:
    code, _, err = call("base", "index", write(oci.image([]), "empty:1"))
    assert (code, "0 base images indexed" in err) == (3, True)


POLICY = "version: 1\nname: bases\nrules:\n  - id: base\n    rule: base-image\n"


@pytest.mark.usefixtures("indexed")
@pytest.mark.parametrize(
    ("rule", "claimed", "now", "code"),
    [
        ("approved: ['python:3.*']", None, "2024-01-20T00:00:00Z", 0),
        ("approved: ['hardened:*']", "hardened:1", "2024-01-20T00:00:00Z", 1),  # the layers are Python's
        ("approved: ['python:3.*'], by_layers: true", "hardened:1", "2024-01-20T00:00:00Z", 0),
        ("max_age_days: 30", None, "2024-01-20T00:00:00Z", 0),  # the base was built on 2024-01-02
        ("max_age_days: 30", None, "2024-03-01T00:00:00Z", 1),
    ],
)
def test_policies_judge_the_base_that_was_recognised(
    rule: str, claimed: str | None, now: str, code: int, write: Write, call: Call, tmp_path: Path
) -> None:
    (tmp_path / "p.yaml").write_text(POLICY + "".join(f"    {part}\n" for part in rule.split(", ")))
    target = write(bases.silent(annotations={BASE_NAME: claimed} if claimed else None))
    options = ("--scanners", "packages", "--policy", str(tmp_path / "p.yaml"), "--on-gap", "report", "--now", now)
    assert call("image", target, *options)[0] == code
