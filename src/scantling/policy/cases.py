"""Cases beside a policy: saved reports that must pass and saved reports that must fail (``policy test``).

``default.test.yaml`` stands beside ``default.yaml``:

    cases:
      - name: a fixable critical is refused
        report: reports/bad.json       # written by scantling image -f json, relative to this file
        environment: release           # optional
        now: 2026-11-23T00:00:00Z      # optional; else the report's own time
        expect: fail                   # pass or fail
        violations: [no-fixable-critical-high]   # optional: exactly the rules that deny
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from scantling.guard import limits
from scantling.guard.strict_yaml import load_named
from scantling.guard.user_file import read_bounded
from scantling.model.errors import UsageError
from scantling.model.moment import parse
from scantling.model.report import Report, Violation

SUFFIX = ".test.yaml"
_KEYS = frozenset({"name", "report", "environment", "now", "expect", "violations"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case as it went; ``why`` is "" when it went as expected."""

    name: str
    where: str
    why: str = ""


Judging = Callable[[Report, datetime, str], Iterable[Violation]]
"""What a policy does not allow of a report, at a time, in one of its environments ("" none)."""


def cases_of(policy: str) -> Path:
    """Where the cases of the policy at ``policy`` stand."""
    path = Path(policy)
    return path.with_name(path.name.removesuffix(path.suffix) + SUFFIX)


def run_cases(policy: str, judge: Judging, load_report: Callable[[Path], Report]) -> Iterator[Outcome]:
    """Every case of the policy at ``policy``, in order. Raises ``UsageError`` for a file that is missing or is no
    list of cases."""
    path = cases_of(policy)
    data = read_bounded(path, limits.SETTINGS_BYTES, "cannot read the cases", f"write {path.name} beside the policy")
    document = load_named(data, str(path), "the cases")
    cases = document.value.get("cases") if isinstance(document.value, dict) else None
    if not isinstance(cases, list) or not cases:
        raise UsageError("no cases: a list under the key cases", where=str(path))
    for index, case in enumerate(cases):
        where = f"{path}:{document.line_of(('cases', index))}"
        if not isinstance(case, dict) or not {"report", "expect"} <= set(case) <= _KEYS:
            raise UsageError(f"a case has report, expect and may have {', '.join(sorted(_KEYS))}", where=where)
        if case["expect"] not in ("pass", "fail"):
            raise UsageError("expect is pass or fail", where=where)
        yield _run(judge, case, where, load_report(path.parent / str(case["report"])))


def _run(judge: Judging, case: Mapping[str, Any], where: str, report: Report) -> Outcome:
    name = str(case.get("name") or case["report"])
    now = parse(str(case.get("now") or report.created_at))
    if now is None:
        raise UsageError("now is no time such as 2026-11-23T00:00:00Z", where=where)
    found = judge(report, now, str(case.get("environment") or ""))
    denied = sorted({violation.rule for violation in found if violation.severity == "deny"})
    outcome = "fail" if denied else "pass"
    if outcome != case["expect"]:
        return Outcome(
            name, where, f"expected {case['expect']}, got {outcome}{': ' if denied else ''}{', '.join(denied)}"
        )
    wanted = case.get("violations")
    if wanted is not None and sorted(map(str, wanted)) != denied:
        return Outcome(name, where, f"expected {', '.join(map(str, wanted))}; denied: {', '.join(denied) or 'none'}")
    return Outcome(name, where)
