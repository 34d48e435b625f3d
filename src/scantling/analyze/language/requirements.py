"""pip's requirements files, as a record of what was to be installed ("Requirements File Format", pip's manual).

Read: ``*requirements*.txt`` and ``requirements/*.txt``. A line that pins one version (``name[extra]==1.2; marker
--hash=...``) is a ``declared`` package. Markers are not evaluated. Files that a line refers to (``-r``, ``-c``) are
read if they are there under such a name, not because they are referred to. What is not pinned names no version that
could be looked up: one ``Gap`` which does not block counts it. A file whose name says so ("requirements-dev.txt") is
for development only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits
from scantling.model.coverage import Gap
from scantling.model.errors import Malformed

from ._declared import Declared, came_with_a_dependency, is_development

_ID = "requirements"
_REQUIREMENT = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)[ \t]*(?:\[[^\]]*\])?[ \t]*(.*)")
_PINNED = re.compile(r"={2,3}[ \t]*([^\s,;()*]+)[ \t]*\Z")
_COMMENT = re.compile(r"(?:^|(?<=[ \t]))#.*")
_SHOWN = 5


def extract(file: FileView) -> Iterator[Extracted]:
    """The pinned packages of one requirements file."""
    if came_with_a_dependency(file.path) or not _is_named_so(file.path):
        return
    is_dev = is_development("/".join(file.path.split("/")[-2:]) if "/requirements/" in f"/{file.path}" else _base(file))
    found = Declared("pypi", file.path, _ID)
    loose: list[str] = []
    for line in _lines(file.data):
        match = _REQUIREMENT.fullmatch(line)
        if match is None:
            loose.append(line)
            continue
        name, rest = match[1], match[2]
        if version := _pinned(rest):
            found.add(name, version, is_dev=is_dev)
        else:
            loose.append(line if rest[:1] in {"+", ":", "/", "\\"} else name)  # an address or a path, not a name
    if loose:
        named = ", ".join(text[:60] for text in loose[:_SHOWN]) + (" ..." if len(loose) > _SHOWN else "")
        reason = f"{len(loose)} requirements without one pinned version: {named}"
        yield Gap("partial-manifest", file.path, reason, blocks=False)
    yield from found.results()


def _base(file: FileView) -> str:
    return file.path[file.path.rfind("/") + 1 :]


def _is_named_so(path: str) -> bool:
    folder, _, base = path.rpartition("/")
    return "requirements" in base or folder.rpartition("/")[2] == "requirements"


def _lines(data: bytes) -> Iterator[str]:
    """Requirement lines: continued ones joined, comments and options of pip left out."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):  # PowerShell's ">" writes UTF-16
        text = data.decode("utf-16", "replace")
    else:
        text = data.decode("utf-8-sig", "replace")
    if "\0" in text:
        raise Malformed("not text")
    parts: list[str] = []
    for raw in text.splitlines():
        if len(raw) > limits.LINE_BYTES:
            raise Malformed("a line of more than 1 MiB")
        line = _COMMENT.sub("", raw)
        continued = line.endswith("\\") and not raw.lstrip().startswith("#")
        parts.append(line[:-1] if continued else line)
        if continued:
            continue
        whole = "".join(parts).strip()
        parts.clear()
        if whole and not whole.startswith("-"):
            yield whole
    if whole := "".join(parts).strip():
        yield whole


def _pinned(rest: str) -> str:
    """The version of ``== 1.2, >1 ; marker --hash=...``; "" when it does not name exactly one."""
    clauses = rest.partition(";")[0]
    cut = clauses.find(" --")
    clauses = (clauses[:cut] if cut >= 0 else clauses).strip()
    if clauses.startswith("@"):
        return ""
    if clauses.startswith("(") and clauses.endswith(")"):
        clauses = clauses[1:-1]
    versions = {match[1] for clause in clauses.split(",") if (match := _PINNED.match(clause.strip()))}
    return versions.pop() if len(versions) == 1 else ""


ANALYZERS: tuple[Analyzer, ...] = (
    Analyzer(_ID, 1, Wants(globs=("*requirements*.txt",)), extract, max_bytes=16 * 1024 * 1024),
)
