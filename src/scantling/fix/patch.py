"""A plan as a unified diff for ``git apply``: manifests first, and the Dockerfile for what no manifest names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from scantling.check.patch import diff
from scantling.model.errors import Malformed, UsageError

from .change import LANGUAGE, Change
from .dockerfile import patched
from .manifests.catalog import Manifest, manifest_of, refreshed
from .manifests.edit import Wanted
from .sources import Sources

# what feeds and images say becomes text of source files: nothing that could end a string or a line there
_PLAIN = re.compile(r"[A-Za-z0-9@/._:+~=>*^ -]{1,300}")


@dataclass(frozen=True, slots=True)
class Patch:
    """``text`` is the diff, "" for none. ``files`` are the files it changes, ``done`` the changes in it, ``rest`` those
    that are not; ``refresh`` are commands for lock files, which no patch can make."""

    text: str
    files: tuple[str, ...]
    done: tuple[Change, ...]
    rest: tuple[Change, ...]
    refresh: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def patch(changes: Iterable[Change], sources: Sources) -> Patch:
    """The diff from ``sources`` to what ``changes`` ask for. Raises ``UsageError`` for a Dockerfile that is none."""
    changes = tuple(changes)
    plain = [change for change in changes if _is_plain(change)]
    parts: list[str] = []
    files: list[str] = []
    done: list[Change] = []
    refresh: list[str] = []
    notes = list(sources.notes)
    for path, text in sorted(sources.manifests.items()):
        manifest = manifest_of(path)
        if manifest is None:
            continue
        wanted = _wanted(plain, manifest)
        if not wanted:
            continue
        edited = manifest.edit(text, wanted, path)
        notes += edited.notes
        found = [change for change in plain if change.type == manifest.type and change.name in edited.done]
        done += [change for change in found if change not in done]
        if difference := diff(path, text, edited.text):
            parts.append(difference)
            files.append(path)
        if edited.done:
            refresh += refreshed(manifest, path, sources.files, sorted(edited.done))
    if sources.dockerfile:
        left = [change for change in plain if change not in done or change.name == "stdlib"]
        try:
            recipe = patched(sources.recipe, left)
        except Malformed as error:
            raise UsageError(f"not a Dockerfile: {error}", where=sources.dockerfile) from error
        notes += recipe.notes
        done += [change for change in dict.fromkeys(recipe.done) if change not in done]
        if difference := diff(sources.dockerfile, sources.recipe, recipe.text):
            parts.append(difference)
            files.append(sources.dockerfile)
    rest = tuple(change for change in changes if change not in done)
    return Patch("".join(parts), tuple(files), tuple(done), rest, tuple(dict.fromkeys(refresh)), tuple(notes))


def _wanted(changes: Iterable[Change], manifest: Manifest) -> dict[str, Wanted]:
    """By name; of several copies the one that is nearest to what a manifest would name, the newest installed."""
    found: dict[str, Wanted] = {}
    for change in changes:
        if change.kind != LANGUAGE or change.type != manifest.type:
            continue
        one = Wanted(change.name, change.installed, change.version)
        before = found.get(change.name)
        found[change.name] = one if before is None else replace(_higher(before, one, change.type), is_one=False)
    return found


def _higher(one: Wanted, other: Wanted, type_: str) -> Wanted:
    from scantling.versions import Unparseable, compare
    from scantling.versions.upgrade import SCHEMES

    try:
        return one if compare(SCHEMES[type_], one.installed, other.installed) >= 0 else other
    except Unparseable:
        return one


def _is_plain(change: Change) -> bool:
    if change.kind != LANGUAGE and not change.names:
        return True  # its text is our own
    return all(_PLAIN.fullmatch(text) for text in (change.name, change.version, *change.names))
