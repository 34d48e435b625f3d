"""All rules in force: those of the package, and what the user's file adds, changes and allows."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from .rule import Rule, rule_of
from .settings import SecretSettings

if TYPE_CHECKING:
    from .allow import Allow

CODE = "3"  # raised when the same rules find something else than before


@dataclass(frozen=True, slots=True)
class Ruleset:
    """``digest`` names the rules and allow lists; ``allow`` are the lists that hold for every rule."""

    rules: tuple[Rule, ...]
    digest: str
    allow: tuple[Allow, ...] = ()


def digest(settings: SecretSettings) -> str:
    """The rules' digest, without parsing them. Raises ``UsageError`` for a file that cannot be read."""
    state = hashlib.sha256(CODE.encode() + b"\0" + _shipped())
    if settings.config is not None:
        from .gitleaks import read

        state.update(b"\0" + read(settings.config))
    return state.hexdigest()


@cache
def ruleset(settings: SecretSettings) -> Ruleset:
    """The rules that ``settings`` ask for. Raises ``UsageError`` for a file that cannot be used."""
    shipped = shipped_rules()
    if settings.config is None:
        return Ruleset(shipped, digest(settings))
    from .gitleaks import extended

    rules, allow = extended(shipped, settings.config)
    return Ruleset(rules, digest(settings), allow)


def shipped_rules() -> tuple[Rule, ...]:
    """The package's own rules, in their order."""
    groups = tomllib.loads(_shipped().decode())["group"]
    return tuple(rule_of(line, group["revoke"]) for group in groups for line in group["rules"])


@cache
def _shipped() -> bytes:
    return files(__package__).joinpath("rules.toml").read_bytes()
