"""The policies that the settings name, read before anything is scanned."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from scantling.guard.display import printable
from scantling.model.errors import UsageError

from .console import say
from .settings import Settings

if TYPE_CHECKING:
    from scantling.compliance.pack import Pack
    from scantling.pipeline.ignore_policy import IgnorePolicy
    from scantling.policy.asked import Asked
    from scantling.source.options import SourceOptions


def policies_of(settings: Settings, source: SourceOptions | None = None) -> Asked | None:
    """The policies that the settings name, None for none; ``source`` says how to get at those in registries. Raises
    ``UsageError``."""
    if not settings["policy"]:
        if settings["policy_env"]:
            raise UsageError("an environment without a policy", where="--policy-env", hint="add --policy FILE")
        return None
    from scantling.policy.asked import read_policies

    asked = read_policies(settings["policy"], settings["policy_env"] or "", source, settings["opa"] or "")
    for name in () if settings["quiet"] else asked.legacy():
        say(f"note: {printable(name)} is read as Rego v0")
    return asked


def ignore_policy_of(settings: Settings) -> IgnorePolicy | None:
    """Trivy's ignore policy that the settings name, None for none. Raises ``UsageError``."""
    if not settings["ignore_policy"]:
        return None
    from scantling.pipeline.ignore_policy import read_ignore_policy

    return read_ignore_policy(
        Path(settings["ignore_policy"]), settings["opa"] or "", offline=settings.values.get("offline", False)
    )


def history_of(settings: Settings) -> Path | None:
    """The file that remembers since when findings are known, None for the user's own."""
    return Path(settings["history"]) if settings["history"] else None


def packs_of(settings: Settings) -> tuple[Pack, ...]:
    """The compliance packs that the settings name. Raises ``UsageError``."""
    if not settings.values.get("compliance"):
        return ()
    from scantling.compliance.pack import read_packs

    return read_packs(settings["compliance"])
