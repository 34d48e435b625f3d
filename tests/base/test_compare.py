"""What another base would fix and add, counted by hand from two lists."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from scantling.base.candidates import Candidate, candidates, may_be_asked
from scantling.base.compare import Vulnerability, compare, is_better
from scantling.base.index import Known
from scantling.model.errors import Unscannable
from scantling.model.finding import Suppression
from scantling.model.report import Report, ReportBase
from scantling.report.json import encode
from support.bases import Call
from support.sample_report import OPENSSL, ZLIB, finding, report

BASE = ReportBase("python", "3.11-slim", "sha256:1", "layers", "", None, source="layers", layers=1)
HIGH = finding("CVE-1", OPENSSL, "HIGH", from_base=True)
LOW = finding("CVE-2", OPENSSL, "LOW", from_base=True)
OWN = finding("CVE-3", ZLIB, "CRITICAL", from_base=False)
SILENCED = replace(finding("CVE-4", OPENSSL, "HIGH", from_base=True), suppressed=Suppression("ignore", "accepted"))


def image(*findings: object, base: ReportBase | None = BASE) -> Report:
    made = report(tuple(findings), (OPENSSL, ZLIB))  # type: ignore[arg-type]
    return replace(made, status="complete", target=replace(made.target, base=base))


def other(*findings: object, status: str = "complete") -> tuple[Candidate, Report]:
    return Candidate("patch", "python:3.11.9-slim", "x"), replace(image(*findings, base=None), status=status)


def test_fixed_are_those_of_the_base_that_the_other_has_not_whatever_the_package() -> None:
    scanned = other(finding("CVE-2", ZLIB, "MEDIUM"), finding("CVE-9", ZLIB, "LOW"))
    found = compare(image(HIGH, LOW, OWN, SILENCED), [scanned])
    (one,) = found.alternatives
    assert found.present == (Vulnerability("CVE-1", "HIGH"), Vulnerability("CVE-2", "LOW"))
    assert found.application == 1
    assert (one.fixes, one.adds) == ((Vulnerability("CVE-1", "HIGH"),), (Vulnerability("CVE-9", "LOW"),))
    assert one.left == (Vulnerability("CVE-2", "MEDIUM"), Vulnerability("CVE-9", "LOW"))
    assert is_better(one, found)


def test_one_vulnerability_under_two_names_is_one() -> None:
    advisory = replace(finding("DSA-1", ZLIB, "LOW"), aliases=("CVE-1",))
    (one,) = compare(image(HIGH), [other(advisory)]).alternatives
    assert (one.fixes, one.adds) == ((), ())


def test_what_was_not_looked_at_is_never_better() -> None:
    found = compare(image(HIGH), [other(status="incomplete"), other(HIGH, LOW)])
    assert [one.is_complete for one in found.alternatives] == [True, False]
    assert not any(is_better(one, found) for one in found.alternatives)


@pytest.mark.parametrize("base", [None, replace(BASE, layers=None)])
def test_without_the_bases_layers_nothing_is_compared(base: ReportBase | None) -> None:
    with pytest.raises(Unscannable, match="which layers are the base image's is not known"):
        compare(image(HIGH, base=base), [])


def known(name: str, tag: str, target: str = "", indexed: str = "2026-01-01") -> Known:
    return Known(name, tag, "", "linux/amd64", "", 1, "sha256:c", target or f"registry:{name}:{tag}", indexed)


def test_candidates_are_the_tag_as_it_is_now_steps_variants_and_other_makers_of_the_platform() -> None:
    rows = [known("python", "3.11-slim"), known("python", "3.12-slim"), known("cgr.example/org/python", "3.11-slim"),
            known("node", "22"), replace(known("python", "3.13-slim"), platform="linux/arm64")]  # fmt: skip
    found = candidates(BASE, rows, ["3.11.9-slim", "3.11-slim", "3.11-alpine"], "linux/amd64", 8)
    assert [(one.kind, one.reference) for one in found] == [
        ("rebuild", "python:3.11-slim"), ("patch", "python:3.11.9-slim"), ("minor", "python:3.12-slim"),
        ("variant", "python:3.11-alpine"), ("other", "cgr.example/org/python:3.11-slim"),
    ]  # fmt: skip
    assert len(candidates(BASE, rows, ["3.11.9-slim"], "linux/amd64", 2)) == 2


def test_what_is_its_tags_newest_need_not_be_rebuilt() -> None:
    found = candidates(replace(BASE, behind=False), [known("python", "3.11-slim")], [], "linux/amd64", 8)
    assert found == ()


def test_tags_are_asked_for_where_the_index_read_the_base() -> None:
    rows = [known("python", "3.11-slim", "registry:mirror.example:5000/library/python:3.11-slim")]
    (one,) = candidates(replace(BASE, behind=False), rows, ["3.12-slim"], "linux/amd64", 8)
    assert (one.reference, one.target) == ("python:3.12-slim", "registry:mirror.example:5000/library/python:3.12-slim")


@pytest.mark.parametrize(
    ("name", "source", "expected"),
    [
        ("python", "annotation", True),
        ("evil.example/python", "annotation", False),
        ("EVIL.example:x/../python", "annotation", False),
        ("evil.example/python", "layers", True),  # the user indexed it
        ("", "history", False),
    ],
)
def test_a_registry_that_only_the_image_names_is_not_asked(name: str, source: str, expected: bool) -> None:
    assert may_be_asked(replace(BASE, name=name, source=source), image()) is expected


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[str, Report], str]:
    def save(name: str, made: Report) -> str:
        (tmp_path / name).write_bytes(encode(made))
        return str(tmp_path / name)

    return save


def test_saved_reports_are_compared_without_a_scan(saved: Callable[[str, Report], str], call: Call) -> None:
    names = [
        saved("app.json", image(HIGH, LOW, OWN)),
        saved("next.json", other(LOW)[1]),
        saved("worse.json", other(OWN)[1]),
    ]
    code, out, err = call("base", "compare", *names)
    assert code == 0, err
    lines = out.splitlines()
    assert "Base      python:3.11-slim (1 layer)" in lines
    assert lines[2].startswith("Brings    2 (1 H, 1 L)")
    rows = [line.split() for line in lines if line.endswith(" MB") and ".json" in line]
    assert [Path(row[0]).name for row in rows] == ["next.json", "worse.json"]
    assert f"Fewest    FROM {names[1]}" in out
    code, out, _ = call("base", "compare", *names, "-f", "json")
    document = json.loads(out)
    assert [len(one["fixes"]) for one in document["alternatives"]] == [1, 2]


def test_recommend_says_what_it_did_not_look_at(saved: Callable[[str, Report], str], call: Call) -> None:
    code, out, _ = call("base", "recommend", saved("app.json", image(HIGH)), "--offline")
    text = " ".join(out.split())
    assert (code, "No other base is known" in text, "offline: only what the index" in text) == (0, True, True)


def test_recommend_needs_to_know_the_bases_layers(saved: Callable[[str, Report], str], call: Call) -> None:
    code, _, err = call("base", "recommend", saved("app.json", image(HIGH, base=None)), "--offline")
    assert (code, "scantling base index" in err) == (3, True)
