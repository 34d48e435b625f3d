"""``scantling policy test FILE``: the cases beside a policy."""

from __future__ import annotations

from scantling.guard.display import printable
from scantling.model.errors import UsageError

from ..outputs import write_stdout
from ..settings import Settings


def run(settings: Settings) -> int:
    from scantling.policy.asked import read_policies
    from scantling.policy.cases import cases_of, run_cases
    from scantling.report.load import load_report

    policies = read_policies((settings.argument,)).policies
    if not policies:
        raise UsageError(
            "cases are run for policies in YAML",
            where=settings.argument,
            hint="hold a saved report against Rego: scantling policy check REPORT.json --policy FILE",
        )
    failed = total = 0
    lines = []
    for policy in policies:
        if len(policies) > 1 and not cases_of(policy).is_file():
            lines.append(f"no cases  {policy.path}")
            continue
        for outcome in run_cases(policy, load_report):
            total += 1
            failed += bool(outcome.why)
            lines.append(f"{'FAILED' if outcome.why else 'ok'}  {policy.name}: {outcome.name}")
            if outcome.why:
                lines.append(f"        {outcome.why} ({outcome.where})")
    lines.append(f"{total} case{'s' if total != 1 else ''}, {failed} failed")
    write_stdout("".join(f"{printable(line)}\n" for line in lines).encode())
    return 1 if failed or not total else 0
