"""The engine: what it reads, what it refuses, what each rule gives, and what happens to rules that misbehave."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scantling.guard import limits
from scantling.model.errors import UsageError
from scantling.pipeline.hold import rego_input
from scantling.rego import engine
from scantling.rego.bundle import Bundle, RuleName
from scantling.rego.load import load
from support.rego import NOW, bundle, of_opa, report

pytest.importorskip("regorus", reason="needs the engine: pip install scantling[rego]")
POLICIES = Path(__file__).parent / "policies"
# by hand, from the policies and support.rego.report; what is not named here does not apply
EXPECTED = {
    "docker.scout.violation": [],
    "legacy.deny": ["the scan is incomplete"],
    "legacy.warn": ["libssl3", "openssl", "zlib1g"],
    "main.deny_base": ["base ghcr.io/other/base is not approved"],
    "main.deny_critical": [
        {"id": "CVE-2021-35042", "msg": "CVE-2021-35042 is fixed in 3.2.5"},
        {"id": "CVE-2023-0286", "msg": "CVE-2023-0286 is fixed in 3.0.11-1~deb12u1"},
    ],
    "main.deny_cvss": ["CVE-2021-35042 9.8"],
    "main.deny_epss": ["CVE-2023-5363 %!f(int64=   97)%"],
    "main.deny_incomplete": ["the central directory of the archive is cut short"],
    "main.deny_kev": ["CVE-2023-0286 is exploited, due 2023-03-22"],
    "main.deny_label_form": ['label "Bad Label" = "x"'],
    "main.deny_labels": ["no label org.opencontainers.image.source"],
    "main.deny_npm_semver": ["lodash 4.17.11"],
    "main.deny_old_image": ["the image is 83 days old"],
    "main.deny_outside_hours": ["07:30"],
    "main.deny_overdue_kev": ["CVE-2023-0286"],
    "main.deny_ports": ["443"],
    "main.deny_repository": ["docker.io/shop/api"],
    "main.deny_root": ["runs as root"],
    "main.deny_secret_env": ["DB_PASSWORD"],
    "main.deny_too_many": ["4 CRITICAL"],
    "main.warn_unfixed": [
        "CVE-2020-8203     |unverified",
        "CVE-2022-0001     |affected",
        "CVE-2022-0002     |affected",
        "CVE-2022-0003     |affected",
        "CVE-2023-45853    |will_not_fix",
        "EOL-debian-12     |end_of_life",
    ],
}


def answers(made: Bundle, document: bytes = b"{}", *names: str) -> dict[str, object]:
    """Each rule's value by its name; ``ERROR ...`` for one that could not be evaluated."""
    checked = engine.check(made)
    rules = checked.decisions() or tuple(rule for rule in checked.rules if rule.name in names)
    (given,) = engine.evaluate(checked, rules, (document,), NOW)
    return {
        rule.dotted: f"ERROR {answer.fault}" if answer.fault else json.loads(answer.value or b"null")
        for rule, answer in zip(rules, given, strict=True)
    }


def test_rules_as_teams_write_them_run_unchanged() -> None:
    given = answers(load(POLICIES), rego_input(report()))
    assert len(given) >= 30
    given.pop("main.warn_grouped")
    severe = given.pop("legacy.deny_severity")
    assert isinstance(severe, list)
    assert {item["msg"] for item in severe} == {"CVE-2021-35042", "CVE-2023-0286", "CVE-2023-45853"}
    assert {name: value for name, value in given.items() if value} == {
        name: value for name, value in EXPECTED.items() if value
    }


def test_a_real_opa_says_the_same_of_every_rule() -> None:
    pytest.importorskip("opa_bindings", reason="needs OPA as a library: pip install opa-golib-python-bindings")
    loaded = load(POLICIES)
    modern = [module for module in loaded.modules if not module.name.endswith("legacy.rego")]
    checked = engine.check(Bundle("modern", "modern", tuple(modern), loaded.data))
    document = rego_input(report())
    given = answers(checked.bundle, document)
    assert given == of_opa(checked, checked.decisions(), document)


