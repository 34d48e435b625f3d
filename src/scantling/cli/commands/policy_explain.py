"""``scantling policy explain RULE``: what it requires, every parameter, and an example."""

from __future__ import annotations

from difflib import get_close_matches

from scantling.model.errors import UsageError

from ..outputs import write_stdout
from ..settings import Settings


def run(settings: Settings) -> int:
    from scantling.policy.explain import explain
    from scantling.policy.requirements.catalog import BY_ID

    requirement = BY_ID.get(settings.argument)
    if requirement is None:
        near = get_close_matches(settings.argument, BY_ID, n=1)
        hint = f"did you mean {near[0]}?" if near else "scantling policy list"
        raise UsageError(f"there is no rule {settings.argument!r}", hint=hint)
    write_stdout(explain(requirement).encode())
    return 0
