"""Feeds whose file has another name every day: how a fixed address leads to it. Each step says what to ask for and
reads the next address out of the answer, which must stay on a host of the same site (``net.client`` checks the rest).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import urljoin, urlsplit

from scantling.model.errors import Malformed

_PLAIN = re.compile(r"[A-Za-z0-9._~:/$%+-]{1,500}")


def _same(url: str) -> str:
    return url


def _first_line(asked: str, content: bytes) -> str:
    """A mirror list's or a pointer's first line: an address, or a name beside the pointer."""
    words = content.decode("ascii", "replace").split()
    return _joined(asked, words[0] if words else "")


def _repomd(base: str) -> str:
    return base.rstrip("/") + "/repodata/repomd.xml"


def _updateinfo(asked: str, content: bytes) -> str:
    """The ``updateinfo`` of a repository, from its repomd.xml."""
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise Malformed("not a repomd.xml", where=asked) from error
    for data in root:
        if data.get("type") == "updateinfo":
            for part in data:
                if part.tag.rpartition("}")[2] == "location":
                    return _joined(asked.removesuffix("repodata/repomd.xml"), part.get("href") or "")
    raise Malformed("the repository has no updateinfo", where=asked)


def _joined(base: str, found: str) -> str:
    if not _PLAIN.fullmatch(found):
        raise Malformed("names no file", where=base)
    url = urljoin(base, found)
    here, there = urlsplit(base), urlsplit(url)
    if there.scheme not in ("https", here.scheme):
        raise Malformed("leads away from https", where=base)
    if there.hostname != here.hostname:
        raise Malformed("leads to another host", where=base)
    return url


STEPS: Final[dict[str, tuple[Callable[[str], str], Callable[[str, bytes], str]]]] = {
    "first-line": (_same, _first_line),
    "updateinfo": (_repomd, _updateinfo),
}
