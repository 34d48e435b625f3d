"""A plan tried out: the inventory at the planned versions, matched against the database and judged again.

What a plan foretells is what is known of the installed versions. The versions to go to may have findings of their own,
and then higher ones are asked for. What is done by hand is not taken for done.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from scantling.model.report import Report
from scantling.versions.upgrade import smallest_upgrade

from . import language, system
from .change import HEALTHCHECK, LANGUAGE, SYSTEM, USER, Change
from .mended import configured, mended, purl_at

if TYPE_CHECKING:
    from scantling.pipeline.scan import Inspected

Check = Callable[[Sequence[Change]], Report]
"""The report of the image as the changes make it, matched and judged."""

_ROUNDS = 4  # a version that fixes what its predecessor brought may bring something itself; hardly ever twice


def changed(inspected: Inspected, changes: Sequence[Change]) -> Inspected:
    """What was read of an image, as it would be after those of ``changes`` that need no person."""
    done = [change for change in changes if change.is_mechanical]
    settled = {print_ for change in done if change.kind in {USER, HEALTHCHECK} for print_ in change.clears}
    return replace(
        inspected,
        info=replace(inspected.info, config=configured(inspected.info.config, done)),
        inventory=mended(inspected.inventory, done),
        findings=tuple(one for one in inspected.findings if one.fingerprint not in settled),
    )


def refined(changes: Sequence[Change], check: Check) -> tuple[tuple[Change, ...], Report]:
    """``changes`` at versions that have no findings with a fix themselves, and the report of the image they make."""
    current = tuple(changes)
    for _ in range(_ROUNDS):
        report = check(current)
        higher = tuple(_raised(change, report) for change in current)
        if higher == current:
            return current, report
        current = higher
    return current, check(current)


def _raised(change: Change, report: Report) -> Change:
    if change.kind not in {LANGUAGE, SYSTEM}:
        return change
    purls = {purl_at(purl, change.version) for purl in change.packages}
    fixes = [
        finding.fixed_versions
        for finding in report.findings
        if finding.package in purls and finding.suppressed is None and finding.status == "fixed"
    ]
    version = smallest_upgrade(change.type, change.version, fixes) if fixes else None
    if version is None:
        return change
    note = f"{change.version} fixes what is known of {change.installed}, and has findings of its own"
    higher = replace(change, version=version, notes=(*change.notes, note))
    if change.kind == SYSTEM:
        names = tuple(name.removesuffix(change.version) + version if name.endswith(change.version) else name
                      for name in change.names)  # fmt: skip
        return replace(higher, names=names, command=system.command(change.tool, names))
    head, found, tail = change.command.rpartition(change.version)
    command = f"{head}{version}{tail}" if found else change.command
    advice = f"build with Go {version}" if change.name == language.GO_ITSELF else change.advice
    return replace(higher, command=command, advice=advice, is_major=language.is_major(change.installed, version))
