"""The twelve items: numbers as in the benchmark, a result for each, and never a pass for what nobody looked at."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from scantling.check.rules.catalog import rules
from scantling.cis.items import ITEMS, rules_of
from scantling.cis.judge import results
from scantling.cis.page import render
from scantling.cli.main import main
from scantling.model.coverage import Gap
from scantling.model.finding import Finding, Suppression
from scantling.model.report import Report, ReportBase, ReportLayer
from scantling.report.json import encode
from scantling.report.paint import Paint
from support.sample_report import DJANGO, finding, report

# which of Trivy's checks its own mapping (docker-cis-1.6.0) gives for an item
TRIVY = {"4.1": "AVD-DS-0002", "4.6": "AVD-DS-0026", "4.7": "AVD-DS-0017", "4.9": "AVD-DS-0005"}


def of(*found: Finding, gaps: tuple[Gap, ...] = (), **target: object) -> Report:
    made = report(packages=(DJANGO,), findings=found, gaps=gaps)
    layers = (ReportLayer("sha256:a", "", 1, "ADD file:1 in /", None), ReportLayer("sha256:b", "", 1, "RUN make", None))
    config = replace(made.target.config, user="10001", healthcheck=("CMD", "ping"))
    fields: dict[str, object] = {"layers": layers, "config": config, **target}
    scanners = ("vuln", "secret", "misconfig")
    return replace(made, scanners=scanners, target=replace(made.target, **fields))  # type: ignore[arg-type]


def said(one: Report, **more: object) -> dict[str, str]:
    return {item.number: item.result for item in results(one, **more)}  # type: ignore[arg-type]


def hit(id_: str, **more: object) -> Finding:
    return Finding(fingerprint=id_, kind="misconfig", id=id_, title=f"title of {id_}", **more)  # type: ignore[arg-type]


CLEAN = {
    "4.1": "pass", "4.2": "not-checkable", "4.3": "pass", "4.4": "pass", "4.5": "not-checkable", "4.6": "pass",
    "4.7": "pass", "4.8": "pass", "4.9": "pass", "4.10": "pass", "4.11": "pass", "4.12": "not-checkable",
}  # fmt: skip


def test_twelve_items_by_number() -> None:
    assert [item.number for item in ITEMS] == [f"4.{n}" for n in range(1, 13)] == list(rules_of())


@pytest.mark.parametrize(("number", "check"), TRIVY.items())
def test_numbers_agree_with_trivys_mapping(number: str, check: str) -> None:
    assert any(check in rule.also and number in rule.cis for rule in rules())


def test_a_clean_image_passes_what_can_be_seen() -> None:
    assert said(of()) == CLEAN


@pytest.mark.parametrize(
    ("number", "id_"),
    [(number, id_) for number, ids in rules_of().items() for id_ in ids if id_ != "SCN-FS-015" and number != "4.6"],
)
def test_each_rule_fails_its_item_and_no_other(number: str, id_: str) -> None:
    failed = {item for item, result in said(of(hit(id_))).items() if result == "fail"}
    assert failed == {item for item, ids in rules_of().items() if id_ in ids and item != "4.6"}
    assert number in failed


def test_an_accepted_finding_fails_nothing_and_is_counted() -> None:
    accepted = hit("SCN-FS-001", suppressed=Suppression("ops", "needed"))
    (item,) = [one for one in results(of(accepted)) if one.number == "4.8"]
    assert item.result == "pass" and "1 findings are accepted" in item.evidence


def test_what_nobody_looked_for_is_not_checkable() -> None:
    found = said(replace(of(), scanners=("packages",)))
    assert {number for number, result in found.items() if result == "pass"} == {"4.6"}  # the configuration says that


def test_a_gap_keeps_items_from_passing_that_it_concerns() -> None:
    unread = said(of(gaps=(Gap("layer-not-read", "sha256:b", "damaged"),)))
    assert {number for number, result in CLEAN.items() if result != unread[number]} == {"4.3", "4.4", "4.8", "4.10"}
    unfed = said(of(gaps=(Gap("no-feed", "arch", "no feed"),)))
    assert {number for number, result in CLEAN.items() if result != unfed[number]} == {"4.4"}


def test_fixes_that_are_out_fail_the_scan() -> None:
    assert said(of(finding("CVE-1", DJANGO, "HIGH", "9")))["4.4"] == "fail"
    assert said(of(finding("CVE-1", DJANGO, "HIGH")))["4.4"] == "pass"
    assert said(of(finding("CVE-1", DJANGO, "MEDIUM", "9")))["4.4"] == "pass"


def test_old_or_no_data_is_no_scan() -> None:
    fresh = of()
    assert fresh.database is not None
    old = replace(fresh, database=replace(fresh.database, age_hours=169.0))
    assert said(old)["4.4"] == said(replace(fresh, database=None))["4.4"] == "not-checkable"


def test_bases_are_trusted_by_name() -> None:
    based = of(base=ReportBase("docker.io/library/debian", "12", "sha256:d", "label", "", None))
    assert said(based)["4.2"] == "not-checkable"
    assert said(based, trusted=("docker.io/library/*",))["4.2"] == "pass"
    assert said(based, trusted=("registry.example.com/*",))["4.2"] == "fail"


@pytest.mark.parametrize(("check", "result"), [(None, "fail"), (("NONE",), "fail"), (("CMD", "x"), "pass")])
def test_the_health_check_is_the_configurations(check: tuple[str, ...] | None, result: str) -> None:
    config = replace(of().target.config, healthcheck=check)
    assert said(of(config=config))["4.6"] == result


def test_add_above_the_first_layer() -> None:
    layers = (
        ReportLayer("sha256:a", "", 1, "ADD x /", None),
        ReportLayer("sha256:b", "", 1, "/bin/sh -c #(nop) ADD y /", None),
    )
    assert said(of(layers=layers))["4.9"] == "fail"


def test_a_secret_anywhere_fails() -> None:
    assert said(of(Finding(fingerprint="s", kind="secret", id="github-pat", title="t")))["4.10"] == "fail"


def test_no_configuration_no_answer() -> None:
    found = said(of(kind="dir", layers=()))
    assert {number for number, result in found.items() if result == "pass"} == {"4.3", "4.4", "4.8", "4.10"} - {"4.3"}


def test_build_files_say_nothing_of_modes() -> None:
    source = replace(of(hit("SCN-IMG-032"), kind="config", layers=()), scanners=("misconfig",))
    found = said(source)
    assert (found["4.8"], found["4.10"], found["4.4"]) == ("not-checkable", "fail", "not-checkable")


def test_the_screen_is_as_wide_as_asked_and_counts() -> None:
    text = render(results(of(hit("SCN-FS-001", path="/opt/x" * 40))), 60, Paint(False)).decode()
    assert max(map(len, text.splitlines())) <= 60
    assert text.endswith("8 pass, 1 fail, 3 not-checkable\n")


def test_the_command_reads_a_saved_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved = tmp_path / "r.json"
    saved.write_bytes(encode(of(hit("SCN-FS-001")), *()))
    assert main(["cis", str(saved), "-f", "json", "--exit-code", "3"]) == 3
    document = json.loads(capsys.readouterr().out)
    assert [one["number"] for one in document["items"]] == list(CLEAN)
    assert main(["cis", str(saved)]) == 0
