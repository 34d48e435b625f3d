"""The graph of a report's or an inventory's packages, turned round."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol


class Related(Protocol):
    """A package of an inventory or of a report."""

    @property
    def purl(self) -> str: ...
    @property
    def depends_on(self) -> tuple[str, ...] | None: ...


def required_by(packages: Iterable[Related]) -> dict[str, tuple[str, ...]]:
    """The purls of those that need a package, by its purl; nothing for what none needs."""
    found: dict[str, set[str]] = {}
    for package in packages:
        for other in package.depends_on or ():
            found.setdefault(other, set()).add(package.purl)
    return {purl: tuple(sorted(found[purl])) for purl in sorted(found)}
