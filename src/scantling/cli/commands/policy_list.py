"""``scantling policy list``: what a policy can ask for, and which policies are shipped."""

from __future__ import annotations

from ..outputs import write_stdout
from ..settings import Settings


def run(_settings: Settings) -> int:
    from scantling.policy.asked import shipped
    from scantling.policy.document import read_policy
    from scantling.policy.requirements.catalog import REQUIREMENTS

    width = max(len(requirement.id) for requirement in REQUIREMENTS)
    lines = ["Rules that a policy can ask for (scantling policy explain RULE):"]
    lines += [f"  {requirement.id:<{width}}  {requirement.summary}" for requirement in REQUIREMENTS]
    lines.append("Policies that are shipped (--policy NAME):")
    for path in shipped():
        policy = read_policy(path)
        lines.append(f"  {policy.name}: {', '.join(rule.id for rule in policy.rules)}")
    write_stdout("".join(f"{line}\n" for line in lines).encode())
    return 0
