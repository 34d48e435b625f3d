"""``scantling config``: files and directories to a report, patches that git takes, and nothing called clean unread."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scantling.check.rules.catalog import rules
from scantling.cli.main import main
from scantling.model.errors import Unscannable
from scantling.pipeline.config import ConfigScan, scan_config
from scantling.policy.gate import Gate

NOW = datetime(2026, 11, 23, tzinfo=UTC)
DOCKERFILE = """FROM debian:12
ADD app /app
RUN apt-get update \\
    && apt-get install -y curl
CMD ["/app"]
"""


def scan(path: Path) -> ConfigScan:
    return scan_config(str(path), Gate(), NOW)


def test_findings_have_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "svc").mkdir()
    (tmp_path / "svc" / "Dockerfile").write_text(DOCKERFILE)
    found = {(one.id, one.path, one.line) for one in scan(tmp_path).report.findings}
    assert found == {
        ("SCN-IMG-001", "svc/Dockerfile", 1),
        ("SCN-IMG-005", "svc/Dockerfile", 2),
        ("SCN-IMG-007", "svc/Dockerfile", 3),
        ("SCN-IMG-008", "svc/Dockerfile", 3),
        ("SCN-IMG-009", "svc/Dockerfile", 3),
    }


def test_the_patch_applies_and_mends(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(DOCKERFILE)
    patch = scan(tmp_path).patch
    subprocess.run(["git", "init", "-q", "."], cwd=tmp_path, check=True)
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=patch.encode(), check=True)
    assert {one.id for one in scan(tmp_path).report.findings} == {"SCN-IMG-008"}
    assert scan(tmp_path).patch == ""


def test_a_comment_silences_with_a_reason_only(tmp_path: Path) -> None:
    text = (
        "FROM a:1\n# scantling:ignore=SCN-IMG-013 bastion host\nEXPOSE 22\n# scantling:ignore=SCN-IMG-013\nEXPOSE 23\n"
    )
    (tmp_path / "Dockerfile").write_text(text)
    ports = [one for one in scan(tmp_path).report.findings if one.id == "SCN-IMG-013"]
    assert [(one.line, one.suppressed is not None) for one in ports] == [(3, True), (5, False)]


def test_what_is_not_read_is_never_clean(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM a:1\nNOPE\n")
    report = scan(tmp_path).report
    assert report.status == "incomplete"
    assert [(gap.what, gap.where) for gap in report.gaps] == [("unreadable-file", "Dockerfile, line 2")]
    assert main(["config", str(tmp_path), "--exit-code", "1", "-q"]) == 4


def test_an_empty_directory_is_no_pass(tmp_path: Path) -> None:
    assert [gap.what for gap in scan(tmp_path).report.gaps] == ["no-config"]


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(Unscannable):
        scan(tmp_path / "none")


def test_links_special_files_and_other_yaml_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text("services:\n  w:\n    image: w:1\n    privileged: true\n")
    (tmp_path / "Dockerfile").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "Containerfile")
    (tmp_path / "ci.yml").write_text("on: push\njobs: {}\n")
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "Dockerfile").write_text("FROM a\n")
    found = scan(tmp_path)
    assert found.files == 1
    assert found.report.status == "complete"
    assert {one.path for one in found.report.findings} == {"compose.yaml"}


def test_formats_name_the_line(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    (tmp_path / "Dockerfile").write_text(DOCKERFILE)
    code = main(["config", str(tmp_path / "Dockerfile"), "-f", "sarif", "--exit-code", "7", "-q"])
    assert code == 7
    (run,) = json.loads(capsysbinary.readouterr().out)["runs"]
    lines = {one["ruleId"]: one["locations"][0]["physicalLocation"]["region"]["startLine"] for one in run["results"]}
    assert lines["SCN-IMG-009"] == 3
    for format_ in ("table", "json", "html", "csv", "markdown", "junit", "gitlab", "trivy", "cyclonedx", "spdx-json"):
        assert main(["config", str(tmp_path), "-f", format_, "-q"]) == 0
        assert capsysbinary.readouterr().out


TEMPLATE = (
    "apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n      - image: w:1\n"
)


@pytest.mark.parametrize(
    "text",
    [
        "{{- if .Values.on }}\n" + TEMPLATE + "{{- end }}\n",
        '{{- include "shop.deployment" . }}\n',
        TEMPLATE + '        name: "{{ .Values.name }}"\n',
    ],
)
def test_a_helm_template_is_a_gap_never_silence(tmp_path: Path, text: str) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "web.yaml").write_text(text)
    (gap,) = scan(tmp_path).report.gaps
    assert (
        gap.what == "unreadable-file" and gap.where.startswith("templates/web.yaml") and "helm template" in gap.reason
    )


def test_braces_of_alert_rules_are_no_template(tmp_path: Path) -> None:
    text = "apiVersion: v1\nkind: ConfigMap\ndata:\n  rule: '{{ $labels.instance }} is down'\n"
    (tmp_path / "alerts.yaml").write_text(text)
    assert scan(tmp_path).report.gaps == ()


@pytest.mark.parametrize("tool", [("git", "apply"), ("patch", "-p1", "-s")])
def test_the_patch_of_every_rules_examples_applies(tmp_path: Path, tool: tuple[str, ...]) -> None:
    if shutil.which(tool[0]) is None:
        pytest.skip(f"{tool[0]} is not installed")
    for rule in rules():
        for number, (kind, text) in enumerate(rule.bad):
            if kind in {"dockerfile", "compose"}:
                file = tmp_path / f"{rule.id}-{number}" / ("Dockerfile" if kind == "dockerfile" else "compose.yaml")
                file.parent.mkdir()
                file.write_text(text)
    before = scan(tmp_path)
    subprocess.run(["git", "init", "-q", "."], cwd=tmp_path, check=True)
    subprocess.run(tool, cwd=tmp_path, input=before.patch.encode(), check=True)
    after = scan(tmp_path)
    assert after.patch == "" and after.report.gaps == before.report.gaps == ()
    own = {one.path.partition("/")[0].rpartition("-")[0] for one in before.report.findings}
    assert own == {rule.id for rule in rules() if rule.bad[0][0] in {"dockerfile", "compose"}}
    assert len(after.report.findings) < len(before.report.findings)
