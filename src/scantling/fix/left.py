"""What no change takes away, and the choices that are left."""

from __future__ import annotations

import shlex
from datetime import date

from scantling.model.finding import Finding

from .change import Left

_WHY = {
    "fixed": "its versions cannot be ordered, so that no version to go to can be named",
    "affected": "no fixed version is known",
    "under_investigation": "its distribution is still looking into it",
    "fix_deferred": "its distribution has put the fix off",
    "will_not_fix": "its distribution will not fix it",
    "end_of_life": "its distribution no longer maintains it in this release",
    "unverified": "its version could not be compared with the advisory",
}
_WAIT = frozenset({"affected", "under_investigation", "fix_deferred"})


def left(finding: Finding, until: date) -> Left:
    """``until`` is the day that accepting it is proposed to end."""
    where = finding.package or finding.path or "configuration"
    if finding.package:
        why = _WHY.get(finding.status, finding.status)
        choices = [f"remove {where} if nothing needs it"]
        if finding.status in _WAIT:
            choices.append("wait for a fix: what it waits for is in the advisory")
        elif finding.status == "unverified":
            choices.append("compare it by hand")
        else:
            choices.append("move to a release or a base that has the fix")
    else:
        why = "nothing of the kind can be done by a change of versions"
        choices = [finding.remediation or "remove it from what the image is built of"]
    return Left(finding.id, finding.severity, where, why, (*choices, _accept(finding, until)))


def _accept(finding: Finding, until: date) -> str:
    place = f" --package {shlex.quote(finding.package)}" if finding.package else ""
    if not place and finding.path:
        place = f" --path {shlex.quote(finding.path)}"
    return (
        f"scantling ignore add {shlex.quote(finding.id)}{place} --expires {until.isoformat()}"
        " --owner WHO --reason 'WHY'"
    )
