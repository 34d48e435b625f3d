"""``scantling policy explain RULE``: what it requires, every parameter, and an example; of a policy in Rego, its rules
and which version of Rego it is read as."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

from scantling.guard.display import printable
from scantling.model.errors import UsageError

from ..outputs import write_stdout
from ..settings import Settings


def run(settings: Settings) -> int:
    from scantling.policy.explain import explain
    from scantling.policy.requirements.catalog import BY_ID

    path = Path(settings.argument)
    if settings.argument not in BY_ID and path.exists():
        from scantling.rego.load import is_rego

        if is_rego(path):
            write_stdout(_explain_rego(path).encode())
            return 0
    requirement = BY_ID.get(settings.argument)
    if requirement is None:
        near = get_close_matches(settings.argument, BY_ID, n=1)
        hint = f"did you mean {near[0]}?" if near else "scantling policy list"
        raise UsageError(f"there is no rule {settings.argument!r}", hint=hint)
    write_stdout(explain(requirement).encode())
    return 0


def _explain_rego(path: Path) -> str:
    from scantling.rego.engines import engine_of
    from scantling.rego.load import load

    checked = engine_of().check(load(path))
    lines = [f"{name}: Rego v{version}" for name, version in checked.versions]
    lines += [
        f"  {rule.dotted} ({rule.kind or 'decides nothing'}): {rule.file}:{rule.line}"
        for rule in sorted(checked.rules, key=lambda rule: (not rule.kind, rule.dotted))
    ]
    return "".join(f"{printable(line)}\n" for line in lines)
