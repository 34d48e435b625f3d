"""Policy files: what they say, and errors that name the line."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from scantling.model.errors import UsageError
from scantling.policy.asked import read_policies, shipped
from scantling.policy.document import parse_policy, read_policy
from scantling.policy.requirements.catalog import REQUIREMENTS
from scantling.policy.schema import OWN_WORDS, schema

GOOD = b"""\
version: 1
name: payments
docs_url: https://wiki.example.com/{rule}
rules:
  - id: critical
    rule: vulnerabilities
    severity: [CRITICAL]
    fixable: true
  - rule: user
    action: warn
environments:
  dev: {critical: warn, user: "off"}
  loose: {"*": warn}
exceptions: {require: [reason], max_days: 90}
"""


def test_a_policy_is_what_it_says() -> None:
    policy = parse_policy(GOOD, "p.yaml")
    assert [(rule.id, rule.rule, rule.action, rule.line) for rule in policy.rules] == [
        ("critical", "vulnerabilities", "deny", 5),
        ("user", "user", "warn", 9),
    ]
    assert policy.rules[0].parameters == {"severity": ["CRITICAL"], "fixable": True}
    assert policy.exceptions is not None
    assert policy.exceptions.require == ("reason",) and policy.exceptions.max_days == 90


def test_a_policy_weighs_priorities() -> None:
    assert parse_policy(GOOD, "p.yaml").priority is None
    weighed = parse_policy(GOOD + b"priority: {exploited: 60, development: 0}\n", "p.yaml").priority
    assert weighed is not None
    assert weighed.changed() == {"exploited": 60, "development": 0}


def test_two_policies_may_not_weigh_differently(tmp_path: Path) -> None:
    for name, points in (("a", b"60"), ("b", b"61"), ("c", b"60")):
        (tmp_path / f"{name}.yaml").write_bytes(GOOD + b"priority: {exploited: " + points + b"}\n")
    alike = read_policies([str(tmp_path / "a.yaml"), str(tmp_path / "c.yaml")]).weights()
    assert alike is not None and alike.exploited == 60
    with pytest.raises(UsageError, match="weighed otherwise") as caught:
        read_policies([str(tmp_path / "a.yaml"), str(tmp_path / "b.yaml")])
    assert caught.value.where.endswith("b.yaml")


@pytest.mark.parametrize(
    ("environment", "actions"),
    [("", ["deny", "warn"]), ("dev", ["warn", "off"]), ("loose", ["warn", "warn"]), ("other", ["deny", "warn"])],
)
def test_environments_change_what_rules_do(environment: str, actions: list[str]) -> None:
    policy = parse_policy(GOOD, "p.yaml")
    assert [policy.action(rule, environment) for rule in policy.rules] == actions


def edited(old: bytes, new: bytes) -> bytes:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "what", "line"),
    [
        (edited(b"severity: [CRITICAL]", b"severity: [CRITCAL]"), "CRITCAL", 7),
        (edited(b"fixable: true", b"fixable: maybe"), "maybe", 8),
        (edited(b"fixable: true", b"fixabel: true"), "no parameter fixabel", 8),
        (edited(b"rule: user", b"rule: users"), "users", 9),
        (edited(b"action: warn", b"action: explode"), "explode", 10),
        (edited(b"version: 1", b"version: 2"), "1 was expected", 1),
        (edited(b"critical: warn", b"typo: warn"), "typo, which is no rule", 12),
        (edited(b"rule: user", b"rule: user\n    id: critical"), "two rules are called critical", 9),
        (edited(b"rule: user", b"rule: database"), "needs the parameter max_age_hours", 9),
        (edited(b"docs_url: https", b"docs_url: javascript"), "javascript", 3),
        (b"version: 1\nrules: []\n", "rules", 2),
        (GOOD + b"priority: {exploitd: 1}\n", "exploitd", 15),
        (GOOD + b"priority:\n  exploited: 101\n", "101", 16),
        (GOOD + b"priority:\n  fixable: yes please\n", "yes please", 16),
        (GOOD + b"priority:\n  not_in_use: 5\n", "5 is greater", 16),
        (GOOD + b"priority:\n  root: 1\n  medium: 41\n", r"medium \(41\) may not count more than high \(40\)", 17),
        (GOOD + b"priority:\n  exploited: 10\n", r"public_exploit \(15\) may not .* exploited \(10\)", 16),
        (b"- just\n- a list\n", "not of type 'object'", 1),
        (b"", "not of type 'object'", 1),
        (b"version: 1\nrules:\n  - rule: *x\n", "anchors and aliases", 3),
        (b"a: [\n", "not YAML", 2),
    ],
)
def test_errors_name_the_line(text: bytes, what: str, line: int) -> None:
    with pytest.raises(UsageError, match=what) as caught:
        parse_policy(text, "p.yaml")
    assert caught.value.where == f"p.yaml:{line}"


def test_the_schema_is_a_schema_and_accepts_what_is_accepted() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(yaml.safe_load(GOOD), schema())
    json.dumps(schema())


def test_no_parameter_has_a_name_that_every_rule_has() -> None:
    for requirement in REQUIREMENTS:
        assert not OWN_WORDS & set(requirement.parameters)
        assert set(requirement.required) <= set(requirement.parameters)
        assert all(one.get("description") for one in requirement.parameters.values()), requirement.id


def test_shipped_policies_are_read_by_name_and_the_default_holds_four_rules() -> None:
    assert [read_policy(path).name for path in shipped()] == ["default"]
    (policy,) = read_policies(["default"]).policies
    assert [rule.id for rule in policy.rules] == [
        "no-fixable-critical-high", "fresh-base-image", "non-root-user", "no-secrets",
    ]  # fmt: skip


def test_a_directory_holds_policies_in_the_order_of_their_names(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_bytes(GOOD.replace(b"payments", b"second"))
    (tmp_path / "a.yml").write_bytes(GOOD)
    (tmp_path / "readme.md").write_text("no policy")
    assert [policy.name for policy in read_policies([str(tmp_path)]).policies] == ["payments", "second"]


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    for names, environment, what in (
        ([str(tmp_path / "none.yaml")], "", "cannot read the policy"),
        ([str(tmp_path)], "", "no policy in the directory"),
        (["default"], "moon", "no policy has an environment 'moon'"),
    ):
        with pytest.raises(UsageError, match=what):
            read_policies(names, environment)
