"""Rules and allow lists in gitleaks' format (https://github.com/gitleaks/gitleaks#configuration)."""

from __future__ import annotations

from pathlib import Path

import pytest

from scantling.model.errors import UsageError
from scantling.secret.engine import engine
from scantling.secret.ruleset import digest
from scantling.secret.settings import SecretSettings

RULE = """
[[rules]]
id = "shop-token"
description = "Token of our shop"
regex = '''(shop)_([0-9a-f]{8})'''
secretGroup = 2
entropy = 2.0
keywords = ["SHOP_"]
tags = ["critical"]
"""
GITLAB = "glpat-" + "aB3dE5fG7hJ9kL1mN2pQ"
TEXT = f"x = shop_1234abcd\ny = {GITLAB}\n".encode()


def found(text: str, tmp_path: Path, data: bytes = TEXT, path: str = "srv/a.txt") -> list[tuple[str, bytes, str]]:
    config = tmp_path / "gitleaks.toml"
    config.write_text(text, encoding="utf-8")
    hits, _ = engine(SecretSettings(config)).scan(data, path)
    return [(hit.rule.id, hit.value, hit.rule.severity) for hit in hits]


OURS = ("shop-token", b"1234abcd", "CRITICAL")
THEIRS = ("gitlab-pat", GITLAB.encode(), "CRITICAL")


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (RULE, [OURS]),
        ("[extend]\nuseDefault = true\n" + RULE, [OURS, THEIRS]),
        ("[extend]\nuseDefault = true\ndisabledRules = ['gitlab-pat']\n" + RULE, [OURS]),
        ("[allowlist]\npaths = ['^srv/']\n", []),
        ("[allowlist]\nregexes = ['^glpat']\n", []),
        ("[allowlist]\nregexTarget = 'line'\nregexes = ['^y = ']\n", []),
        ("[allowlist]\nstopwords = ['DE5F']\n", []),
        ("[[allowlists]]\ncondition = 'AND'\npaths = ['^srv/']\nregexes = ['^other']\n", [THEIRS]),
        (RULE + "[rules.allowlist]\nregexes = ['^1234']\n", []),
        (
            "[[allowlists]]\ntargetRules = ['shop-token']\nregexes = ['.']\n[extend]\nuseDefault = true\n" + RULE,
            [THEIRS],
        ),
        ("[[allowlists]]\ntargetRules = ['gitlab-pat']\npaths = ['^srv/']\n", []),
        ("[allowlist]\ncommits = ['1234abc']\n", [THEIRS]),
        ("[allowlist]\ncondition = 'AND'\ncommits = ['1234abc']\npaths = ['^srv/']\n", [THEIRS]),
        (RULE.replace("entropy = 2.0", "entropy = 3.5"), []),
        (RULE + "path = '[.]yml$'\n", []),
        (RULE.replace("SHOP_", "elsewhere"), []),
    ],
)
def test_as_gitleaks_reads_it(config: str, expected: list[tuple[str, bytes, str]], tmp_path: Path) -> None:
    assert found(config, tmp_path) == expected


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("[[rules]]\nid = 'a'\nregex = '(?=x)y'\n", "rule a: not a regular expression of RE2"),
        ("[[rules]]\nid = 'a'\nregex = '('\n", "rule a: not a regular expression of RE2"),
        ("[[rules]]\nid = 'a'\n", "rule a: has neither regex nor path"),
        ("[[rules]]\nregex = 'a'\n", "a rule without an id"),
        ("[[rules]]\nid = 'a'\nregex = 'x'\nsecretGroup = 3\n", "secretGroup 3"),
        ("rules = 3", "rules is no list of tables"),
        ("[extend]\npath = 'other.toml'\n", "not supported"),
        ("[allowlist]\nregexes = ['[']\n", "not a regular expression"),
        ("= 3", "is no TOML"),
        (RULE + "[[rules.required]]\nid = 'other'\n", "rule shop-token: required is not supported"),
        (RULE + "skipReport = true\n", "rule shop-token: skipReport is not supported"),
        ("[allowlist]\nregex = ['a']\n", "allowlist: regex is not supported"),
        ("[allowlist]\ncondition = 'XOR'\n", "unknown condition"),
        ("[[allowlists]]\ntargetRules = ['none']\npaths = ['a']\n", "there is no rule 'none'"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(config: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        found(config, tmp_path)
    rule, _, what = message.rpartition(": ")
    assert what in caught.value.what
    assert "gitleaks.toml" in caught.value.where
    assert caught.value.where.endswith(rule)


def test_the_file_is_part_of_what_the_facts_depend_on(tmp_path: Path) -> None:
    config = tmp_path / "a.toml"
    config.write_text(RULE)
    first = digest(SecretSettings(config))
    config.write_text(RULE + "\n")
    assert len({first, digest(SecretSettings(config)), digest(SecretSettings())}) == 3
    with pytest.raises(UsageError, match="cannot be read"):
        digest(SecretSettings(tmp_path / "none.toml"))


def test_an_expression_with_letters_beyond_ascii(tmp_path: Path) -> None:
    config = tmp_path / "a.toml"
    config.write_text("[[rules]]\nid = 'a'\nregex = 'Schl\u00fcssel: ([0-9a-f]{20})'\n", encoding="utf-8")
    value = "0d4f7a1b9c3e5d7f2a6b"
    hits, _ = engine(SecretSettings(config)).scan(f"Schl\u00fcssel: {value}\n".encode(), "srv/a.txt")
    assert [(hit.rule.id, hit.value) for hit in hits] == [("a", value.encode())]
