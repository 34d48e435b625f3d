"""The engine that comes with ``scantling[rego]``: reads bundles and evaluates their rules in a child process.

Rules are evaluated strictly: a built-in function that fails (a date that is none, a division by zero) is an error of
the rule and not, as OPA has it by default, a rule that quietly does not apply.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from scantling.guard import limits
from scantling.model.errors import UsageError

from .builtins import PROVIDED, REFUSED
from .bundle import Answer, Bundle, Checked, RuleName
from .child import Stopped, converse
from .roots import outside_roots

_HINT = "docs/reference/rego.md says what the engine has; a real OPA can be used instead: --opa PATH"
_MIB_PER_S = 4  # of input that a rule may take a second longer for


def check(bundle: Bundle) -> Checked:
    """``bundle`` as far as it can be known without an input.

    Raises ``UsageError`` for what is no Rego, for functions that are refused or that nobody has, for modules outside
    the bundle's roots, and where the engine is not installed.
    """
    request = _request(bundle, {module.name: module.version for module in bundle.modules}, "check", frozenset(), 0)
    deadline = time.monotonic() + limits.REGO_CHECK_S
    found: list[dict[str, Any]] = []
    known: frozenset[str] = frozenset()
    try:
        for line in converse(request, bundle.data, (), limits.REGO_CHECK_S, deadline):
            if "fault" in line:
                raise _not_rego(line["fault"], bundle)
            if "builtins" in line:
                known = frozenset(line["builtins"])
            else:
                found.append(line)
    except Stopped as stopped:
        raise UsageError(f"the policy could not be read: {stopped}", where=bundle.where) from None
    return _checked(bundle, found, known)


def evaluate(
    checked: Checked, rules: Sequence[RuleName], inputs: Sequence[bytes], now: datetime
) -> tuple[tuple[Answer, ...], ...]:
    """What each rule gives, for each input (JSON on one line). Never raises for what a rule does."""
    units = len(inputs) * len(rules)
    answers: dict[int, Answer] = {}
    patience = limits.REGO_RULE_S + max(map(len, inputs), default=0) / (_MIB_PER_S * limits.MIB)
    deadline = time.monotonic() + max(limits.REGO_TOTAL_S, patience)
    begin = deaths = 0
    while begin < units:
        at = begin - 1  # the unit that the child is at
        try:
            for line in converse(
                _evaluation(checked, rules, now, begin), checked.bundle.data, inputs, patience, deadline
            ):
                if "begin" in line:
                    at = line["begin"]
                else:
                    answers[line["unit"]] = _answer(line)
            break
        except Stopped as stopped:
            why = str(stopped)
        deaths += 1
        blamed = max(at, begin)
        answers.setdefault(blamed, Answer(fault=why))
        begin = blamed + 1
        if at < blamed or deaths >= limits.REGO_DEATHS or time.monotonic() >= deadline:
            for unit in range(begin, units):
                answers[unit] = Answer(fault=f"not evaluated, since another rule failed: {why}")
            break
    missing = Answer(fault="the engine gave no answer")
    return tuple(
        tuple(answers.get(index * len(rules) + rule, missing) for rule in range(len(rules)))
        for index in range(len(inputs))
    )


def _request(
    bundle: Bundle, versions: Mapping[str, int | None], task: str, calls: frozenset[str], now_ns: int
) -> dict[str, Any]:
    return {
        "task": task,
        "modules": [
            {"name": module.name, "source": module.source, "version": versions[module.name]}
            for module in bundle.modules
        ],
        "calls": sorted(calls),
        "now_ns": now_ns,
    }


def _evaluation(checked: Checked, rules: Sequence[RuleName], now: datetime, begin: int) -> dict[str, Any]:
    now_ns = int(now.timestamp()) * 1_000_000_000 + now.microsecond * 1000
    request = _request(checked.bundle, dict(checked.versions), "evaluate", frozenset(checked.calls), now_ns)
    return request | {"rules": [[*rule.package, rule.name] for rule in rules], "begin": begin}


def _answer(line: Mapping[str, Any]) -> Answer:
    if "fault" in line:
        return Answer(fault=line["fault"])
    values = line["values"]
    return Answer(json.dumps(values[0]).encode() if values else None)


def _checked(bundle: Bundle, found: Sequence[Mapping[str, Any]], known: frozenset[str]) -> Checked:
    rules: dict[tuple[tuple[str, ...], str], RuleName] = {}
    defined: dict[tuple[str, ...], set[str]] = {}
    for module in found:
        package = tuple(module["package"])
        defined.setdefault(package, set()).update(module["rules"])
        name = bundle.modules[module["module"]].name
        if outside_roots(package, bundle.roots):
            raise UsageError(
                f"the package {'.'.join(package)} is outside the roots that the bundle's manifest claims",
                where=name,
                hint="add it to roots in .manifest",
            )
        for rule, about in module["rules"].items():
            if not about["function"]:
                rules.setdefault((package, rule), RuleName(package, rule, name, about["line"]))
    for module in found:
        _check_calls(bundle.modules[module["module"]].name, module, defined[tuple(module["package"])], known)
    return Checked(
        bundle=bundle,
        rules=tuple(rules[key] for key in sorted(rules)),
        versions=tuple((bundle.modules[module["module"]].name, module["version"]) for module in found),
        calls=tuple(sorted({name for module in found for name in module["calls"]})),
    )


def _check_calls(name: str, module: Mapping[str, Any], defined: set[str], known: frozenset[str]) -> None:
    for function, line in sorted(module["calls"].items(), key=lambda pair: (pair[1], pair[0])):
        first = function.partition(".")[0]
        if first in {"data", "input", "_"} or first in module["aliases"] or first in defined:
            continue
        if function in REFUSED:
            raise UsageError(f"{function} is refused: {REFUSED[function]}", where=f"{name}:{line}")
        if function not in known and function not in PROVIDED:
            raise UsageError(f"the engine has no function {function}", where=f"{name}:{line}", hint=_HINT)


def _not_rego(fault: str, bundle: Bundle) -> UsageError:
    for module in bundle.modules:
        if fault.startswith(f"{module.name}:"):
            line, _, what = fault[len(module.name) + 1 :].partition(": ")
            return UsageError(f"the policy is not valid Rego: {what}", where=f"{module.name}:{line}")
    return UsageError(f"the policy is not valid Rego: {fault}", where=bundle.where)
