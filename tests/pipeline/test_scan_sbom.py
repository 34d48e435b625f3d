"""``sbom:FILE`` from end to end, without a database: what the report says of a document."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from scantling.cli.main import main
from scantling.guard import limits
from scantling.model.errors import Unscannable
from scantling.model.report import Report
from scantling.pipeline.options import ScanOptions
from scantling.pipeline.scan import scan
from scantling.report.json import encode, schema
from scantling.source.sbom import describe_document
from support.sboms import PURLS, component, cyclonedx, tag_value

GOOD = cyclonedx(*map(component, PURLS), metadata={"component": {"type": "container", "name": "shop/api:1.4"}})


def scanned(target: str, tmp_path: Path) -> Report:
    options = ScanOptions(cache_dir=tmp_path / "cache", scanners=frozenset({"packages"}))
    return scan(target, options)


@pytest.mark.parametrize(
    ("name", "data"), [("bom.json", GOOD), ("bom.spdx", tag_value(("a", "1", PURLS[0]), ("b", "2", PURLS[1])))]
)
def test_named_or_recognised(name: str, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    for target in (f"sbom:{path}", str(path)):
        report = scanned(target, tmp_path)
        assert report.target.kind == "sbom"
        assert report.target.layers == ()
        assert report.target.os is not None
        assert report.target.os.id == "debian"
        assert report.status == "complete"
        assert report.coverage.binaries is None
        assert report.coverage.lock_files is None


@pytest.mark.parametrize(
    ("subject", "repository"),
    [
        ("docker.io/library/debian:12", "debian"),
        ("ghcr.io/shop/api@sha256:" + "a" * 64, "ghcr.io/shop/api"),
        ("/srv/images/layout", "layout"),
        ("oci:/srv/images/layout:latest", "layout"),
        ("docker:shop/api:1.4", "shop/api"),
        ("My App", "My App"),
        ("", "bom.json"),
    ],
)
def test_findings_belong_to_the_repository_that_the_document_is_about(subject: str, repository: str) -> None:
    assert describe_document("sbom:/x/bom.json", subject).repository == repository


def test_the_report_conforms(tmp_path: Path) -> None:
    (tmp_path / "bom.json").write_bytes(GOOD)
    report = scanned(f"sbom:{tmp_path / 'bom.json'}", tmp_path)
    Draft202012Validator(json.loads(schema())).validate(json.loads(encode(report)))


def test_what_cannot_be_matched_makes_it_incomplete(tmp_path: Path) -> None:
    (tmp_path / "bom.json").write_bytes(cyclonedx(component("", "mystery", "1")))
    report = scanned(f"sbom:{tmp_path / 'bom.json'}", tmp_path)
    assert report.status == "incomplete"
    assert [(gap.what, gap.where) for gap in report.gaps] == [("unidentified-package", "bom.json")]


def test_what_is_no_document_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bom.json"
    for data in (b"", b"{}", b"<bom/>", b'{"bomFormat": "CycloneDX", "specVersion": "7"}'):
        path.write_bytes(data)
        with pytest.raises(Unscannable):
            scanned(f"sbom:{path}", tmp_path)
    with pytest.raises(Unscannable):
        scanned(f"sbom:{tmp_path / 'absent'}", tmp_path)
    with pytest.raises(Unscannable):
        scanned(f"sbom:{tmp_path}", tmp_path)


def test_longer_than_the_limit_is_refused_while_reading(tmp_path: Path) -> None:
    path = tmp_path / "bom.json"
    with path.open("wb") as file:
        file.write(b"{")
        file.truncate(limits.SBOM_BYTES * 50)  # sparse: takes no room
    with pytest.raises(Unscannable, match="longer than"):
        scanned(f"sbom:{path}", tmp_path)


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bom.json"
    path.write_bytes(GOOD)
    arguments = ["sbom", str(path), "--scanners", "packages", "--cache-dir", str(tmp_path / "cache")]
    assert main(arguments) == 0
    shown = capsys.readouterr().out
    assert "libssl3" in shown
    assert "@babel/core" in shown
    path.write_bytes(b"no")
    assert main(arguments) == 3
    assert "CycloneDX" in capsys.readouterr().err
