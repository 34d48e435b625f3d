"""OCaml: packages that opam has installed in a switch (``.opam-switch/packages/NAME.VERSION/opam``; opam's manual,
"Common file hierarchy"). Those of its repositories' copies are only on offer and are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits
from scantling.model.errors import Malformed
from scantling.model.facts import FileFacts, PackageFact

from ._identity import problem

_ID = "opam"
_LICENSE = re.compile(r'^license:[ \t]{0,8}"([^"\n]{1,200})"', re.MULTILINE)


def extract(file: FileView) -> Iterator[Extracted]:
    """The package that was installed with this description."""
    parts = file.path.split("/")
    if parts[-4:-2] != [".opam-switch", "packages"]:
        return
    name, _, version = parts[-2].partition(".")
    if wrong := problem(name, version):
        raise Malformed(f"opam: {wrong}")
    licence = _LICENSE.search(file.data.decode("utf-8", "replace"))
    fact = PackageFact("opam", name, version, licenses=(licence[1],) if licence else ())
    yield FileFacts(file.path, _ID, (fact,))


ANALYZERS: tuple[Analyzer, ...] = (
    Analyzer(_ID, 1, Wants(globs=("*.opam-switch/packages/*/opam",)), extract, max_bytes=limits.MIB),
)
