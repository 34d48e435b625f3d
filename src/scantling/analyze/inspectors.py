"""Every inspector, by the function that makes it. To add one: write its file, add its line, test it beside its twin.

Modules are imported when their scanner is asked for, and must be cheap to import: their libraries are loaded by
``Inspector.prepare``, and never when every layer is known.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module

from scantling.malware.settings import MalwareSettings
from scantling.secret.settings import SecretSettings

from .inspector import Inspector


@dataclass(frozen=True, slots=True)
class InspectorSettings:
    """What users may set about inspectors."""

    secrets: SecretSettings = field(default_factory=SecretSettings)
    malware: MalwareSettings = field(default_factory=MalwareSettings)


_INSPECTORS: tuple[tuple[str, str], ...] = (
    ("secret", "secrets"),
    ("misconfig", "modes"),
    ("misconfig", "listing"),
    ("integrity", "integrity"),
    ("license", "licences"),
    ("malware", "malware"),
    ("malware", "known_files"),
    ("malware", "clamav"),
)  # (scanner, module of this package with `inspector(settings)`, None where there is nothing to look for)


def inspectors(scanners: frozenset[str], settings: InspectorSettings) -> tuple[Inspector, ...]:
    """The inspectors that ``scanners`` ask for, in the catalog's order. Raises ``UsageError`` for a rule file that
    cannot be used."""
    made = (
        import_module(f"{__package__}.{module}").inspector(settings)
        for scanner, module in _INSPECTORS
        if scanner in scanners
    )
    return tuple(inspector for inspector in made if inspector is not None)
