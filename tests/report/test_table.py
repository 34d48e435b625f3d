"""The table tells a person the truth, within the columns there are."""

import re
from dataclasses import replace

import pytest

from scantling.guard.display import display_width
from scantling.model.coverage import Gap
from scantling.model.report import Report
from scantling.policy.evaluate import evaluate
from scantling.policy.gate import Gate, select
from scantling.report.options import ReportOptions
from scantling.report.table import render
from support.sample_report import HOSTILE, LODASH, OPENSSL, ZLIB, finding, package, report, rich_report

GAP = Gap("parser-failure", "app/broken.jar", "the archive is cut short")


def text(value: Report, **options: object) -> str:
    return render(value, ReportOptions(**options)).decode()  # type: ignore[arg-type]


def judged(value: Report, gate: Gate) -> Report:
    return replace(value, verdict=evaluate(value, gate), findings=select(value.findings, gate))


def test_no_findings_is_said_of_a_complete_scan() -> None:
    assert "No findings.\n" in text(report())


def test_no_findings_is_never_said_of_an_incomplete_one() -> None:
    shown = text(report(gaps=(GAP,)))
    assert "No findings in what could be read; NOT complete: 1 thing was not looked at" in shown
    assert "No findings." not in shown
    assert "app/broken.jar" in shown and "the archive is cut short" in shown


def test_no_findings_is_never_said_without_looking() -> None:
    shown = text(report(database=False, packages=(OPENSSL,)))
    assert "No findings" not in shown
    assert "vulnerabilities were not looked for" in shown
    assert "openssl" in shown


def test_a_filter_that_hides_everything_says_so() -> None:
    value = report((finding("CVE-1", OPENSSL, "LOW"),), (OPENSSL,))
    shown = text(judged(value, Gate(severities=frozenset({"CRITICAL"}))))
    assert "No findings that the filter lets through." in shown
    assert "1 finding is not shown: --severity CRITICAL" in shown


def test_demo_data_is_named_as_such() -> None:
    shown = text(report(demo=True))
    assert "DEMO DATA" in shown
    assert "No findings." not in shown
    assert shown.rstrip().endswith("scantling db update")


@pytest.mark.parametrize("width", [80, 100, 120, 160])
@pytest.mark.parametrize("gate", [Gate(), Gate(exit_code=1, exit_on_eol=1, max_db_age_hours=1)])
def test_it_fits_the_columns(width: int, gate: Gate) -> None:
    shown = text(judged(rich_report(eol=True), gate), width=width, list_packages=True)
    wide = [line for line in shown.splitlines() if display_width(line) > width and not line.startswith("Next ")]
    assert wide == []


def test_every_finding_is_named() -> None:
    value = rich_report()
    shown = text(value, negligible=True).partition("Also: ")[0]
    for found in value.findings:
        assert (found.id in shown) == (found.suppressed is None), found.id


def test_negligible_ones_are_counted() -> None:
    shown = text(rich_report())
    assert "CVE-2022-0003" not in shown
    assert "1 negligible" in shown


def test_binaries_of_one_source_are_one_block_with_one_upgrade() -> None:
    shown = text(rich_report())
    assert len(re.findall("CRITICAL  CVE-2023-0286", shown)) == 1
    assert "openssl 3.0.9-1 (libssl3, openssl)" in shown
    assert "upgrade to 3.0.11-1~deb12u2: clears all 2" in shown


def test_places_of_language_packages_are_headings() -> None:
    shown = text(rich_report())
    assert "Python in /usr/local/lib/python3.11/site-packages" in shown
    assert "Node.js in /app/node_modules" in shown
    assert shown.index("bookworm) packages") < shown.index("Node.js in")


def test_changed_files_of_one_package_are_each_named() -> None:
    found = tuple(
        finding("SCN-INT-001", OPENSSL, "HIGH", kind="integrity", path=path)
        for path in ("/usr/bin/openssl", "/usr/bin/c_rehash")
    )
    out = text(report(found, (OPENSSL,)))
    assert "The image itself" in out
    assert "/usr/bin/openssl\n" in out
    assert "/usr/bin/c_rehash\n" in out


def test_an_unverified_finding_is_named_so() -> None:
    assert "UNVERIFIED" in text(report((finding("CVE-1", LODASH, status="unverified"),), (LODASH,)))


def test_verdict_with_reason_and_fix() -> None:
    shown = text(judged(rich_report(), Gate(exit_code=1)))
    assert "FAILED." in shown
    assert "- upgrade openssl to 3.0.11-1~deb12u2 (clears 4)" in shown
    assert "PASSED." in text(judged(report(), Gate(exit_code=1)))


def test_next_command_is_safe_to_copy() -> None:
    found = (finding("CVE-1", OPENSSL, fixed="4"),)
    assert "--ignore-unfixed 'a b;rm -rf ~'" in text(report(found, (OPENSSL,), reference="a b;rm -rf ~"))
    assert text(report(found, (OPENSSL,), reference="\x1b]0;x")).rstrip().endswith("TARGET")


def test_colour_only_when_asked() -> None:
    assert "\x1b" not in text(rich_report())
    coloured = text(rich_report(), color=True)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == text(rich_report())


def test_hostile_names_cannot_touch_the_terminal() -> None:
    evil = package("npm", HOSTILE, HOSTILE, path=f"app/{HOSTILE}")
    value = report(
        (finding(HOSTILE, evil, title=HOSTILE, fixed_versions=(HOSTILE,)),),
        (evil, ZLIB),
        (Gap(HOSTILE, HOSTILE, HOSTILE),),
        reference=HOSTILE,
    )
    shown = text(judged(value, Gate(exit_code=1)), list_packages=True)
    assert all(character == "\n" or character.isprintable() for character in shown)
