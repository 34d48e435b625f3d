"""The manual's page of every rule that a policy can ask for, from the code."""

from __future__ import annotations

from scantling.policy.explain import kind
from scantling.policy.requirements.catalog import REQUIREMENTS

_INTRO = """# Policies: every rule and its parameters

A policy is one YAML file ([how to write one](../how-to/policy.md)); its JSON Schema is printed by
`python -m scantling.policy.schema`. Each entry of `rules` names a rule and its parameters, and may have:

| key | meaning |
|---|---|
| `id` | the rule's name in verdicts; default: the word after `rule` |
| `action` | `deny` (default): the gate fails, exit code 1; `warn`: it is said and the gate passes; `off` |
| `message` | said before what was found |
| `fix` | said instead of the advice |
| `docs_url` | your guide for this rule; else the policy's own, in which `{rule}` and `{policy}` are replaced |

A rule whose scanner was not asked for fails: nobody looked.
"""


def page() -> str:
    """Markdown."""
    text = _INTRO
    for requirement in REQUIREMENTS:
        text += f"\n## {requirement.id}\n\n{requirement.summary}"
        if requirement.scanner:
            text += f" Needs `--scanners {requirement.scanner}`."
        text += "\n"
        if requirement.parameters:
            text += "\n| parameter | value | |\n|---|---|---|\n"
        for name, schema in requirement.parameters.items():
            must = " (required)" if name in requirement.required else ""
            value = kind(schema).replace("|", "\\|")
            text += f"| `{name}`{must} | {value} | {schema.get('description', '').replace('|', chr(92) + '|')} |\n"
    return text
