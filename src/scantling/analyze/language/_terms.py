"""Erlang terms and the Elixir literals of ``mix.lock``: atoms, texts, numbers, tuples, lists, maps; nothing is run.

Sources: the Erlang Reference Manual ("Data Types") and Elixir's syntax reference. Tuples and lists are Python lists,
maps and keyword lists are lists of [key, value] pairs in a list that begins with ``MAP``; texts, binaries, atoms and
numbers are all ``str``, since nobody who asks for a package's name cares which it was.
"""

from __future__ import annotations

import re
from typing import TypeAlias

from scantling.guard import limits
from scantling.model.errors import Malformed

Term: TypeAlias = "str | list[Term]"

MAP = "%{}"
_TOKEN = re.compile(
    r"""[ \t\r\n,]++|\#[^\n]*+|%(?!\{)[^\n]*+"""
    r"""|(?P<key>"(?:[^"\\]|\\.)*+":(?=[ \t\r\n])|[a-z_][A-Za-z0-9_@?!]*+:(?=[ \t\r\n]))"""
    r"""|(?P<text>"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+')"""
    r"""|(?P<word>:"(?:[^"\\]|\\.)*+"|:?[A-Za-z_][A-Za-z0-9_@?!.]*+|\$.|[-+]?[0-9][A-Za-z0-9_.\#+-]*+)"""
    r"""|(?P<arrow>=>|~>|[|/])"""
    r"""|(?P<open>%\{|<<|[\[{])|(?P<close>>>|[\]}])|(?P<end>\.)""",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_CLOSED_BY = {"%{": "}", "{": "}", "[": "]", "<<": ">>"}
_BYTES = 16 * limits.MIB
_TOKENS = limits.YAML_NODES


def load_terms(data: bytes) -> list[Term]:
    """Every term of the file, in order. Raises ``Malformed``."""
    if len(data) > _BYTES:
        raise Malformed(f"terms of {len(data)} bytes, more than {_BYTES}")
    source = data.decode("utf-8-sig", "replace")
    found: list[Term] = []
    opened: list[tuple[str, list[Term]]] = []
    into = found
    at = tokens = 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None:
            raise Malformed(f"unexpected {source[at : at + 20]!r} in line {source.count(chr(10), 0, at) + 1}")
        at = match.end()
        kind = match.lastgroup
        if kind is None or kind in {"end", "arrow"}:
            continue
        tokens += 1
        if tokens > _TOKENS:
            raise Malformed(f"more than {_TOKENS} values")
        symbol = match[0]
        if kind == "open":
            if len(opened) >= limits.JSON_DEPTH:
                raise Malformed("nested too deeply")
            inner: list[Term] = [MAP] if symbol == "%{" else []
            into.append(inner)
            opened.append((_CLOSED_BY[symbol], into))
            into = inner
        elif kind == "close":
            if not opened or opened[-1][0] != symbol:
                raise Malformed(f"{symbol} without its beginning")
            into = opened.pop()[1]
        elif kind == "key":
            into.append(_plain(symbol[:-1]))
        else:
            into.append(_plain(symbol.removeprefix(":")))
    if opened:
        raise Malformed("it ends inside a term")
    return found


def text(term: Term | None) -> str:
    """``term`` if it is one text, also as a binary; else ""."""
    if isinstance(term, list) and len(term) == 1 and isinstance(term[0], str):
        return term[0]
    return term if isinstance(term, str) else ""


def items(term: Term | None) -> list[Term]:
    """``term`` if it is a tuple, a list or a map (then key, value, key, value ...); else nothing."""
    if not isinstance(term, list):
        return []
    return term[1:] if term[:1] == [MAP] else term


def _plain(written: str) -> str:
    if len(written) >= 2 and written[0] == written[-1] and written[0] in "\"'":
        written = written[1:-1]
        return _ESCAPE.sub(r"\1", written) if "\\" in written else written
    return written
