"""A compliance pack: a versioned YAML file that maps the controls of a framework to checks.

version: 1
id: our-baseline
title: What we ask of every image
framework: "2026"
controls:
  - id: B-1
    title: Not root
    asks: Containers run as a user other than root.
    checks:
      - {rule: user, numeric: true}
    attest: The orchestrator does not override the user.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scantling.guard import limits
from scantling.guard.strict_yaml import load_named
from scantling.guard.user_file import read_bounded
from scantling.model.errors import UsageError
from scantling.policy.document import hold_to, parameters_of

from .facts import NAMES
from .schema import OWN_WORDS, PERSON, schema

PACKS = Path(__file__).parent / "packs"


@dataclass(frozen=True, slots=True)
class PackCheck:
    """``rule`` is the word of a policy's requirement, ``parameters`` are checked."""

    rule: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Control:
    """``needs_person``: checks that hold do not decide it. ``evidence`` names facts of ``compliance.facts``."""

    id: str
    title: str
    asks: str
    checks: tuple[PackCheck, ...]
    needs_person: bool
    evidence: tuple[str, ...]
    attest: str
    source_url: str


@dataclass(frozen=True, slots=True)
class Pack:
    """``digest`` is the SHA-256 (hex) of the file's bytes."""

    id: str
    title: str
    framework: str
    source_url: str
    controls: tuple[Control, ...]
    digest: str

    def needs_history(self) -> bool:
        """Whether any check counts days from when a finding was first seen here."""
        return any("grace" in check.parameters for control in self.controls for check in control.checks)


def read_packs(names: Iterable[str]) -> tuple[Pack, ...]:
    """Packs by shipped name, or by path of a YAML file. Raises ``UsageError``, whose place is FILE:LINE where a line
    is to blame."""
    packs: dict[str, Pack] = {}
    for name in names:
        pack = read_pack(name)
        if packs.setdefault(pack.id, pack).digest != pack.digest:
            raise UsageError(f"two different compliance packs are called {pack.id}", where="--compliance")
    return tuple(packs.values())


def read_pack(name: str) -> Pack:
    """One pack, as ``read_packs`` does."""
    name = name.removeprefix("@")  # as Trivy's users mark a path
    path = Path(name)
    if "/" not in name and path.suffix not in {".yaml", ".yml"}:
        path = PACKS / f"{name.lower()}.yaml"
        if not path.is_file():
            raise UsageError(
                f"no compliance pack {name!r}",
                where="--compliance",
                hint=f"there are: {', '.join(shipped())}; or name a YAML file of your own",
            )
    return parse_pack(read_bounded(path, limits.SETTINGS_BYTES, "cannot read the compliance pack"), str(path))


def shipped() -> tuple[str, ...]:
    """The packs that come with the program."""
    return tuple(sorted(path.stem for path in PACKS.glob("*.yaml")))


def parse_pack(data: bytes, where: str) -> Pack:
    """The pack in ``data``. Raises ``UsageError``; ``where`` names it in messages."""
    document = load_named(data, where, "the compliance pack")
    hold_to(document, schema(), where, "the compliance pack", "docs/how-to/compliance.md shows one")
    value = document.value
    controls = []
    seen: dict[str, int] = {}
    for index, item in enumerate(value["controls"]):
        line = document.line_of(("controls", index))
        if item["id"] in seen:
            raise UsageError(
                f"two controls are called {item['id']} (the first on line {seen[item['id']]})", where=f"{where}:{line}"
            )
        seen[item["id"]] = line
        checks = tuple(
            PackCheck(
                check["rule"],
                parameters_of(document, ("controls", index, "checks", number), check, OWN_WORDS, where),
            )
            for number, check in enumerate(item.get("checks", ()))
        )
        for number, fact in enumerate(item.get("evidence", ())):
            if fact not in NAMES:
                raise UsageError(
                    f"no fact is called {fact!r}",
                    where=f"{where}:{document.line_of(('controls', index, 'evidence', number))}",
                    hint=f"there are: {', '.join(NAMES)}",
                )
        if not checks and not item.get("attest"):
            raise UsageError(
                f"nothing decides control {item['id']}: it has neither checks nor attest", where=f"{where}:{line}"
            )
        controls.append(
            Control(
                id=item["id"],
                title=item["title"],
                asks=item["asks"],
                checks=checks,
                needs_person=item.get("decided_by") == PERSON or not checks,
                evidence=tuple(item.get("evidence", ())),
                attest=item.get("attest", ""),
                source_url=item.get("source_url", value.get("source_url", "")),
            )
        )
    return Pack(
        id=value["id"],
        title=value["title"],
        framework=value["framework"],
        source_url=value.get("source_url", ""),
        controls=tuple(controls),
        digest=hashlib.sha256(data).hexdigest(),
    )
