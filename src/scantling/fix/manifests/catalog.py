"""Every manifest that can be changed: its names, the purl type it asks for, what refreshes its lock file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from . import gemfile, go_mod, package_json, pom, pyproject, requirements
from .edit import Edited, Wanted


@dataclass(frozen=True, slots=True)
class Manifest:
    """``locks`` are (lock file beside it, the command that refreshes it)."""

    pattern: str
    type: str
    edit: Callable[[str, Mapping[str, Wanted], str], Edited]
    locks: tuple[tuple[str, str], ...] = ()


MANIFESTS: tuple[Manifest, ...] = (
    Manifest("requirements*.txt", "pypi", requirements.edit),
    Manifest("pyproject.toml", "pypi", pyproject.edit, (
        ("poetry.lock", "poetry lock"), ("uv.lock", "uv lock"), ("pdm.lock", "pdm lock"),
    )),
    Manifest("package.json", "npm", package_json.edit, (
        ("package-lock.json", "npm install --package-lock-only"),
        ("yarn.lock", "yarn install"), ("pnpm-lock.yaml", "pnpm install --lockfile-only"),
    )),
    Manifest("go.mod", "golang", go_mod.edit, (("go.sum", "go mod tidy"),)),
    Manifest("Gemfile", "gem", gemfile.edit, (("Gemfile.lock", "bundle lock --update {names}"),)),
    Manifest("pom.xml", "maven", pom.edit),
)  # fmt: skip
DOCKERFILES = ("Dockerfile", "Containerfile")
LOCKS = frozenset(lock for manifest in MANIFESTS for lock, _ in manifest.locks)


def manifest_of(path: str) -> Manifest | None:
    """The manifest that a file of that path is, by its name."""
    name = PurePosixPath(path).name
    return next((one for one in MANIFESTS if fnmatchcase(name, one.pattern)), None)


def refreshed(manifest: Manifest, path: str, files: Collection[str], names: Sequence[str]) -> tuple[str, ...]:
    """The commands that bring the lock files beside ``path`` up to date."""
    folder = PurePosixPath(path).parent
    return tuple(
        (f"cd {folder} && " if str(folder) != "." else "") + command.format(names=" ".join(names))
        for lock, command in manifest.locks
        if str(folder / lock) in files
    )
