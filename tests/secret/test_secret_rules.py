"""Every rule finds what it describes, nothing that only stands for it, and has an id, a title and a way out."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
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


@pytest.mark.parametrize("dashes", ["", "-", "--"])
def test_the_beginning_of_a_routable_token_with_a_wrong_checksum_is_none(ready: Engine, dashes: str) -> None:
    token = b"glpat-Zx9kQ3vT7mB2nR5wY8cL" + dashes.encode()
    assert [hit.rule.id for hit in ready.scan(token + b"\n", "a")[0]] == ["gitlab-pat"]
    assert not ready.scan(token + b"pD4sH6jK1fG3aW.01.0z1qwerty\n", "a")[0]


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


def test_small_texts_matched_together_give_what_each_gives_alone(ready: Engine) -> None:
    texts = [(case.path, case.text) for case in CORPUS]
    joined = {number: (hits, too_many) for number, hits, too_many in ready.scan_joined(texts)}
    alone = {number: ready.scan(data, path) for number, (path, data) in enumerate(texts)}
    assert joined == {number: said for number, said in alone.items() if said[0] or said[1]}
    assert len(joined) > len(CORPUS) / 3


def test_of_texts_matched_together_one_with_too_much_hides_no_other(ready: Engine) -> None:
    key = b"AKIA" + b"Q3EGRD7SJ2LWXKMB"
    flood = b"\n".join(b'password = "%b%05d"' % (b"Xk3hq9", number) for number in range(30_000))
    case = next(case for case in CORPUS if case.is_secret and ready.scan(case.text, case.path)[0])
    said = {number: (hits, too_many) for number, hits, too_many in ready.scan_joined(
        [("a.py", flood), (case.path, case.text), ("b", key)]
    )}  # fmt: skip
    assert said[0][1]
    assert said[1] == ready.scan(case.text, case.path)


def test_rules_that_mean_a_whole_file_are_never_matched_together_with_others(tmp_path: Path) -> None:
    config = tmp_path / "rules.toml"
    config.write_text(
        "[[rules]]\nid = 'whole'\ndescription = 'a whole file'\nregex = '''^([a-z]{4}-[0-9]{4})$'''\n"
        "[[rules]]\nid = 'end'\ndescription = 'an end'\nregex = '''([a-z]{5}=[0-9]{5})\\z'''\n"
        "[[rules]]\nid = 'line'\ndescription = 'a line'\nregex = '''(?m)^([a-z]{6}:[0-9]{6})$'''\n"
    )
    ready = engine(SecretSettings(config))
    texts = [("a", b"abcd-1234"), ("b", b"x abcde=12345"), ("c", b"abcd-1234 x"), ("d", b"1\nabcdef:123456\n2")]
    assert [(number, hit.rule.id) for number, hits, _ in ready.scan_joined(texts) for hit in hits] == [
        (0, "whole"), (1, "end"), (3, "line"),
    ]  # fmt: skip
    assert {rule.id for rule in ready.anchored.rules} == {"whole", "end"}


def test_no_shipped_rule_for_any_file_needs_each_file_by_itself(ready: Engine) -> None:
    assert ready.anchored.rules == ()


@pytest.mark.parametrize(
    "before", [b"\n" * 50, b"a line of no interest to anybody\n" * 100, b"0123456789abcdef" * 4 + b"\n"]
)
def test_text_before_a_secret_hides_none(ready: Engine, before: bytes) -> None:
    """Hyperscan itself is held by this: of one expression it missed what stood behind some bytes of text."""
    of_whole_files = {rule.id for rule in PATTERNED if rule.coarse.startswith("^")}
    true = [case for case in CORPUS if case.is_secret and case.rule not in of_whole_files]
    assert not [case for case in true if not _found(ready, replace(case, text=before + case.text))]
