"""What could be done about an image, and the plan: the few changes that clear its gate."""

from __future__ import annotations

from dataclasses import dataclass

# kinds of change; those after BY_HAND need a person and are never taken for done
SYSTEM, LANGUAGE, BASE, DROP_DEV, USER, HEALTHCHECK = "system", "language", "base", "drop-dev", "user", "healthcheck"
CONFIG, BY_HAND = "config", "by-hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing to do. ``packages`` are purls whose version becomes ``version``; ``names`` their names, as the package
    manager ``tool`` takes them, each pinned where its version is the source's own. ``clears`` are fingerprints of the
    findings that go. ``is_major`` where the step may break what uses it. ``command`` is for a shell, "" for none;
    ``advice`` one sentence. ``files`` are where the packages were found, ``notes`` what to mind."""

    kind: str
    name: str
    type: str = ""
    installed: str = ""
    version: str = ""
    tool: str = ""
    names: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    clears: tuple[str, ...] = ()
    violations: int = 0  # how many of the findings that stop the image go with it
    is_major: bool = False
    command: str = ""
    advice: str = ""
    notes: tuple[str, ...] = ()

    @property
    def is_mechanical(self) -> bool:
        """Whether it can be tried without a person: by other versions, or by a line of the Dockerfile."""
        return self.kind not in {CONFIG, BY_HAND}


@dataclass(frozen=True, slots=True)
class Left:
    """What stops the image after every change. ``id`` is a finding's or, where none is behind it, a rule's.
    ``choices`` are what is left to decide, the last one a command that accepts it."""

    id: str
    severity: str
    where: str
    why: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Patched:
    """The patch that was written: the files it changes, the changes that are in it and those that are not, by name, and
    the commands that bring lock files up to date after it."""

    files: tuple[str, ...]
    done: tuple[str, ...]
    rest: tuple[str, ...]
    refresh: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """``changes`` are ranked: those that clear most of what stops the image first. ``commands`` do the upgrades, one
    for each package manager (with a patch: those that are not in it). ``before`` and ``after`` are the gate's outcomes,
    "pass" or "fail"; ``blocking`` counts the findings that stop the image before and after. ``gate`` says in words what
    was asked. ``code`` is the exit code of the image that the plan makes. ``verified`` is whether it was matched again
    at the new versions; otherwise what is known of the old ones foretells ``after``."""

    image: str
    gate: str
    before: str
    after: str
    blocking: tuple[int, int]
    findings: tuple[int, int]
    changes: tuple[Change, ...]
    commands: tuple[str, ...]
    left: tuple[Left, ...]
    notes: tuple[str, ...] = ()
    code: int = 0
    patched: Patched | None = None
    verified: bool = False
