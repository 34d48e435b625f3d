"""The manual's page of the shipped compliance packs: control by control, from the packs themselves."""

from __future__ import annotations

from scantling.compliance.facts import NAMES
from scantling.compliance.pack import read_pack, shipped
from scantling.compliance.words import in_words

_INTRO = """# Compliance packs

What `--compliance NAME` checks for each control ([how to use them](../how-to/compliance.md)). A pack collects *evidence
for* controls; it is never compliance itself. Checks are [rules of policies](policy.md). A control fails if any of its
checks fails; it passes if all could be judged and hold; it is not checkable if something was not looked at, if it has
no check, or if it is marked *a person decides* and nothing speaks against it.

"""


def page() -> str:
    """Markdown."""
    text = _INTRO + "Facts that `evidence` can name: " + ", ".join(f"`{name}`" for name in NAMES) + ".\n"
    for name in shipped():
        pack = read_pack(name)
        text += f"\n## {pack.id}\n\n{pack.title} ({pack.framework}). Source: <{pack.source_url}>.\n\n"
        text += "| control | asks | checks | to attest |\n|---|---|---|---|\n"
        for control in pack.controls:
            checks = "<br>".join(f"`{in_words(check)}`" for check in control.checks) or "none"
            if control.needs_person and control.checks:
                checks += "<br>*a person decides*"
            text += f"| **{control.id}** {control.title} | {control.asks} | {checks} | {control.attest} |\n"
    return text
