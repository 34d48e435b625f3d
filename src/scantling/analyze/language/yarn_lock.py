"""yarn.lock of Yarn 1 (its own line format) and of Yarn 2 and newer, "berry" (YAML). Facts are ``declared``.

Neither says which dependencies are for development: that stands in package.json. Reported is what came from a registry
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
_OWN = ("link:", "file:", "workspace:", "portal:", "virtual:")


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
    for key, value in lock.items():
        entry = mapping(value)
        if key == "__metadata" or text(entry.get("linkType")) == "soft":
            continue
        name, source = split(text(entry.get("resolution")))
        if source.startswith(("workspace:", "link:", "portal:")):
            continue
        found.add(name, text(entry.get("version")), depends=mapping(entry.get("dependencies")))


def _classic(data: bytes, found: Declared) -> None:
    pattern = version = resolved = block = ""
    depends: list[str] = []

    def finish() -> None:
        name, wanted = split(pattern)
        if wanted.startswith("npm:"):
            name, wanted = split(wanted[4:]) if "@" in wanted[5:] else (name, wanted[4:])
        if pattern and not (wanted.startswith(_OWN) and not resolved):
            found.add(name, version, depends=depends)

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
            pattern = _first_pattern(content[:-1])
            version = resolved = block = ""
            depends = []
        elif depth == 1 and content.endswith(":"):
            block = content[:-1]
        elif match := _FIELD.fullmatch(content):
            key, value = match[1] or match[2] or "", match[3].strip('"')
            if depth >= 2:
                if block in {"dependencies", "optionalDependencies"}:
                    depends.append(key)
            elif key == "version":
                version = value
            elif key == "resolved":
                resolved = value
    finish()


def _first_pattern(header: str) -> str:
    """The first of ``"a@^1", a@^2``. A range may hold commas and blanks, in quotes then."""
    if header.startswith('"'):
        end = header.find('"', 1)
        return header[1:end] if end > 0 else header[1:]
    return header.partition(",")[0].strip()


def split(pattern: str) -> tuple[str, str]:
    """Name and range of ``name@range``; a scope's own "@" stays with the name."""
    at = pattern.find("@", 1)
    return (pattern[:at], pattern[at + 1 :]) if at > 0 else (pattern, "")


ANALYZERS: tuple[Analyzer, ...] = (
    Analyzer(_ID, 1, Wants(names=frozenset({"yarn.lock"})), extract, max_bytes=limits.YAML_BYTES),
)
