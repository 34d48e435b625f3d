"""Bills of materials that an image carries of itself: ``usr/share/sbom``, Wolfi's and Chainguard's ``var/lib/db/sbom``,
Bitnami's ``.spdx-NAME.spdx`` beside each component.

Their packages are taken as installed, with the document as the place. What an OS package database says is left to it:
``merge`` drops a document's OS packages where there is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits
from scantling.model.coverage import Gap
from scantling.model.facts import FileFacts

ID = "embedded-sbom"
_SUFFIXES = (".json", ".spdx")


def extract(file: FileView) -> Iterator[Extracted]:
    """The packages of one document. Raises ``Malformed`` for what is none in a place where only such lie."""
    if not file.path.endswith(_SUFFIXES):
        return  # a signature, a readme
    from .sbom.facts import layer_facts
    from .sbom.read import read

    packages = {}
    gaps: set[Gap] = set()
    for layer in layer_facts(read(file.data, file.path), file.path):
        gaps.update(layer.gaps)
        for facts in layer.files:
            for package in facts.packages:
                here = replace(package, path="")  # the document is what was read, not where it says its parts lie
                packages[here.type, here.name, here.version, here.arch, here.qualifiers] = here
    yield FileFacts(file.path, ID, tuple(packages[key] for key in sorted(packages)))
    # a component without a package URL is no loss beside the package managers' own records
    yield from sorted(replace(gap, where=file.path, blocks=False) for gap in gaps)


ANALYZER = Analyzer(
    ID,
    1,
    Wants(
        prefixes=("usr/share/sbom/", "usr/local/share/sbom/", "usr/lib/sbom/", "var/lib/db/sbom/"),
        globs=("*/.spdx-*.spdx",),
    ),
    extract,
    max_bytes=limits.SBOM_BYTES,
)
