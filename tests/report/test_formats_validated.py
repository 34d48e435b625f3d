"""Every format against its official schema or its consumers' own library; hostile names and gaps in each of them."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from scantling.model.coverage import Gap
from scantling.model.errors import UsageError
from scantling.model.finding import Suppression
from scantling.model.report import Report
from scantling.report.catalog import REPORTERS, reporter
from scantling.report.csv import cell
from scantling.report.gitlab import image_name
from scantling.report.licences import licence
from scantling.report.options import ReportOptions
from support.sample_report import DJANGO, HOSTILE, LODASH, finding, report, rich_report

TEMPLATE = "{% for f in report.findings %}{{ f.finding_id }} {{ f.id }} {{ f.title }}\n{% endfor %}{{ notices }}"
OPTIONS = ReportOptions(template=TEMPLATE, template_name="t.txt")
FORMATS = tuple(name for name in REPORTERS if name != "table")
PACKAGES_ALONE = {"github"}  # GitHub looks for the findings itself
GAP = Gap("parser-failure", "app/broken.jar", "the archive is cut short")


def hostile_report() -> Report:
    package = replace(DJANGO, purl=f"pkg:pypi/{HOSTILE}@1", name=HOSTILE, version=HOSTILE, licenses=(HOSTILE, "MIT"))
    more = {"title": HOSTILE, "description": HOSTILE, "path": f"a b/{HOSTILE}", "remediation": HOSTILE}
    found = (
        finding(f"CVE-2021-1{HOSTILE}", package, fixed=HOSTILE, aliases=(HOSTILE,), **more),
        finding("CVE-2021-2", package, suppressed=Suppression(HOSTILE, HOSTILE), **more),
        finding("CVE-2021-2", package, fingerprint="`|,;\t@=1+1`", kind="secret", **more),
    )
    return report(found, (package,), (Gap("parser-failure", HOSTILE, HOSTILE),), reference=f"reg:5000/{HOSTILE}:1")


REPORTS = {
    "empty": report(),
    "rich": rich_report(),
    "packages alone": report((), (DJANGO, LODASH, LODASH), database=False),
    "hostile": hostile_report(),
    "twice": report((finding("CVE-1", DJANGO), finding("CVE-1", DJANGO)), (DJANGO, DJANGO)),
}


def made(name: str, value: Report) -> str:
    return reporter(name)(value, OPTIONS).decode()


@pytest.mark.parametrize("value", REPORTS.values(), ids=REPORTS)
def test_cyclonedx_by_the_official_schema_and_library(value: Report) -> None:
    from cyclonedx.model.bom import Bom
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    text = made("cyclonedx", value)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    document = json.loads(text)
    bom = Bom.from_json(document)  # type: ignore[attr-defined]
    assert len(bom.vulnerabilities) == sum(found.kind == "vulnerability" for found in value.findings)
    refs = [entry["bom-ref"] for entry in document["components"] + document["vulnerabilities"]]
    assert len(refs) == len(set(refs))
    known = {"image", *(entry["bom-ref"] for entry in document["components"])}
    assert {entry["ref"] for found in document["vulnerabilities"] for entry in found["affects"]} <= known
    expected = "incomplete" if value.status == "incomplete" else "unknown"
    assert document["compositions"][0]["aggregate"] == expected


@pytest.mark.parametrize("value", REPORTS.values(), ids=REPORTS)
def test_spdx_by_the_official_library(value: Report, tmp_path: Path) -> None:
    from spdx_tools.spdx.parser.parse_anything import parse_file
    from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

    path = tmp_path / "r.spdx.json"
    path.write_text(made("spdx-json", value))
    document = parse_file(str(path))
    assert validate_full_spdx_document(document) == []
    assert len(document.annotations) >= len(value.gaps)


@pytest.mark.parametrize("value", REPORTS.values(), ids=REPORTS)
def test_junit_counts(value: Report) -> None:
    suite = ElementTree.fromstring(made("junit", value)).find("testsuite")
    assert suite is not None
    assert int(suite.attrib["tests"]) == len(suite.findall("testcase")) > 0
    assert int(suite.attrib["failures"]) == len(suite.findall(".//failure"))
    assert int(suite.attrib["errors"]) == len(suite.findall(".//error"))
    assert (int(suite.attrib["errors"]) > 0) is (value.status == "incomplete")
    assert len(suite.findall(".//failure")) == sum(found.suppressed is None for found in value.findings)


@pytest.mark.parametrize("value", REPORTS.values(), ids=REPORTS)
def test_gitlab_has_what_the_schema_requires(value: Report) -> None:
    document = json.loads(made("gitlab", value))
    assert re.fullmatch(r"15\.\d+\.\d+", document["version"])
    scan = document["scan"]
    assert {"analyzer", "scanner", "type", "start_time", "end_time", "status"} <= set(scan)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", scan["end_time"])
    assert scan["status"] == ("success" if value.status == "complete" else "failure")
    assert len([one for one in scan["messages"] if one["level"] == "fatal"]) >= sum(gap.blocks for gap in value.gaps)
    for found in document["vulnerabilities"]:
        assert len(found["name"]) <= 255 and len(found["solution"]) <= 7000
        assert found["severity"] in {"Info", "Unknown", "Low", "Medium", "High", "Critical"}
        assert found["identifiers"] and all(
            one["type"] and one["name"] and one["value"] for one in found["identifiers"]
        )
        assert set(found["location"]) == {"dependency", "operating_system", "image"}
        assert re.fullmatch(r"[^:]+(:\d+[^:]*)?:[^:]+", found["location"]["image"])
    ids = [found["id"] for found in document["vulnerabilities"]]
    assert len(ids) == len(set(ids))


def test_gitlab_image_names() -> None:
    digest = "sha256:" + "a" * 64
    assert image_name("reg:5000/shop/api:1.4", digest) == "reg:5000/shop/api:1.4"
    assert image_name("oci:/tmp/layout:latest", digest) == "tmp/layout:latest"
    assert image_name("shop/api", digest) == f"shop/api@{digest}"


@pytest.mark.parametrize("value", REPORTS.values(), ids=REPORTS)
def test_trivy_keeps_every_finding(value: Report) -> None:
    document = json.loads(made("trivy", value))
    assert document["SchemaVersion"] == 2 and document["Scantling"]["Status"] == value.status
    results = document["Results"]
    live = [one for result in results for one in result.get("Vulnerabilities", [])]
    silenced = [one for result in results for one in result.get("ExperimentalModifiedFindings", [])]
    other = [one for result in results for one in result.get("CustomResources", []) if one["Type"] != "scantling-gap"]
    secrets = [one for result in results for one in result.get("Secrets", [])]
    assert len(live) + len(silenced) + len(secrets) + len(other) == len(value.findings)
    for found in live:
        assert found["Severity"] in {"UNKNOWN", "LOW", "MEDIUM", "HIGH", "CRITICAL"}
        assert {"VulnerabilityID", "PkgName", "InstalledVersion", "PkgIdentifier", "Status", "Title"} <= set(found)


@pytest.mark.parametrize("value", REPORTS.values(), ids=REPORTS)
def test_csv_has_a_line_for_each_and_no_formula(value: Report) -> None:
    rows = list(csv.DictReader(io.StringIO(made("csv", value))))
    assert sum(row["record"] == "finding" for row in rows) == len(value.findings)
    assert sum(row["record"] == "gap" for row in rows) >= len(value.gaps)
    for row in rows:
        for text in row.values():
            assert not text.lstrip().startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "＝1"])
def test_formulas_are_defused(text: str) -> None:
    assert cell(text) == "'" + text


@pytest.mark.parametrize("name", FORMATS)
def test_same_report_same_bytes(name: str) -> None:
    assert made(name, hostile_report()) == made(name, hostile_report())


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "json"])
def test_hostile_text_is_inert(name: str) -> None:
    text = made(name, hostile_report())
    for character in "\x1b\x07\u202e\u200b\uf7ff":
        assert character not in text
        # a lone backslash-u would be JSON's way to write the character itself
        assert re.search(rf"(?<!\\)(?:\\\\)*\\u{ord(character):04x}", text) is None or name in {
            "junit", "markdown", "html", "csv", "poam", "template",
        }  # fmt: skip
    if name in {"html", "markdown"}:
        outside = re.sub(r"`[^`\n]*`", "", text) if name == "markdown" else text  # inert in code spans
        assert "<img" not in outside and (name == "html" or "](http://e)" not in outside)
    if name == "html":
        assert text.count("</script>") == 2


@pytest.mark.parametrize("name", FORMATS)
def test_an_incomplete_scan_shows_in_every_format(name: str) -> None:
    text = made(name, report(gaps=(GAP,)))
    assert "the archive is cut short" in text.replace("\\", "")
    assert "No findings found.\n" not in text and "No findings.<" not in text


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in {"markdown", "json", *PACKAGES_ALONE}])
def test_one_stable_id_in_every_format(name: str) -> None:
    value = report((finding("CVE-1", DJANGO, fingerprint="f" * 64),), (DJANGO,))
    assert "f" * 64 in made(name, value)


CHANGED = tuple(
    finding("SCN-INT-001", DJANGO, fingerprint=name * 64, kind="integrity", path=f"/lib/{name}.py") for name in "ab"
)


@pytest.mark.parametrize(
    "name", [name for name in REPORTERS if name not in {"template", "gitlab-dependency", *PACKAGES_ALONE}]
)
def test_each_changed_file_of_one_package_is_named(name: str) -> None:
    text = made(name, report(CHANGED, (DJANGO,)))
    assert "lib/a.py" in text and "lib/b.py" in text


def test_junit_has_a_case_for_each_changed_file() -> None:
    cases = ElementTree.fromstring(made("junit", report(CHANGED, (DJANGO,)))).iter("testcase")
    assert sum(case.attrib["name"].endswith((" /lib/a.py", " /lib/b.py")) for case in cases) == 2


def test_markdown_marker_does_not_change_with_the_tag() -> None:
    def marker(reference: str) -> str:
        return made("markdown", report(reference=reference)).split("\n", 1)[0]

    assert marker("shop/api:1") == marker("shop/api:2") == marker("shop/api@sha256:ab")
    assert re.fullmatch(r"<!-- scantling:[0-9a-f]{16} -->", marker("shop/api:1"))
    assert marker("shop/web:1") != marker("shop/api:1")


def test_markdown_mentions_and_refers_to_nobody() -> None:
    """As forges see it: in the text that is left when Markdown is rendered, outside of code."""
    from markdown_it import MarkdownIt

    text = "fixes #12, shop/api#13 and !14, says @joe of @team/ops; 50 #tags!"
    page = MarkdownIt("gfm-like", {"linkify": False}).render(
        made("markdown", report((finding("CVE-1", DJANGO, title=text),)))
    )
    seen = re.sub(r"<code>.*?</code>", "", page)
    assert not re.findall(r"@\w|[#!][0-9]", seen)
    assert "#tags!" in seen and "joe" in seen


def test_markdown_says_how_much_a_baseline_left_out() -> None:
    known = Suppression("baseline main.json", "known before")
    old = tuple(finding(f"CVE-{number}", DJANGO, suppressed=known) for number in range(3))
    text = made("markdown", report((finding("CVE-9", DJANGO), *old), (DJANGO,)))
    assert "3 more were there before: `baseline main.json`" in text


def test_markdown_stays_below_the_limit() -> None:
    findings = tuple(finding(f"CVE-{n}", DJANGO, title="x" * 500) for n in range(2_000))
    text = made("markdown", report(findings, (DJANGO,), (GAP,)))
    assert len(text.encode()) <= 60_000 and "more lines are not shown" in text and "app/broken" in text
    assert text.count("<details>") == text.count("</details>")


@pytest.mark.parametrize(
    "template",
    [
        "{{ ''.__class__.__mro__ }}", "{% include '/etc/passwd' %}", "{{ 'x' * 10 ** 9 }}", "{{ 2 ** 999999 }}",
        "{{ report.nothing }}", "{% for", "{{ '%1000000000d' % 1 }}", "{{ 'x'.ljust(10 ** 9) }}", "{{ 1 / 0 }}",
    ],
)  # fmt: skip
def test_templates_cannot_break_out(template: str) -> None:
    with pytest.raises(UsageError):
        reporter("template")(report(), ReportOptions(template=template, template_name="t"))


def test_template_output_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scantling.guard.limits.TEMPLATE_OUTPUT_BYTES", 1_000)
    with pytest.raises(UsageError, match="writes more"):
        reporter("template")(
            report(), ReportOptions(template="{% for i in range(9999) %}xxxx{% endfor %}", template_name="t")
        )


def test_html_templates_escape_by_themselves() -> None:
    options = ReportOptions(template="{{ report.findings[0].title }}", template_name="a.html.j2")
    assert b"<img" not in reporter("template")(hostile_report(), options)


def test_without_jinja_the_way_out_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "jinja2", None)
    with pytest.raises(UsageError, match="Jinja2"):
        from scantling.report.template import load

        load(Path(__file__))


@pytest.mark.parametrize(
    ("text", "kind", "canonical"),
    [
        ("MIT", "id", "MIT"), ("mit", "id", "MIT"), ("BSD-3-Clause OR MIT", "expression", "BSD-3-Clause OR MIT"),
        ("GNU GPL", "name", "GNU GPL"), ("(" * 150 + "MIT", "name", "(" * 150 + "MIT"),
    ],
)  # fmt: skip
def test_licences(text: str, kind: str, canonical: str) -> None:
    assert (licence(text).kind, licence(text).text) == (kind, canonical)


def test_html_loads_nothing() -> None:
    text = made("html", rich_report())
    assert "default-src 'none'" in text.replace("&#x27;", "'")
    assert re.search(r"<(?:link|img|iframe|object|script[^>]+src)", text) is None
    assert " style=" not in text and " onclick" not in text


def test_trivys_secrets_stand_in_the_result_of_their_file_without_their_text() -> None:
    secret = finding("aws-access-key-id", DJANGO, "HIGH", kind="secret", package=None, path="app/.env", line=3)
    silenced = replace(secret, fingerprint="other", line=9, suppressed=Suppression("ann", "a test key"))
    document = json.loads(reporter("trivy")(report((secret, silenced), (DJANGO,)), ReportOptions()))
    (result,) = [each for each in document["Results"] if each["Class"] == "secret"]
    assert result["Target"] == "/app/.env" and "Type" not in result
    (value,) = result["Secrets"]
    assert (value["RuleID"], value["Severity"], value["StartLine"], value["EndLine"]) == (
        "aws-access-key-id",
        "HIGH",
        3,
        3,
    )
    assert value["Match"] == "" and value["Layer"]["DiffID"] == secret.diff_id
    assert [each["Type"] for each in result["ExperimentalModifiedFindings"]] == ["secret"]
