"""Trivy's ignore policies: what a finding looks like to them, what they suppress, and what they must not."""

from __future__ import annotations

from pathlib import Path

import pytest

from scantling.model.advisory import Cvss
from scantling.model.errors import UsageError
from scantling.model.finding import Finding
from scantling.pipeline.ignore_policy import ignore, read_ignore_policy
from support.rego import NOW
from support.sample_report import DJANGO, LODASH, OPENSSL, finding, report

pytest.importorskip("regorus", reason="needs the engine: pip install scantling[rego]")
LOCAL = (Cvss("nvd", "3.1", "CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:H/I:L/A:N", 5.0),)
NETWORK = (Cvss("nvd", "3.1", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10.0),)
# as Trivy's documentation has them: Rego v0, its library for CVSS vectors
TRIVYS = """
package trivy

import data.lib.trivy

default ignore = false

ignore_pkgs := {"lodash", "vim"}

nvd_v3_vector = v { v := input.CVSS.nvd.V3Vector }

ignore { input.PkgName == ignore_pkgs[_] }

ignore {
	vector := trivy.parse_cvss_vector_v3(nvd_v3_vector)
	vector.AttackVector != "Network"
	vector.PrivilegesRequired == "High"
	vector.UserInteraction == "Required"
}

ignore { input.CweIDs[_] == "CWE-352" }
"""


def suppressed(tmp_path: Path, source: str, *findings: Finding) -> set[str]:
    path = tmp_path / "ignore.rego"
    path.write_text(source)
    judged = ignore(report(findings, (OPENSSL, DJANGO, LODASH)), read_ignore_policy(path), NOW)
    assert len(judged.findings) == len(findings)
    return {found.id for found in judged.findings if found.suppressed}


def test_trivys_own_example_runs_as_it_is(tmp_path: Path) -> None:
    findings = (
        finding("CVE-local", OPENSSL, cvss=LOCAL),
        finding("CVE-network", OPENSSL, cvss=NETWORK),
        finding("CVE-lodash", LODASH),
        finding("CVE-csrf", DJANGO, cwes=("CWE-352",)),
        finding("CVE-other", DJANGO),
    )
    assert suppressed(tmp_path, TRIVYS, *findings) == {"CVE-local", "CVE-lodash", "CVE-csrf"}


@pytest.mark.parametrize(
    ("condition", "ids"),
    [
        ('input.VulnerabilityID == "CVE-1"', {"CVE-1"}),
        ('input.RuleID == "aws-key"', {"aws-key"}),
        ('input.AVDID == "DS002"', {"DS002"}),
        ('input.Name == "AGPL-3.0-only"', {"AGPL-3.0-only"}),
        ("input.Nothing", set()),
        ("true", {"CVE-1", "aws-key", "DS002", "AGPL-3.0-only"}),
    ],
)
def test_each_kind_has_trivys_fields(tmp_path: Path, condition: str, ids: set[str]) -> None:
    findings = (
        finding("CVE-1", OPENSSL),
        Finding(fingerprint="s", kind="secret", id="aws-key", path="app/.env"),
        Finding(fingerprint="m", kind="misconfig", id="DS002", path="Dockerfile"),
        Finding(fingerprint="l", kind="license", id="AGPL-3.0-only", package=DJANGO.purl),
    )
    assert suppressed(tmp_path, f"package trivy\nignore if {condition}\n", *findings) == ids


def test_what_is_ignored_says_by_what_and_the_rest_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "team.rego"
    path.write_text('package trivy\ndefault ignore := false\nignore if input.PkgName == "openssl"\n')
    judged = ignore(report((finding("CVE-1", OPENSSL),), (OPENSSL,)), read_ignore_policy(path), NOW)
    (found,) = judged.findings
    assert found.suppressed is not None
    assert (found.suppressed.by, found.suppressed.reason) == ("ignore-policy", "ignored by the policy team")


def test_a_policy_that_fails_keeps_the_finding_and_is_a_gap(tmp_path: Path) -> None:
    path = tmp_path / "bad.rego"
    path.write_text("package trivy\nignore if 1 / 0 == 1\n")
    judged = ignore(report((finding("CVE-1", OPENSSL),), (OPENSSL,)), read_ignore_policy(path), NOW)
    assert judged.findings[0].suppressed is None
    assert judged.status == "incomplete"
    assert "divide by zero" in judged.gaps[0].reason


def test_a_policy_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "gate.rego"
    path.write_text('package main\ndeny contains "x" if true\n')
    with pytest.raises(UsageError, match="no rule ignore in the package trivy"):
        read_ignore_policy(path)
