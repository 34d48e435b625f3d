"""A policy file: YAML that a developer reads without a manual, checked against a JSON Schema made of the requirements.

version: 1
name: payments
docs_url: https://wiki.example.com/policies/{rule}
rules:
  - id: no-fixable-critical
    rule: vulnerabilities
    action: deny
    severity: [CRITICAL, HIGH]
    fixable: true
environments:
  dev: {no-fixable-critical: warn}
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scantling.guard import limits
from scantling.guard.strict_yaml import Document, load_named
from scantling.guard.user_file import read_bounded
from scantling.model.errors import UsageError
from scantling.model.weights import RISING, Weights

from .requirements.catalog import BY_ID
from .schema import OWN_WORDS, schema

DENY, WARN, OFF = "deny", "warn", "off"


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """One rule as a policy asks for it. ``id`` is its name in verdicts, ``rule`` the requirement's; ``line`` is where
    it stands in the file."""

    id: str
    rule: str
    action: str = DENY
    parameters: Mapping[str, Any] = field(default_factory=dict)
    message: str = ""
    fix: str = ""
    docs_url: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class ExceptionTerms:
    """What an exception must carry, and for how many days it may be granted (None: for as long as it says)."""

    require: tuple[str, ...] = ("reason", "owner", "expires")
    max_days: int | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """``digest`` is the SHA-256 (hex) of the file's bytes. ``docs_url`` may hold ``{rule}`` and ``{policy}``.
    ``environments`` maps a name to rule ids (or "*") and their actions there; ``exceptions`` is None where the policy
    does not speak of them, as ``priority`` is."""

    name: str
    rules: tuple[PolicyRule, ...]
    docs_url: str = ""
    environments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    exceptions: ExceptionTerms | None = None
    priority: Weights | None = None
    digest: str = ""
    path: str = ""

    def action(self, rule: PolicyRule, environment: str) -> str:
        """What ``rule`` does in ``environment`` ("" is none)."""
        changed = self.environments.get(environment, {})
        return changed.get(rule.id, changed.get("*", rule.action) if rule.action != OFF else OFF)


def read_policy(path: Path) -> Policy:
    """The policy in ``path``. Raises ``UsageError`` whose place is FILE:LINE."""
    return parse_policy(read_bounded(path, limits.SETTINGS_BYTES, "cannot read the policy"), str(path))


def parse_policy(data: bytes, where: str) -> Policy:
    """The policy in ``data``. Raises ``UsageError``; ``where`` names it in messages."""
    document = load_named(data, where, "the policy")
    hold_to(document, schema(), where, "the policy", "docs/reference/policy.md lists every rule and its parameters")
    value = document.value
    rules = tuple(_rule(document, index, item, where) for index, item in enumerate(value["rules"]))
    _no_repeats(rules, where)
    policy = Policy(
        name=value.get("name", Path(where).stem),
        rules=rules,
        docs_url=value.get("docs_url", ""),
        environments=value.get("environments", {}),
        exceptions=_terms(value["exceptions"]) if "exceptions" in value else None,
        priority=_weights(document, value["priority"], where) if "priority" in value else None,
        digest=hashlib.sha256(data).hexdigest(),
        path=where,
    )
    known = {rule.id for rule in rules} | {"*"}
    for name, changes in policy.environments.items():
        for unknown in sorted(set(changes) - known):
            stands = document.line_of(("environments", name, unknown))
            raise UsageError(f"environment {name} changes {unknown}, which is no rule here", where=f"{where}:{stands}")
    return policy


def hold_to(document: Document, form: Mapping[str, Any], where: str, subject: str, hint: str) -> None:
    """Raise ``UsageError`` at FILE:LINE for the first thing in ``document`` that the JSON Schema ``form`` refuses."""
    import jsonschema

    validator = jsonschema.Draft202012Validator(form)
    errors = sorted(
        validator.iter_errors(document.value), key=lambda error: (document.line_of(tuple(error.path)), str(error))
    )
    if errors:
        error = jsonschema.exceptions.best_match([errors[0]]) or errors[0]
        path = tuple(error.absolute_path)
        raise UsageError(
            f"{subject} is not valid: {_said(error, path)}",
            where=f"{where}:{document.line_of(path)}",
            hint=hint,
        )


def _said(error: Any, path: tuple[str | int, ...]) -> str:
    place = ".".join(str(part) for part in path if isinstance(part, str)) or "the file"
    return f"{place}: {str(error.message)[:200]}"


def _rule(document: Document, index: int, item: Mapping[str, Any], where: str) -> PolicyRule:
    requirement = BY_ID[item["rule"]]
    parameters = parameters_of(document, ("rules", index), item, OWN_WORDS, where)
    return PolicyRule(
        id=item.get("id", requirement.id),
        rule=requirement.id,
        action=item.get("action", DENY),
        parameters=parameters,
        message=item.get("message", ""),
        fix=item.get("fix", ""),
        docs_url=item.get("docs_url", ""),
        line=document.line_of(("rules", index)),
    )


def parameters_of(
    document: Document, place: tuple[str | int, ...], item: Mapping[str, Any], own_words: Set[str], where: str
) -> dict[str, Any]:
    """What ``item`` at ``place`` says beside ``own_words``: parameters of the requirement that its ``rule`` names.
    Raises ``UsageError`` for one that the requirement does not have, and for one that it misses."""
    requirement = BY_ID[item["rule"]]
    parameters = {name: value for name, value in item.items() if name not in own_words}
    for name in parameters:
        if name not in requirement.parameters:
            raise UsageError(
                f"the rule {requirement.id} has no parameter {name}",
                where=f"{where}:{document.line_of((*place, name))}",
                hint=f"it has: {', '.join(sorted(requirement.parameters)) or 'none'}",
            )
    for name in requirement.required:
        if name not in parameters:
            raise UsageError(
                f"the rule {requirement.id} needs the parameter {name}", where=f"{where}:{document.line_of(place)}"
            )
    return parameters


def _no_repeats(rules: tuple[PolicyRule, ...], where: str) -> None:
    seen: dict[str, int] = {}
    for rule in rules:
        if rule.id in seen:
            raise UsageError(
                f"two rules are called {rule.id} (the first on line {seen[rule.id]})",
                where=f"{where}:{rule.line}",
                hint="give each an id of its own",
            )
        seen[rule.id] = rule.line


def _terms(value: Mapping[str, Any]) -> ExceptionTerms:
    default = ExceptionTerms()
    return ExceptionTerms(tuple(value.get("require", default.require)), value.get("max_days", default.max_days))


def _weights(document: Document, value: Mapping[str, int], where: str) -> Weights:
    """The usual weights with those of ``value``. Raises ``UsageError`` where a worse fact would count less."""
    # to JSON Schema 5.0 is an integer too
    weights = Weights(**{term: int(points) for term, points in value.items()})
    for milder, worse in RISING:
        if getattr(weights, milder) > getattr(weights, worse):
            named = milder if milder in value else worse
            raise UsageError(
                f"priority: {milder} ({getattr(weights, milder)}) may not count more than {worse} "
                f"({getattr(weights, worse)})",
                where=f"{where}:{document.line_of(('priority', named))}",
                hint="a term that is not named keeps its usual points: docs/explain/priority.md",
            )
    return weights
