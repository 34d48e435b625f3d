"""A real OPA as the engine: what it is asked, what becomes of its answers, and that both engines agree."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from scantling.guard import limits
from scantling.model.errors import UsageError
from scantling.pipeline.hold import rego_input
from scantling.rego import engine
from scantling.rego.bundle import Answer, Bundle, RuleName
from scantling.rego.engines import Engine, engine_of
from scantling.rego.load import load
from scantling.rego.opa_answers import answers_of, query, rules_of, said
from support.rego import NOW, bundle, report

POLICIES = Path(__file__).parent / "policies"
PROGRAM = Path(__file__).parents[1] / "support" / "opa_program.py"
LIBRARY = "needs OPA as a library: pip install opa-golib-python-bindings"


def program(folder: Path, body: str) -> Path:
    """An executable that runs ``body`` in Python."""
    path = folder / "opa"
    path.write_text(f"#!{sys.executable}\nimport sys\nsys.path[:0] = {sys.path!r}\n{body}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def opa(tmp_path: Path) -> Engine:
    pytest.importorskip("opa_bindings", reason=LIBRARY)
    body = f"import runpy\nsys.argv[0] = {str(PROGRAM)!r}\nrunpy.run_path(sys.argv[0], run_name='__main__')"
    return engine_of(str(program(tmp_path, body)))


def test_both_engines_find_the_same_rules_and_give_the_same_answers(opa: Engine) -> None:
    pytest.importorskip("regorus", reason="needs the engine: pip install scantling[rego]")
    loaded = load(POLICIES)
    modern = tuple(module for module in loaded.modules if not module.name.endswith("legacy.rego"))
    made = Bundle("modern", "modern", modern, loaded.data)
    ours, theirs = engine.check(made), opa.check(made)
    assert [rule.dotted for rule in theirs.decisions()] == [rule.dotted for rule in ours.decisions()]
    document = rego_input(report())
    mine = engine.evaluate(ours, ours.decisions(), (document,), NOW)
    other = opa.evaluate(theirs, theirs.decisions(), (document,), NOW)
    assert [json.loads(answer.value or b"null") for answer in other[0]] == [
        json.loads(answer.value or b"null") for answer in mine[0]
    ]


def test_a_rule_that_fails_is_blamed_alone(opa: Engine) -> None:
    checked = opa.check(bundle('package main\ndeny_a contains to_number("x")\ndeny_b contains "b" if true\n'))
    ((failed, good),) = opa.evaluate(checked, checked.decisions(), (b"{}",), NOW)
    assert "m0.rego:2" in failed.fault
    assert good == Answer(b'["b"]')


def test_each_input_is_answered_for_itself(opa: Engine) -> None:
    checked = opa.check(bundle('package trivy\ndefault ignore := false\nignore if input.id == "a"\n'))
    given = opa.evaluate(checked, (RuleName(("trivy",), "ignore"),), (b'{"id": "a"}', b"{}"), NOW)
    assert given == ((Answer(b"true"),), (Answer(b"false"),))


def test_what_is_no_rego_names_the_users_file_and_line(opa: Engine) -> None:
    with pytest.raises(UsageError) as raised:
        opa.check(bundle("package main\n\ndeny contains x if {"))
    assert raised.value.where == "m0.rego"
    assert "m0.rego:3" in raised.value.what


def test_it_is_asked_strictly_with_the_scans_clock_and_without_network(tmp_path: Path) -> None:
    log = tmp_path / "log"
    body = (
        "import json, pathlib\n"
        f"log = open({str(log)!r}, 'a')\n"
        "able = pathlib.Path('capabilities.json')\n"
        "print(json.dumps([sys.argv[1:], json.loads(able.read_text()) if able.exists() else None]), file=log)\n"
        "answers = {'capabilities': {'builtins': [{'name': 'count'}, {'name': 'http.send'}]},\n"
        "  'parse': {'package': {'path': [{'value': 'data'}, {'value': 'main'}]},\n"
        "            'rules': [{'head': {'name': 'deny', 'ref': [{'value': 'deny'}]}}]},\n"
        "  'check': {}, 'eval': {'result': [{'expressions': [{'value': [[[['no']]]]}]}]}}\n"
        "print(json.dumps(answers[sys.argv[1]]))"
    )
    found = engine_of(str(program(tmp_path, body)))
    checked = found.check(bundle("package main"))
    assert found.evaluate(checked, checked.decisions(), (b"{}",), NOW) == ((Answer(b'["no"]'),),)
    asked = [json.loads(line) for line in log.read_text().splitlines()]
    words, able = next(one for one in asked if one[0][0] == "eval")
    assert {"--strict-builtin-errors", "--stdin-input", "--data=m0.rego", "--data=data.json"} <= set(words)
    assert f"time.now_ns as {int(NOW.timestamp())}000000000" in words[-1]
    assert able == {"builtins": [{"name": "count"}], "allow_net": []}


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("import time; time.sleep(60)", "OPA did not end in time"),
        ("print('no json')", "OPA did not answer in JSON"),
        ("sys.exit('unknown flag')", "unknown flag"),
    ],
)
def test_a_program_that_misbehaves_is_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, fault: str
) -> None:
    monkeypatch.setattr(limits, "REGO_CHECK_S", 1.0)
    with pytest.raises(UsageError, match=fault):
        engine_of(str(program(tmp_path, body))).check(bundle("package main"))


def test_a_program_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no program that can be run"):
        engine_of(str(tmp_path / "missing"))


def test_the_query_and_its_answers() -> None:
    asked = query((RuleName(("a", "c-d"), "deny"),), NOW)
    assert asked.startswith('[[[x0 | x0 := data["a"]["c-d"]["deny"] with input as document with time.now_ns as ')
    assert answers_of({"result": [{"expressions": [{"value": [[[1], []]]}]}]}) == ((Answer(b"1"), Answer(None)),)
    assert answers_of({}) == "OPA gave no result"
    error = {"errors": [{"message": "bad", "location": {"file": "/x/m3.rego", "row": 7}}]}
    assert said(error) == ("m3.rego:7: bad", 3)
    assert said({"result": []}) is None
    tree = {"package": {"path": [{"value": "data"}, {"value": "p"}]}, "rules": [{"head": {"name": "f", "args": []}}]}
    assert list(rules_of(tree, "x")) == []
