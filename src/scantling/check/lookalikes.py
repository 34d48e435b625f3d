"""Packages whose name looks like that of a much used one."""

from __future__ import annotations

from collections.abc import Iterator

from scantling.guard.display import printable
from scantling.malware.lookalikes import imitated
from scantling.model.finding import Finding
from scantling.model.fingerprint import fingerprint

from .check import Check, Scene

RULE = "SCN-MAL-NAME"
_CHARS = 100


def _run(scene: Scene) -> Iterator[Finding]:
    for package in scene.inventory.packages:
        popular = "" if package.os_owned else imitated(package.type, package.name)
        if popular:
            name = printable(package.name, _CHARS)
            yield Finding(
                fingerprint=fingerprint(RULE, package.purl, scene.info.repository, package.from_base),
                kind="malware",
                id=RULE,
                title=f"The name {name} looks like {popular}",
                severity="MEDIUM",
                severity_source="scantling",
                package=package.purl,
                installed_version=package.version,
                path=package.location.path,
                diff_id=package.location.diff_id,
                from_base=package.from_base,
                remediation=f"See whether {popular} was meant. If {name} is what you want, say so in an ignore entry.",
                description=f"{name} is one slip of the pen away from the much used {popular}, as impostors' names are."
                " The name alone proves nothing.",
            )


CHECK = Check("lookalikes", "malware", _run, of_documents=True)
