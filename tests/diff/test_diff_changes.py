"""What is new, fixed, moved and unchanged between two reports, counted by hand."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from scantling.diff import json as as_json
from scantling.diff import markdown, table
from scantling.diff.changes import Changes, changes
from scantling.guard.limits import MARKDOWN_BYTES
from scantling.model.coverage import Gap
from scantling.model.finding import Finding, Suppression
from scantling.model.report import Report, ReportLayer
from scantling.report.paint import Paint
from support.sample_report import DJANGO, HOSTILE, LIBSSL, LODASH, OPENSSL, finding, package, report

OLD_DJANGO, NEW_DJANGO = DJANGO, package("pypi", "django", "4.2.11")
SCANNED = {"scanners": ("misconfig", "secret", "vuln")}


def ids(found: tuple[object, ...]) -> list[str]:
    return [change.finding.id for change in found]  # type: ignore[attr-defined]


def of(packages: list[object], findings: list[Finding], **more: object) -> Report:
    return replace(report(packages=tuple(packages), findings=tuple(findings)), **(SCANNED | more))  # type: ignore[arg-type]


def test_an_upgrade_fixes_and_brings() -> None:
    old = of([OLD_DJANGO], [finding("CVE-1", OLD_DJANGO), finding("CVE-2", OLD_DJANGO, "LOW")])
    new = of([NEW_DJANGO], [finding("CVE-2", NEW_DJANGO, "LOW"), finding("CVE-3", NEW_DJANGO, "CRITICAL")])
    found = changes(old, new)
    assert (ids(found.fixed), ids(found.new), found.same) == (["CVE-1"], ["CVE-3"], 1)
    assert found.fixed[0].why == "upgraded from 3.2.0 to 4.2.11"
    assert [(one.what, one.before, one.after) for one in found.packages] == [("upgraded", ("3.2.0",), ("4.2.11",))]


def test_what_became_known_of_an_unchanged_package_is_told_from_what_a_change_brought() -> None:
    old, new = of([OLD_DJANGO], []), of([OLD_DJANGO, LODASH], [finding("CVE-1", OLD_DJANGO), finding("CVE-2", LODASH)])
    why = {change.finding.id: change.why for change in changes(old, new).new}
    assert why == {"CVE-1": "the package is the same: what is known of it changed", "CVE-2": "package added"}


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ("1:1.0-1", "1.2-1", "downgraded"),  # dpkg --compare-versions 1:1.0-1 gt 1.2-1
        ("1.0~rc1-1", "1.0-1", "upgraded"),
        ("1.0-1", "1.0+b1-1", "upgraded"),
    ],
)
def test_direction_is_that_of_the_version_scheme(before: str, after: str, what: str) -> None:
    old, new = of([package("deb", "debian/x", before)], []), of([package("deb", "debian/x", after)], [])
    assert [change.what for change in changes(old, new).packages] == [what]


def test_several_versions_of_one_name_are_compared_as_a_set() -> None:
    def copies(*versions: str) -> list[object]:
        return [package("npm", "ms", version) for version in versions]

    (one,) = changes(of(copies("1.0.0", "2.0.0"), []), of(copies("2.0.0", "2.1.0", "2.1.0"), [])).packages
    assert (one.what, one.before, one.after) == ("upgraded", ("1.0.0",), ("2.1.0",))
    assert changes(of(copies("1.0.0"), []), of(copies("1.0.0", "1.0.0"), [])).packages == ()


def test_severity_and_acceptance_are_changes_of_their_own() -> None:
    accepted = finding("CVE-2", OPENSSL, suppressed=Suppression("ops", "not used"))
    old = of([OPENSSL], [finding("CVE-1", OPENSSL, "LOW"), finding("CVE-2", OPENSSL)])
    found = changes(old, of([OPENSSL], [finding("CVE-1", OPENSSL, "HIGH"), accepted]))
    assert (ids(found.severity), ids(found.accepted), found.new, found.fixed, found.same) == (
        ["CVE-1"], ["CVE-2"], (), (), 0,
    )  # fmt: skip
    assert found.severity[0].why == "was LOW"
    back = changes(of([OPENSSL], [accepted]), of([OPENSSL], [finding("CVE-2", OPENSSL)]))
    assert back.new[0].why == "no longer suppressed by ops"


def test_each_package_of_a_source_counts() -> None:
    old = of([OPENSSL, LIBSSL], [finding("CVE-1", OPENSSL), finding("CVE-1", LIBSSL)])
    found = changes(old, of([OPENSSL], [finding("CVE-1", OPENSSL)]))
    assert (len(found.fixed), found.same) == (1, 1)


def test_what_one_side_did_not_look_for_is_neither_new_nor_fixed() -> None:
    secret = Finding(fingerprint="s", kind="secret", id="github-pat", severity="CRITICAL", path="app/.env")
    old, new = of([], [secret]), of([], [], scanners=("vuln",))
    found = changes(old, new)
    assert found.fixed == ()
    assert "misconfig, secret" in found.notes[0]


def test_an_incomplete_new_scan_is_said() -> None:
    gap = Gap("layer-not-read", "sha256:1", "too large")
    old, new = of([], []), of([], [], status="incomplete", gaps=(gap,))
    assert "the new scan is not complete (1 thing not looked at)" in changes(old, new).notes[0]


def test_layers_and_sizes() -> None:
    layers = [ReportLayer(f"sha256:{n}", f"sha256:{n}", 1_000_000 * n, "", None) for n in (1, 2, 3)]
    old, new = (of([], []) for _ in range(2))
    old = replace(old, target=replace(old.target, layers=(layers[0], layers[1])))
    new = replace(new, target=replace(new.target, layers=(layers[0], layers[2])))
    found = changes(old, new)
    assert (found.shared_layers, found.old.size, found.new_side.size) == (1, 3_000_000, 4_000_000)
    assert "1 shared of 2 and 2; 3.0 MB before, 4.0 MB now (+1.0 MB)" in text(found)


def test_configuration() -> None:
    old, new = (of([], []) for _ in range(2))
    config = replace(old.target.config, user="1000", labels={"team": "a"})
    new = replace(new, target=replace(new.target, config=config))
    named = {(one.name, one.before, one.after) for one in changes(old, new).settings}
    assert named == {("user", "", "1000"), ("label team", "", "a")}


def test_a_report_and_itself_are_the_same() -> None:
    one = of([OPENSSL, LODASH], [finding("CVE-1", OPENSSL), finding("CVE-2", LODASH)])
    found = changes(one, one)
    assert (found.new, found.fixed, found.packages, found.settings, found.notes) == ((), (), (), (), ())
    assert found.same == 2


def text(found: Changes, width: int = 100) -> str:
    return table.render(found, width, Paint(False)).decode()


def test_hostile_names_reach_no_terminal_and_no_page() -> None:
    bad = package("pypi", HOSTILE, "1.0")
    found = changes(of([], []), of([bad], [finding("CVE-1", bad, title=HOSTILE)]))
    for shown in (text(found), markdown.render(found).decode()):
        assert not set(shown) & {"\x1b", "\x07", "\u202e", "\u200b"}
        assert "<script>" not in shown.replace("\\<", "")
    assert max(map(len, text(found, 60).splitlines())) <= 60


def test_markdown_keeps_its_limit_and_counts_what_it_cut() -> None:
    many = [package("npm", f"name-{'x' * 60}-{n}", "1.0.0") for n in range(2_000)]
    shown = markdown.render(changes(of([], []), of(many, [finding(f"CVE-{n}", one) for n, one in enumerate(many)])))
    assert len(shown) <= MARKDOWN_BYTES
    assert b"and 1900 more." in shown


def test_json_says_the_same() -> None:
    old, new = of([OLD_DJANGO], [finding("CVE-1", OLD_DJANGO)]), of([NEW_DJANGO], [finding("CVE-3", NEW_DJANGO)])
    said = json.loads(as_json.render(changes(old, new)))
    assert [one["finding"]["id"] for one in said["findings"]["new"]] == ["CVE-3"]
    assert [one["finding"]["id"] for one in said["findings"]["fixed"]] == ["CVE-1"]
    assert said["packages"][0]["what"] == "upgraded"
