"""SWI-Prolog packs: ``pack.pl`` beside a pack's ``prolog`` directory (SWI-Prolog's manual, "Packs"). The file's terms
are read as text and never consulted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits
from scantling.model.facts import FileFacts, PackageFact

from ._identity import problem

_ID = "swipl-pack"
_NAME = re.compile(r"^name\([ \t]{0,8}'?([A-Za-z]\w{0,255})'?[ \t]{0,8}\)", re.MULTILINE)
_VERSION = re.compile(r"^version\([ \t]{0,8}['\"]([0-9][^'\"\n]{0,63})['\"][ \t]{0,8}\)", re.MULTILINE)


def extract(file: FileView) -> Iterator[Extracted]:
    """The pack, if this is one's description: any Prolog program may be called pack.pl."""
    source = file.data.decode("utf-8", "replace")
    name, version = _NAME.search(source), _VERSION.search(source)
    if name is None or version is None or problem(name[1], version[1]):
        return
    yield FileFacts(file.path, _ID, (PackageFact("swiplpack", name[1], version[1]),))


ANALYZERS: tuple[Analyzer, ...] = (
    Analyzer(_ID, 1, Wants(names=frozenset({"pack.pl"})), extract, max_bytes=limits.MIB),
)
