"""yarn.lock of Yarn 1 (its own line format) and of Yarn 2 and newer, "berry" (YAML). Facts are ``declared``.

Neither says which dependencies are for development: that stands in package.json, and so for Yarn 1 does what is direct.
Reported is what came from a registry
or a repository, under its real name (``shown@npm:real@1``); workspaces, links and directories are one's own source.
Sources: Yarn 1's ``src/lockfile``; berry's manual, "Lockfile", and lock files of both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits
from scantling.model.errors import Malformed

from ._declared import Declared, came_with_a_dependency
from ._json import mapping, text
from ._yaml import load_mapping

_ID = "yarn-lock"
_BERRY = re.compile(rb"^__metadata:", re.MULTILINE)
_FIELD = re.compile(r"(?:\"((?:[^\"\\]|\\.)*+)\"|([^\s\":]+))[ ]+(.*)")
_PATTERN = re.compile(r"\"([^\"]+)\"?|([^\s\",][^\",]*+)")
_OWN = ("link:", "file:", "workspace:", "portal:", "virtual:")


_Entry = tuple[str, str, dict[str, str]]  # name, version, what it needs: names to ranges


def extract(file: FileView) -> Iterator[Extracted]:
    """Every package of the lock file."""
    if came_with_a_dependency(file.path):
        return
    found = Declared("npm", file.path, _ID)
    if _BERRY.search(file.data):
        _berry(load_mapping(file.data), found)
    else:
        _classic(file.data, found)
    yield from found.results()


def _berry(lock: dict[str, object], found: Declared) -> None:
    entries: list[_Entry] = []
    patterns: dict[str, str] = {}
    own: list[dict[str, str]] = []
    for key, value in lock.items():
        entry = mapping(value)
        if key == "__metadata":
            continue
        needs = {name: text(wanted) for name, wanted in mapping(entry.get("dependencies")).items()}
        if text(entry.get("linkType")) == "soft":
            own.append(needs)
            continue
        name, source = split(text(entry.get("resolution")))
        if source.startswith(("workspace:", "link:", "portal:")):
            continue
        version = text(entry.get("version"))
        entries.append((name, version, needs))
        patterns.update(dict.fromkeys(key.split(", "), f"{name} {version}"))
    wanted = {need for needs in own for need in _resolved(needs, patterns)}
    for name, version, needs in entries:
        direct = (f"{name} {version}" in wanted) if own else None
        found.add(name, version, depends=_resolved(needs, patterns), direct=direct)


def _resolved(needs: dict[str, str], patterns: dict[str, str]) -> list[str]:
    """Each name with the version that its range got; berry leaves out "npm:" in some of its generations."""
    return [
        patterns.get(f"{name}@{wanted}") or patterns.get(f"{name}@npm:{wanted}") or name
        for name, wanted in needs.items()
    ]


def _classic(data: bytes, found: Declared) -> None:
    entries: list[_Entry] = []
    patterns: dict[str, str] = {}
    header: list[str] = []
    version = resolved = block = ""
    needs: dict[str, str] = {}

    def finish() -> None:
        name, wanted = split(header[0] if header else "")
        if wanted.startswith("npm:"):
            name, wanted = split(wanted[4:]) if "@" in wanted[5:] else (name, wanted[4:])
        if header and not (wanted.startswith(_OWN) and not resolved):
            entries.append((name, version, needs))
            patterns.update(dict.fromkeys(header, f"{name} {version}"))

    for line in data.decode("utf-8-sig", "replace").splitlines():
        if len(line) > limits.LINE_BYTES:
            raise Malformed("a line of more than 1 MiB")
        content = line.strip(" ")
        if not content or content.startswith("#"):
            continue
        depth = (len(line) - len(line.lstrip(" "))) // 2
        if depth == 0:
            if not content.endswith(":"):
                raise Malformed(f"not a line of a yarn.lock: {content[:60]!r}")
            finish()
            header = _patterns(content[:-1])
            version = resolved = block = ""
            needs = {}
        elif depth == 1 and content.endswith(":"):
            block = content[:-1]
        elif match := _FIELD.fullmatch(content):
            key, value = match[1] or match[2] or "", match[3].strip('"')
            if depth >= 2:
                if block in {"dependencies", "optionalDependencies"}:
                    needs[key] = value
            elif key == "version":
                version = value
            elif key == "resolved":
                resolved = value
    finish()
    for name, locked, wanted in entries:
        found.add(name, locked, depends=_resolved(wanted, patterns))


def _patterns(header: str) -> list[str]:
    """The parts of ``"a@^1", a@^2``. A range may hold commas and blanks, in quotes then."""
    return [match[1] or match[2] for match in _PATTERN.finditer(header)] or [""]


def split(pattern: str) -> tuple[str, str]:
    """Name and range of ``name@range``; a scope's own "@" stays with the name."""
    at = pattern.find("@", 1)
    return (pattern[:at], pattern[at + 1 :]) if at > 0 else (pattern, "")


ANALYZERS: tuple[Analyzer, ...] = (
    Analyzer(_ID, 2, Wants(names=frozenset({"yarn.lock"})), extract, max_bytes=limits.YAML_BYTES),
)
