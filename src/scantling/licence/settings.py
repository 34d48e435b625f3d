"""What users may say of licences; cheap to import, since every scan has it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LicenceSettings:
    """Names, with ``*`` and ``?``, of SPDX identifiers or of what stands in the metadata. ``ignored`` are taken as if
    they were not there. Where anything is in ``allow``, nothing else will do."""

    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
