"""The policies that an image is held against, and what their verdict depends on beside the report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from scantling.model.errors import UsageError
from scantling.model.report import Report, Violation
from scantling.store.history import Seen

from .document import Policy, read_policy
from .judge import judge
from .requirement import Circumstances

PACKS = Path(__file__).parent / "packs"
_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Asked:
    """``environment`` picks one of the policies' environments ("" none)."""

    policies: tuple[Policy, ...] = ()
    environment: str = ""

    def needs_history(self) -> bool:
        """Whether any rule counts days from when a finding was first seen here."""
        return any("grace" in rule.parameters for policy in self.policies for rule in policy.rules)

    def judge(self, report: Report, now: datetime, history: Mapping[str, Seen]) -> tuple[Violation, ...]:
        """Everything that the policies do not allow, in their order."""
        circumstances = Circumstances(now, history)
        return tuple(
            violation
            for policy in self.policies
            for violation in judge(report, policy, circumstances, self.environment)
        )


def read_policies(names: Iterable[str], environment: str = "") -> Asked:
    """The policies in files, directories of files (sorted by name) and shipped ones ("default").

    Raises ``UsageError`` for what is missing or not valid, for a directory without any, and for an environment that no
    policy knows.
    """
    policies = tuple(read_policy(path) for name in names for path in _files(name))
    if environment and not any(environment in policy.environments for policy in policies):
        known = sorted({name for policy in policies for name in policy.environments})
        hint = f"there are: {', '.join(known)}" if known else "add it to the policy under environments"
        raise UsageError(f"no policy has an environment {environment!r}", where="--policy-env", hint=hint)
    return Asked(policies, environment)


def shipped() -> tuple[Path, ...]:
    """The policies that come with the program."""
    return tuple(sorted(PACKS.glob("*.yaml")))


def _files(name: str) -> tuple[Path, ...]:
    path = Path(name)
    if path.is_dir():
        found = tuple(sorted(each for each in path.iterdir() if each.suffix in _SUFFIXES and each.is_file()))
        if not found:
            raise UsageError("no policy in the directory: no .yaml file", where=name)
        return found
    if not path.exists() and (shipped_ := PACKS / f"{name}.yaml").is_file() and "/" not in name:
        return (shipped_,)
    return (path,)
