"""What one lock file names, gathered: each name and version once, however many places of the file name it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from scantling.analyze.plugin import Extracted
from scantling.guard import limits
from scantling.model.coverage import Gap
from scantling.model.errors import Malformed
from scantling.model.facts import FileFacts, PackageFact

from ._identity import problem

_WORD = re.compile(r"[a-z]+")
_DEVELOPMENT = frozenset(
    ("dev", "devel", "develop", "development", "test", "tests", "testing", "lint", "linting", "linters", "format",
     "doc", "docs", "typing", "mypy", "ci", "bench", "benchmark", "benchmarks", "coverage", "tox", "nox")
)  # fmt: skip
# below one of these a lock file came with a dependency: it says what that project's developers used
_OF_DEPENDENCIES = ("node_modules/", "site-packages/", "dist-packages/")


def came_with_a_dependency(path: str) -> bool:
    """Whether a lock file at ``path`` lies inside an installed package."""
    return any(f"/{tree}" in f"/{path}" for tree in _OF_DEPENDENCIES)


def is_development(name: str) -> bool:
    """Whether a group of dependencies or a file is, by its name, for developing and testing only ("test-ci")."""
    return not _DEVELOPMENT.isdisjoint(_WORD.findall(name.lower()))


class Declared:
    """Collects the facts of one lock file. Raises ``Malformed`` beyond ``limits.PACKAGES_PER_FILE``."""

    def __init__(self, type_: str, path: str, analyzer: str, *, declared: bool = True) -> None:
        self._type, self._path, self._analyzer, self._declared = type_, path, analyzer, declared
        self._found: dict[tuple[str, str], PackageFact] = {}
        self._wrong: list[str] = []

    def add(
        self,
        name: str,
        version: str,
        *,
        depends: Iterable[str] = (),
        is_dev: bool = False,
        direct: bool | None = None,
        licenses: tuple[str, ...] = (),
        origin: str = "",
        qualifiers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """Take a package in. It is for development only when every mention says so, and direct when one does."""
        if wrong := problem(name, version):
            self._wrong.append(wrong)
            return
        known = self._found.get((name, version))
        needs = {name for name in depends if name}
        if known is not None:
            needs.update(known.depends)
            is_dev = is_dev and known.is_dev
            direct = direct if direct or known.direct is None else known.direct
            licenses = tuple(sorted({*licenses, *known.licenses}))
        self._found[name, version] = PackageFact(
            self._type,
            name,
            version,
            licenses=licenses,
            origin=origin[: limits.FIELD_CHARS],
            depends=tuple(sorted(needs)[: limits.DEPENDS_PER_PACKAGE]),
            is_dev=is_dev,
            declared=self._declared,
            direct=direct,
            qualifiers=qualifiers,
        )
        if len(self._found) > limits.PACKAGES_PER_FILE:
            raise Malformed(f"more than {limits.PACKAGES_PER_FILE} packages")

    def results(self) -> Iterator[Extracted]:
        """The facts, sorted; a ``Gap`` that does not block for each package that has no name or version."""
        shown = sorted(set(self._wrong))
        if len(shown) > limits.GAPS_PER_FILE:
            more = len(shown) - limits.GAPS_PER_FILE
            shown = [*shown[: limits.GAPS_PER_FILE], f"{more} more packages without a usable name or version"]
        for wrong in shown:
            yield Gap("unknown-version", self._path, f"{self._analyzer}: {wrong}", blocks=not self._declared)
        yield FileFacts(self._path, self._analyzer, tuple(self._found[key] for key in sorted(self._found)))


def reachable(roots: Iterable[str], needs: dict[str, list[str]]) -> set[str]:
    """``roots`` and everything that they need, directly or through others; cycles are walked once."""
    seen = set(roots)
    waiting = list(seen)
    while waiting:
        for name in needs.get(waiting.pop(), ()):
            if name not in seen:
                seen.add(name)
                waiting.append(name)
    return seen
