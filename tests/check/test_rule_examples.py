"""Each rule finds its own bad examples and none of its good ones."""

from __future__ import annotations

import re
from typing import Any

import pytest

from scantling.check.manifests import compose, kubernetes
from scantling.check.manifests.yaml_lines import Items, Map, documents
from scantling.check.recipe.dockerfile import parse
from scantling.check.recipe.history import instruction_of
from scantling.check.recipe.recipe import Recipe, Stage
from scantling.check.rule import Rule, hits
from scantling.check.rules.catalog import rules
from scantling.model.finding import SEVERITIES


def subjects(kind: str, text: str) -> list[Any]:
    if kind == "dockerfile":
        return [parse(text.encode())]
    if kind == "history":
        instruction = instruction_of(text, 0)
        assert instruction is not None
        return [Recipe((Stage("", "", 0, None, (instruction,)),))]
    (document,) = documents(text.encode())
    if kind == "compose":
        return list(compose.containers(document))
    pod = document.pop("pod", Map(1))  # an example names the container's fields, and the pod's below "pod"
    members = Items(1)
    members.append(document)
    members.lines.append(1)
    pod["containers"] = members
    whole = Map(1)
    whole.update({"apiVersion": "v1", "kind": "Pod", "spec": pod})
    return list(kubernetes.containers(whole))


def cases(which: str) -> list[Any]:
    return [
        pytest.param(rule, kind, text, id=f"{rule.id}-{kind}-{number}")
        for rule in rules()
        for number, (kind, text) in enumerate(getattr(rule, which))
    ]


@pytest.mark.parametrize(("rule", "kind", "text"), cases("bad"))
def test_a_bad_example_is_found(rule: Rule, kind: str, text: str) -> None:
    found = [hit for subject in subjects(kind, text) for hit in hits(rule, kind, subject)]
    assert found
    if kind != "history":
        assert all(1 <= hit.line <= text.count("\n") + 1 for hit in found)


@pytest.mark.parametrize(("rule", "kind", "text"), cases("good"))
def test_a_good_example_is_not_found(rule: Rule, kind: str, text: str) -> None:
    assert [hit.message for subject in subjects(kind, text) for hit in hits(rule, kind, subject)] == []


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_a_rule_says_all_it_must(rule: Rule) -> None:
    assert re.fullmatch(r"SCN-(?:IMG|RUN)-\d{3}", rule.id)
    assert rule.severity in SEVERITIES
    assert rule.title and rule.why.endswith(".") and rule.fix.endswith((".", "...", "}"))
    assert rule.references and all(url.startswith("https://") for url in rule.references)
    assert rule.bad and rule.good


def test_ids_are_unique() -> None:
    ids = [rule.id for rule in rules()]
    assert len(ids) == len(set(ids))
