"""Snyk's ``.snyk``: the mapping under ``ignore`` (Snyk's documentation, "The .snyk file"). Ids are Snyk's own, or CVE
and GHSA ids; only the latter name anything here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from scantling.guard.strict_yaml import load_named
from scantling.model.errors import UsageError

from .entry import FITS_ALL, Entry, Place


def read(data: bytes, where: str) -> tuple[Entry, ...]:
    """The entries. A path such as "* > lodash@4.17.4" names the package at its end. Raises ``UsageError``."""
    document = load_named(data, where, "the exceptions")
    ignored = document.value.get("ignore") if isinstance(document.value, dict) else None
    if not isinstance(ignored, dict):
        return ()
    found = []
    for id_, paths in ignored.items():
        on = document.line_of(("ignore", id_))
        if not id_.strip("*?"):
            raise UsageError(FITS_ALL, where=f"{where}:{on}")
        if not isinstance(paths, list):
            raise UsageError("an ignored id has a list of paths", where=f"{where}:{on}")
        for index, item in enumerate(paths):
            if not isinstance(item, Mapping) or len(item) != 1:
                raise UsageError("an ignored path is one mapping", where=f"{where}:{on}")
            ((path, terms),) = item.items()
            stands = document.line_of(("ignore", id_, index))
            found.append(
                _entry(id_, str(path), terms if isinstance(terms, Mapping) else {}, Place(where, stands, stands))
            )
    return tuple(found)


def _entry(id_: str, path: str, terms: Mapping[str, Any], place: Place) -> Entry:
    last = path.rpartition(">")[2].strip()
    expires = terms.get("expires")
    try:
        day = date.fromisoformat(str(expires)[:10]) if expires else None
    except ValueError:
        raise UsageError("expires is no date", where=str(place)) from None
    return Entry(
        place=place,
        id=id_,
        package="" if last in {"", "*"} else last,
        reason=str(terms.get("reason") or ""),
        owner=str((terms.get("ignoredBy") or {}).get("email") or "")
        if isinstance(terms.get("ignoredBy"), Mapping)
        else "",
        expires=day,
    )
