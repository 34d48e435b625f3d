"""Gentoo's packages: portage's ``var/db/pkg/CATEGORY/NAME-VERSION/``, read from the file ``PF`` (PMS, "Package
versions"): the directory's name is the package and its version."""

from __future__ import annotations

import re
from collections.abc import Iterable

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.model.errors import Malformed
from scantling.model.facts import FileFacts, PackageFact

from .text import version, word

_ID = "portage"
_DB = "var/db/pkg/"
_VERSION = re.compile(rb"[0-9][0-9.]*[a-z]?(?:_[a-z]+[0-9]*)*(?:-r[0-9]+)?")


def extract(file: FileView) -> Iterable[Extracted]:
    """The package that a ``PF`` names. Raises ``Malformed``."""
    parts = file.path.removeprefix(_DB).split("/")
    if not file.path.startswith(_DB) or len(parts) != 3:
        return []
    full = file.data[:1024].strip()
    for dash in (at for at in range(len(full)) if full[at : at + 1] == b"-"):
        if _VERSION.fullmatch(full, dash + 1):
            name = f"{parts[0]}/{word(full[:dash], 'package name')}"
            return [FileFacts(file.path, _ID, packages=(PackageFact("ebuild", name, version(full[dash + 1 :])),))]
    raise Malformed(f"{full[:64]!r} is no package and version")


ANALYZER = Analyzer(id=_ID, version=1, wants=Wants(names=frozenset({"PF"})), extract=extract)
