"""``--scanners license``: through the command line, over images and documents, in the formats and in policies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scantling.cli.main import main
from support.oci import build_layout
from support.tars import Member, tar

SITE = "usr/lib/python3.11/site-packages"
STATUS = b"".join(
    b"Package: %s\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0-1\n\n" % name
    for name in (b"tool", b"linked", b"bare")
)


def image(tmp_path: Path) -> str:
    layer = tar(
        [
            Member("etc/os-release", b'ID=debian\nVERSION_ID="12"\n'),
            Member("var/lib/dpkg/status", STATUS),
            Member("usr/share/doc/tool/copyright", b"Format: x/1.0/\n\nFiles: *\nLicense: GPL-2+\n"),
            Member("usr/share/doc/linked", kind="symlink", link="tool"),
            Member(f"{SITE}/a-1.0.dist-info/METADATA", b"Name: a\nVersion: 1.0\nLicense: MIT\n"),
            Member(
                f"{SITE}/b-1.0.dist-info/METADATA",
                b"Name: b\nVersion: 1.0\nLicense: (c) me\nClassifier: License :: OSI Approved :: MIT License\n",
            ),
            Member("srv/node_modules/c/package.json", b'{"name":"c","version":"1.0.0","license":"AGPL-3.0"}'),
        ]
    )
    return f"oci:{build_layout(tmp_path / 'image', [layer])}:latest"


def report(tmp_path: Path, *words: str, code: int = 0, format_: str = "json") -> Any:
    out = tmp_path / "report.json"
    common = ["--cache-dir", str(tmp_path / "cache"), "-q", "-f", format_, "-o", str(out)]
    assert main(["image", "--scanners", "license", *common, *words, image(tmp_path)]) == code
    return json.loads(out.read_text())


def test_licences_are_spdx_and_findings_have_their_class(tmp_path: Path) -> None:
    said = report(tmp_path)
    assert {p["name"]: p["licenses"] for p in said["packages"]} == {
        "tool": ["GPL-2.0-or-later"], "linked": ["GPL-2.0-or-later"], "bare": [], "a": ["MIT"], "b": ["MIT"],
        "c": ["AGPL-3.0-only"],
    }  # fmt: skip
    assert {(f["package"].split("/")[-1].split("@")[0], f["id"], f["severity"]) for f in said["findings"]} == {
        ("tool", "GPL-2.0-or-later", "HIGH"),
        ("linked", "GPL-2.0-or-later", "HIGH"),
        ("bare", "no-licence-stated", "UNKNOWN"),
        ("c", "AGPL-3.0-only", "CRITICAL"),
    }


def test_allow_deny_and_ignored(tmp_path: Path) -> None:
    allowed = report(tmp_path, "--license-allow", "GPL-*,MIT")
    assert {f["id"] for f in allowed["findings"]} == {"AGPL-3.0-only", "no-licence-stated"}
    denied = report(tmp_path, "--license-deny", "MIT", "--ignored-licenses", "GPL-2.0-or-later,AGPL-3.0-only")
    assert [(f["id"], f["match"]["range"]) for f in denied["findings"] if f["severity"] == "HIGH"] == [
        ("MIT", "denied")
    ] * 2


def test_the_gate(tmp_path: Path) -> None:
    report(tmp_path, "--exit-code", "1", "--severity", "CRITICAL", code=1)
    report(tmp_path, "--exit-code", "1", "--severity", "CRITICAL", "--ignored-licenses", "AGPL-*")


def test_trivys_shape(tmp_path: Path) -> None:
    said = report(tmp_path, format_="trivy")
    rows = {r["Target"]: r["Licenses"] for r in said["Results"] if r["Class"] == "license"}
    assert {row["PkgName"] for row in rows["OS Packages"]} == {"tool", "linked", "bare"}
    (one,) = [row for found in rows.values() for row in found if row["PkgName"] == "c"]
    assert (one["Name"], one["Category"], one["Severity"]) == ("AGPL-3.0-only", "forbidden", "CRITICAL")


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("- rule: licenses", 1),
        ("- rule: licenses\n  except_packages: [tool, linked, c]", 0),
        ("- rule: licenses\n  deny: ['LGPL-*']", 0),
        ("- rule: licenses\n  deny: ['AGPL-*']", 1),
        ("- rule: licenses\n  allow: ['GPL-*', MIT, 'AGPL-*']\n  unknown: allow", 0),
        ("- rule: licenses\n  allow: ['GPL-*', MIT, 'AGPL-*']", 1),
        ("- rule: licenses\n  allow: ['GPL-*', MIT, 'AGPL-*']\n  unknown: warn", 0),
    ],
)
def test_the_policy_rule(tmp_path: Path, rule: str, code: int) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(f"version: 1\nname: licences\nrules:\n{rule}\n")
    report(tmp_path, "--policy", str(policy), "--on-gap", "report", code=code)


def test_documents_too(tmp_path: Path) -> None:
    document = {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "components": [
            {"type": "library", "name": "x", "version": "1", "purl": "pkg:npm/x@1",
             "licenses": [{"license": {"id": "SSPL-1.0"}}]},
        ],
    }  # fmt: skip
    path, out = tmp_path / "bom.json", tmp_path / "out.json"
    path.write_text(json.dumps(document))
    assert main(["sbom", "-q", "--scanners", "license", "-f", "json", "-o", str(out), str(path)]) == 0
    assert [(f["id"], f["severity"]) for f in json.loads(out.read_text())["findings"]] == [("SSPL-1.0", "CRITICAL")]
