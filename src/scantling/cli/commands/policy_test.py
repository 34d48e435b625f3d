"""``scantling policy test FILE``: the cases beside a policy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from scantling.guard.display import printable

from ..outputs import write_stdout
from ..settings import Settings

if TYPE_CHECKING:
    from scantling.model.report import Report, Violation
    from scantling.policy.asked import Asked
    from scantling.policy.cases import Judging
    from scantling.policy.document import Policy
    from scantling.rego.bundle import Checked
    from scantling.rego.engines import Engine


def run(settings: Settings) -> int:
    from scantling.policy.asked import read_policies
    from scantling.policy.cases import cases_of, run_cases
    from scantling.report.load import load_report

    policies = tuple(_judgings(read_policies((settings.argument,))))
    failed = total = 0
    lines = []
    for name, path, judging in policies:
        if len(policies) > 1 and not cases_of(path).is_file():
            lines.append(f"no cases  {path}")
            continue
        for outcome in run_cases(path, judging, load_report):
            total += 1
            failed += bool(outcome.why)
            lines.append(f"{'FAILED' if outcome.why else 'ok'}  {name}: {outcome.name}")
            if outcome.why:
                lines.append(f"        {outcome.why} ({outcome.where})")
    lines.append(f"{total} case{'s' if total != 1 else ''}, {failed} failed")
    write_stdout("".join(f"{printable(line)}\n" for line in lines).encode())
    return 1 if failed or not total else 0


def _judgings(asked: Asked) -> Iterator[tuple[str, str, Judging]]:
    """Each policy's name, where it stands, and what it judges with."""
    for policy in asked.policies:
        yield policy.name, policy.path, _of_yaml(policy)
    for checked in asked.rego:
        if asked.engine is not None:
            yield checked.bundle.name, checked.bundle.where, _of_rego(checked, asked.engine)


def _of_yaml(policy: Policy) -> Judging:
    from scantling.policy.judge import judge
    from scantling.policy.requirement import Circumstances

    return lambda report, now, environment: judge(report, policy, Circumstances(now), environment)


def _of_rego(checked: Checked, engine: Engine) -> Judging:
    from scantling.pipeline.hold import rego_input
    from scantling.policy.judge import denials_of
    from scantling.policy.rego_rules import judge

    def judging(report: Report, now: datetime, _environment: str) -> tuple[Violation, ...]:
        violations, gaps = judge(report, rego_input(report), checked, engine, now)
        return (*violations, *denials_of(gaps))  # a rule that cannot be evaluated does not pass

    return judging
