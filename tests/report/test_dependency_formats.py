"""GitLab's dependency scanning report and GitHub's dependency snapshot, held to what their schemas ask: GitLab's
``dependency-scanning-report-format`` 15.0.2 and the ``snapshot`` of GitHub's REST API description, in our own words."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from scantling.cli.main import main
from scantling.model.errors import UsageError
from scantling.model.package import Location
from scantling.model.report import Report
from scantling.report.build import Build, build_of
from scantling.report.catalog import reporter
from scantling.report.json import encode
from scantling.report.options import ReportOptions
from scantling.report.sources import SourceLine, Sources
from support.sample_report import DJANGO, HOSTILE, LAYER, LODASH, OPENSSL, finding, report, rich_report

TEXT = {"type": "string", "minLength": 1}
SHORT = {"type": "string"}
METADATA = {
    "type": "object", "maxProperties": 8,
    "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
}  # fmt: skip
MANIFEST = {
    "type": "object", "required": ["name"], "additionalProperties": False,
    "properties": {
        "name": SHORT, "metadata": METADATA,
        "file": {"type": "object", "additionalProperties": False, "properties": {"source_location": SHORT}},
        "resolved": {"type": "object", "additionalProperties": {
            "type": "object", "additionalProperties": False,
            "properties": {
                "package_url": {"type": "string", "pattern": "^pkg"}, "metadata": METADATA,
                "relationship": {"enum": ["direct", "indirect"]}, "scope": {"enum": ["runtime", "development"]},
                "dependencies": {"type": "array", "items": SHORT},
            },
        }},
    },
}  # fmt: skip
SNAPSHOT = {
    "type": "object", "additionalProperties": False,
    "required": ["version", "job", "sha", "ref", "detector", "scanned"],
    "properties": {
        "version": {"type": "integer"},
        "job": {"type": "object", "required": ["id", "correlator"], "additionalProperties": False,
                "properties": {"id": SHORT, "correlator": SHORT, "html_url": SHORT}},
        "sha": {"type": "string", "minLength": 40, "maxLength": 40}, "ref": {"type": "string", "pattern": "^refs/"},
        "detector": {"type": "object", "required": ["name", "version", "url"], "additionalProperties": False,
                     "properties": {"name": SHORT, "version": SHORT, "url": SHORT}},
        "metadata": METADATA, "manifests": {"type": "object", "additionalProperties": MANIFEST},
        "scanned": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$"},
    },
}  # fmt: skip
DEPENDENCY = {
    "type": "object", "required": ["package", "version"],
    "properties": {
        "package": {"type": "object", "required": ["name"], "properties": {"name": SHORT}}, "version": SHORT,
        "direct": {"type": "boolean"},
    },
}  # fmt: skip
GITLAB = {
    "type": "object", "required": ["dependency_files", "scan", "version", "vulnerabilities"],
    "properties": {
        "version": {"type": "string", "pattern": r"^15\.\d+\.\d+$"},
        "scan": {
            "type": "object", "required": ["analyzer", "end_time", "scanner", "start_time", "status", "type"],
            "properties": {
                "type": {"const": "dependency_scanning"}, "status": {"enum": ["success", "failure"]},
                "end_time": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$"},
                "messages": {"type": "array", "items": {
                    "type": "object", "required": ["level", "value"],
                    "properties": {"level": {"enum": ["info", "warn", "fatal"]}, "value": TEXT},
                }},
            },
        },
        "vulnerabilities": {"type": "array", "items": {
            "type": "object", "required": ["id", "identifiers", "location"],
            "properties": {
                "id": TEXT, "name": {"type": "string", "maxLength": 255},
                "solution": {"type": "string", "maxLength": 7000},
                "severity": {"enum": ["Info", "Unknown", "Low", "Medium", "High", "Critical"]},
                "identifiers": {"type": "array", "minItems": 1, "items": {
                    "type": "object", "required": ["type", "name", "value"],
                    "properties": {"type": TEXT, "name": TEXT, "value": TEXT},
                }},
                "location": {"type": "object", "required": ["file", "dependency"],
                             "properties": {"file": TEXT, "dependency": DEPENDENCY}},
            },
        }},
        "dependency_files": {"type": "array", "items": {
            "type": "object", "required": ["path", "package_manager", "dependencies"],
            "properties": {"path": TEXT, "package_manager": TEXT,
                           "dependencies": {"type": "array", "items": DEPENDENCY}},
        }},
    },
}  # fmt: skip
BUILD = Build("4f0c" * 10, "refs/heads/main", "image_build", "77", "https://github.com/shop/api/actions/runs/77")
SOURCES = Sources({LAYER: SourceLine("Dockerfile", 3)}, {"pkg:pypi/django": SourceLine("uv.lock", 9)})


def hostile() -> Report:
    package = replace(DJANGO, purl=f"pkg:pypi/{HOSTILE}@1", name=HOSTILE, version=HOSTILE, type=HOSTILE,
                      locations=(Location(HOSTILE, LAYER),))  # fmt: skip
    return report((finding("CVE-1", package, title=HOSTILE),), (package,), reference=f"reg/{HOSTILE}:1")


REPORTS = {"empty": report(), "rich": rich_report(), "hostile": hostile()}


def made(name: str, value: Report, **options: Any) -> dict[str, Any]:
    text = reporter(name)(value, ReportOptions(**options)).decode()
    assert "\x1b" not in text and "\u202e" not in text
    return json.loads(text)  # type: ignore[no-any-return]


@pytest.mark.parametrize("sources", [None, SOURCES], ids=["no checkout", "checkout"])
@pytest.mark.parametrize("value", REPORTS.values(), ids=REPORTS)
def test_gitlab_as_its_schema_asks(value: Report, sources: Sources | None) -> None:
    document = made("gitlab-dependency", value, sources=sources)
    Draft202012Validator(GITLAB).validate(document)
    assert document["scan"]["status"] == ("success" if value.status == "complete" else "failure")


@pytest.mark.parametrize("sources", [None, SOURCES], ids=["no checkout", "checkout"])
@pytest.mark.parametrize("value", REPORTS.values(), ids=REPORTS)
def test_github_as_its_schema_asks(value: Report, sources: Sources | None) -> None:
    document = made("github", value, build=BUILD, sources=sources)
    Draft202012Validator(SNAPSHOT).validate(document)
    resolved = [purl for manifest in document["manifests"].values() for purl in manifest["resolved"]]
    assert len(resolved) == len({package.purl for package in value.packages})


def test_gitlab_names_the_lock_file_and_leaves_the_system_to_the_container_report() -> None:
    value = report(
        (finding("CVE-1", DJANGO), finding("CVE-2", LODASH), finding("CVE-3", OPENSSL)),
        (replace(DJANGO, direct=True), LODASH, OPENSSL),
    )
    document = made("gitlab-dependency", value, sources=SOURCES)
    places = {one["identifiers"][0]["value"]: one["location"] for one in document["vulnerabilities"]}
    assert {id_: place["file"] for id_, place in places.items()} == {
        "CVE-1": "uv.lock",
        "CVE-2": "app/node_modules/lodash/package.json",  # nothing in the repository asks for it
    }
    assert document["dependency_files"] == [
        {"path": "app/node_modules/lodash/package.json", "package_manager": "npm",
         "dependencies": [{"package": {"name": "lodash"}, "version": "4.17.11"}]},
        {"path": "uv.lock", "package_manager": "pip",
         "dependencies": [{"package": {"name": "django"}, "version": "3.2.0", "direct": True}]},
    ]  # fmt: skip


def test_github_groups_by_lock_file_and_says_what_is_direct() -> None:
    packages = (replace(DJANGO, direct=True), replace(LODASH, direct=False, is_dev=True), OPENSSL)
    document = made("github", report((), packages), build=BUILD, sources=SOURCES)
    assert document["manifests"]["uv.lock"] == {
        "name": "uv.lock",
        "file": {"source_location": "uv.lock"},
        "resolved": {"pkg:pypi/django@3.2.0": {
            "package_url": "pkg:pypi/django@3.2.0", "scope": "runtime", "relationship": "direct"}},
    }  # fmt: skip
    (npm,) = (one for name, one in document["manifests"].items() if name.endswith("(npm)"))
    assert npm["resolved"]["pkg:npm/lodash@4.17.11"] == {
        "package_url": "pkg:npm/lodash@4.17.11", "scope": "development", "relationship": "indirect",
    }  # fmt: skip
    assert "relationship" not in str(document["manifests"]["shop/api:1.4 (deb)"])  # not known
    assert document["job"]["correlator"] == "image_build_shop/api:1.4_linux/amd64"


RUN = {"GITHUB_SHA": "4F0C" * 10, "GITHUB_REF": "refs/pull/3/merge", "GITHUB_WORKFLOW": "image", "GITHUB_JOB": "b",
       "GITHUB_RUN_ID": "77", "GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "shop/api"}  # fmt: skip


def test_the_run_is_what_github_says() -> None:
    assert build_of(RUN) == Build(
        "4f0c" * 10, "refs/pull/3/merge", "image_b", "77", "https://github.com/shop/api/actions/runs/77"
    )


@pytest.mark.parametrize(
    "missing", [{"GITHUB_SHA": ""}, {"GITHUB_SHA": "abc"}, {"GITHUB_REF": "main"}, {"GITHUB_REF": "refs/a\nb"}]
)
def test_without_a_commit_there_is_no_snapshot(missing: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        build_of(RUN | missing)


def test_a_snapshot_of_no_commit_is_refused_in_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in RUN:
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "r.json").write_bytes(encode(report()))
    assert main(["convert", str(tmp_path / "r.json"), "-f", "github"]) == 2
    assert "GITHUB_SHA" in capsys.readouterr().err
    assert main(["image", "oci:absent", "-f", "github", "--scanners", "packages"]) == 2  # before the scan, not after it
