"""Each rule finds its own bad examples and none of its good ones."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from scantling.check.manifests import compose, kubernetes
from scantling.check.manifests.yaml_lines import Items, Map, documents
from scantling.check.patch import corrected
from scantling.check.recipe.dockerfile import parse
from scantling.check.recipe.history import instruction_of
from scantling.check.recipe.recipe import Recipe, Stage
from scantling.check.rule import Edit, Rule, hits
from scantling.check.rules.catalog import recipe_rules, rules
from scantling.check.source import judge
from scantling.model.finding import SEVERITIES


def subjects(kind: str, text: str) -> list[Any]:
    if kind == "dockerfile":
        return [parse(text.encode())]
    if kind == "history":
        instruction = instruction_of(text, 0)
        assert instruction is not None
        return [Recipe((Stage("", "", 0, None, (instruction,)),))]
    (document,) = documents(text.encode())
    if kind == "object":
        return [document]
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


def written(rule: Rule) -> list[tuple[str, str]]:
    """Each bad example as a file: its name and text."""
    names = {"dockerfile": "Dockerfile", "compose": "compose.yaml"}
    found = [(names[kind], text) for kind, text in rule.bad if kind in names]
    for kind, text in rule.bad:
        start = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n"
        if kind == "kubernetes" and text.startswith("pod:\n"):
            found.append(("pod.yaml", f"{start}{text.removeprefix('pod:')[1:]}  containers:\n  - image: c:1\n"))
        elif kind == "kubernetes" and "pod:" not in text:
            inside = "".join(f"    {line}\n" for line in text.splitlines())
            found.append(("pod.yaml", f"{start}  containers:\n  - name: c\n{inside}"))
    return found


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_a_patch_mends_what_the_rule_found(rule: Rule) -> None:
    """Of every bad example for which the rule has a correction."""
    for name, text in written(rule):
        judged = judge(name, text.encode())
        lines = {hit.line for hit in judged.findings if hit.id == rule.id}
        assert lines, text
        own = own_edits(rule, name, text)
        if own:
            mended = corrected(text, own)
            left = [one for one in judge(name, mended.encode()).findings if one.id == rule.id]
            assert len(left) < len([one for one in judged.findings if one.id == rule.id]), mended
            assert not own_edits(rule, name, mended), mended


def own_edits(rule: Rule, name: str, text: str) -> list[Edit]:
    if name == "Dockerfile":
        found = hits(rule, "dockerfile", parse(text.encode()))
    else:
        reader = compose if name.startswith("compose") else kubernetes
        (document,) = documents(text.encode())
        lines = tuple(text.split("\n"))
        chosen = "compose" if reader is compose else "kubernetes"
        members = [replace(one, lines=lines) for one in reader.containers(document)]
        found = [hit for one in members for hit in hits(rule, chosen, one)]
    return [hit.edit for hit in found if hit.edit is not None]


def test_every_kind_of_correction_is_tried() -> None:
    mended = {rule.id for rule in rules() for name, text in written(rule) if own_edits(rule, name, text)}
    assert mended == {
        "SCN-IMG-001", "SCN-IMG-005", "SCN-IMG-007", "SCN-IMG-009", "SCN-IMG-019", "SCN-IMG-024", "SCN-IMG-028",
        "SCN-IMG-029", "SCN-RUN-001", "SCN-RUN-002", "SCN-RUN-004", "SCN-RUN-005", "SCN-RUN-006", "SCN-RUN-018",
    }  # fmt: skip


def test_ids_are_unique() -> None:
    ids = [rule.id for rule in rules()]
    assert len(ids) == len(set(ids))


def test_an_image_asks_the_rules_that_judge_a_recipe_and_no_others() -> None:
    assert recipe_rules() == tuple(rule for rule in rules() if rule.recipe is not None)
