"""``--dockerfile`` and ``--checkout``: findings of an image on the repository's lines. Lines are counted by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from scantling.cli.main import main
from scantling.model.report import ReportLayer, ReportPackage
from scantling.report.json import encode
from support.sample_report import LAYER, OPENSSL, finding, package, report

DOCKERFILE = "FROM debian:12\nRUN apt-get update && \\\n    apt-get install -y openssl\nCOPY app/ /app/\n"
PACKAGE_LOCK = {
    "name": "shop",
    "version": "1.0.0",
    "lockfileVersion": 3,
    "packages": {
        "": {"name": "shop", "dependencies": {"lodash": "^4.17.0", "@scope/lodash": ">=1"}},
        "node_modules/@scope/lodash": {"version": "1.0.0"},
        "node_modules/lodash": {"version": "4.17.11"},
    },
}
LODASH = package("npm", "lodash", "4.17.11", path="app/node_modules/lodash/package.json")
DJANGO = package("pypi", "django", "3.2.0", path="usr/lib/python3/dist-packages/django/METADATA")
SCOPED = replace(package("npm", "@scope/lodash", "1.0.0"), purl="pkg:npm/%40scope/lodash@1.0.0")
ABSENT = package("npm", "left-pad", "1.0.0")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository: a Dockerfile, a lock file of npm, requirements; and what was installed, which is in none."""
    root = tmp_path / "shop"
    (root / ".git").mkdir(parents=True)
    (root / "docker").mkdir()
    (root / "docker" / "Dockerfile").write_text(DOCKERFILE)
    (root / "package-lock.json").write_text(json.dumps(PACKAGE_LOCK, indent=1))
    (root / "requirements.txt").write_text("# django is asked for below\nflask==2.0.0\nDjango==3.2.0\n")
    (root / "node_modules" / "left-pad").mkdir(parents=True)
    (root / "node_modules" / "left-pad" / "package.json").write_text('{"name": "left-pad", "version": "1.0.0"}')
    return root


def saved(directory: Path, *of: ReportPackage) -> Path:
    run = "RUN /bin/sh -c apt-get update &&     apt-get install -y openssl # buildkit"
    layers = tuple(
        ReportLayer(diff_id, "", 1, created_by, None)
        for diff_id, created_by in (
            ("sha256:0", "ADD rootfs"),
            (LAYER, run),
            ("sha256:2", "COPY app/ /app/ # buildkit"),
        )
    )
    value = report(tuple(finding(f"CVE-{one.name}", one) for one in of), of)
    value = replace(value, target=replace(value.target, layers=layers))
    (directory / "report.json").write_bytes(encode(value))
    return directory / "report.json"


def places(capsys: pytest.CaptureFixture[str]) -> dict[str, tuple[str, int]]:
    log = json.loads(capsys.readouterr().out)
    return {
        result["ruleId"].removeprefix("CVE-"): (
            result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            result["locations"][0]["physicalLocation"]["region"]["startLine"],
        )
        for result in log["runs"][0]["results"]
    }


def test_each_on_its_line(checkout: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = saved(tmp_path, OPENSSL, LODASH, SCOPED, DJANGO, ABSENT)
    dockerfile = checkout / "docker" / "Dockerfile"
    assert (
        main(["convert", str(name), "-f", "sarif", "--dockerfile", str(dockerfile), "--checkout", str(checkout)]) == 0
    )
    locked = (checkout / "package-lock.json").read_text().split("\n")
    assert places(capsys) == {
        "openssl": ("docker/Dockerfile", 2),
        "lodash": ("package-lock.json", locked.index('  "node_modules/lodash": {') + 1),
        "@scope/lodash": ("package-lock.json", locked.index('  "node_modules/@scope/lodash": {') + 1),
        "django": ("requirements.txt", 3),  # the line with the version, not the comment above it
        "left-pad": ("docker/Dockerfile", 2),  # what lies in node_modules is in no repository
    }


def test_only_the_dockerfile(checkout: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = saved(tmp_path, LODASH)
    assert main(["convert", str(name), "-f", "sarif", "--dockerfile", str(checkout / "docker" / "Dockerfile")]) == 0
    assert places(capsys) == {"lodash": ("docker/Dockerfile", 2)}


def test_a_dockerfile_that_made_another_image_marks_nothing(
    checkout: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = checkout / "Dockerfile"
    other.write_text("FROM scratch\nCOPY nothing /of/this\n")
    assert main(["convert", str(saved(tmp_path, LODASH)), "-f", "sarif", "--dockerfile", str(other)]) == 0
    captured = capsys.readouterr()
    assert "no line is marked" in captured.err
    assert "%SRCROOT%" not in json.dumps(json.loads(captured.out)["runs"][0]["results"])


@pytest.mark.parametrize(
    ("option", "text"),
    [("--dockerfile", "cannot read the Dockerfile"), ("--checkout", "not a directory")],
)
def test_what_is_not_there_is_a_usage_error(
    option: str, text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["convert", str(saved(tmp_path, LODASH)), "-f", "sarif", option, str(tmp_path / "absent")]) == 2
    assert text in capsys.readouterr().err


def test_a_checkout_that_is_none_is_told_before_the_scan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["image", "oci:absent", "--scanners", "packages", "--checkout", str(tmp_path / "none")]) == 2
    assert "--checkout is the root of the sources" in capsys.readouterr().err
