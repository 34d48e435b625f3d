"""``scantling ci init [SYSTEM]``: the pipeline's file for the repository it stands in, and what it does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from scantling import __version__
from scantling.ci.fill import fill
from scantling.ci.repository import Repository, checked_image, checked_path, look, root_of
from scantling.ci.systems import SYSTEMS, System, system
from scantling.guard.display import printable
from scantling.model.errors import ScantlingError, UsageError
from scantling.store.atomic import replace_file

from ..console import say
from ..outputs import write_stdout
from ..settings import Settings


def run(settings: Settings) -> int:
    root = root_of(Path())
    repository = look(root)
    if settings["dockerfile"]:
        repository = replace(repository, dockerfile=checked_path(settings["dockerfile"]))
    if settings["image_name"]:
        repository = replace(repository, image=checked_image(settings["image_name"]))
    chosen = _chosen(settings.argument, repository)
    text = fill(chosen, repository, __version__)
    if settings["dry_run"]:
        write_stdout(text.encode())
        return 0
    _write(root / chosen.path, text, force=settings["force"])
    if not settings["quiet"]:
        _explain(chosen, repository)
    return 0


def _chosen(name: str, repository: Repository) -> System:
    if name:
        found = system(name)
        if found is None:
            hint = f"one of {', '.join(one.name for one in SYSTEMS)}"
            raise UsageError("no such pipeline system", where=name, hint=hint)
        return found
    names = [one.name for one in repository.systems]
    if len(names) != 1:
        what = "the repository uses several pipeline systems" if names else "the repository does not say which system"
        hint = " or ".join(f"scantling ci init {one}" for one in names or [one.name for one in SYSTEMS])
        raise UsageError(what, hint=hint)
    return repository.systems[0]


def _write(path: Path, text: str, *, force: bool) -> None:
    if (path.exists() or path.is_symlink()) and not force:
        hint = "--dry-run prints what would be written, to be merged by hand; --force replaces the file"
        raise UsageError("the file is there already", where=str(path), hint=hint)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, text.encode(), mode=0o644)
    except OSError as error:
        raise ScantlingError(f"cannot write the file: {error.strerror or error}", where=str(path)) from error


def _explain(chosen: System, repository: Repository) -> None:
    say(f"wrote {chosen.path} ({chosen.title})")
    if chosen.name == "pre-commit":
        say("before each commit: HIGH and CRITICAL findings in Dockerfiles and Compose files stop it")
    else:
        say(f"it builds {printable(repository.dockerfile or 'Dockerfile')}, scans the image, keeps the reports, and")
        say("pushes only if no CRITICAL or HIGH vulnerability with a fix, and no secret, is found")
        if not repository.dockerfile:
            say("note: no Dockerfile was found: name it with --dockerfile")
    for need in chosen.needs:
        say(f"  - {need}")
