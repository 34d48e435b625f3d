"""Secrets in short texts such as a variable or an instruction: by the rules, or by the name that a value is given."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .settings import SecretSettings, masked

RULE = "config-variable"
TITLE = "Secret in a variable of the image"
_LONGEST = 200_000  # characters of one text; longer ones are labels that hold documents, looked at up to here

# the two expressions are linear: every repetition is followed by something that it cannot match
_ASSIGNED = re.compile(r"""(?:^|(?<=[\s|;&"']))([A-Za-z_][A-Za-z0-9_.-]{0,100})=("[^"]*"|'[^']*'|[^\s;&|"']*)""")
_WORDS = re.compile(
    r"(?:^|[_.-])(?:pass|passwd|password|passphrase|pwd|secret|secrets|token|apikey|credential|credentials|auth)(?:$|[_.-](?:key|token|value|id)$|[0-9]$)"
    r"|(?:api|access|secret|private|encryption|signing|master|auth)[_.-]?key$|[a-z]password$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Named:
    """A secret in a text; ``name`` is the variable's, "" where there is none."""

    name: str
    value: bytes
    rule: str
    title: str
    severity: str


def secrets_in(text: str, settings: SecretSettings) -> tuple[Named, ...]:
    """The secrets in ``text``, in order."""
    if len(text) < 8:
        return ()
    from .engine import engine  # with all rules: not for a configuration that is known to hold nothing

    text = text[:_LONGEST]
    found: dict[bytes, Named] = {}
    data = text.encode("utf-8", "surrogatepass")
    names = {
        value.strip("\"'"): name
        for name, value in ((match[1], match[2]) for match in _ASSIGNED.finditer(text))
        if value
    }
    for hit in engine(settings).scan(data, "")[0]:
        value = hit.value.decode("utf-8", "replace")
        name = next((names[held] for held in names if value in held), "")
        found[hit.value] = Named(name, hit.value, hit.rule.id, hit.rule.title, hit.rule.severity)
    for held, name in names.items():
        raw = held.encode("utf-8", "surrogatepass")
        if _WORDS.search(name) and _is_value(held) and not any(value in raw for value in found):
            found[raw] = Named(name, raw, RULE, TITLE, "HIGH")
    return tuple(found.values())


def quieted(text: str, settings: SecretSettings) -> str:
    """``text`` with every secret in it cut to what may be seen."""
    for one in sorted(secrets_in(text, settings), key=lambda one: -len(one.value)):
        text = text.replace(one.value.decode("utf-8", "surrogatepass"), masked(one.value))
    return text


def _is_value(text: str) -> bool:
    raw = text.encode("utf-8", "surrogatepass")
    if len(text) < 6 or text.startswith(("/", "./", "~", "$", "file:", "@")) or text.isspace():
        return False
    from .placeholder import is_placeholder

    return not text.isalpha() and not is_placeholder(raw, people=True)
