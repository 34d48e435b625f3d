"""Every check, by the module that holds its ``CHECK``. To add one: write its file, add its line, test it.

Modules are imported when their scanner is asked for.
"""

from __future__ import annotations

from importlib import import_module

from .check import Check

_CHECKS: tuple[tuple[str, str], ...] = (  # (scanner, module of this package)
    ("secret", "secrets"),
    ("secret", "config_secrets"),
    ("misconfig", "image_recipe"),
    ("misconfig", "file_modes"),
    ("misconfig", "image_files"),
    ("integrity", "integrity"),
    ("integrity", "unowned"),
    ("license", "licences"),
    ("malware", "malware"),
    ("malware", "lookalikes"),
)


def checks(scanners: frozenset[str], of_document: bool) -> tuple[Check, ...]:
    """The checks that ``scanners`` ask for, in the catalog's order; those alone that make sense for a document, where
    the target is one."""
    chosen = (import_module(f"{__package__}.{name}").CHECK for scanner, name in _CHECKS if scanner in scanners)
    return tuple(check for check in chosen if check.of_documents or not of_document)
