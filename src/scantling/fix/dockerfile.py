"""A plan's changes as lines of a Dockerfile."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scantling.check.patch import corrected
from scantling.check.recipe.dockerfile import parse
from scantling.check.recipe.recipe import Instruction, Recipe
from scantling.check.rule import Edit, hits
from scantling.check.rules.catalog import recipe_rules
from scantling.model.image import is_root

from . import language, system
from .change import CONFIG, HEALTHCHECK, LANGUAGE, SYSTEM, USER, Change

_GO = re.compile(r"((?:[A-Za-z0-9._:/-]{0,200}/)?golang:)([0-9]{1,4}(?:\.[0-9]{1,6}){0,2})([A-Za-z0-9._-]{0,100})")
# bounded: what stands between the program and its verb are options
_INSTALLS = re.compile(
    r"\b(?:apt-get|apt|aptitude|apk|dnf|microdnf|yum|zypper)\b[^\n;|&]{0,200}?[ \t](?:install|add|in)(?=[ \t\\\n]|$)"
)
_SITE = re.compile(r"((?:[^/\s'\"]{1,100}/){0,10})lib/python3(?:\.[0-9]{1,3})?/(?:site|dist)-packages/")


@dataclass(frozen=True, slots=True)
class Patched:
    """``text`` is the new Dockerfile; ``done`` are the changes that are in it."""

    text: str
    done: tuple[Change, ...]
    notes: tuple[str, ...] = ()


def patched(text: str, changes: Sequence[Change]) -> Patched:
    """The Dockerfile with ``changes``, as far as lines can make them; line ends stay as they are. Raises
    ``Malformed``."""
    recipe = parse((text if text.endswith("\n") else f"{text}\n").encode())  # lines may come after the last one
    edits: list[Edit] = []
    done: list[Change] = []
    notes: list[str] = []
    for made, said in (_go(recipe, changes), _at_the_start(recipe, changes), _at_the_end(recipe, changes),
                       _rules(recipe, changes)):  # fmt: skip
        for change, edit in made:
            done.append(change)
            edits += [edit] if edit is not None else []
        notes += said
    plain = "\n".join(recipe.lines)
    new = corrected(plain, _merged(edits))
    return Patched(new.replace("\n", "\r\n") if "\r\n" in text else new, tuple(done), tuple(notes))


def _merged(edits: Iterable[Edit]) -> list[Edit]:
    """Of edits at one line one: what is put in before it, then the line itself or what replaces it."""
    by_line: dict[int, Edit] = {}
    for edit in edits:
        known = by_line.get(edit.first)
        if known is None:
            by_line[edit.first] = edit
        elif known.last < known.first or edit.last < edit.first:
            inserted, other = (known, edit) if known.last < known.first else (edit, known)
            by_line[edit.first] = Edit(edit.first, max(known.last, edit.last), inserted.lines + other.lines)
    return list(by_line.values())


Made = tuple[list[tuple[Change, Edit | None]], list[str]]
"""Changes with their edit, the first of several that share one having it; and what to mind."""


def _go(recipe: Recipe, changes: Iterable[Change]) -> Made:
    """Builder images of Go, where the standard library is to be newer."""
    change = next((one for one in changes if one.type == "golang" and one.name == language.GO_ITSELF), None)
    if change is None:
        return [], []
    found: list[tuple[Change, Edit | None]] = []
    for stage in recipe.stages:
        line = recipe.lines[stage.line - 1]
        match = _GO.search(line)
        if match is not None and match[0] == stage.image:
            new = line[: match.start()] + match[1] + change.version + match[3] + line[match.end() :]
            found.append((change, Edit(stage.line, stage.line, (new,))))
    return found, []


def _at_the_start(recipe: Recipe, changes: Iterable[Change]) -> Made:
    """The upgrade of the distribution's packages: below the last FROM, so that what is built on them sees them, or
    behind the last RUN there that installs packages, since only what is installed is upgraded."""
    mine = [change for change in changes if change.kind == SYSTEM and change.tool]
    if not mine:
        return [], []
    stage = recipe.final
    if stage.image.lower() == "scratch":
        return [], ["the last stage is built on scratch: the packages come with what is copied into it"]
    lines = [line for command in system.commands(mine) for line in _run(command)]
    members = [one for one in stage.instructions if not one.on_build]
    installs = [index for index, one in enumerate(members) if one.name == "RUN" and _INSTALLS.search(one.script)]
    above = members[: installs[-1] + 1] if installs else []
    below = [one for lower in recipe.built_on(stage)[:-1] for one in lower.instructions]
    users = [one.value for one in (*below, *above) if one.name == "USER" and not one.on_build]
    if users and not is_root(users[-1]):
        lines = ["USER root", *lines, f"USER {users[-1]}"]
    after = above[-1].last_line if above else _last_line(recipe, stage.line)
    edit = Edit(after + 1, after, tuple(lines))
    return [(change, edit if index == 0 else None) for index, change in enumerate(mine)], []


def _at_the_end(recipe: Recipe, changes: Iterable[Change]) -> Made:
    """What pip upgrades beside the manifests, then health check and user: before what is started."""
    changes = tuple(changes)
    members = [one for one in recipe.final.instructions if not one.on_build]
    made: list[tuple[Change, Edit | None]] = []
    notes: list[str] = []
    lines: list[str] = []
    users = [one for one in members if one.name == "USER"]
    by_place: dict[str, list[Change]] = {}
    for change in changes:
        if change.kind == LANGUAGE and change.type == "pypi" and (place := _python(change)) is not None:
            by_place.setdefault(place, []).append(change)
    for place, mine in sorted(by_place.items()):
        pip = language.pip(sorted({f"{change.name}=={change.version}" for change in mine}))
        lines += _run(f"{place}{pip}")
        made += [(change, None) for change in mine]
    if lines and users and not is_root(users[-1].value):
        lines = ["USER root", *lines, f"USER {users[-1].value}"]
    health = next((change for change in changes if change.kind == HEALTHCHECK), None)
    if health is not None:
        lines.append(health.version)
        made.append((health, None))
    user = next((change for change in changes if change.kind == USER), None)
    if user is not None:
        made.append((user, None))
        lines.append(f"USER {user.version}")
    if lines:
        place_of = _before(recipe, members)
        made.append((made[0][0], Edit(place_of, place_of - 1, tuple(lines))))
    return made, notes


def _rules(recipe: Recipe, changes: Iterable[Change]) -> Made:
    """Rules of configuration that know their own correction."""
    wanted = {change.name: change for change in changes if change.kind == CONFIG}
    found: list[tuple[Change, Edit | None]] = []
    for rule in recipe_rules():
        if (change := wanted.get(rule.id)) is not None:
            found += [(change, hit.edit) for hit in hits(rule, "dockerfile", recipe) if hit.edit is not None]
    return found, []


def _before(recipe: Recipe, members: Sequence[Instruction]) -> int:
    """The line before which the last lines go: the first ENTRYPOINT or CMD that nothing but configuration follows,
    else the end of the file."""
    line = len(recipe.lines)  # what ``split`` leaves after the last newline
    for one in reversed(members):
        if one.name not in {"ENTRYPOINT", "CMD"}:
            break
        line = one.line
    return line


def _last_line(recipe: Recipe, line: int) -> int:
    """The last line of the instruction that begins on ``line``."""
    while line < len(recipe.lines) and recipe.lines[line - 1].rstrip().endswith("\\"):
        line += 1
    return line


def _python(change: Change) -> str | None:
    """ "" where pip on the path is the one, "/opt/venv/bin/" for that of an environment, None where nothing tells."""
    found = {match[1] for path in change.files if (match := _SITE.match(path)) is not None}
    if len(found) != 1:
        return None
    (root,) = found
    return "" if root in {"usr/", "usr/local/"} else f"/{root}bin/"


def _run(command: str) -> list[str]:
    """A RUN with one command on each line."""
    parts = command.split(" && ")
    lines = [("RUN " if index == 0 else "    && ") + part for index, part in enumerate(parts)]
    return [f"{line} \\" for line in lines[:-1]] + lines[-1:]
