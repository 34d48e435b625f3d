"""Debian and Ubuntu: ``[epoch:]upstream[-revision]`` (deb-version(7), Debian Policy 5.6.12).

Accepts what dpkg itself orders, so a version that only earns a warning ("1.0_2") has a place too.
"""

from __future__ import annotations

import re
from typing import TypeAlias

from .unparseable import Unparseable

Key: TypeAlias = tuple[int, tuple[str | int, ...], tuple[str | int, ...]]

_EPOCH_MAX = 2**31 - 1  # dpkg keeps it in an int
_PARTS = re.compile(r"([^0-9]*)([0-9]*)")
_PLAIN = re.compile(r"[!-~]+")  # visible ASCII: what dpkg does with other bytes depends on the platform's char

# Inside a run of non-digits "~" sorts before the run's end, then letters, then everything else.
_END = "\x02"
_ORDER = {code: code + 256 for code in range(33, 127) if not chr(code).isalpha()} | {ord("~"): 1}


def key(text: str) -> Key:
    """An orderable key. Raises ``Unparseable`` where dpkg reports an error."""
    text = text.strip(" \t\n")
    if not _PLAIN.fullmatch(text):
        raise Unparseable("deb", text, "empty, or holds spaces or characters outside ASCII")
    epoch = 0
    head, colon, rest = text.partition(":")
    if colon:
        if not (head.isdecimal() and rest):
            raise Unparseable("deb", text, "the epoch is not a number, or nothing follows it")
        epoch = int(head)
        if epoch > _EPOCH_MAX:
            raise Unparseable("deb", text, "the epoch is too big")
        text = rest
    upstream, dash, revision = text.rpartition("-")
    if not dash:
        upstream, revision = text, ""
    elif not upstream or not revision:
        raise Unparseable("deb", text, "the upstream version or the revision is empty")
    return epoch, _runs(upstream), _runs(revision)


def _runs(text: str) -> tuple[str | int, ...]:
    """Runs of non-digits and digits by turns. A number that is not there counts as 0: "1." equals "1.0"."""
    if not text:
        return (_END, 0, _END)  # no revision is revision 0
    key: list[str | int] = []
    for letters, digits in _PARTS.findall(text):
        if letters or digits:
            key += (letters.translate(_ORDER) + _END, int(digits or "0"))
    key.append(_END)  # the end itself is an empty run: above "~", below all else
    return tuple(key)
