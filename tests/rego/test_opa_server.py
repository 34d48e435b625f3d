"""A running OPA as the engine: what is put on it and taken off again, and that it agrees with our own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from scantling.model.errors import UsageError
from scantling.pipeline.hold import rego_input
from scantling.rego import engine
from scantling.rego.bundle import Answer, Bundle
from scantling.rego.engines import engine_of
from scantling.rego.load import load
from support.opa_server import OpaServer, running
from support.rego import NOW, bundle, report

pytest.importorskip("opa_bindings", reason="needs OPA as a library: pip install opa-golib-python-bindings")
POLICIES = Path(__file__).parent / "policies"


@pytest.fixture
def server() -> Iterator[OpaServer]:
    with running() as opa:
        yield opa


def test_it_gives_what_our_own_engine_gives_and_is_left_as_it_was(server: OpaServer) -> None:
    pytest.importorskip("regorus", reason="needs the engine: pip install scantling[rego]")
    loaded = load(POLICIES)
    modern = tuple(module for module in loaded.modules if not module.name.endswith("legacy.rego"))
    made = Bundle("modern", "modern", modern, loaded.data)
    document = rego_input(report())
    opa = engine_of(server.url)
    theirs, ours = opa.check(made), engine.check(made)
    assert [rule.dotted for rule in theirs.decisions()] == [rule.dotted for rule in ours.decisions()]
    (other,) = opa.evaluate(theirs, theirs.decisions(), (document,), NOW)
    (mine,) = engine.evaluate(ours, ours.decisions(), (document,), NOW)
    assert [json.loads(answer.value or b"null") for answer in other] == [
        json.loads(answer.value or b"null") for answer in mine
    ]
    assert (server.policies, server.data) == ({}, {})
    assert any("strict-builtin-errors=true" in asked for asked in server.asked)


def test_a_rule_that_fails_is_blamed_alone(server: OpaServer) -> None:
    opa = engine_of(server.url)
    checked = opa.check(bundle('package main\ndeny_a contains to_number("x")\ndeny_b contains "b" if true\n'))
    ((failed, good),) = opa.evaluate(checked, checked.decisions(), (b"{}",), NOW)
    assert "to_number" in failed.fault
    assert good == Answer(b'["b"]')


def test_what_is_no_rego_or_refused_is_told_and_taken_off(server: OpaServer) -> None:
    opa = engine_of(server.url)
    with pytest.raises(UsageError, match="not valid Rego"):
        opa.check(bundle("package main\n\ndeny contains x if {"))
    with pytest.raises(UsageError, match=r"http\.send is refused"):
        opa.check(bundle('package main\ndeny contains http.send({"url": "http://x"}) if true'))
    assert server.policies == {}


def test_packages_and_data_of_others_are_not_touched(server: OpaServer) -> None:
    server.policies["theirs"] = "package main\nallow := true\n"
    server.data["acme"] = {"x": 1}
    opa = engine_of(server.url)
    with pytest.raises(UsageError, match="a package main of others"):
        opa.check(bundle('package main\ndeny contains "x" if true'))
    with pytest.raises(UsageError, match=r"data\.acme already"):
        opa.check(bundle('package other\ndeny contains "x" if true', data='{"acme": {"x": 2}}'))
    assert (set(server.policies), server.data) == ({"theirs"}, {"acme": {"x": 1}})


def test_offline_asks_nobody(server: OpaServer) -> None:
    with pytest.raises(UsageError, match="offline"):
        engine_of(server.url, offline=True).check(bundle("package main"))
    assert server.asked == []


def test_a_server_that_is_not_there_is_exit_2() -> None:
    with pytest.raises(UsageError, match="cannot be asked"):
        engine_of("http://127.0.0.1:9").check(bundle("package main"))
