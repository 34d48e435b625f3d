"""The policies that an image is held against, and what their verdict depends on beside the report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from scantling.guard import limits
from scantling.guard.user_file import read_bounded
from scantling.model.errors import UsageError
from scantling.model.report import Report, Violation
from scantling.model.weights import Weights
from scantling.store.history import Seen

from .cases import SUFFIX
from .document import Policy, read_policy
from .judge import judge
from .requirement import Circumstances

if TYPE_CHECKING:
    from scantling.rego.bundle import Bundle, Checked
    from scantling.rego.engines import Engine
    from scantling.source.options import SourceOptions

PACKS = Path(__file__).parent / "packs"
_SUFFIXES = (".yaml", ".yml")
_OCI = "oci://"


@dataclass(frozen=True, slots=True)
class Asked:
    """``environment`` picks one of the policies' environments ("" none). ``rego`` are policies in Rego, and ``engine``
    what evaluates them."""

    policies: tuple[Policy, ...] = ()
    environment: str = ""
    rego: tuple[Checked, ...] = ()
    engine: Engine | None = None

    def needs_history(self) -> bool:
        """Whether any rule counts days from when a finding was first seen here."""
        return any("grace" in rule.parameters for policy in self.policies for rule in policy.rules)

    def weights(self) -> Weights | None:
        """What a policy says that priorities are made of; None where none does."""
        return next((policy.priority for policy in self.policies if policy.priority is not None), None)

    def asks(self, rule: str) -> bool:
        """Whether any policy has a rule of that word."""
        return any(one.rule == rule for policy in self.policies for one in policy.rules)

    def exception_days(self) -> int | None:
        """The longest time in days that an exception may last; None where no policy limits it."""
        terms = [policy.exceptions for policy in self.policies if policy.exceptions is not None]
        return min((term.max_days for term in terms if term.max_days is not None), default=None)

    def legacy(self) -> tuple[str, ...]:
        """The modules of Rego that are no v1 and are read as v0."""
        return tuple(name for checked in self.rego for name, version in checked.versions if version == 0)

    def judge(self, report: Report, now: datetime, history: Mapping[str, Seen]) -> tuple[Violation, ...]:
        """Everything that the policies in YAML do not allow, in their order."""
        circumstances = Circumstances(now, history)
        return tuple(
            violation
            for policy in self.policies
            for violation in judge(report, policy, circumstances, self.environment)
        )


def read_policies(
    names: Iterable[str], environment: str = "", source: SourceOptions | None = None, opa: str = ""
) -> Asked:
    """The policies in files, directories of files (sorted by name), shipped ones ("default"), and in Rego: modules,
    directories, archives, OCI artifacts (fetched as ``source`` says), read by ``opa`` where one is named.

    Raises ``UsageError`` for what is missing or not valid, for a directory without any, and for an environment that no
    policy knows; ``Unscannable`` for an artifact that cannot be fetched.
    """
    policies: list[Policy] = []
    rego: list[Checked] = []
    engine = None
    for name in names:
        files, bundle = _named(name, source)
        policies += map(read_policy, files)
        if bundle is not None:
            from scantling.rego.engines import engine_of

            from .rego_rules import require_decisions

            engine = engine or engine_of(opa, offline=source is not None and source.offline)
            rego.append(require_decisions(engine.check(bundle)))
    if environment and not any(environment in policy.environments for policy in policies):
        known = sorted({name for policy in policies for name in policy.environments})
        hint = f"there are: {', '.join(known)}" if known else "add it to the policy under environments"
        raise UsageError(f"no policy has an environment {environment!r}", where="--policy-env", hint=hint)
    _agree(policies)
    return Asked(tuple(policies), environment, tuple(rego), engine)


def _agree(policies: Iterable[Policy]) -> None:
    """Raise ``UsageError`` if two policies weigh priorities differently: a finding has one priority."""
    weighing = [policy for policy in policies if policy.priority is not None]
    for policy in weighing[1:]:
        if policy.priority != weighing[0].priority:
            raise UsageError(
                f"priorities are weighed otherwise than in {weighing[0].path}",
                where=policy.path,
                hint="a finding has one priority: keep priority in one of the policies",
            )


def shipped() -> tuple[Path, ...]:
    """The policies that come with the program."""
    return tuple(sorted(PACKS.glob("*.yaml")))


def _named(name: str, source: SourceOptions | None) -> tuple[tuple[Path, ...], Bundle | None]:
    """The policies in YAML and the bundle of Rego that ``name`` stands for."""
    path = Path(name)
    if not path.exists() and (name.startswith(_OCI) or "@sha256:" in name):
        from scantling.rego.artifact import fetch

        return (), fetch(name.removeprefix(_OCI), source)
    if path.is_dir():
        found = tuple(sorted(each for each in path.iterdir() if _is_yaml(each)))
        if _is_rego(path):
            from scantling.rego.load import load

            # a directory of Rego may hold policies in YAML too; every other YAML file in it is data
            ours = frozenset(each for each in found if _is_policy(each))
            return tuple(sorted(ours)), load(path, ours | set(path.glob(f"*{SUFFIX}")))
        if not found:
            raise UsageError("no policy in the directory: no .yaml file", where=name)
        return found, None
    if not path.exists() and (shipped_ := PACKS / f"{name}.yaml").is_file() and "/" not in name:
        return (shipped_,), None
    if _is_rego(path):
        from scantling.rego.load import load

        return (), load(path)
    return (path,), None


def _is_rego(path: Path) -> bool:
    from scantling.rego.load import is_rego

    return path.suffix not in _SUFFIXES and is_rego(path)


def _is_yaml(path: Path) -> bool:
    return path.suffix in _SUFFIXES and not path.name.endswith(SUFFIX) and path.is_file()


def _is_policy(path: Path) -> bool:
    """Whether a YAML file beside Rego is a policy: it says so with ``version`` and ``rules`` on lines of their own."""
    data = b"\n" + read_bounded(path, limits.SETTINGS_BYTES, "cannot read the policy")
    return b"\nversion:" in data and b"\nrules:" in data
