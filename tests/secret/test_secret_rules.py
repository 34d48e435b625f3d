"""Every rule finds what it describes, nothing that only stands for it, and has an id, a title and a way out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from scantling.model.finding import SEVERITIES
from scantling.secret.checks import CHECKS
from scantling.secret.engine import Engine, engine
from scantling.secret.ruleset import shipped_rules
from scantling.secret.settings import SecretSettings
from support.secret_corpus import Case, cases

RULES = shipped_rules()
PATTERNED = tuple(rule for rule in RULES if rule.pattern)


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return engine(SecretSettings(cache_dir=tmp_path_factory.mktemp("cache")))


def test_rules_are_many_and_complete() -> None:
    assert len(RULES) >= 180
    assert max(Counter(rule.id for rule in RULES).values()) == 1
    for rule in RULES:
        assert rule.title
        assert rule.severity in SEVERITIES
        assert rule.remediation
        assert bool(rule.pattern) != bool(rule.files)
        assert not rule.check or rule.check in CHECKS


CORPUS = [case for case in cases(RULES) if case.value or not case.is_secret]
BY_PATTERN = {rule.id for rule in PATTERNED}


@pytest.mark.parametrize("rule", [rule.id for rule in PATTERNED])
def test_each_rule_finds_its_own_and_no_placeholder(rule: str, ready: Engine) -> None:
    own = [case for case in CORPUS if case.rule == rule]
    true, false = [case for case in own if case.is_secret], [case for case in own if not case.is_secret]
    assert len(true) >= 3
    assert len(false) >= 3
    missed = [case for case in true if not _found(ready, case)]
    assert not missed
    wrong = [hit for case in false for hit in ready.scan(case.text, case.path)[0] if hit.rule.id == rule]
    assert not wrong


def _found(ready: Engine, case: Case) -> bool:
    """The value is found; by a neighbour, where two rules describe the same thing."""
    return any(case.value in hit.value or hit.value in case.value for hit in ready.scan(case.text, case.path)[0])


def test_a_kept_database_that_was_changed_is_not_used(tmp_path: Path) -> None:
    from scantling.secret.compiled import database

    database(["abc[0-9]{3}"], tmp_path)
    (kept,) = tmp_path.rglob("*.hsdb")
    data = bytearray(kept.read_bytes())
    data[-1] ^= 1
    kept.write_bytes(bytes(data))
    ends: list[int] = []
    database(["abc[0-9]{3}"], tmp_path).scan(b"xabc123", match_event_handler=lambda *found: ends.append(found[2]))
    assert ends == [7]
    assert kept.read_bytes() != bytes(data)
