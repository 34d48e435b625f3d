"""What a Go project's source tree names: go.mod and go.sum (Go Modules Reference). Facts are ``declared``.

go.mod: every ``require``, with ``replace`` applied (a directory keeps the original's name and version). Since Go 1.17
it lists the indirect modules too; an older one does not, which a ``Gap`` that does not block says. The ``go`` and
``toolchain`` lines give the oldest Go that will do, not the one that builds: no ``stdlib`` is reported from them.

vendor/modules.txt: what ``go mod vendor`` copied into the tree, which is what ``go build`` then builds with.

go.sum: an analyzer sees one file at a time, so go.sum is read by itself: of each module the newest version whose
content (not only its go.mod) was hashed, which is what a tidy project is built with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits
from scantling.model.coverage import Gap
from scantling.model.errors import Malformed
from scantling.model.facts import FileFacts, PackageFact

from ._identity import problem

_BLOCK = re.compile(r"(require|replace|exclude|retract|tool|ignore|godebug)\s*\(")
_FIRST_FULL = (1, 17)  # since then the indirect requirements are listed


def extract_mod(file: FileView) -> Iterator[Extracted]:
    """The modules that go.mod requires."""
    required: dict[str, str] = {}
    replaced: dict[tuple[str, str], tuple[str, str]] = {}
    named = ""
    go = (1, 11)
    for verb, words in _directives(file.data.decode("utf-8-sig", "replace")):
        if verb == "module" and words:
            named = words[0]
        elif verb == "go" and words and (match := re.match(r"(\d{1,6})\.(\d{1,6})", words[0])):
            go = int(match[1]), int(match[2])
        elif verb == "require":
            if len(words) != 2:
                raise Malformed(f"require of {len(words)} words")
            required[words[0]] = words[1]
        elif verb == "replace" and "=>" in words:
            arrow = words.index("=>")
            old, new = words[:arrow], words[arrow + 1 :]
            if old and len(new) == 2:
                replaced[old[0], old[1] if len(old) > 1 else ""] = (new[0], new[1])
    if not named:
        raise Malformed("go.mod without a module line")
    modules = {
        replaced.get((name, version)) or replaced.get((name, "")) or (name, version)
        for name, version in required.items()
    }
    if required and go < _FIRST_FULL:
        reason = "written for Go before 1.17: it names direct requirements only"
        yield Gap("partial-manifest", file.path, reason, blocks=False)
    yield _facts(file.path, "go-mod", modules)


def extract_vendored(file: FileView) -> Iterator[Extracted]:
    """The modules that lie in a vendor directory ("# path version", "# path version => other version")."""
    modules: set[tuple[str, str]] = set()
    for line in file.data.decode("utf-8", "replace").splitlines():
        if not line.startswith("# "):
            continue
        old, arrow, new = line[2:].partition(" => ")
        words = old.split()
        if len(words) not in (1, 2) or (len(words) == 1 and not arrow):
            raise Malformed(f"not a line of go mod vendor: {line[:80]!r}")
        replacement = new.split()
        if len(replacement) == 2:
            modules.add((replacement[0], replacement[1]))
        elif len(words) == 2:
            modules.add((words[0], words[1]))
    yield _facts(file.path, "go-vendor", modules)


def extract_sum(file: FileView) -> Iterator[Extracted]:
    """The modules that go.sum has content hashes of."""
    newest: dict[str, str] = {}
    for number, line in enumerate(file.data.decode("utf-8", "replace").splitlines(), 1):
        words = line.split()
        if not words:
            continue
        if len(words) != 3:
            raise Malformed(f"line {number} of go.sum has {len(words)} words")
        name, version, _ = words
        if version.endswith("/go.mod"):
            continue
        if name not in newest or _order(version) > _order(newest[name]):
            newest[name] = version
    yield _facts(file.path, "go-sum", set(newest.items()))


def _facts(path: str, analyzer: str, modules: set[tuple[str, str]]) -> FileFacts:
    if len(modules) > limits.PACKAGES_PER_FILE:
        raise Malformed(f"more than {limits.PACKAGES_PER_FILE} modules")
    for name, version in sorted(modules):
        if wrong := problem(name, version):
            raise Malformed(wrong)
    return FileFacts(path, analyzer, tuple(PackageFact("golang", *each, declared=True) for each in sorted(modules)))


def _directives(text: str) -> Iterator[tuple[str, list[str]]]:
    block = ""
    for number, line in enumerate(text.splitlines(), 1):
        code = line.partition("//")[0].strip()
        if not code:
            continue
        if block and code == ")":
            block = ""
        elif block:
            yield block, _words(code)
        elif opened := _BLOCK.fullmatch(code):
            block = opened[1]
        elif code.startswith(("<<<<<<<", ">>>>>>>")):
            raise Malformed(f"line {number}: an unresolved merge conflict")
        else:
            verb, *words = _words(code)
            yield verb, words
    if block:
        raise Malformed(f"{block} block is not closed")


def _words(code: str) -> list[str]:
    return [word.strip('"`') for word in code.split()]


def _order(version: str) -> tuple[tuple[int, ...], bool, tuple[tuple[bool, int, str], ...]]:
    """Semantic Versioning 2.0.0 precedence: enough to tell the newest of one module's versions in one file."""
    release, _, pre = version.removeprefix("v").partition("+")[0].partition("-")
    numbers = tuple(int(part) if part.isdecimal() and len(part) < 18 else -1 for part in release.split("."))
    parts = pre.split(".") if pre else []
    marks = tuple((False, int(part), "") if part.isdecimal() and len(part) < 18 else (True, 0, part) for part in parts)
    return numbers, not pre, marks


ANALYZERS: tuple[Analyzer, ...] = (
    Analyzer("go-mod", 1, Wants(names=frozenset({"go.mod"})), extract_mod, max_bytes=16 * 1024 * 1024),
    Analyzer("go-vendor", 1, Wants(suffixes=("vendor/modules.txt",)), extract_vendored, max_bytes=64 * 1024 * 1024),
    Analyzer("go-sum", 1, Wants(names=frozenset({"go.sum"})), extract_sum, max_bytes=64 * 1024 * 1024),
)
