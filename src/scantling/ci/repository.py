"""What a repository says of itself: where it is hosted, which pipelines it has, which Dockerfile, what it is called."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from scantling.guard import limits
from scantling.guard.user_file import read_bounded
from scantling.model.errors import UsageError

from .systems import SYSTEMS, System

_DOCKERFILES = ("Dockerfile", "Containerfile", "docker/Dockerfile", "build/Dockerfile", "deploy/Dockerfile")
_REMOTE = re.compile(r"(?:[a-z+]{2,9}://)?(?:[^@/\s]{1,200}@)?([A-Za-z0-9.-]{1,253})(?::\d{1,5}/|[:/])(\S{1,500})")
# what may stand in a pipeline's file, in quotes of every kind
_NAME = re.compile(r"[a-z0-9]+(?:[._/-][a-z0-9]+){0,20}")
_PATH = re.compile(r"[A-Za-z0-9._/-]{1,300}")
_BRANCH = re.compile(r"[A-Za-z0-9._/-]{1,100}")


@dataclass(frozen=True, slots=True)
class Repository:
    """``host`` is the remote's, "" without one. ``image`` is what an image of it may be called, without a registry.
    ``dockerfile`` is relative to the root, "" where there is none. ``systems`` are those it shows signs of."""

    host: str = ""
    image: str = "app"
    branch: str = "main"
    dockerfile: str = ""
    systems: tuple[System, ...] = ()


def root_of(directory: Path) -> Path:
    """The repository that ``directory`` lies in: the next one above that holds ``.git``, else itself."""
    return work_tree_of(directory) or directory.resolve()


def work_tree_of(directory: Path) -> Path | None:
    """The next directory from ``directory`` upwards that holds ``.git``, None where none does."""
    whole = directory.resolve()
    return next((one for one in (whole, *whole.parents) if (one / ".git").exists()), None)


def look(root: Path) -> Repository:
    """What lies at ``root``. Only names, Git's ``config`` and its heads are read; nothing is run."""
    own, common = _git(root)
    host, path = _remote(_text(common / "config"))
    path = path.replace("/_git/", "/")  # Azure's
    image = _NAME.search(path.lower().replace("_", "-")) or _NAME.search(root.resolve().name.lower().replace("_", "-"))
    found = [one for one in SYSTEMS if any((root / sign).exists() for sign in one.signs)]
    if not found:
        found = [one for one in SYSTEMS if any(host.startswith(name) or host.endswith(name) for name in one.hosts)]
    return Repository(
        host,
        image[0] if image else "app",
        _branch(own, common),
        next((name for name in _DOCKERFILES if (root / name).is_file()), ""),
        tuple(found),
    )


def checked_path(name: str) -> str:
    """``name`` where it can stand in a pipeline's file. Raises ``UsageError``."""
    if not _PATH.fullmatch(name) or name.startswith(("/", "-")) or ".." in name.split("/"):
        hint = "a path from the repository's root of letters, digits and ._/-"
        raise UsageError("not a path that a pipeline's file can hold", where=name, hint=hint)
    return name.removeprefix("./")


def checked_image(name: str) -> str:
    """``name`` where it is an image's name without a registry. Raises ``UsageError``."""
    if not _NAME.fullmatch(name):
        raise UsageError("not an image's name", where=name, hint="lower case, without registry and tag: shop/api")
    return name


def _remote(config: str) -> tuple[str, str]:
    """Host and path of the remote that is called origin, else of the first (git-config: sections and "url = ...")."""
    remotes: dict[str, str] = {}
    section = ""
    for line in config.splitlines():
        text = line.strip()
        if text.startswith("["):
            section = text
        elif section.startswith("[remote ") and text.startswith("url") and "=" in text:
            remotes.setdefault(section, text.partition("=")[2].strip())
    url = remotes.get('[remote "origin"]') or next(iter(remotes.values()), "")
    match = _REMOTE.match(url)
    return (match[1].lower(), match[2].strip("/").removesuffix(".git")) if match else ("", "")


def _git(root: Path) -> tuple[Path, Path]:
    """Git's directory of this work tree, and the one that all work trees share (gitrepository-layout)."""
    own = root / ".git"
    if own.is_file():  # a work tree beside the first one, or a submodule
        own = root / _text(own).partition("gitdir:")[2].strip()
    return own, own / (_text(own / "commondir").strip() or ".")


def _branch(own: Path, common: Path) -> str:
    """The remote's default branch, else the one that is checked out, else "main"."""
    for head in (common / "refs" / "remotes" / "origin" / "HEAD", own / "HEAD"):
        kind, _, name = _text(head).strip().partition(": refs/")
        branch = name.removeprefix("remotes/origin/").removeprefix("heads/")
        if kind == "ref" and _BRANCH.fullmatch(branch):
            return branch
    return "main"


def _text(path: Path) -> str:
    try:
        return read_bounded(path, limits.GIT_CONFIG_BYTES, "").decode("utf-8", "replace")
    except (UsageError, ValueError):  # the second: a NUL in a path that a file names
        return ""  # a repository without it says less
