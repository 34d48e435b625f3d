"""What policies in Rego say of a report: rules called deny, violation and warn, as conftest and Docker Scout have them.

A result is a text or an object with ``msg`` (conftest) or ``message`` and ``detail`` (Docker Scout). A rule that could
not be evaluated is a ``Gap`` that blocks: it is not known whether it holds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from scantling.guard import limits
from scantling.model.coverage import Gap
from scantling.model.errors import UsageError
from scantling.model.finding import Finding
from scantling.model.report import Report, Violation
from scantling.rego.bundle import EXCEPTION, Answer, Checked, RuleName
from scantling.rego.engines import Engine

_GUIDE = "docs/how-to/rego.md"
_MESSAGE_CHARS = 2_000
_NAMING = ("findings", "finding", "fingerprints", "fingerprint", "ids", "id", "vulnerability")  # keys of results


def require_decisions(checked: Checked) -> Checked:
    """``checked``, or a ``UsageError`` where none of its rules decides anything: it would pass whatever it is given."""
    if not any(rule.kind != EXCEPTION for rule in checked.decisions()):
        raise UsageError(
            "no rule of the policy decides: none is called deny, violation or warn",
            where=checked.bundle.where,
            hint=f"{_GUIDE} shows what a policy looks like",
        )
    return checked


def judge(
    report: Report, document: bytes, checked: Checked, engine: Engine, now: datetime
) -> tuple[tuple[Violation, ...], tuple[Gap, ...]]:
    """What ``checked`` does not allow of ``report``, whose JSON (on one line) is ``document``, and what it could not
    decide."""
    rules = checked.decisions()
    (answers,) = engine.evaluate(checked, rules, (document,), now)
    gaps = [_gap(rule, answer) for rule, answer in zip(rules, answers, strict=True) if answer.fault]
    pairs = [(rule, _value(answer)) for rule, answer in zip(rules, answers, strict=True) if not answer.fault]
    excepted = {rule.package: _names(value) for rule, value in pairs if rule.kind == EXCEPTION}
    known = _Known(report.findings)
    violations: dict[Violation, set[str]] = {}  # without findings: results that say the same of several are one
    for rule, value in pairs:
        for result in _results(value) if rule.kind != EXCEPTION else ():
            said = _violation(checked, rule, result, excepted.get(rule.package, frozenset()))
            violations.setdefault(said, set()).update(known.named_in(result))
    return tuple(replace(said, findings=tuple(sorted(named))) for said, named in violations.items()), tuple(gaps)


class _Known:
    """The fingerprints of findings by what a result may call them."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self._prints: dict[str, list[str]] = {}
        for finding in findings:
            for name in {finding.fingerprint, finding.id, *finding.aliases}:
                self._prints.setdefault(name, []).append(finding.fingerprint)

    def named_in(self, result: Any) -> set[str]:
        if not isinstance(result, Mapping):
            return set()
        names = {name for key in _NAMING for name in _texts(result.get(key))}
        return {fingerprint for name in names for fingerprint in self._prints.get(name, ())}


def _texts(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, Mapping):
            one = one.get("fingerprint") or one.get("id")
        if isinstance(one, str):
            yield one


def _value(answer: Answer) -> Any:
    return None if answer.value is None else json.loads(answer.value)


def _names(value: Any) -> frozenset[str]:
    """conftest: ``exception`` is a set of lists of rules' names without their first word."""
    return frozenset(
        name
        for one in (value if isinstance(value, list) else [])
        for name in (one if isinstance(one, list) else [one])
        if isinstance(name, str)
    )


def _results(value: Any) -> Sequence[Any]:
    """The results of a rule, none where it does not apply."""
    if value is None or value is False or value in ([], {}, ""):
        return ()
    if isinstance(value, dict) and not {"msg", "message"} & set(value):
        # deny[msg] if ... in Rego v1 is an object of what applies
        results = [key if item is True else item for key, item in value.items() if item not in (False, None)]
    else:
        results = value if isinstance(value, list) else [value]
    if len(results) > limits.REGO_RESULTS:
        more = len(results) - limits.REGO_RESULTS
        return [*results[: limits.REGO_RESULTS], f"and {more} more results of this rule"]
    return results


def _violation(checked: Checked, rule: RuleName, result: Any, excepted: frozenset[str]) -> Violation:
    about = result if isinstance(result, dict) else {}
    message = _message(result, about, rule)
    word, _, name = rule.name.partition("_")
    severity = "warn" if word == "warn" else "deny"
    if severity == "deny" and name in excepted:
        severity = "warn"
        message = f"excepted by {'.'.join(rule.package)}.{EXCEPTION}: {message}"
    url = about.get("docs_url") or about.get("url")
    return Violation(
        rule=f"rego:{rule.dotted}",
        severity=severity,
        message=message[:_MESSAGE_CHARS],
        remediation=str(about.get("remediation") or about.get("fix") or "")[:_MESSAGE_CHARS],
        docs_url=url if isinstance(url, str) and url.startswith(("https://", "http://")) else "",
        policy=checked.bundle.name,
    )


def _message(result: Any, about: Mapping[str, Any], rule: RuleName) -> str:
    if isinstance(result, str):
        return result
    if result is True:
        return f"{rule.name} holds"
    said = about.get("msg") or about.get("message")
    if not isinstance(said, str):
        return json.dumps(result, ensure_ascii=False, sort_keys=True)
    detail = about.get("detail") or about.get("details")
    return f"{said}: {detail}" if isinstance(detail, str) else said


def _gap(rule: RuleName, answer: Answer) -> Gap:
    place = f" ({rule.file}:{rule.line})" if rule.file else ""
    return Gap("policy-error", f"rego:{rule.dotted}{place}", f"the rule could not be evaluated: {answer.fault}")