def test_rego_v1_is_tried_before_v0_and_each_module_says_what_it_is() -> None:
    made = bundle('package a\ndeny contains "x" if true', 'package b\ndeny[m] { m := "x" }')
    assert engine.check(made).versions == (("m0.rego", 1), ("m1.rego", 0))


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        ("package main\n\ndeny contains x if {", 3, "not valid Rego"),
        ("package main\nallow if input.x\ndeny[m] { m := 1 }", 3, "not valid Rego"),
        ('package main\n\n\ndeny contains http.send({"url": "http://x"}) if true', 4, "no network requests"),
        ("package main\ndeny contains opa.runtime() if true", 2, "does not see the machine"),
        ('package main\ndeny contains rand.intn("a", 2) if true', 2, "the same answer every time"),
        ("package main\n\nx := nosuch.function(1)", 3, "no function nosuch.function"),
        ("package main\nx := " + "(" * 10_000, 2, "nesting too deep"),
        ("", 1, "package"),
    ],
)
def test_what_cannot_be_read_or_is_refused_names_its_line(source: str, line: int, said: str) -> None:
    with pytest.raises(UsageError) as raised:
        engine.check(bundle(source))
    assert raised.value.where == f"m0.rego:{line}"
    assert said in raised.value.what


def test_v1_words_without_their_import_are_not_read_as_v0() -> None:
    """As v0, ``ignore if input.x`` would be the rule "ignore", always true, and a rule called "if"."""
    with pytest.raises(UsageError, match="not valid Rego"):
        engine.check(bundle("package trivy\nignore if input.x\nother[m] { m := 1 }"))


def test_a_rule_that_fails_is_an_error_and_the_others_are_still_evaluated() -> None:
    source = 'package main\ndeny_a contains to_number("x")\ndeny_b contains "b" if true\ndeny_c contains 1 / 0\n'
    given = answers(bundle(source))
    assert given["main.deny_b"] == ["b"]
    assert str(given["main.deny_a"]).startswith("ERROR m0.rego:2: ")
    assert str(given["main.deny_c"]).startswith("ERROR m0.rego:4: ")


def test_an_endless_comprehension_is_cut_and_blamed_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "REGO_RULE_S", 1.0)
    endless = "count([1 | some i in numbers.range(1, 30000); some j in numbers.range(1, 30000)])"
    source = f'package main\ndeny_a contains {endless}\ndeny_b contains "b" if true\n'
    given = answers(bundle(source))
    assert given == {"main.deny_a": "ERROR it did not end in time", "main.deny_b": ["b"]}


def test_memory_is_bounded() -> None:
    source = "package main\ndeny_a contains count(numbers.range(1, 100000000))\ndeny_b contains 1 if true\n"
    given = answers(bundle(source))
    assert "ERROR it needs more memory" in str(given["main.deny_a"])
    assert given["main.deny_b"] == [1]


def test_the_clock_is_the_scans_own() -> None:
    given = answers(bundle("package main\ndeny contains time.format(time.now_ns()) if true"))
    assert given["main.deny"] == ["2026-11-23T07:30:00Z"]


def test_data_beside_the_modules_and_the_input_are_seen() -> None:
    made = bundle("package main\ndeny contains data.a.b + input.c if true", data='{"a": {"b": 40}}')
    assert answers(made, b'{"c": 2}')["main.deny"] == [42]


def test_each_input_is_answered_for_itself() -> None:
    checked = engine.check(bundle('package trivy\ndefault ignore := false\nignore if input.id == "a"'))
    rules = (RuleName(("trivy",), "ignore"),)
    given = engine.evaluate(checked, rules, (b'{"id": "a"}', b'{"id": "b"}', b"{}"), NOW)
    assert [answer.value for (answer,) in given] == [b"true", b"false", b"false"]


def test_without_the_engine_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scantling.rego.child.find_spec", lambda name: None)
    with pytest.raises(UsageError, match="not installed") as raised:
        engine.check(bundle("package main"))
    assert "scantling[rego]" in raised.value.hint
