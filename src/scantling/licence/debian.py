"""Licences from Debian's copyright files: the machine-readable form (DEP-5) by its fields, others by the licences of
``/usr/share/common-licenses`` that they refer to (Debian policy 12.5) and those whose words they quote."""

from __future__ import annotations

import re

from .expression import is_understood, parse
from .texts import recognised

_BYTES = 512 * 1024
_NAMES = 64
OWN_WORDS = "in the words of its copyright file"  # a licence is stated, which only a person can read
_MACHINE = re.compile(r"\AFormat(?:-Specification)?:\s*\S", re.IGNORECASE)
_TEXT = re.compile(r"^License:[ \t]*([^\n]+)\n((?:[ \t][^\n]*\n?)+)", re.MULTILINE | re.IGNORECASE)
_FIELD = re.compile(r"^(Files|License):[ \t]*([^\n]*)", re.MULTILINE | re.IGNORECASE)
_PACKAGING = re.compile(r"debian/\*?$")


def licences_of(data: bytes) -> tuple[str, ...]:
    """What a copyright file names, each once, sorted; all of it applies. Licences of the packaging alone, which is not
    in the package, are left out. ``OWN_WORDS`` where there is a copyright and
    no licence is known, () where there is nothing."""
    text = data[:_BYTES].decode("utf-8", "replace").replace("\r\n", "\n").lstrip()
    found = _of_fields(text) if _MACHINE.match(text) else set(recognised(text))
    found = {name for name in found if name} or ({OWN_WORDS} if "copyright" in text.lower() else set())
    return tuple(sorted(found))[:_NAMES]


def _of_fields(text: str) -> set[str]:
    """The licences of the stanzas that are about files; stand-alone ones only hold the texts of those."""
    found: set[str] = set()
    for stanza in re.split(r"\n[ \t]*\n", text):
        fields = {key.lower(): value.strip() for key, value in reversed(_FIELD.findall(stanza))}
        files, name = fields.get("files"), fields.get("license", "")
        if files is not None and name and not _PACKAGING.fullmatch(files):
            found.add(name)
    if not found:  # a header that speaks for everything
        head = re.split(r"\n[ \t]*\n", text, maxsplit=1)[0]
        found |= {value.strip() for key, value in _FIELD.findall(head) if key.lower() == "license"}
    own = [name for name in found if not is_understood(parse(name))]
    texts = {match[1].strip(): match[2] for match in _TEXT.finditer(text)} if own else {}
    for name in own:  # of the packager's making ("BSD-style-1"): the text that the file gives for it may tell
        if " with " not in name.lower() and (told := recognised(texts.get(name, ""))):
            found.discard(name)
            found.update(told)
    return found
