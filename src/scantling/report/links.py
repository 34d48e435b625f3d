"""Where to read more about a finding. Only http(s) addresses: a report's links must do nothing but open a page."""

from __future__ import annotations

import re
from urllib.parse import quote

_SAFE = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:[/?#][!-~]*)?")
_UNSAFE_IN_TEXT = frozenset("<>\"'`()[]{}|\\^")


def safe_url(url: str) -> str | None:
    """``url`` if it is a plain http(s) address of printable ASCII without quotes or brackets, else None."""
    if len(url) > 2_000 or not _SAFE.fullmatch(url) or not _UNSAFE_IN_TEXT.isdisjoint(url):
        return None
    return url


def advisory_url(finding_id: str, references: tuple[str, ...] = ()) -> str:
    """The page about ``finding_id``: the database of its kind of id, else the first safe reference, else OSV's."""
    name = quote(finding_id.encode("utf-8", "replace"), safe="-._~")
    if finding_id.startswith("CVE-"):
        return f"https://nvd.nist.gov/vuln/detail/{name}"
    if finding_id.startswith("GHSA-"):
        return f"https://github.com/advisories/{name}"
    return next((url for url in map(safe_url, references) if url), f"https://osv.dev/vulnerability/{name}")
