"""Bundles of Rego made in code, and a real OPA's answers to them where its library can be loaded."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from scantling.model.report import Report, ReportBase, ReportConfig
from scantling.rego.bundle import Bundle, Checked, Module, RuleName
from support.sample_report import rich_report

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)  # a Monday


def bundle(*sources: str, data: str = "{}") -> Bundle:
    """Modules called m0.rego, m1.rego ..."""
    modules = tuple(Module(f"m{number}.rego", source) for number, source in enumerate(sources))
    return Bundle("made", "made", modules, data.encode())


def report() -> Report:
    """Findings of every shape in an image with a configuration that has something to say against it."""
    made = rich_report()
    config = ReportConfig(
        user="0",
        entrypoint=("/app",),
        cmd=(),
        env_names=("DB_PASSWORD", "PATH"),
        exposed_ports=("443/tcp", "53/udp", "8080/tcp"),
        healthcheck=None,
        labels={"maintainer": "shop", "Bad Label": "x"},
        created="2026-09-01T00:00:00Z",
    )
    base = ReportBase("ghcr.io/other/base", "1", "sha256:" + "d" * 64, "label", "2026-08-01T00:00:00Z", None)
    target = replace(made.target, config=config, base=base, repository="docker.io/shop/api")
    return replace(made, target=target)


def of_opa(checked: Checked, rules: Sequence[RuleName], document: bytes) -> dict[str, Any]:
    """What OPA says of each rule ("error" where it says so), by its dotted name; strict, with the clock at NOW."""
    from opa_bindings import OpaEngine, OpaError  # type: ignore[import-not-found]

    answers: dict[str, Any] = {}
    with OpaEngine() as engine:
        for module in checked.bundle.modules:
            engine.add_policy(module.name, module.source)
        engine.add_data(json.loads(checked.bundle.data))
        nanoseconds = int(NOW.timestamp()) * 1_000_000_000
        for rule in rules:
            path = "data" + "".join(f"[{json.dumps(part)}]" for part in (*rule.package, rule.name))
            try:
                found = engine.eval_query(f"x := {path} with time.now_ns as {nanoseconds}", json.loads(document))
                answers[rule.dotted] = found[0]["x"] if found else None
            except OpaError:
                answers[rule.dotted] = "error"
    return answers
