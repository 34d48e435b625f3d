"""Where in the repository a finding of an image comes from: the line of a lock file, or of the Dockerfile.

Services that mark lines of a change can show a finding nowhere else: no file of the image is in the repository.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from scantling.model.finding import Finding
from scantling.model.purl import without_version


@dataclass(frozen=True, slots=True)
class SourceLine:
    """``path`` is relative to the repository's root, ``line`` counts from 1."""

    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Sources:
    """``layers`` has by diffID the line that made a layer; ``packages`` by purl, and by purl without its version, the
    line of a lock file or manifest that asks for a package."""

    layers: Mapping[str, SourceLine] = field(default_factory=dict)
    packages: Mapping[str, SourceLine] = field(default_factory=dict)

    def of(self, finding: Finding) -> SourceLine | None:
        """The line that brings ``finding``, None where nothing tells. What a base image brought is its FROM's, even
        where the repository asks for a package of that name too."""
        place = self.of_package(finding.package) if finding.package and not finding.from_base else None
        return place or self.layers.get(finding.diff_id)

    def of_package(self, purl: str) -> SourceLine | None:
        """The line that asks for ``purl``, or for another version of it."""
        return self.packages.get(purl) or self.packages.get(without_version(purl))
