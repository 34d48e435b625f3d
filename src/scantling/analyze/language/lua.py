"""Lua: installed rocks (``lib/luarocks/rocks-5.1/NAME/VERSION/NAME-VERSION.rockspec``) and luarocks.lock.

Sources: LuaRocks' wiki ("Rockspec format", "Pinning versions with a lock file"). Both are Lua programs; they are read
as text and never run. A rockspec elsewhere is some project's source. The lock file's facts are ``declared``, those
under ``build_dependencies`` and ``test_dependencies`` for development only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits
from scantling.model.errors import Malformed
from scantling.model.facts import FileFacts, PackageFact

from ._declared import Declared
from ._identity import problem

_ROCK_ID, _LOCK_ID = "rockspec", "luarocks-lock"
_FIELD = re.compile(
    r"""^[ \t]{0,8}(package|version)[ \t]{0,8}=[ \t]{0,8}["']([^"'\n]{1,256})["']""", re.MULTILINE
)  # the same names stand indented, inside tables, with other meanings: the first wins
_LICENSE = re.compile(r"""\blicense[ \t]{0,8}=[ \t]{0,8}["']([^"'\n]{1,200})["']""")
_PINNED = re.compile(
    r"""(?:\[[ \t]{0,8}["']([^"'\n]{1,256})["'][ \t]{0,8}\]|\b([A-Za-z_]\w{0,255}+))"""
    r"""[ \t]{0,8}=[ \t]{0,8}["']([^"'\n]{1,256})["']"""
)
_TABLE = re.compile(r"\b((?:build_|test_)?dependencies)[ \t]{0,8}=[ \t\r\n]{0,8}\{([^{}]*+)\}")


def extract_rock(file: FileView) -> Iterator[Extracted]:
    """The rock that an installed rockspec describes."""
    parts = file.path.split("/")
    if len(parts) < 4 or not parts[-4].startswith("rocks") or parts[-1] != f"{parts[-3]}-{parts[-2]}.rockspec":
        return
    source = file.data.decode("utf-8", "replace")
    fields: dict[str, str] = {}
    for key, value in _FIELD.findall(source):
        fields.setdefault(key, value)
    name, version = fields.get("package", parts[-3]), fields.get("version", parts[-2])
    if not fields:
        raise Malformed("rockspec without package and version")
    if wrong := problem(name, version):
        raise Malformed(f"rockspec: {wrong}")
    licence = _LICENSE.search(source)
    fact = PackageFact("luarocks", name, version, licenses=(licence[1],) if licence else ())
    yield FileFacts(file.path, _ROCK_ID, (fact,))


def extract_lock(file: FileView) -> Iterator[Extracted]:
    """Every rock that luarocks.lock pins."""
    source = file.data.decode("utf-8-sig", "replace")
    if "return" not in source or source.count("{") != source.count("}"):
        raise Malformed("not a table that LuaRocks writes")
    found = Declared("luarocks", file.path, _LOCK_ID)
    for table, body in _TABLE.findall(source):
        for quoted, bare, version in _PINNED.findall(body):
            found.add(quoted or bare, version, is_dev=table != "dependencies")
    yield from found.results()


ANALYZERS: tuple[Analyzer, ...] = (
    Analyzer(_ROCK_ID, 1, Wants(suffixes=(".rockspec",)), extract_rock, max_bytes=limits.MIB),
    Analyzer(_LOCK_ID, 1, Wants(names=frozenset({"luarocks.lock"})), extract_lock, max_bytes=16 * limits.MIB),
)
