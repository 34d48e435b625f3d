"""Trivy's ``.trivyignore`` (a line for each id, ``exp:`` a date) and ``.trivyignore.yaml`` (trivy.dev, "Filtering")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from scantling.guard.strict_yaml import load_named
from scantling.model.errors import UsageError

from .entry import FITS_ALL, Entry, Place

_SECTIONS = {
    "vulnerabilities": ("vulnerability",),
    "misconfigurations": ("misconfig",),
    "secrets": ("secret",),
    "licenses": ("license",),
}


def read_lines(data: bytes, where: str) -> tuple[Entry, ...]:
    """The plain file: comments start with "#"; an id may be followed by ``exp:YYYY-MM-DD``. A comment above or behind
    an id is taken as its reason. Raises ``UsageError`` that names the line."""
    entries = []
    said = ""
    for number, raw in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
        text, _, comment = raw.partition("#")
        words = text.split()
        if not words:
            said = comment.strip() if comment.strip() else "" if not raw.strip() else said
            continue
        expires = None
        for word in words[1:]:
            if word.startswith("exp:"):
                expires = _day(word[4:], f"{where}:{number}")
        if not words[0].strip("*?"):
            raise UsageError(FITS_ALL, where=f"{where}:{number}")
        entries.append(
            Entry(place=Place(where, number, number), id=words[0], reason=comment.strip() or said, expires=expires)
        )
    return tuple(entries)


def read_yaml(data: bytes, where: str) -> tuple[Entry, ...]:
    """The YAML file. Raises ``UsageError`` that names the line."""
    document = load_named(data, where, "the exceptions")
    if document.value is None:
        return ()
    if not isinstance(document.value, dict):
        raise UsageError("a .trivyignore.yaml is a mapping of lists", where=f"{where}:1")
    found: list[Entry] = []
    for section, items in document.value.items():
        on = document.line_of((section,))
        if section not in _SECTIONS:
            raise UsageError(f"no section {section} is known", where=f"{where}:{on}", hint=", ".join(_SECTIONS))
        if not isinstance(items, list):
            raise UsageError(f"{section} is a list", where=f"{where}:{on}")
        for index, item in enumerate(items):
            stands = document.line_of((section, index))
            found += _entries(item, _SECTIONS[section], where, stands)
    return tuple(found)


def _entries(item: Any, kinds: tuple[str, ...], where: str, line: int) -> Iterator[Entry]:
    if not isinstance(item, Mapping) or not isinstance(item.get("id"), str) or not item["id"]:
        raise UsageError("an entry needs an id", where=f"{where}:{line}")
    if not item["id"].strip("*?"):
        raise UsageError(FITS_ALL, where=f"{where}:{line}")
    expires = item.get("expired_at")
    packages = _texts(item.get("purls"), where, line)
    for path in _texts(item.get("paths"), where, line) or ("",):
        for package in packages or ("",):
            yield Entry(
                place=Place(where, line, line),
                id=item["id"],
                path=path.replace("**", "*"),
                package=package,
                kinds=kinds,
                reason=str(item.get("statement") or ""),
                expires=_day(str(expires), f"{where}:{line}") if expires else None,
            )


def _texts(value: Any, where: str, line: int) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(text, str) and text for text in value):
        raise UsageError("paths and purls are lists of texts", where=f"{where}:{line}")
    return tuple(value)


def _day(text: str, where: str) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise UsageError("a date is written as 2026-12-31", where=where) from None
